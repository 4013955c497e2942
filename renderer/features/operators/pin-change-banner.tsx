import { useTranslation } from 'react-i18next';
import { useSystem } from '../../stores/system.ts';
import { openDialog } from '../../stores/ui.ts';
import { Button } from '../../ui/button.tsx';
import { useOperators } from './use-operators.ts';

/** Whoever is signed in had signed in on a laptop that was removed since: its thief can try their PIN. */
export const PinChangeBanner = () => {
  const { t } = useTranslation();
  const signedIn = useSystem((state) => state.session?.operator ?? null);
  const asked = useOperators()?.some(({ name, pinChangeAsked }) => name === signedIn && pinChangeAsked) ?? false;
  return (
    <div role="status">
      {asked && (
        <p className="banner banner-warn">
          {t('laptops.pinAsked', { name: signedIn })}{' '}
          <Button onClick={() => openDialog({ kind: 'ownPin' })}>{t('people.changeOwnPin')}</Button>
        </p>
      )}
    </div>
  );
};
