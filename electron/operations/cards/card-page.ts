import { z } from 'zod';
import type { CallOutput } from '../../../shared/contract/calls.ts';
import { type CardTransaction, TRANSACTIONS_SHOWN } from '../../../shared/domain/card.ts';
import type { RowId } from '../../../shared/domain/row-id.ts';
import type { FestivalDatabase, Transaction } from '../../postgres/pool.ts';
import { centsColumn, instantColumn } from '../../postgres/rows.ts';
import { sql } from '../../postgres/sql.ts';
import { toTransaction, transactionColumns } from './card-rows.ts';

const transactionRow = z.object({ ...transactionColumns, expected_after: centsColumn, timestamp: instantColumn });

/**
 * The rows of a card's history before one of them, the newest first, each with the balance that was expected after it.
 * @throws the driver's error when the festival's database does not answer.
 */
export const readCardPage = (
  database: FestivalDatabase,
  cardId: string,
  before: RowId,
): Promise<CallOutput<'card.page'>> =>
  database.read(async (tx) => {
    const found = await readTransactions(tx, cardId, { before, most: TRANSACTIONS_SHOWN + 1 });
    const rows = found.slice(0, TRANSACTIONS_SHOWN);
    return { rows, next: found.length > TRANSACTIONS_SHOWN ? (rows.at(-1)?.logId ?? null) : null };
  });

/**
 * Rows of a card, the newest first, in the caller's snapshot.
 * @param part.before only those before this row; null: from the newest one on
 * @throws the driver's error when the festival's database does not answer.
 */
export const readTransactions = async (
  tx: Transaction,
  cardId: string,
  { before, most }: { before: RowId | null; most: number },
): Promise<CardTransaction[]> => {
  const found = await tx.fittingRows(
    transactionRow,
    // One card's rows, where the festival indexes card_id. What is expected after a row comes from all rows before it.
    sql`/* regie:card */
      select log_id, transaction_id::text as transaction_id, console.type_word(console.word_of(transaction_type)) as transaction_type,
      console.known_status(console.word_of(status)) as status, console.amount_of(amount_involved) as amount_involved,
      console.amount_of(previous_balance) as previous_balance, console.amount_of(new_balance) as new_balance,
      console.ledger_amount(console.word_of(transaction_type), console.word_of(status), console.amount_of(amount_involved),
        console.json_of(details)) as ledger_amount,
      coalesce(console.word_of(console.json_of(details) ->> 'point_of_sale'), console.word_of(edge_function_name)) as point_of_sale,
      case when console.type_word(console.word_of(transaction_type)) = 'manual_correction' then console.json_of(details) ->> 'kind' end as correction_kind,
      case when console.type_word(console.word_of(transaction_type)) = 'manual_correction' then console.json_of(details) ->> 'note' end as note,
      sum(console.ledger_amount(console.word_of(transaction_type), console.word_of(status), console.amount_of(amount_involved),
        console.json_of(details))) over (order by log_id) as expected_after,
      coalesce(console.time_of(timestamp), 'epoch') as timestamp
      from public.app_transaction_log
      where card_id = ${cardId} and (${before}::bigint is null or log_id < ${before}::bigint)
      order by log_id desc
      limit ${most}`,
    { name: 'transactions', id: 'log_id' },
  );
  return found.map((row) => ({
    ...toTransaction(row),
    expectedAfterCents: row.expected_after,
    at: row.timestamp,
  }));
};
