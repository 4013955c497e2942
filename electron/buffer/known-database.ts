import { z } from 'zod';
import { type DatabaseBreak, databaseBreakSchema } from '../../shared/contract/database-break.ts';
import type { Buffer } from './buffer.ts';

/** What tells one database from another, and from an earlier state of itself. */
export const knownDatabaseSchema = z.object({
  festivalId: z.uuid(),
  /** Of the cluster's files; null where the login may not ask. */
  systemId: z.string().nullable(),
  /** Counts promotions. */
  timeline: z.int().nullable(),
  /** Changes with each start of the server, and with a database that was made anew. */
  incarnation: z.string(),
});
export type KnownDatabase = z.infer<typeof knownDatabaseSchema>;

/** What this laptop remembers of the festival's database itself. In the outbox file: what was lost is marked there. */
export type DatabaseMemory = {
  /** Undefined before the first connect. */
  known(): KnownDatabase | undefined;
  remember(database: KnownDatabase): void;
  /**
   * It is another or an older one: noted, with what else belongs to it, and remembered, in one transaction. After a crash
   * all of it was, or nothing, and is found again.
   */
  note(found: DatabaseBreak, database: KnownDatabase, work: () => void): void;
  /** What the laptop's copies have may be gone there: they are to be made anew before anything else. */
  copiesAreOld(): boolean;
  copiesAreNew(): void;
  /** The last one that nobody has read. */
  unread(): DatabaseBreak | null;
  /** @returns whether there was one */
  markRead(by: string): boolean;
  /** Those that the festival's audit trail does not have yet. */
  unrecorded(): readonly { readonly found: DatabaseBreak; readonly database: KnownDatabase }[];
  markRecorded(breakId: string): void;
};

const storedSchema = z.object({ database: knownDatabaseSchema, copiesAreOld: z.boolean() });
const knownRow = z
  .object({ known: z.string() })
  .transform(({ known }) => storedSchema.safeParse(JSON.parse(known)).data);
const foundSchema = z.object({ found: databaseBreakSchema, database: knownDatabaseSchema });
const breakRow = z.object({ found: z.string() }).transform(({ found }) => foundSchema.parse(JSON.parse(found)));

export const createDatabaseMemory = (buffer: Buffer): DatabaseMemory => {
  const select = buffer.prepare('select known from known_database');
  const put = buffer.prepare(`
    insert into known_database (only, known) values (1, ?) on conflict (only) do update set known = excluded.known`);
  const insert = buffer.prepare('insert into database_breaks (break_id, at, found) values (?, ?, ?)');
  const selectUnread = buffer.prepare(
    'select found from database_breaks where read_by is null order by at desc limit 1',
  );
  const updateRead = buffer.prepare('update database_breaks set read_by = ? where read_by is null');
  const selectUnrecorded = buffer.prepare('select found from database_breaks where recorded = 0 order by at');
  const updateRecorded = buffer.prepare('update database_breaks set recorded = 1 where break_id = ?');
  const stored = () => knownRow.optional().parse(select.get());
  const store = (database: KnownDatabase, copiesAreOld: boolean): void => {
    put.run(JSON.stringify({ database, copiesAreOld } satisfies z.input<typeof storedSchema>));
  };
  return {
    known: () => stored()?.database,
    remember: (database) => store(database, stored()?.copiesAreOld ?? false),
    note: buffer.transaction((found: DatabaseBreak, database: KnownDatabase, work: () => void) => {
      work();
      insert.run(found.breakId, found.at, JSON.stringify({ found, database } satisfies z.input<typeof foundSchema>));
      store(database, true);
    }),
    copiesAreOld: () => stored()?.copiesAreOld ?? false,
    copiesAreNew: () => {
      const database = stored()?.database;
      if (database !== undefined) store(database, false);
    },
    unread: () => breakRow.optional().parse(selectUnread.get())?.found ?? null,
    markRead: (by) => updateRead.run(by).changes > 0,
    unrecorded: () => z.array(breakRow).parse(selectUnrecorded.all()),
    markRecorded: (breakId) => {
      updateRecorded.run(breakId);
    },
  };
};

/** Everything of the festival that the mirror has: what its database has lost must not be shown as if it were there. */
const COPIES = [
  ...['mirror_details', 'mirror_events', 'mirror_incidents', 'mirror_cards', 'mirror_transactions', 'mirror_scans'],
  ...['mirror_positions', 'mirror_alarms', 'mirror_attendance', 'mirror_system_lines', 'mirror_log', 'kept_evidence'],
];

/** Forgets the laptop's copies of the festival: they are made anew from what is there now. One transaction. */
export const forgetCopies = (mirror: Buffer): void => {
  mirror.transaction(() => {
    for (const table of COPIES) mirror.exec(`delete from ${table}`);
  })();
};
