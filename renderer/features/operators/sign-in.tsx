import { useTranslation } from 'react-i18next';
import { goTo } from '../../routes.ts';
import { useSystem } from '../../stores/system.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { EnrolLaptop } from '../laptops/enrol-laptop.tsx';
import { useLaptops } from '../laptops/use-laptops.ts';
import { FirstSupervisor } from './first-supervisor.tsx';
import { PinSignIn } from './pin-sign-in.tsx';
import { signInStepOf } from './sign-in-step.ts';
import { lock } from './use-lock.ts';
import { useOperators } from './use-operators.ts';
import './people.css';

/**
 * Who is at this console: a name and a PIN, on the first start of a festival its first supervisor, and before that on a
 * laptop that is not enrolled a code. `confirms`: who is there already, and types their PIN again.
 */
export const SignIn = (props: { confirms: string | null; onClose: (signedIn: boolean) => void }) => {
  const { t } = useTranslation();
  const { confirms, onClose } = props;
  const operators = useOperators();
  const laptop = useLaptops();
  const signedIn = useSystem((state) => state.session?.operator ?? null);
  const step = signInStepOf(operators, laptop);
  const training = useSystem((state) => state.session?.festival.training ?? false);
  const some = operators?.filter(({ active, name }) => active && (confirms === null || name === confirms)) ?? [];
  const ended = laptop?.state === 'ended';
  const title =
    step === 'enrol'
      ? ended
        ? 'laptops.endedTitle'
        : 'laptops.missingTitle'
      : step === 'first'
        ? 'people.firstTitle'
        : confirms !== null
          ? 'people.confirmTitle'
          : signedIn === null
            ? 'people.signInTitle'
            : 'people.switchUser';
  return (
    <Dialog title={t(title)} onClose={() => onClose(false)}>
      <div className="stack">
        {step === 'never' && <p role="status">{t('people.neverAnswered')}</p>}
        {step === 'first' && <FirstSupervisor onDone={() => onClose(true)} />}
        {training && step === 'first' && (
          <div className="stack">
            <p className="quiet">{t('setup.offer')}</p>
            <Button
              onClick={() => {
                onClose(false);
                goTo({ screen: 'connect' });
              }}
            >
              {t('setup.open')}
            </Button>
          </div>
        )}
        {step === 'enrol' && <EnrolLaptop ended={ended} />}
        {step === 'pin' && confirms !== null && <p className="quiet">{t('people.confirmText')}</p>}
        {step === 'pin' && some.length > 0 && <PinSignIn operators={some} onDone={() => onClose(true)} />}
        {step !== undefined &&
          confirms === null &&
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
