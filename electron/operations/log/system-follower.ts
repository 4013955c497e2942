import { z } from 'zod';
import { SYSTEM_ACTIONS, type SystemLine } from '../../../shared/domain/log-system.ts';
import type { SystemCopy } from '../../buffer/system-copy.ts';
import type { FestivalDatabase, Transaction } from '../../postgres/pool.ts';
import { instantColumn, serialColumn } from '../../postgres/rows.ts';
import { sql } from '../../postgres/sql.ts';

/** Copies what the console records of itself: nothing is written for the log. */
export type SystemFollower = {
  /** @returns whether anything was copied */
  refresh(): Promise<boolean>;
};

/** Rows of one read. */
const BATCH = 500;
/** How far back a new laptop copies. */
const COPIED = 20_000;
/** A message may have ended before one that was copied already: their transactions take a moment. */
const OVERLAP_MS = 10 * 60_000;
const LOWEST_UUID = '00000000-0000-0000-0000-000000000000';

/** How far messages are read, in the order in which they ended. */
type Sent = { readonly at: string; readonly id: string };

const headRow = z.object({
  seq: serialColumn,
  term: serialColumn,
  laptop: z.string(),
  taken_at: instantColumn,
  held: z.boolean(),
});
const auditRow = z.object({
  ...{ seq: serialColumn, at: instantColumn, actor: z.string(), laptop: z.string(), action: z.string() },
  ...{ subject: z.string(), what: z.string().nullable(), words: z.string().nullable() },
});
const deliveryRow = z.object({
  ...{ delivery_id: z.uuid(), ended_at: instantColumn, event_id: z.string().nullable() },
  ...{ contact: z.string(), channel: z.string(), laptop: z.string().nullable() },
});

export const createSystemFollower = (options: { database: FestivalDatabase; copy: SystemCopy }): SystemFollower => {
  const { database, copy } = options;
  // Rows of the trail have one order: what was read through to its end is not read again.
  let readTo = 0;
  return {
    refresh: async () => {
      // More may have ended within the overlap than are read at once.
      let sentTo: Sent = { at: new Date(copy.head('delivery') - OVERLAP_MS).toISOString(), id: LOWEST_UUID };
      for (let changed = false; ; ) {
        const found = await database.read(async (tx) => {
          const head = await readHead(tx);
          const copied = Math.max(copy.head('audit'), readTo);
          // The trail is shorter than what was copied: it is another festival's, or a restored backup.
          const lost = copied > head.seq;
          const after = lost || copied === 0 ? Math.max(0, head.seq - COPIED) : copied;
          return {
            head,
            lost,
            after,
            rows: await readAudit(tx, after),
            sent: await readSent(tx, sentTo),
          };
        });
        const { head, lost, after, rows, sent } = found;
        if (lost) {
          copy.clear();
          readTo = 0;
        }
        const last = rows.at(-1)?.seq;
        changed = copy.add('audit', rows.map(ofAudit)) || changed;
        changed = copy.add('delivery', sent.map(ofDelivery)) || changed;
        if (head.held) changed = copy.add('term', [ofTerm(head)]) || changed;
        const lastSent = sent.at(-1);
        if (lastSent !== undefined) sentTo = { at: lastSent.ended_at, id: lastSent.delivery_id };
        if ((rows.length === BATCH && last !== undefined && last > after) || sent.length === BATCH) continue;
        readTo = head.seq;
        return changed;
      }
    },
  };
};

const readHead = (tx: Transaction) =>
  tx.row(
    headRow,
    sql`/* regie:log */
      select h.seq, l.term, l.laptop, l.taken_at, l.holder is not null as held
      from console.audit_head h, console.engine_lease l`,
  );

const readAudit = (tx: Transaction, after: number) =>
  tx.fittingRows(
    auditRow,
    // By primary key.
    sql`/* regie:log */
      select seq, at, actor, laptop, action, subject, coalesce(data ->> 'algorithm', data ->> 'kind', data ->> 'alarms') as what,
        left(coalesce(data ->> 'note', data ->> 'reason'), 500) as words
      from console.audit where seq > ${after}::bigint and action = any (${SYSTEM_ACTIONS}::text[])
      order by seq limit ${BATCH}`,
    { name: 'audit', id: 'seq' },
  );

const readSent = (tx: Transaction, after: Sent) =>
  tx.fittingRows(
    deliveryRow,
    // A small table of our own.
    sql`/* regie:log */
      select delivery_id::text, ended_at, event_id::text, channel, claimed_by as laptop, coalesce((
          select c ->> 'name' from console.escalation_settings s, jsonb_array_elements(s.settings -> 'contacts') c
          where c ->> 'id' = contact), contact) as contact
      from console.deliveries where state = 'sent'
        and (ended_at, delivery_id) > (${after.at}::timestamptz, ${after.id}::uuid)
      order by ended_at, delivery_id limit ${BATCH}`,
    { name: 'deliveries', id: 'delivery_id' },
  );

const ofAudit = ({ seq, ...row }: z.output<typeof auditRow>): { id: number; line: SystemLine } => ({
  id: seq,
  line: { key: `audit:${seq}`, ...row },
});

const ofDelivery = (row: z.output<typeof deliveryRow>): { id: number; line: SystemLine } => ({
  id: Date.parse(row.ended_at),
  line: {
    ...{ key: `delivery:${row.delivery_id}`, at: row.ended_at, actor: 'regie-engine', laptop: row.laptop ?? '' },
    ...{ action: 'message_sent', subject: row.event_id === null ? '' : `event:${row.event_id}` },
    ...{ what: row.channel, words: row.contact },
  },
});

const ofTerm = ({ term, laptop, taken_at }: z.output<typeof headRow>): { id: number; line: SystemLine } => ({
  id: term,
  line: {
    ...{ key: `term:${term}`, at: taken_at, actor: 'regie-engine', laptop, action: 'engine_taken' },
    ...{ subject: '', what: null, words: null },
  },
});
