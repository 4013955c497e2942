import { Keyboard, KeyRound, Lock, MonitorCog, UserRound, Users } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { lock } from '../features/operators/use-lock.ts';
import { goTo } from '../routes.ts';
import { useSystem } from '../stores/system.ts';
import { askSignIn, openDialog } from '../stores/ui.ts';
import { Button } from '../ui/button.tsx';
import { Menu } from '../ui/menu.tsx';
import { Pill } from '../ui/pill.tsx';

/** Who is signed in, if anyone, and what is theirs. */
export const UserMenu = () => {
  const { t } = useTranslation();
  const session = useSystem((state) => state.session);
  if (session === null) return null;
  const { operator, role, locked } = session;
  if (operator === null || role === null) {
    return (
      <Button tone="primary" onClick={() => void askSignIn()}>
        {locked !== null && <Lock size={14} aria-hidden="true" />}
        {t(locked === null ? 'people.signInNow' : 'people.lockedNow')}
      </Button>
    );
  }
  return (
    <Menu
      align="end"
      trigger={
        <Pill
          icon={UserRound}
          className="user-pill"
          aria-label={t('people.signedInAs', { name: operator })}
          title={t('people.signedInTitle', { role: t(`people.role_${role}`) })}
        >
          <bdi>{operator}</bdi>
        </Pill>
      }
      groups={[
        [
          { label: t('people.switchUser'), icon: Users, act: () => void askSignIn() },
          { label: t('people.lock'), icon: Lock, shortcut: 'Ctrl L', act: () => void lock() },
        ],
        [
          { label: t('people.changeOwnPin'), icon: KeyRound, act: () => openDialog({ kind: 'ownPin' }) },
          {
            label: t('settings.appearance'),
            icon: MonitorCog,
            act: () => goTo({ screen: 'settings', section: 'laptop' }),
          },
          { label: t('common.helpTitle'), icon: Keyboard, shortcut: '?', act: () => openDialog({ kind: 'help' }) },
        ],
      ]}
    />
  );
};
