import { v7 as uuid } from 'uuid';
import { z } from 'zod';
import { type Answer, answered, failed } from '../../../shared/contract/errors.ts';
import type { FestivalDatabase } from '../../postgres/pool.ts';
import { sql } from '../../postgres/sql.ts';
import { type Signatory, signed } from '../operators/signed.ts';
import type { AuditWitness } from './audit-witness.ts';

const acceptedRow = z.object({ accepted: z.boolean() });

/**
 * Accepts that the audit trail is not the one that this laptop has seen, and goes on from what is there
 * (docs/decisions/0025-laptops-witness-the-audit-trail.md). Given again after a crash in between, it is accepted twice.
 * @param given.reason why, in the words of whoever knows
 * @returns `audit_kept` where nothing is lost
 */
export const acceptAudit = async (
  database: FestivalDatabase,
  by: Signatory,
  { witness, reason }: { witness: Pick<AuditWitness, 'seen' | 'lostAt' | 'adopt'>; reason: string },
): Promise<Answer<Record<string, never>>> => {
  const seen = witness.seen();
  if (seen === undefined || witness.lostAt() === null) return failed('audit_kept');
  const operationId = uuid();
  const content = { seen: { seq: seen.seq, hash: seen.hash }, reason };
  const answer = await signed(database, by, { operationId, command: 'audit.accept', content }, async (tx) => {
    const { accepted } = await tx.row(
      acceptedRow,
      sql`/* regie:audit */ select console.accept_audit(${operationId}::uuid) as accepted`,
    );
    return accepted ? answered({}) : failed('audit_kept');
  });
  if (answer.ok || answer.error.code === 'audit_kept') await witness.adopt();
  return answer;
};
