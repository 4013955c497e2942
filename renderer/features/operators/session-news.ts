import type { Session } from '../../../shared/contract/session.ts';
import { i18n } from '../../i18n.ts';
import { showToast } from '../../stores/ui.ts';

/** Tells whoever is signed in here that a supervisor has changed their role; the reason of a sign-out stays in the banner. */
export const announceRole = (before: Session, after: Session): void => {
  if (after.operator === null || after.role === null || before.operator !== after.operator) return;
  if (before.role === after.role) return;
  showToast(i18n.t('people.roleChanged', { name: after.operator, role: i18n.t(`people.role_${after.role}`) }));
};
