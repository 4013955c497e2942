import { z } from 'zod';
import type { FestivalDatabase } from '../../postgres/pool.ts';
import { sql } from '../../postgres/sql.ts';
import { FIRST_LOG_HASH, hashOf } from './log-hash.ts';

/** What is to be said of an exported log. */
export type LogVerdict =
  | {
      readonly ok: true;
      readonly entries: number;
      readonly from: number;
      readonly head: { readonly number: number; readonly hash: string };
    }
  | {
      readonly ok: false;
      /** Of the file, from 1. */
      readonly line: number;
      readonly what: 'unreadable' | 'hash' | 'missing' | 'beginning' | 'end';
    };

const hashSchema = z.string().regex(/^[0-9a-f]{64}$/);
const firstLine = z.object({ regie: z.literal('incident log'), version: z.literal(1), previousHash: hashSchema });
/** As it was written, whatever a newer Regie says in it: the hash covers all of it. */
const entryLine = z.object({ entry: z.looseObject({ number: z.int().min(1) }), hash: hashSchema });
const lastLine = z.object({ head: z.object({ number: z.int().min(0), hash: hashSchema }) });

const parsed = <S extends z.ZodType>(schema: S, text: string): z.output<S> | undefined => {
  try {
    return schema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
};

/**
 * Verifies an exported log, line by line (docs/log.md, "Out of it"): every hash is computed here from what the entry says and
 * the hash before it, numbers have no holes, and the end is the one that the export named.
 */
export const verifyLog = async (lines: AsyncIterable<string> | Iterable<string>): Promise<LogVerdict> => {
  let line = 0;
  let from: number | null = null;
  let before: { number: number | null; hash: string } | null = null;
  const bad = (what: Extract<LogVerdict, { ok: false }>['what'], at = line): LogVerdict => ({
    ok: false,
    line: at,
    what,
  });
  for await (const text of lines) {
    line += 1;
    if (before === null) {
      const head = parsed(firstLine, text);
      if (head === undefined) return bad('unreadable');
      before = { number: null, hash: head.previousHash };
      continue;
    }
    const last = parsed(lastLine, text);
    if (last !== undefined) {
      const { head } = last;
      if (head.hash !== before.hash || head.number !== (before.number ?? head.number)) return bad('end');
      return {
        ok: true,
        entries: before.number === null ? 0 : head.number - (from ?? head.number) + 1,
        from: from ?? 0,
        head,
      };
    }
    const found = parsed(entryLine, text);
    if (found === undefined) return bad('unreadable');
    const { entry, hash } = found;
    if (before.number !== null && entry.number !== before.number + 1) return bad('missing');
    // The first entry of all follows what every log begins with.
    if (entry.number === 1 && before.hash !== FIRST_LOG_HASH) return bad('beginning');
    if (hashOf(before.hash, entry) !== hash) return bad('hash');
    from ??= entry.number;
    before = { number: entry.number, hash };
  }
  return bad('end', line + 1);
};

/** Whether a festival has this entry, with this hash: a file that is intact for itself may be of another log. */
export const hasLogEntry = async (
  database: FestivalDatabase,
  { number, hash }: { readonly number: number; readonly hash: string },
): Promise<boolean> => {
  const found = await database.read((tx) =>
    tx.row(
      z.object({ same: z.boolean() }),
      // By primary key.
      sql`/* regie:audit */
        select ${number}::bigint = 0 or exists (
          select from console.log_entries where number = ${number}::bigint and encode(hash, 'hex') = ${hash}) as same`,
    ),
  );
  return found.same;
};
