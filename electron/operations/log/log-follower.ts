import { z } from 'zod';
import { type LogSettings, logTemplateSchema } from '../../../shared/contract/log.ts';
import { logEntrySchema } from '../../../shared/domain/log.ts';
import type { LogCopy } from '../../buffer/log-copy.ts';
import type { FestivalDatabase, Transaction } from '../../postgres/pool.ts';
import { countColumn, instantColumn } from '../../postgres/rows.ts';
import { sql } from '../../postgres/sql.ts';

/** Keeps the laptop's copy of the incident log up to date, by number: numbers have no holes and come in order. */
export type LogFollower = {
  /** Copies what is new. @returns what the festival says of its log, and whether anything was copied */
  refresh(): Promise<{ settings: LogSettings; at: string; changed: boolean }>;
};

/** Entries of one read: some milliseconds of the main thread. */
const BATCH = 200;
/** How far back a new laptop copies; what is older is searched in the festival's database. */
const COPIED = 50_000;

const headRow = z.object({
  number: countColumn,
  /** The hash that the entry has today which the copy has as its newest; null where there is none. */
  known: z.string().nullable(),
  version: z.int(),
  tags: z.array(z.string()),
  templates: z.array(logTemplateSchema).catch([]),
  now: instantColumn,
});
const entryRow = z.object({ said: logEntrySchema, hash: z.string() });

export const createLogFollower = (options: {
  database: FestivalDatabase;
  copy: LogCopy;
  log: { error: (message: string, facts?: Record<string, unknown>) => void };
}): LogFollower => {
  const { database, copy, log } = options;
  return {
    refresh: async () => {
      for (let changed = false; ; changed = true) {
        const before = copy.head();
        const found = await database.read(async (tx) => {
          const head = await readHead(tx, before?.number ?? 0);
          const rewritten = before !== undefined && head.known !== before.hash;
          const after = before === undefined || rewritten ? Math.max(0, head.number - COPIED) : before.number;
          return { head, rewritten, rows: after < head.number ? await readEntries(tx, after) : [] };
        });
        const { head, rewritten, rows } = found;
        if (rewritten) {
          log.error('the incident log is not the one that this laptop has copied', { number: before?.number });
          copy.clear();
          changed = true;
        }
        copy.add(rows.map(({ said, hash }) => ({ entry: said, hash })));
        const more = rows.length === BATCH;
        if (more) continue;
        const { version, tags, templates, now } = head;
        return { settings: { version, tags, templates }, at: now, changed: changed || rows.length > 0 };
      }
    },
  };
};

const readHead = (tx: Transaction, known: number) =>
  tx.row(
    headRow,
    // By primary keys.
    sql`/* regie:log */
      select h.number, (select encode(e.hash, 'hex') from console.log_entries e where e.number = ${known}::bigint) as known,
        s.version, to_jsonb(s.tags) as tags, s.templates, clock_timestamp() as now
      from console.log_head h, console.log_settings s`,
  );

const readEntries = (tx: Transaction, after: number) =>
  tx.fittingRows(
    entryRow,
    // By primary key.
    sql`/* regie:log */
      select e.number::text as number, console.log_said(e) as said, encode(e.hash, 'hex') as hash
      from console.log_entries e where e.number > ${after}::bigint order by e.number limit ${BATCH}`,
    { name: 'log_entries', id: 'number' },
  );
