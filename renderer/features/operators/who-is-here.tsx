import { useTranslation } from 'react-i18next';
import type { Session } from '../../../shared/contract/session.ts';
import { askSignIn } from '../../stores/ui.ts';
import { Button } from '../../ui/button.tsx';

/** Who is signed in, if anyone: the way to switch user. */
export const WhoIsHere = ({ session: { operator, role, locked } }: { session: Session }) => {
  const { t } = useTranslation();
  if (operator === null || role === null) {
    return (
      <Button tone="primary" onClick={() => void askSignIn()}>
        {locked === null ? (
          t('people.signInNow')
        ) : (
          <>
            <span aria-hidden="true">🔒 </span>
            {t('people.lockedNow')}
          </>
        )}
      </Button>
    );
  }
  return (
    <Button
      tone="quiet"
      aria-label={t('people.signedInAs', { name: operator })}
      title={t('people.signedInTitle', { role: t(`people.role_${role}`) })}
      onClick={() => void askSignIn()}
    >
      {operator}
    </Button>
  );
};
