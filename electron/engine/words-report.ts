import { z } from 'zod';
import { wordKindSchema } from '../../shared/domain/transaction-words.ts';
import type { Transaction } from '../postgres/pool.ts';
import { centsColumn, countColumn, microsColumn } from '../postgres/rows.ts';
import { sql } from '../postgres/sql.ts';
import { clearOthers, writeFindings } from './findings/findings.ts';
import { spellingFinding, UNKNOWN_WORDS, unknownWordFinding, unknownWordKey } from './unknown-words.ts';

/** Words that are alerts at most: one each. */
const MAX_ALERTS = 200;
const MAX_SPELLINGS = 50;

const wordRow = z.object({
  kind: wordKindSchema,
  word: z.string(),
  count: countColumn,
  amount: centsColumn,
  first: microsColumn,
  last: microsColumn,
  example: z.string(),
});
const spellingRow = wordRow.omit({ amount: true, last: true }).extend({ spelling: z.string() });

/**
 * Raises one alert for each word of the log that nobody has explained, and clears those that are explained by now; says
 * once which words are written in more than one way. @returns how many alerts were raised
 */
export const reportWords = async (tx: Transaction, laptop: string): Promise<number> => {
  const unknown = await tx.rows(
    wordRow,
    sql`/* regie:words */
      select kind, word, sum(count) as count, sum(amount) as amount,
        (extract(epoch from min(first_at)) * 1000000)::bigint as first,
        (extract(epoch from max(last_at)) * 1000000)::bigint as last,
        (array_agg(example order by first_at))[1] as example
      from console.transaction_words
      where case kind when 'type' then console.sign_of(word) is null else console.status_of(word) is null end
      group by kind, word
      order by min(first_at), kind, word
      limit ${MAX_ALERTS}`,
  );
  const spellings = await tx.rows(
    spellingRow,
    sql`/* regie:words */
      select kind, word, spelling, count, (extract(epoch from first_at) * 1000000)::bigint as first, example
      from console.transaction_words w
      where spelling <> word
        -- Who always writes a word of their own in capitals has one word.
        and (not case kind when 'type' then console.is_unusual(word, 'completed') else console.is_unusual('bar_order', word) end
          or exists (select from console.transaction_words other
            where other.kind = w.kind and other.word = w.word and other.spelling <> w.spelling))
      order by first_at, kind, spelling
      limit ${MAX_SPELLINGS}`,
  );
  await clearOthers(tx, UNKNOWN_WORDS, new Set(unknown.map(unknownWordKey)), laptop);
  const findings = [...unknown.map(unknownWordFinding), ...spellings.map(spellingFinding)];
  return (await writeFindings(tx, findings, laptop)).raised;
};
