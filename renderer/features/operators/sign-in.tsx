import { useTranslation } from 'react-i18next';
import { useSystem } from '../../stores/system.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { FirstSupervisor } from './first-supervisor.tsx';
import { PinSignIn } from './pin-sign-in.tsx';
import { lock } from './use-lock.ts';
import { useOperators } from './use-operators.ts';
import './people.css';

/** Who is at this console: a name and a PIN, or on the first start of a festival its first supervisor. */
export const SignIn = ({ onClose }: { onClose: (signedIn: boolean) => void }) => {
  const { t } = useTranslation();
  const operators = useOperators();
  const signedIn = useSystem((state) => state.session?.operator ?? null);
  const some = operators?.filter(({ active }) => active) ?? [];
  const title = operators?.length === 0 ? 'firstTitle' : signedIn === null ? 'signInTitle' : 'switchUser';
  return (
    <Dialog title={t(`people.${title}`)} onClose={() => onClose(false)}>
      <div className="stack">
        {operators === null && <p role="status">{t('people.neverAnswered')}</p>}
        {operators?.length === 0 && <FirstSupervisor onDone={() => onClose(true)} />}
        {some.length > 0 && <PinSignIn operators={some} onDone={() => onClose(true)} />}
        {operators !== undefined &&
          (signedIn === null ? (
            <Button tone="quiet" onClick={() => onClose(false)}>
              {t('people.viewOnly')}
            </Button>
          ) : (
            <Button
              onClick={() => {
                onClose(false);
                void lock();
              }}
            >
              {t('people.lockName', { name: signedIn })}
            </Button>
          ))}
      </div>
    </Dialog>
  );
};
