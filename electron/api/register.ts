import { answered } from '../../shared/contract/errors.ts';
import type { registerCalls } from '../../shared/contract/register.ts';
import { copiedRegister, registerCopySchema } from '../operations/corrections/copied-register.ts';
import {
  exportCorrections,
  findCorrections,
  openCorrection,
  sumCorrections,
} from '../operations/corrections/register.ts';
import type { HandlersOf } from './handlers.ts';
import type { Parts } from './parts.ts';
import { whenReachable } from './reachable.ts';

export const registerHandlers = (parts: Parts): HandlersOf<typeof registerCalls> => ({
  'register.find': ({ filter, after }) =>
    whenReachable(parts, async () => answered(await findCorrections(parts.festival().database, filter, after))),
  'register.copy': ({ filter }) => {
    const { cache, alerts } = parts.festival();
    const copy = cache.get('register', registerCopySchema);
    if (copy === undefined) return answered(null);
    const { timeZone } = parts.session.get();
    return answered(
      copiedRegister(copy, filter, {
        ...{ timeZone, incidentOf: (eventId) => alerts.byEvent(eventId)?.alert.incidentId ?? null },
      }),
    );
  },
  'register.open': ({ operationId }) =>
    whenReachable(parts, async () => answered(await openCorrection(parts.festival().database, operationId))),
  'register.sums': ({ filter }) =>
    whenReachable(parts, async () => answered(await sumCorrections(parts.festival().database, filter))),
  'register.export': ({ filter, after }) =>
    whenReachable(parts, async () => answered(await exportCorrections(parts.festival().database, filter, after))),
  'reconcile.start': () =>
    whenReachable(parts, async () => {
      parts.festival().reconciliation.start();
      return answered({});
    }),
  'reconcile.cancel': () => {
    parts.festival().reconciliation.cancel();
    return answered({});
  },
  'reconcile.get': () => answered(parts.festival().reconciliation.view()),
});
