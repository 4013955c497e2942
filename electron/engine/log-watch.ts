import { z } from 'zod';
import { otherTypes, REQUIRED_TABLES } from '../postgres/festival-shape.ts';
import type { Transaction } from '../postgres/pool.ts';
import { microsColumn } from '../postgres/rows.ts';
import { sql } from '../postgres/sql.ts';
import type { Finding, Micros } from './detector.ts';
import { ALGORITHM, isLasting, type LogChange, logChangeFinding, logChangeKey } from './detectors/log-changed.ts';
import { clearFindings, writeFindings } from './findings/findings.ts';
import type { Lease } from './lease.ts';
import { quietLogs } from './log-quiet.ts';
import { beginAnew, openRestartedIds } from './log-restart.ts';

/** What a table is at this moment, and what it was at the last look. */
const tableRow = z.object({
  relation: z.string(),
  now: microsColumn,
  oid: z.string().nullable(),
  filenode: z.string().nullable(),
  columns: z.record(z.string(), z.string()),
  readable: z.boolean(),
  row_security: z.boolean(),
  known: z
    .object({
      oid: z.string(),
      filenode: z.string().nullable(),
      /** The newest row that was read then, by which the same log is known again. */
      last: z.object({ id: z.string(), mark: z.string().nullable() }).nullable().optional(),
    })
    .nullable(),
});
type Table = z.output<typeof tableRow>;

/** Ids as text: one may be beyond what a number holds. */
const endsRow = z.object({
  newest: z.string().nullable(),
  last_id: z.string().nullable(),
  cut_off: z.boolean(),
  /** Whether the row that was the newest is still there; null where there was none. */
  same: z.boolean().nullable(),
});
const serverRow = z.object({ system: z.string().nullable(), timeline: z.string().nullable() });
const knownServerRow = z.object({ known: serverRow.nullable().catch(null) });
const allowedRow = z.object({ control: z.boolean(), primary: z.boolean() });
const historyRow = z.object({ shrank: z.boolean(), emptied: z.boolean() });
const sequenceRow = z.object({ restarted: z.boolean(), at: z.string().nullable(), last_id: z.string().nullable() });
const keyRow = z.object({ finding_key: z.string() }).transform((row) => row.finding_key);

const LOGS = ['app_transaction_log', 'nfc_scan_log'] as const;

/**
 * Looks at what the festival's tables are: once a minute, and when a cycle finds less than before. What changed is said;
 * a log that was emptied and whose ids began anew is read from its new beginning, and cards are not compared with it before
 * somebody has decided what that means (docs/detection.md, "The log's identity"). @returns how many alerts were raised
 */
export const watchLog = (lease: Lease, laptop: string): Promise<number> =>
  lease.write(async (tx) => {
    // As a restore of the data alone leaves them: nothing could be written before.
    await tx.run(sql`/* regie:watch */ select console.move_sequences()`);
    const tables = await readTables(tx);
    const now = tables[0]?.now ?? 0;
    const changes = [...tables.flatMap(conditionsOf), ...(await serverChanges(tx))];
    for (const table of tables) {
      if (table.oid === null || !table.readable || table.row_security) continue;
      changes.push(...(await endsOf(tx, table)));
    }
    changes.push(...(await historyChanges(tx, tables)));
    await noteTables(tx, tables);
    const quiet = await quietLogs(
      tx,
      now,
      tables.filter(isWhole).map(({ relation }) => relation),
    );
    return writeChanges(tx, { changes, quiet, now, laptop });
  });

const isWhole = (table: Table): boolean => table.oid !== null && table.readable && !table.row_security;

const readTables = (tx: Transaction): Promise<Table[]> =>
  tx.rows(
    tableRow,
    // Of the catalogue alone.
    sql`/* regie:watch */
      select r.relation, (extract(epoch from now()) * 1000000)::bigint as now, c.oid::text as oid,
        pg_relation_filenode(c.oid)::text as filenode,
        coalesce((select jsonb_object_agg(a.attname, format_type(a.atttypid, a.atttypmod)) from pg_attribute a
          where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped), '{}') as columns,
        coalesce(has_table_privilege(c.oid, 'select'), false) as readable,
        coalesce(row_security_active(c.oid), false) as row_security, w.known
      from unnest(array['table_cards', 'app_transaction_log', 'nfc_scan_log']) as r (relation)
      left join pg_class c on c.oid = to_regclass('public.' || r.relation)
      left join console.log_watch w on w.relation = r.relation
      order by r.relation`,
  );

