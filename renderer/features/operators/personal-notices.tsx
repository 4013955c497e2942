import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { formatTime } from '../../i18n.ts';
import { useSystem } from '../../stores/system.ts';
import { askSignIn, openDialog } from '../../stores/ui.ts';
import { Button } from '../../ui/button.tsx';
import { useOperators } from './use-operators.ts';

type Notice = {
  readonly id: string;
  readonly tone: 'warn' | 'plain';
  readonly text: string;
  readonly actions: ReactNode;
  readonly asks?: string;
};

/** What holds for whoever is, or was, signed in here. */
export const usePersonalNotices = (): readonly Notice[] => {
  const { t } = useTranslation();
  const locked = useSystem((state) => state.session?.locked ?? null);
  const minutes = useSystem((state) => state.session?.preferences.autoLockMinutes ?? 0);
  const signedIn = useSystem((state) => state.session?.operator ?? null);
  // They had signed in on a laptop that was removed since: its thief can try their PIN.
  const pinAsked = useOperators()?.some(({ name, pinChangeAsked }) => name === signedIn && pinChangeAsked) ?? false;
  const notices: Notice[] = [];
  if (pinAsked) {
    notices.push({
      ...{ id: 'pin', tone: 'warn', text: t('laptops.pinAsked', { name: signedIn }), asks: t('people.changeOwnPin') },
      actions: <Button onClick={() => openDialog({ kind: 'ownPin' })}>{t('people.changeOwnPin')}</Button>,
    });
  }
  if (locked !== null) {
    const words = t(`people.locked_${locked.why}`, { name: locked.name, time: formatTime(locked.at), minutes });
    notices.push({
      ...{ id: 'locked', tone: 'plain', text: `${words} ${t('people.lockedText')}` },
      actions: <Button onClick={() => void askSignIn()}>{t('people.signInNow')}</Button>,
    });
  }
  return notices;
};
