import type { Session } from '../../../shared/contract/status.ts';
import { i18n } from '../../i18n.ts';
import { showToast } from '../../stores/ui.ts';

/** What a supervisor changed for whoever is signed in here, said at once; why nobody is any more stays in the banner. */
export const tellSession = (before: Session | null, after: Session): void => {
  if (after.operator === null || after.role === null || before?.operator !== after.operator) return;
  if (before.role === after.role) return;
  showToast(i18n.t('people.roleChanged', { name: after.operator, role: i18n.t(`people.role_${after.role}`) }));
};
