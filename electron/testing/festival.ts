import { z } from 'zod';
import { idColumn } from '../postgres/rows.ts';
import type { TestDatabase } from './database.ts';

const logRow = z.object({ log_id: idColumn });

/** Seconds before now, for rows at a time of their own. */
export type Ago = { readonly secondsAgo?: number };

/** Writes to the festival's tables as the field does, for tests of the engine. Amounts are in euros. */
export const festivalOf = (database: TestDatabase) => {
  const { admin } = database;
  const insertLog = async (row: {
    card: string;
    type: string;
    status: string;
    amount: number | null;
    previous: number | null;
    next: number | null;
    secondsAgo: number;
  }): Promise<number> => {
    const { rows } = await admin.query(
      `insert into app_transaction_log (card_id, transaction_type, status, amount_involved, previous_balance, new_balance,
         client_request_id, details, timestamp)
       values ($1, $2, $3, $4, $5, $6, gen_random_uuid()::text, '{"point_of_sale": "Bar 3"}', now() - make_interval(secs => $7))
       returning log_id`,
      [row.card, row.type, row.status, row.amount, row.previous, row.next, row.secondsAgo],
    );
    return logRow.parse(rows[0]).log_id;
  };
  const balanceOf = async (card: string): Promise<number> =>
    Number((await admin.query('select amount from table_cards where id = $1', [card])).rows[0]?.amount ?? 0);

  return {
    /** A card that was charged with this amount, long enough ago to be nobody's neighbour. */
    card: async (card: string, euros: number): Promise<void> => {
      await admin.query('begin');
      await admin.query('insert into table_cards (id, amount) values ($1, $2)', [card, euros]);
      await insertLog({
        card,
        type: 'checkpoint_recharge',
        status: 'completed',
        amount: euros,
        previous: 0,
        next: euros,
        secondsAgo: 3_000,
      });
      await admin.query('commit');
    },
    /** An order that went through. */
    order: async (card: string, euros: number, { secondsAgo = 0 }: Ago = {}): Promise<number> => {
      const previous = await balanceOf(card);
      await admin.query('begin');
      await admin.query('update table_cards set amount = amount - $2 where id = $1', [card, euros]);
      const id = await insertLog({
        card,
        type: 'bar_order',
        status: 'completed',
        amount: euros,
        previous,
        next: previous - euros,
        secondsAgo,
      });
      await admin.query('commit');
      return id;
    },
    /** An order that failed; `takes` is what it took all the same. */
    failedOrder: async (
      card: string,
      euros: number,
      { secondsAgo = 0, takes = 0 }: Ago & { takes?: number } = {},
    ): Promise<number> => {
      const previous = await balanceOf(card);
      await admin.query('begin');
      if (takes !== 0) await admin.query('update table_cards set amount = amount - $2 where id = $1', [card, takes]);
      const id = await insertLog({
        card,
        type: 'bar_order',
        status: 'failed',
        amount: euros,
        previous,
        next: previous - takes,
        secondsAgo,
      });
      await admin.query('commit');
      return id;
    },
    /** Any row of the log, without touching the card. */
    log: insertLog,
    /** Changes a card without any log row. */
    changeCard: (card: string, euros: number) =>
      admin.query('update table_cards set amount = amount + $2 where id = $1', [card, euros]),
    scan: (card: string, { secondsAgo = 0, status = 'success' }: Ago & { status?: string } = {}) =>
      admin.query(
        `insert into nfc_scan_log (card_id_scanned, scan_status, device_identifier, scan_timestamp)
         values ($1, $2, 'reader-1', now() - make_interval(secs => $3))`,
        [card, status, secondsAgo],
      ),
  };
};