/** What is wrong with a table as it is, whatever it was. */
const conditionsOf = ({ relation: table, oid, columns, readable, row_security: rowSecurity }: Table): LogChange[] => {
  if (oid === null) return [{ kind: 'missing', table }];
  if (!readable) return [{ kind: 'unreadable', table }];
  const lacking = (REQUIRED_TABLES[table]?.required ?? []).filter((column) => columns[column] === undefined);
  const others = otherTypes(table, columns);
  return [
    ...(rowSecurity ? [{ kind: 'row_security' as const, table }] : []),
    ...(lacking.length > 0 ? [{ kind: 'columns' as const, table, details: lacking }] : []),
    ...(others.length > 0 ? [{ kind: 'types' as const, table, details: others }] : []),
  ];
};

const noteTables = async (tx: Transaction, tables: readonly Table[]): Promise<void> => {
  const seen = tables.filter(isWhole);
  const last = {
    app_transaction_log: seen.some(({ relation }) => relation === 'app_transaction_log')
      ? await tx.row(lastRow, LAST_TRANSACTION)
      : NO_LAST,
    nfc_scan_log: seen.some(({ relation }) => relation === 'nfc_scan_log') ? await tx.row(lastRow, LAST_SCAN) : NO_LAST,
  };
  await tx.run(sql`/* regie:watch */
    insert into console.log_watch as w (relation, known)
    select relation, jsonb_build_object('oid', oid, 'filenode', filenode, 'last', ${JSON.stringify(last)}::jsonb -> relation -> 'last')
    from unnest(${seen.map(({ relation }) => relation)}::text[], ${seen.map(({ oid }) => oid)}::text[],
      ${seen.map(({ filenode }) => filenode)}::text[]) as t (relation, oid, filenode)
    on conflict (relation) do update set known = excluded.known, looked_at = now() where w.known <> excluded.known`);
};

const lastRow = z.object({ last: z.object({ id: z.string(), mark: z.string().nullable() }).nullable() });
const NO_LAST: z.output<typeof lastRow> = { last: null };
/** By primary key. Of columns whose text no change of type alters. */
const LAST_TRANSACTION = sql`/* regie:watch */
  select (select jsonb_build_object('id', t.log_id::text, 'mark', t.mark)
    from (select null::uuid as transaction_id) as absent
    cross join lateral (
      select log_id, concat(card_id::text, '|', transaction_id::text) as mark from public.app_transaction_log
      where log_id <= (select last_id from console.watermarks where source = 'transactions')
      order by log_id desc limit 1) as t) as last`;
const LAST_SCAN = sql`/* regie:watch */
  select (select jsonb_build_object('id', scan_log_id::text, 'mark', concat(card_id_scanned::text, '|', scan_timestamp::text))
    from public.nfc_scan_log
    where scan_log_id <= (select last_id from console.watermarks where source = 'scans')
    order by scan_log_id desc limit 1) as last`;

/** Where a log ends, against what was read of it. By primary key. */
const endsOf = async (tx: Transaction, table: Table): Promise<LogChange[]> => {
  const log = LOGS.find((name) => name === table.relation);
  const { known } = table;
  if (log === undefined || known === null) return [];
  const last = known.last ?? null;
  const ends =
    log === 'nfc_scan_log'
      ? await tx.row(
          endsRow,
          sql`/* regie:watch */
            select t.newest::text as newest, w.last_id::text as last_id, coalesce(coalesce(t.newest, 0) < w.last_id, false) as cut_off,
              case when ${last?.id ?? null}::bigint is not null then exists (
                select from public.nfc_scan_log where scan_log_id = ${last?.id ?? null}::bigint
                  and concat(card_id_scanned::text, '|', scan_timestamp::text) = ${last?.mark ?? null}::text) end as same
            from (select max(scan_log_id) as newest from public.nfc_scan_log) as t
            left join console.watermarks w on w.source = 'scans'`,
        )
      : await tx.row(
          endsRow,
          sql`/* regie:watch */
            select t.newest::text as newest, w.last_id::text as last_id, coalesce(coalesce(t.newest, 0) < w.last_id, false) as cut_off,
              case when ${last?.id ?? null}::bigint is not null then exists (
                select from (select null::uuid as transaction_id) as absent
                cross join lateral (
                  select concat(card_id::text, '|', transaction_id::text) as mark from public.app_transaction_log
                  where log_id = ${last?.id ?? null}::bigint) as row
                where row.mark = ${last?.mark ?? null}::text) end as same
            from (select max(log_id) as newest from public.app_transaction_log) as t
            left join console.watermarks w on w.source = 'transactions'`,
        );
  // A table that was rewritten has another file and the same rows. Where the newest one is gone as well, it was emptied.
  const isOther = known.oid !== table.oid;
  const isEmptied = (isOther || known.filenode !== table.filenode) && (ends.cut_off || ends.same === false);
  const details = [`${ends.last_id ?? '–'} → ${ends.newest ?? '–'}`];
  if (isEmptied) {
    await beginAnew(tx, log === 'nfc_scan_log' ? 'scans' : 'transactions');
    // The scans' own beginning changes no balance: it is said once.
    return log === 'nfc_scan_log' ? [{ kind: 'replaced', table: log, details }] : [];
  }
  return isOther ? [{ kind: 'replaced', table: log, details: [`${known.oid} → ${table.oid}`] }] : [];
};

