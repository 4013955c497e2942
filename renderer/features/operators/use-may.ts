import type { CallName } from '../../../shared/contract/calls.ts';
import { mayCall, rolesFor } from '../../../shared/contract/rights.ts';
import type { Role } from '../../../shared/domain/rights.ts';
import { formatList, i18n } from '../../i18n.ts';
import { useSystem } from '../../stores/system.ts';
import { showToast } from '../../stores/ui.ts';

const refusal = (role: Role | null, call: CallName): string | undefined =>
  role === null || mayCall(role, call)
    ? undefined
    : i18n.t('people.mayNot', {
        role: i18n.t(`people.role_${role}`),
        roles: formatList((rolesFor(call) ?? []).map((one) => i18n.t(`people.role_${one}`))),
      });

/**
 * Why whoever is signed in may not make this call, as a sentence; undefined where they may, and while signed out:
 * acting asks who is there then. For what the screen offers; the core and the database decide.
 */
export const useRefusal = (call: CallName | undefined): string | undefined => {
  const role = useSystem((state) => state.session?.role ?? null);
  return call === undefined ? undefined : refusal(role, call);
};

/** The action, or for whoever may not do it the reason. */
export const allowed =
  <Known extends unknown[]>(call: CallName, act: (...known: Known) => void): ((...known: Known) => void) =>
  (...known) => {
    const why = refusal(useSystem.getState().session?.role ?? null, call);
    if (why === undefined) act(...known);
    else showToast(why, 'bad');
  };

/** The same for several calls. */
export const useRefusals = (): ((call: CallName) => string | undefined) => {
  const role = useSystem((state) => state.session?.role ?? null);
  return (call) => refusal(role, call);
};
