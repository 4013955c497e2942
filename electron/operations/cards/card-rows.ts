import { z } from 'zod';
import { centsColumn, idColumn } from '../../postgres/rows.ts';

/** What a card's screen shows of a row of the festival's log, live or copied. Their queries name the columns so. */
export const transactionColumns = {
  log_id: idColumn,
  transaction_id: z.string().nullable(),
  transaction_type: z.string(),
  status: z.string(),
  amount_involved: centsColumn.nullable(),
  previous_balance: centsColumn.nullable(),
  new_balance: centsColumn.nullable(),
  ledger_amount: centsColumn,
  point_of_sale: z.string().nullable(),
  correction_kind: z.string().nullable(),
  note: z.string().nullable(),
};
const columns = z.object(transactionColumns);

export const toTransaction = (row: z.output<typeof columns>) => ({
  logId: row.log_id,
  transactionId: row.transaction_id,
  type: row.transaction_type,
  status: row.status,
  amountCents: row.amount_involved,
  previousCents: row.previous_balance,
  newCents: row.new_balance,
  ledgerCents: row.ledger_amount,
  pointOfSale: row.point_of_sale,
  correctionKind: row.correction_kind,
  note: row.note,
});
