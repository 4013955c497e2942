import { z } from 'zod';
import { instantSchema, serialSchema, wordsSchema } from '../domain/primitives.ts';
import { ANYONE, SUPERVISORS } from '../domain/rights.ts';
import { live, nothing, query, signed } from './declare.ts';

/** What a verification of the audit trail's hash chain found (docs/money.md, "Audit chain"). */
export const auditVerdictSchema = z.discriminatedUnion('ok', [
  z.object({
    ok: z.literal(true),
    rows: z.int(),
    /** The newest row: whoever writes its hash down can prove later that nothing before it was changed. */
    head: z.object({ seq: z.int().min(0), hash: z.string() }),
    at: instantSchema,
  }),
  z.object({
    ok: z.literal(false),
    /** Rows before the broken one, which are in order. */
    rows: z.int(),
    /**
     * hash: the row was changed; previous_hash: it does not follow the row before; missing: there is no row of this
     * number; head: the last row is not the one that the head names; witness: a laptop has seen another row there.
     */
    what: z.enum(['hash', 'previous_hash', 'missing', 'head', 'witness']),
    /** The laptop that has seen another row. */
    by: z.string().optional(),
    seq: serialSchema,
    /** The row that is there; null where none is. */
    row: z
      .object({ at: instantSchema, actor: z.string(), laptop: z.string(), action: z.string(), subject: z.string() })
      .nullable(),
    at: instantSchema,
  }),
]);
export type AuditVerdict = z.infer<typeof auditVerdictSchema>;

export const auditCalls = {
  /** The newest row that this laptop has seen: nothing before it can be changed unnoticed. Null: none. */
  'audit.seen': query(nothing, z.object({ seq: z.int().min(1), hash: z.string() }).nullable()),
  /** Verifies the hash chain of the audit trail. */
  'audit.verify': live({ input: nothing, output: auditVerdictSchema, roles: ANYONE }),
  /**
   * What this laptop has seen of the trail is gone for a known reason, such as a restored backup: it goes on from what is
   * there now. The trail keeps what was seen, who accepted its loss and why.
   */
  'audit.accept': signed({
    input: z.strictObject({ reason: wordsSchema }),
    output: nothing,
    roles: SUPERVISORS,
    stepUp: true,
  }),
} as const;
