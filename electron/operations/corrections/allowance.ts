import { z } from 'zod';
import type { Allowance } from '../../../shared/domain/allowance.ts';
import type { FestivalDatabase } from '../../postgres/pool.ts';
import { centsColumn } from '../../postgres/rows.ts';
import { sql } from '../../postgres/sql.ts';

const allowanceRow = z
  .object({
    approval_limit: centsColumn,
    card_day_limit: centsColumn,
    on_card: centsColumn,
    operator_day_limit: centsColumn,
    by_operator: centsColumn,
  })
  .transform(
    (row): Allowance => ({
      approvalLimitCents: row.approval_limit,
      card: { limitCents: row.card_day_limit, movedCents: row.on_card },
      operator: { limitCents: row.operator_day_limit, movedCents: row.by_operator },
    }),
  );

/** What an operator may still move on a card without a second person; the database judges it again when it is sent. */
export const readAllowance = (
  database: FestivalDatabase,
  { cardId, operator }: { cardId: string; operator: string },
): Promise<Allowance> =>
  database.read((tx) =>
    tx.row(
      allowanceRow,
      sql`/* regie:correction */ select * from console.allowance(${cardId}::text, ${operator}::text)`,
    ),
  );
