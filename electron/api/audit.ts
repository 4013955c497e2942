import type { auditCalls } from '../../shared/contract/audit.ts';
import { answered } from '../../shared/contract/errors.ts';
import { verifyAudit } from '../operations/audit/audit-chain.ts';
import type { HandlersOf } from './handlers.ts';
import type { Parts } from './parts.ts';
import { whenReachable } from './reachable.ts';

export const auditHandlers = (parts: Parts): HandlersOf<typeof auditCalls> => ({
  'audit.verify': () =>
    whenReachable(parts, async () => {
      const { database, witness } = parts.festival();
      return answered(await verifyAudit(database, { seen: witness.seen() }));
    }),
});
