import { z } from 'zod';
import type { ReportHead } from '../../../shared/domain/report.ts';
import type { Transaction } from '../../postgres/pool.ts';
import { idColumn, instantColumn, serialColumn } from '../../postgres/rows.ts';
import { sql } from '../../postgres/sql.ts';
import { FIRST_LOG_HASH } from '../log/log-hash.ts';

const countedSeq = z.string().transform(Number).pipe(z.int().min(0));
const headRow = z.object({
  festival_id: z.uuid(),
  name: z.string(),
  database: z.string(),
  server_version: z.string(),
  now: instantColumn,
  seq: countedSeq,
  audit_hash: z.string(),
  number: serialColumn.nullable(),
  log_hash: z.string().nullable(),
  read_to: idColumn.nullable(),
  read_at: instantColumn.nullable(),
});

/** What the head says of the festival and of the moment, whatever the report is of. */
export type Moment = Pick<ReportHead, 'festival' | 'takenAt' | 'read' | 'audit' | 'log'>;

/** Asked once: the transactions of the stretch are counted with the money. */
export const readMoment = async (tx: Transaction): Promise<Moment> => {
  const row = await tx.row(
    headRow,
    sql`/* regie:report */
      select i.festival_id::text, f.name, current_database()::text as database, current_setting('server_version') as server_version,
        now(), a.seq::text, encode(a.hash, 'hex') as audit_hash, l.number, encode(l.hash, 'hex') as log_hash,
        w.last_id as read_to, w.advanced_at as read_at
      from console.identity i cross join console.festival_settings f cross join console.audit_head a
      left join console.watermarks w on w.source = 'transactions'
      left join lateral (select number, hash from console.log_entries order by number desc limit 1) as l on true`,
  );
  return {
    festival: {
      ...{ id: row.festival_id, name: row.name, database: row.database, serverVersion: row.server_version },
    },
    takenAt: row.now,
    read: row.read_to === null || row.read_at === null ? null : { upTo: row.read_to, at: row.read_at },
    audit: { seq: row.seq, hash: row.audit_hash },
    log: { number: row.number ?? 0, hash: row.log_hash ?? FIRST_LOG_HASH },
  };
};

const zoneRow = z.object({ time_zone: z.string().nullable(), known: z.boolean() });

/** The festival's zone, else the one that is given, where the database knows it; UTC where it does not. */
export const readZone = async (tx: Transaction, otherwise: string): Promise<string> => {
  const { time_zone: zone, known } = await tx.row(
    zoneRow,
    sql`/* regie:report */
      select f.time_zone, exists (select from pg_catalog.pg_timezone_names where name = coalesce(f.time_zone, ${otherwise})) as known
      from console.festival_settings f`,
  );
  return known ? (zone ?? otherwise) : 'UTC';
};
