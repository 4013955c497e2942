import { z } from 'zod';
import type { DatabaseBreak } from '../../../shared/contract/database-break.ts';
import type { RowId } from '../../../shared/domain/row-id.ts';
import type { KnownDatabase } from '../../buffer/known-database.ts';
import { codeOf, SQLSTATE } from '../../lib/postgres-errors.ts';
import type { FestivalDatabase } from '../../postgres/pool.ts';
import { idColumn, instantColumn } from '../../postgres/rows.ts';
import { sql } from '../../postgres/sql.ts';
import type { Witness } from '../audit/audit-chain.ts';

type Reader = Pick<FestivalDatabase, 'read'>;

const factsRow = z.object({
  festival_id: z.uuid(),
  timeline: z.int().nullable(),
  incarnation: z.string(),
  audit_kept: z.boolean(),
});

/**
 * What tells this database from another or an earlier one. At each server that is new to the laptop, and each start of it.
 * @param seen the row of the audit trail that this laptop has seen last
 */
export const readFacts = async (
  database: Reader,
  seen: Witness | undefined,
): Promise<{ readonly now: KnownDatabase; readonly auditKept: boolean }> => {
  const { seq, hash } = seen ?? { seq: 0, hash: '' };
  const row = await database.read((tx) =>
    tx.row(
      factsRow,
      // By primary keys.
      sql`/* regie:recognise */
        select (select festival_id::text from console.identity) as festival_id,
          -- The first eight digits of a log file's name.
          case when not pg_is_in_recovery()
            then ('x' || left(pg_walfile_name(pg_current_wal_lsn()), 8))::bit(32)::int end as timeline,
          extract(epoch from pg_postmaster_start_time())::text || '/'
            || (select oid from pg_database where datname = current_database())::text as incarnation,
          ${seq}::bigint = 0 or coalesce((
            select encode(a.hash, 'hex') = ${hash}::text from console.audit a where a.seq = ${seq}::bigint), false) as audit_kept`,
    ),
  );
  const { festival_id: festivalId, timeline, incarnation, audit_kept: auditKept } = row;
  return { now: { festivalId, timeline, incarnation, systemId: await readSystemId(database) }, auditKept };
};

const systemRow = z.object({ id: z.string() });

/** Every login may ask, unless a host has taken that away. */
const readSystemId = async (database: Reader): Promise<string | null> => {
  try {
    const statement = sql`/* regie:recognise */ select system_identifier::text as id from pg_control_system()`;
    return (await database.read((tx) => tx.row(systemRow, statement))).id;
  } catch (error) {
    if (codeOf(error) === SQLSTATE.rightMissing) return null;
    throw error;
  }
};

const operationRow = z.object({ operation_id: z.string() });

/** Which of these commands the database has never taken. */
export const readMissingOperations = async (
  database: Reader,
  operationIds: readonly string[],
): Promise<ReadonlySet<string>> => {
  if (operationIds.length === 0) return new Set();
  const rows = await database.read((tx) =>
    tx.rows(
      operationRow,
      // By primary key.
      sql`/* regie:recognise */
        select wanted.operation_id::text from unnest(${[...operationIds]}::uuid[]) as wanted (operation_id)
        where not exists (select from console.operations o where o.operation_id = wanted.operation_id)`,
    ),
  );
  return new Set(rows.map(({ operation_id }) => operation_id));
};

const transactionRow = z.object({ log_id: idColumn, card_id: z.string(), transaction_id: z.string().nullable() });

/** How many of these rows of the festival's log are not there any more, or are others. */
export const readMissingTransactions = async (
  database: Reader,
  copied: readonly { readonly logId: RowId; readonly cardId: string; readonly transactionId: string | null }[],
): Promise<number> => {
  if (copied.length === 0) return 0;
  const rows = await database.read((tx) =>
    tx.fittingRows(
      transactionRow,
      // By primary key.
      sql`/* regie:recognise */
        select log_id, console.key_of(card_id) as card_id, transaction_id::text as transaction_id
        from public.app_transaction_log where log_id = any (${copied.map(({ logId }) => logId)}::bigint[])`,
      { name: 'transactions', id: 'log_id' },
    ),
  );
  const there = new Set(rows.map((row) => JSON.stringify([row.log_id, row.card_id, row.transaction_id])));
  return copied.filter((one) => !there.has(JSON.stringify([one.logId, one.cardId, one.transactionId]))).length;
};

const eventRow = z.object({ event_id: idColumn, detection_timestamp: instantColumn });

/** Which of these events are not there, or were detected at another time: their number was given to something else. */
export const readOtherEvents = async (
  database: Reader,
  detectedAt: ReadonlyMap<RowId, string>,
): Promise<ReadonlySet<RowId>> => {
  if (detectedAt.size === 0) return new Set();
  const rows = await database.read((tx) =>
    tx.fittingRows(
      eventRow,
      // By primary key.
      sql`/* regie:recognise */
        select event_id, detection_timestamp from public.monitoring_events
        where event_id = any (${[...detectedAt.keys()]}::bigint[])`,
      { name: 'monitoring_events', id: 'event_id' },
    ),
  );
  const there = new Map(rows.map((row) => [row.event_id, row.detection_timestamp]));
  return new Set([...detectedAt].flatMap(([id, at]) => (there.get(id) === at ? [] : [id])));
};

/** Of the audit trail, behind its head: a break that was written, and could not be noted as written, is among them. */
const LOOKED_THROUGH = 5_000;

/** Says on the audit trail that it is another or an earlier one than a laptop has seen. Once, however often it is called. */
export const recordBreak = async (
  database: FestivalDatabase,
  laptop: string,
  { breakId, kind, at, lost }: DatabaseBreak,
  seen: Witness | null,
): Promise<void> => {
  const data = JSON.stringify({ break: breakId, kind, at, lost, seen: seen && { seq: seen.seq, hash: seen.hash } });
  await database.write((tx) =>
    tx.run(sql`/* regie:recognise */
      select console.append_engine_audit(${laptop}, 'database_break', 'database', ${data}::jsonb)
      where not exists (
        select from console.audit where seq > (select seq from console.audit_head) - ${LOOKED_THROUGH}
          and action = 'database_break' and data ->> 'break' = ${breakId})`),
  );
};