/** Whether the log still begins where it did, and whether its ids go on. */
const historyChanges = async (tx: Transaction, tables: readonly Table[]): Promise<LogChange[]> => {
  const log = tables.find(({ relation }) => relation === 'app_transaction_log');
  if (log === undefined || !isWhole(log)) return [];
  await tx.run(sql`/* regie:watch */ select console.note_history()`);
  const { shrank, emptied } = await tx.row(
    historyRow,
    sql`/* regie:watch */
      select console.history_shrank() as shrank, emptied_at is not null as emptied from console.log_history`,
  );
  const sequence = await tx.row(
    sequenceRow,
    sql`/* regie:watch */
      select coalesce(s.at < w.last_id, false) as restarted, s.at::text as at, w.last_id::text as last_id
      from (select console.log_sequence_at() as at) as s
      left join console.watermarks w on w.source = 'transactions'`,
  );
  if (sequence.restarted) await openRestartedIds(tx);
  const table = log.relation;
  return [
    ...(emptied ? [{ kind: 'emptied' as const, table }] : []),
    ...(shrank && !emptied ? [{ kind: 'archived' as const, table }] : []),
    ...(sequence.restarted
      ? [{ kind: 'sequence' as const, table, details: [`${sequence.at ?? '–'} < ${sequence.last_id ?? '–'}`] }]
      : []),
  ];
};

/** Another server, or an earlier state of this one: where that may be asked. */
const serverChanges = async (tx: Transaction): Promise<LogChange[]> => {
  const { control, primary } = await tx.row(
    allowedRow,
    sql`/* regie:watch */
      select has_function_privilege('pg_control_system()', 'execute') as control, not pg_is_in_recovery() as primary`,
  );
  const system = control ? await tx.row(serverRow, SYSTEM) : { system: null };
  const timeline = primary ? await tx.row(serverRow, TIMELINE) : { timeline: null };
  const found = { system: system.system, timeline: timeline.timeline };
  const before = await tx.maybeRow(
    knownServerRow,
    sql`/* regie:watch */ select known from console.log_watch where relation = 'server'`,
  );
  await tx.run(sql`/* regie:watch */
    insert into console.log_watch as w (relation, known) values ('server', ${JSON.stringify(found)}::jsonb)
    on conflict (relation) do update set known = excluded.known, looked_at = now() where w.known <> excluded.known`);
  const known = before?.known;
  if (known === null || known === undefined) return [];
  const isSame =
    (known.system ?? found.system) === (found.system ?? known.system) &&
    (known.timeline ?? found.timeline) === (found.timeline ?? known.timeline);
  const name = ({ system: id, timeline: line }: typeof found): string => `${id ?? '–'}/${line ?? '–'}`;
  return isSame ? [] : [{ kind: 'restored', table: 'server', details: [`${name(known)} → ${name(found)}`] }];
};

const SYSTEM = sql`/* regie:watch */
  select system_identifier::text as system, null as timeline from pg_control_system()`;
const TIMELINE = sql`/* regie:watch */
  select null as system, substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8) as timeline`;

/** Raises what is so, and clears what is so no longer. */
const writeChanges = async (
  tx: Transaction,
  options: {
    changes: readonly LogChange[];
    quiet: { findings: readonly Finding[]; cleared: readonly string[] };
    now: Micros;
    laptop: string;
  },
): Promise<number> => {
  const { changes, quiet, now, laptop } = options;
  const findings = changes.map((change) => logChangeFinding(change, now));
  const open = await tx.rows(
    keyRow,
    sql`/* regie:watch */
      select finding_key from console.findings where algorithm = ${ALGORITHM} and cleared_at is null`,
  );
  const current = new Set(changes.map(logChangeKey));
  const over = open.filter((key) => isLasting(key) && !current.has(key));
  await clearFindings(tx, [...over, ...quiet.cleared], laptop);
  const { raised } = await writeFindings(tx, [...findings, ...quiet.findings], laptop);
  return raised;
};
