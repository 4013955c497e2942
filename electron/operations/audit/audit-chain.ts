import { z } from 'zod';
import type { AuditVerdict } from '../../../shared/contract/audit.ts';
import type { FestivalDatabase } from '../../postgres/pool.ts';
import { instantColumn, serialColumn } from '../../postgres/rows.ts';
import { sql } from '../../postgres/sql.ts';
import { auditHash, FIRST_HASH } from './audit-hash.ts';

/** Rows of one read, which takes some milliseconds and blocks no writer. */
const BATCH = 2_000;

const headRow = z.object({ seq: serialColumn, hash: z.string(), now: instantColumn });
const text = z.string().nullable();
const auditRow = z.object({
  seq: z.string(),
  at_epoch: text,
  laptop_at: text,
  operation_id: text,
  actor: z.string(),
  laptop: z.string(),
  action: z.string(),
  subject: z.string(),
  data: text,
  login: text,
  term: text,
  at: instantColumn,
  previous_hash: z.string(),
  hash: z.string(),
});
type AuditRow = z.output<typeof auditRow>;

/** A row that a laptop has seen: whatever the database says today, it was there. */
export type Witness = { readonly laptop: string; readonly seq: number; readonly hash: string };

/**
 * Verifies the audit trail's hash chain from its first row to its head (docs/money.md, "Audit chain"): every hash is
 * computed here, from the texts of the rows and not by the database that is being verified; every row carries the hash of
 * the row before, none is missing, the last one is the one that the head names, and each row that a laptop has seen is
 * there. What is appended meanwhile is not looked at.
 * @throws the driver's error when the festival's database does not answer.
 */
export const verifyAudit = async (
  database: Pick<FestivalDatabase, 'read'>,
  options: {
    onProgress?: (done: number, total: number) => void;
    /** What this laptop has seen itself; what the others say that they have seen is read from the database. */
    seen?: Witness | undefined;
  } = {},
): Promise<AuditVerdict> => {
  const head = await database.read((tx) =>
    tx.row(
      headRow,
      sql`/* regie:audit */
        select seq, encode(hash, 'hex') as hash, clock_timestamp() as now from console.audit_head`,
    ),
  );
  const witnesses = [...(await readWitnesses(database)), ...(options.seen === undefined ? [] : [options.seen])];
  const broken = (what: 'hash' | 'previous_hash' | 'missing' | 'head', seq: number, row: AuditRow | null) =>
    ({ ok: false, rows: Math.max(seq - 1, 0), what, seq, row: row && shown(row), at: head.now }) as const;
  const contradicted = ({ laptop, seq }: Witness, row: AuditRow | null) =>
    ({ ok: false, rows: seq - 1, what: 'witness', by: laptop, seq, row: row && shown(row), at: head.now }) as const;

  let before = { seq: 0, hash: FIRST_HASH };
  while (before.seq < head.seq) {
    const rows = await readBatch(database, before.seq, head.seq);
    if (rows.length === 0) return broken('missing', before.seq + 1, null);
    for (const row of rows) {
      const seq = before.seq + 1;
      if (Number(row.seq) !== seq) return broken('missing', seq, row);
      if (auditHash(row.previous_hash, textsOf(row)) !== row.hash) return broken('hash', seq, row);
      if (row.previous_hash !== before.hash) return broken('previous_hash', seq, row);
      const witness = witnesses.find((one) => one.seq === seq && one.hash !== row.hash);
      if (witness !== undefined) return contradicted(witness, row);
      before = { seq, hash: row.hash };
    }
    options.onProgress?.(before.seq, head.seq);
  }
  if (before.hash !== head.hash) return { ...broken('head', head.seq, null), rows: head.seq };
  // What was appended since the head was read may have been seen as well.
  const cutOff = witnesses.filter(({ seq }) => seq > head.seq).sort((a, b) => a.seq - b.seq);
  for (const witness of cutOff) {
    const [row] = await readBatch(database, witness.seq - 1, witness.seq);
    if (row?.hash !== witness.hash) return { ...contradicted(witness, row ?? null), rows: head.seq };
  }
  return { ok: true, rows: head.seq, head: { seq: head.seq, hash: head.hash }, at: head.now };
};

const shown = ({ at, actor, laptop, action, subject }: AuditRow) => ({ at, actor, laptop, action, subject });

const textsOf = (row: AuditRow) => [
  ...[row.seq, row.at_epoch, row.laptop_at, row.operation_id, row.actor, row.laptop, row.action, row.subject],
  ...[row.data, row.login, row.term],
];

const readBatch = (database: Pick<FestivalDatabase, 'read'>, after: number, upTo: number) =>
  database.read((tx) =>
    tx.rows(
      auditRow,
      // By primary key.
      sql`/* regie:audit */
        select seq::text, extract(epoch from at)::text as at_epoch, extract(epoch from laptop_at)::text as laptop_at,
          operation_id::text, actor, laptop, action, subject, data::text, login::text, term::text, at,
          encode(previous_hash, 'hex') as previous_hash, encode(hash, 'hex') as hash
        from console.audit where seq > ${after} and seq <= ${upTo} order by audit.seq limit ${BATCH}`,
    ),
  );

const witnessRow = z.object({ laptop: z.string(), seq: serialColumn, hash: z.string() });

const readWitnesses = (database: Pick<FestivalDatabase, 'read'>): Promise<Witness[]> =>
  database.read((tx) =>
    tx.rows(
      witnessRow,
      sql`/* regie:audit */
        select laptop, audit_seq as seq, audit_hash as hash from console.laptops
        where audit_seq is not null and audit_hash is not null`,
    ),
  );
