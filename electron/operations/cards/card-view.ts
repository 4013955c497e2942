import { z } from 'zod';
import { type CardView, SCANS_SHOWN, TRANSACTIONS_SHOWN } from '../../../shared/domain/card.ts';
import { subtractCents, ZERO } from '../../../shared/domain/money.ts';
import type { FestivalDatabase } from '../../postgres/pool.ts';
import { centsColumn, countColumn, idColumn, instantColumn } from '../../postgres/rows.ts';
import { sql } from '../../postgres/sql.ts';
import { readTransactions } from './card-page.ts';

/** The scan log has no index on the card: only its newest part is looked through, by primary key. */
const SCANS_SEARCHED = 200_000;

const cardRow = z.object({ amount: centsColumn.nullable() });
const totalsRow = z.object({ expected: centsColumn, count: countColumn, now: instantColumn });
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
      sql`/* regie:card */ select console.amount_of(amount) as amount from public.table_cards where id = ${cardId}`,
    );
    const totals = await tx.row(
      totalsRow,
      // Reads one card's rows where the festival indexes card_id; the doctor says when it does not.
      sql`/* regie:card */
        select console.expected_balance(${cardId}) as expected, clock_timestamp() as now,
          (select count(*) from public.app_transaction_log where card_id = ${cardId}) as count`,
    );
    const transactions = await readTransactions(tx, cardId, { before: null, most: TRANSACTIONS_SHOWN });
    const scans = await tx.fittingRows(
      scanRow,
      sql`/* regie:card */
        select scan_log_id, console.word_of(scan_status) as scan_status,
          console.key_of(device_identifier) as device_identifier,
          coalesce(console.time_of(scan_timestamp), 'epoch') as scan_timestamp
        from (select * from public.nfc_scan_log order by scan_log_id desc limit ${SCANS_SEARCHED}) as newest
        where card_id_scanned = ${cardId}
        order by scan_log_id desc
        limit ${SCANS_SHOWN}`,
      { name: 'scans', id: 'scan_log_id' },
    );
    const actual = card?.amount ?? ZERO;
    return {
      cardId,
      exists: card !== undefined,
      amountMissing: card !== undefined && card.amount === null,
      actualCents: actual,
      expectedCents: totals.expected,
      discrepancyCents: subtractCents(actual, totals.expected),
      transactions,
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
