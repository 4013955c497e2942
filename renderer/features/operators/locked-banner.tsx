import { useTranslation } from 'react-i18next';
import { formatTime } from '../../i18n.ts';
import { useSystem } from '../../stores/system.ts';
import { askSignIn } from '../../stores/ui.ts';
import { Button } from '../../ui/button.tsx';
import './people.css';

/** Nobody is signed in any more, since when and why. */
export const LockedBanner = () => {
  const { t } = useTranslation();
  const locked = useSystem((state) => state.session?.locked ?? null);
  const minutes = useSystem((state) => state.session?.preferences.autoLockMinutes ?? 0);
  return (
    <div role="status">
      {locked !== null && (
        <p className="banner people-locked">
          <strong>
            <span aria-hidden="true">🔒 </span>
            {t(`people.locked_${locked.why}`, { name: locked.name, time: formatTime(locked.at), minutes })}
          </strong>{' '}
          {t('people.lockedText')} <Button onClick={() => void askSignIn()}>{t('people.signInNow')}</Button>
        </p>
      )}
    </div>
  );
};
