import { z } from 'zod';
import { instantSchema } from '../../../shared/domain/primitives.ts';
import type { Cache } from '../../buffer/cache.ts';
import type { FestivalDatabase } from '../../postgres/pool.ts';
import { instantColumn, serialColumn } from '../../postgres/rows.ts';
import { sql } from '../../postgres/sql.ts';
import type { Witness } from './audit-chain.ts';

const seenSchema = z.object({
  /** Of which festival: another one has another history. */
  festivalId: z.uuid(),
  seq: z.int().min(0),
  hash: z.string(),
  /** When this row was found to be another one, or not there any more; null while it is there. */
  lostAt: instantSchema.nullable(),
});
type Seen = z.infer<typeof seenSchema>;

const headRow = z.object({
  festival_id: z.uuid(),
  seq: serialColumn,
  hash: z.string(),
  kept: z.boolean(),
  now: instantColumn,
});

/** What this laptop has seen of the audit trail, in a file of its own: whoever rewrites the database does not reach it. */
export type AuditWitness = {
  /** Looks whether the row that was seen last is still there, and remembers the newest one. */
  poll(): Promise<void>;
  seen(): Witness | undefined;
  /** Since when history is not what this laptop has seen; null: it is. */
  lostAt(): string | null;
  /** Goes on from what is there now; what was seen is forgotten. Once its loss is on the trail for good. */
  adopt(): Promise<void>;
};

export const createAuditWitness = (options: {
  database: FestivalDatabase;
  laptop: string;
  cache: Pick<Cache, 'get' | 'set'>;
  log: { error: (message: string, facts?: Record<string, unknown>) => void };
}): AuditWitness => {
  const { database, laptop, cache, log } = options;
  const read = (): Seen | undefined => cache.get('audit-witness', seenSchema);
  const headAfter = (before: Seen | undefined) =>
    database.read((tx) =>
      tx.row(
        headRow,
        sql`/* regie:audit */
          select (select festival_id::text from console.identity) as festival_id, h.seq, encode(h.hash, 'hex') as hash, clock_timestamp() as now,
            coalesce(${before?.seq ?? 0}::bigint = 0 or (
              select encode(a.hash, 'hex') = ${before?.hash ?? ''}::text from console.audit a
              where a.seq = ${before?.seq ?? 0}::bigint), false) as kept
          from console.audit_head h`,
      ),
    );
  const remember = async (head: z.output<typeof headRow>, lostAt: string | null): Promise<void> => {
    cache.set('audit-witness', { festivalId: head.festival_id, seq: head.seq, hash: head.hash, lostAt } satisfies Seen);
    await database.write((tx) =>
      tx.run(sql`/* regie:audit */
        update console.laptops set audit_seq = ${head.seq}, audit_hash = ${head.hash} where laptop = ${laptop}`),
    );
  };
  return {
    poll: async () => {
      const before = read();
      const head = await headAfter(before);
      const same = before?.festivalId === head.festival_id;
      if (before !== undefined && same && !head.kept) {
        // What was seen stays what it was: it is the only proof.
        if (before.lostAt !== null) return;
        log.error('the audit trail is not the one that this laptop has seen', { seq: before.seq });
        cache.set('audit-witness', { ...before, lostAt: head.now } satisfies Seen);
        return;
      }
      await remember(head, same ? before.lostAt : null);
    },
    adopt: async () => remember(await headAfter(undefined), null),
    seen: () => {
      const seen = read();
      return seen === undefined || seen.seq === 0 ? undefined : { laptop, seq: seen.seq, hash: seen.hash };
    },
    lostAt: () => read()?.lostAt ?? null,
  };
};
