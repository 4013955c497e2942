import { rowId } from '../../../shared/domain/row-id.ts';
import { isDataError } from '../../lib/postgres-errors.ts';
import type { Transaction } from '../../postgres/pool.ts';
import type { Piece, Source } from './positions.ts';
import { setAsideRow } from './set-aside.ts';

/**
 * Takes rows over, all of them at once. In a careful reading a statement that fails by what it has read is undone and
 * tried with either half of the rows, down to the one row that cannot be taken: that one is set aside as a whole, and
 * every other is taken in the same cycle.
 */
export const takePieces = async <Row>(
  tx: Transaction,
  { source, careful }: { source: Source; careful: boolean },
  whole: Piece,
  take: (piece: Piece) => Promise<readonly Row[]>,
): Promise<readonly Row[]> => {
  if (!careful) return take(whole);
  const taken: Row[] = [];
  const left: Piece[] = [whole];
  for (let piece = left.pop(); piece !== undefined; piece = left.pop()) {
    const now: Piece = { ...piece, lastArrival: whole.lastArrival + taken.length };
    try {
      taken.push(...(await tx.savepoint(() => take(now))));
    } catch (error) {
      if (!isDataError(error)) throw error;
      const halves = halve(piece);
      if (halves === undefined) await setAsideRow(tx, source, piece.single[0] ?? piece.upTo, error);
      else left.push(...halves);
    }
  }
  return taken;
};

/** The later half first, as it is taken last; undefined for a single row. */
const halve = (piece: Piece): Piece[] | undefined => {
  const { after, upTo, single } = piece;
  // Ids and not rows: a half without any is taken at once.
  const range = BigInt(upTo) - BigInt(after);
  if (range + BigInt(single.length) <= 1n) return undefined;
  if (range > 0n && single.length > 0)
    return [
      { ...piece, after: upTo },
      { ...piece, single: [] },
    ];
  if (range > 0n) {
    const middle = rowId(BigInt(after) + range / 2n);
    return [
      { ...piece, after: middle },
      { ...piece, upTo: middle },
    ];
  }
  const middle = Math.ceil(single.length / 2);
  return [
    { ...piece, single: single.slice(middle) },
    { ...piece, single: single.slice(0, middle) },
  ];
};
