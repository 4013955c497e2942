import type { auditCalls } from '../../shared/contract/audit.ts';
import { answered, failed } from '../../shared/contract/errors.ts';
import { acceptAudit } from '../operations/audit/accept-audit.ts';
import { verifyAudit } from '../operations/audit/audit-chain.ts';
import type { HandlersOf } from './handlers.ts';
import type { Parts } from './parts.ts';
import { whenReachable } from './reachable.ts';

export const auditHandlers = (parts: Parts): HandlersOf<typeof auditCalls> => ({
  'audit.seen': () => {
    const seen = parts.festival().witness.seen();
    return answered(seen === undefined ? null : { seq: seen.seq, hash: seen.hash });
  },
  'audit.verify': () =>
    whenReachable(parts, async () => {
      const { database, witness } = parts.festival();
      return answered(await verifyAudit(database, { seen: witness.seen() }));
    }),
  'audit.accept': ({ reason }) =>
    whenReachable(parts, async () => {
      const by = parts.session.signatory();
      if (by === null) return failed('not_signed_in');
      const { database, witness, readAudit } = parts.festival();
      const answer = await acceptAudit(database, by, { witness, reason });
      await readAudit();
      return answer;
    }),
});
