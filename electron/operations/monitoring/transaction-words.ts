import { z } from 'zod';
import type { TransactionWord } from '../../../shared/contract/words.ts';
import { meaningSchema, wordKindSchema } from '../../../shared/domain/transaction-words.ts';
import type { FestivalDatabase } from '../../postgres/pool.ts';
import { centsColumn, countColumn, instantColumn, serialColumn } from '../../postgres/rows.ts';
import { sql } from '../../postgres/sql.ts';

const wordRow = z
  .object({
    kind: wordKindSchema,
    word: z.string(),
    spellings: z.array(z.string()),
    meaning: meaningSchema.nullable(),
    own: z.boolean(),
    version: serialColumn,
    changed_by: z.string().nullable(),
    changed_at: instantColumn.nullable(),
    count: countColumn,
    amount: centsColumn,
    first_at: instantColumn.nullable(),
    last_at: instantColumn.nullable(),
    example: z.string().nullable(),
  })
  .transform(
    (row): TransactionWord => ({
      kind: row.kind,
      word: row.word,
      spellings: row.spellings,
      meaning: row.meaning,
      own: row.own,
      version: row.version,
      changedBy: row.changed_by,
      changedAt: row.changed_at,
      count: row.count,
      amountCents: row.amount,
      firstAt: row.first_at,
      lastAt: row.last_at,
      example: row.example,
    }),
  );
const stateRow = z.object({ recounting: z.boolean(), now: instantColumn });

/** The words of the log beside the usual ones, those without a meaning first, and what was said of them. */
export const readTransactionWords = (database: FestivalDatabase) =>
  database.read(async (tx) => {
    const words = await tx.rows(
      wordRow,
      sql`/* regie:meanings */
        with seen as (
          select kind, word, jsonb_agg(distinct spelling) as spellings, sum(count) as count, sum(amount) as amount,
            min(first_at) as first_at, max(last_at) as last_at, (array_agg(example order by first_at))[1] as example
          from console.transaction_words group by kind, word
        ), meant as (
          select kind, word, coalesce(spellings, '[]') as spellings, coalesce(count, 0) as count, coalesce(amount, 0) as amount,
            first_at, last_at, example, coalesce(m.version, 0) as version, m.changed_by, m.changed_at,
            case kind
              when 'type' then case console.sign_of(word) when 1 then 'adds' when -1 then 'takes' when 0 then 'nothing' end
              else console.status_of(word)
            end as meaning,
            case kind when 'type' then console.is_unusual(word, 'completed')
              else word not in ('completed', 'failed') end as own
          from seen full join console.transaction_meanings m using (kind, word))
        select * from meant order by meaning is not null, kind desc, last_at desc nulls last, word limit 500`,
    );
    const { recounting, now } = await tx.row(
      stateRow,
      sql`/* regie:meanings */
        select version <> recounted as recounting, clock_timestamp() as now from console.meaning_version`,
    );
    return { words, recounting, at: now };
  });
