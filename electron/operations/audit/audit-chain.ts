import { z } from 'zod';
import type { AuditVerdict } from '../../../shared/contract/audit.ts';
import type { FestivalDatabase } from '../../postgres/pool.ts';
import { countColumn, idColumn, instantColumn } from '../../postgres/rows.ts';
import { sql } from '../../postgres/sql.ts';

/** Rows of one read, which takes some milliseconds and blocks no writer. */
const BATCH = 2_000;

const headRow = z.object({ seq: idColumn, hash: z.string(), start: z.string(), now: instantColumn });
const pieceRow = z.object({ rows: countColumn, last_seq: idColumn.nullable(), last_hash: z.string().nullable() });
const brokenRow = z.object({
  seq: idColumn,
  place: idColumn,
  hash_fits: z.boolean(),
  at: instantColumn,
  actor: z.string(),
  laptop: z.string(),
  action: z.string(),
  subject: z.string(),
});

/**
 * Verifies the audit trail's hash chain from its first row to its head (docs/money.md, "Audit chain"): every hash is
 * computed again in the database, every row carries the hash of the row before, no row is missing, and the last one is
 * the one that the head names. What is appended meanwhile is not looked at.
 * @throws the driver's error when the festival's database does not answer.
 */
export const verifyAudit = async (
  database: FestivalDatabase,
  options: { onProgress?: (done: number, total: number) => void } = {},
): Promise<AuditVerdict> => {
  const head = await database.read((tx) =>
    tx.row(
      headRow,
      sql`/* regie:audit */
        select seq, encode(hash, 'hex') as hash, encode(sha256('regie'), 'hex') as start, clock_timestamp() as now
        from console.audit_head`,
    ),
  );
  let checked = 0;
  let before = { seq: 0, hash: head.start };
  while (before.seq < head.seq) {
    const { broken, piece } = await readPiece(database, before, head.seq);
    if (broken !== undefined) {
      const { seq, place, hash_fits: hashFits, ...row } = broken;
      const what = seq !== place ? 'missing' : hashFits ? 'previous_hash' : 'hash';
      return {
        ok: false,
        rows: checked + (place - before.seq - 1),
        what,
        seq: seq === place ? seq : place,
        row,
        at: head.now,
      };
    }
    if (piece.last_seq === null || piece.last_hash === null) {
      return { ok: false, rows: checked, what: 'missing', seq: before.seq + 1, row: null, at: head.now };
    }
    checked += piece.rows;
    before = { seq: piece.last_seq, hash: piece.last_hash };
    options.onProgress?.(checked, head.seq);
  }
  if (before.hash !== head.hash)
    return { ok: false, rows: checked, what: 'head', seq: head.seq, row: null, at: head.now };
  return { ok: true, rows: checked, head: { seq: head.seq, hash: head.hash }, at: head.now };
};

const readPiece = (database: FestivalDatabase, before: { seq: number; hash: string }, head: number) =>
  database.read(async (tx) => {
    const broken = await tx.maybeRow(
      brokenRow,
      // By primary key.
      sql`/* regie:audit */
        with piece as (
          select * from console.audit where seq > ${before.seq} and seq <= ${head} order by seq limit ${BATCH}
        ), link as (
          select p.seq, ${before.seq}::bigint + row_number() over (order by p.seq) as place,
            p.hash = console.audit_hash(p.previous_hash, p::text::console.audit) as hash_fits,
            p.previous_hash = lag(p.hash, 1, decode(${before.hash}, 'hex')) over (order by p.seq) as linked,
            p.at, p.actor, p.laptop, p.action, p.subject
          from piece p)
        select seq, place, hash_fits, at, actor, laptop, action, subject from link
        where seq <> place or not hash_fits or not linked
        order by place
        limit 1`,
    );
    const piece = await tx.row(
      pieceRow,
      sql`/* regie:audit */
        with piece as (
          select seq, hash from console.audit where seq > ${before.seq} and seq <= ${head} order by seq limit ${BATCH})
        select count(*) as rows, max(seq) as last_seq,
          (select encode(hash, 'hex') from piece order by seq desc limit 1) as last_hash
        from piece`,
    );
    return { broken, piece };
  });
