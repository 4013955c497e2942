import { z } from 'zod';
import type { Buffer } from './buffer.ts';

export type FilePiece = { readonly data: string; readonly pieces: number };

/** Pictures of the incident log as this laptop has them. */
export type LogFiles = {
  add(sha256: string, piece: number, kept: FilePiece): void;
  piece(sha256: string, piece: number): FilePiece | null;
  has(sha256: string): boolean;
};

/** Pieces at most: some 300 MB. The oldest go first; they are fetched again where somebody looks. */
const KEPT = 500;

const pieceRow = z.object({ data: z.string(), pieces: z.int() });
const countRow = z.object({ missing: z.int() });

export const createLogFiles = (buffer: Buffer): LogFiles => {
  const insert = buffer.prepare(`
    insert into mirror_log_pieces (sha256, piece, pieces, data) values (?, ?, ?, ?) on conflict do nothing`);
  const drop = buffer.prepare(
    'delete from mirror_log_pieces where rowid <= (select max(rowid) from mirror_log_pieces) - ?',
  );
  const select = buffer.prepare('select data, pieces from mirror_log_pieces where sha256 = ? and piece = ?');
  const selectMissing = buffer.prepare(
    'select coalesce(max(pieces), 1) - count(*) as missing from mirror_log_pieces where sha256 = ?',
  );
  return {
    add: (sha256, piece, { data, pieces }) => {
      insert.run(sha256, piece, pieces, data);
      drop.run(KEPT);
    },
    piece: (sha256, piece) => pieceRow.optional().parse(select.get(sha256, piece)) ?? null,
    has: (sha256) => countRow.parse(selectMissing.get(sha256)).missing === 0,
  };
};
