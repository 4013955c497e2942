import { z } from 'zod';
import { type CardView, SCANS_SHOWN, TRANSACTIONS_SHOWN } from '../../../shared/domain/card.ts';
import { subtractCents, ZERO } from '../../../shared/domain/money.ts';
import type { FestivalDatabase } from '../../postgres/pool.ts';
import { centsColumn, countColumn, idColumn, instantColumn } from '../../postgres/rows.ts';
import { sql } from '../../postgres/sql.ts';
import { toTransaction, transactionColumns } from './card-rows.ts';

/** The scan log has no index on the card: only its newest part is looked through, by primary key. */
const SCANS_SEARCHED = 200_000;

const cardRow = z.object({ amount: centsColumn.nullable() });
const totalsRow = z.object({ expected: centsColumn, count: countColumn, now: instantColumn });
const transactionRow = z.object({ ...transactionColumns, expected_after: centsColumn, timestamp: instantColumn });
const scanRow = z.object({
  scan_log_id: idColumn,
  scan_status: z.string().nullable(),
  device_identifier: z.string().nullable(),
  scan_timestamp: instantColumn,
});

/**
 * A card against its whole history, from one snapshot (docs/money.md, "Expected balance").
 * @throws the driver's error when the festival's database does not answer.
 */
export const readCardView = (
  database: FestivalDatabase,
  cardId: string,
): Promise<Omit<CardView, 'alerts' | 'waiting'>> =>
  database.read(async (tx) => {
    const card = await tx.maybeRow(
      cardRow,
      sql`/* regie:card */ select amount from public.table_cards where id = ${cardId}`,
    );
    const totals = await tx.row(
      totalsRow,
      // Reads one card's rows where the festival indexes card_id; the doctor says when it does not.
      sql`/* regie:card */
        select console.expected_balance(${cardId}) as expected, clock_timestamp() as now,
          (select count(*) from public.app_transaction_log where card_id = ${cardId}) as count`,
    );
    const transactions = await tx.rows(
      transactionRow,
      sql`/* regie:card */
        select log_id, transaction_id::text, transaction_type, status, amount_involved, previous_balance, new_balance,
          console.ledger_amount(transaction_type, status, amount_involved, details) as ledger_amount,
          sum(console.ledger_amount(transaction_type, status, amount_involved, details)) over (order by log_id) as expected_after,
          coalesce(details ->> 'point_of_sale', edge_function_name) as point_of_sale,
          case when transaction_type = 'manual_correction' then details ->> 'kind' end as correction_kind,
          case when transaction_type = 'manual_correction' then details ->> 'note' end as note,
          timestamp
        from public.app_transaction_log
        where card_id = ${cardId}
        order by log_id desc
        limit ${TRANSACTIONS_SHOWN}`,
    );
    const scans = await tx.rows(
      scanRow,
      sql`/* regie:card */
        select scan_log_id, scan_status, device_identifier, scan_timestamp
        from public.nfc_scan_log
        where scan_log_id > (select coalesce(max(scan_log_id), 0) from public.nfc_scan_log) - ${SCANS_SEARCHED}::bigint
          and card_id_scanned = ${cardId}
        order by scan_log_id desc
        limit ${SCANS_SHOWN}`,
    );
    const actual = card?.amount ?? ZERO;
    return {
      cardId,
      exists: card !== undefined,
      amountMissing: card !== undefined && card.amount === null,
      actualCents: actual,
      expectedCents: totals.expected,
      discrepancyCents: subtractCents(actual, totals.expected),
      transactions: transactions.map((row) => ({
        ...toTransaction(row),
        expectedAfterCents: row.expected_after,
        at: row.timestamp,
      })),
      transactionCount: totals.count,
      scans: scans.map((row) => ({
        scanId: row.scan_log_id,
        status: row.scan_status,
        device: row.device_identifier,
        at: row.scan_timestamp,
      })),
      complete: true,
      at: totals.now,
    };
  });
