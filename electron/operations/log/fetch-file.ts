import { z } from 'zod';
import { PIECE_LENGTH } from '../../../shared/domain/log.ts';
import type { LogFiles } from '../../buffer/log-files.ts';
import type { FestivalDatabase } from '../../postgres/pool.ts';
import { sql } from '../../postgres/sql.ts';

const pieceRow = z.object({ data: z.string(), length: z.int() });

/** Copies a picture of the log to this laptop, a piece at a time. @returns whether the festival has it */
export const fetchLogFile = async (
  { database, files }: { database: FestivalDatabase; files: LogFiles },
  sha256: string,
): Promise<boolean> => {
  if (files.has(sha256)) return true;
  for (let piece = 0, pieces = 1; piece < pieces; piece += 1) {
    const found = await database.read((tx) =>
      tx.maybeRow(
        pieceRow,
        // By primary key.
        sql`/* regie:log */
          select substr(data, ${piece * PIECE_LENGTH + 1}::int, ${PIECE_LENGTH}::int) as data, length(data) as length
          from console.log_files where sha256 = ${sha256}`,
      ),
    );
    if (found === undefined) return false;
    pieces = Math.ceil(found.length / PIECE_LENGTH);
    files.add(sha256, piece, { data: found.data, pieces });
  }
  return true;
};
