import type pg from 'pg';
import { z } from 'zod';
import type { RowId } from '../../shared/domain/row-id.ts';
import { idColumn } from '../postgres/rows.ts';

const logRow = z.object({ log_id: idColumn });
const transactionRow = z.object({ transaction_id: z.string().nullable() });

/** Seconds before now, for rows at a time of their own. */
export type Ago = { readonly secondsAgo?: number };

/** A sum in euros; a string where every digit of it counts. */
type Euros = number | string;

/**
 * Writes to the festival's tables as the field does: the one place where tests, end-to-end ones too, make such rows, unless
 * thousands of them or their very shape are what a test is about.
 */
export const festivalOf = (world: { readonly admin: pg.ClientBase }) => {
  const insertLog = async (row: {
    card: string;
    type: string;
    status: string;
    amount: Euros | null;
    previous: Euros | null;
    next: Euros | null;
    secondsAgo?: number;
    pointOfSale?: string | null;
    /** Old rows have none. */
    transactionId?: null;
  }): Promise<RowId> => {
    const { pointOfSale = 'Bar 3' } = row;
    const { rows } = await world.admin.query(
      `insert into app_transaction_log (card_id, transaction_type, status, amount_involved, previous_balance, new_balance,
         client_request_id, transaction_id, timestamp, details)
       values ($1, $2, $3, $4, $5, $6, gen_random_uuid()::text, case when $7 then gen_random_uuid() end,
         now() - make_interval(secs => $8), case when $9::text is not null then jsonb_build_object('point_of_sale', $9) end)
       returning log_id`,
      [
        ...[row.card, row.type, row.status, row.amount, row.previous, row.next],
        ...[row.transactionId !== null, row.secondsAgo ?? 0, pointOfSale],
      ],
    );
    return logRow.parse(rows[0]).log_id;
  };
  const balanceOf = async (card: string): Promise<number> =>
    Number((await world.admin.query('select amount from table_cards where id = $1', [card])).rows[0]?.amount ?? 0);

  const festival = {
    /** A card that was charged with this amount, long enough ago to lie in no window. */
    card: async (card: string, euros: number, { secondsAgo = 3_000 }: Ago = {}): Promise<void> => {
      await world.admin.query('begin');
      await world.admin.query('insert into table_cards (id, amount) values ($1, $2)', [card, euros]);
      await insertLog({
        card,
        type: 'checkpoint_recharge',
        status: 'completed',
        amount: euros,
        previous: 0,
        next: euros,
        secondsAgo,
      });
      await world.admin.query('commit');
    },
    /** A card whose balance is not what its one log row says. */
    wrongCard: async (card: string, { actual, expected }: { actual: Euros | null; expected: Euros }): Promise<void> => {
      await world.admin.query('insert into table_cards (id, amount) values ($1, $2)', [card, actual]);
      const change = Number(expected);
      if (change === 0) return;
      await insertLog({
        ...{ card, type: change > 0 ? 'checkpoint_recharge' : 'bar_order', status: 'completed' },
        ...{ amount: String(expected).replace('-', ''), previous: 0, next: expected },
      });
    },
    /** A card that lost money to a failed order, and what it still holds. */
    cardThatLost: async (card: string, lost: number, { left }: { left: number }): Promise<void> => {
      await festival.card(card, left + lost, { secondsAgo: 600 });
      await festival.failedOrder(card, lost, { takes: lost, pointOfSale: null });
    },
    /** An order that went through. */
    order: async (card: string, euros: number, { secondsAgo = 0 }: Ago = {}): Promise<RowId> => {
      const previous = await balanceOf(card);
      await world.admin.query('begin');
      await world.admin.query('update table_cards set amount = amount - $2 where id = $1', [card, euros]);
      const id = await insertLog({
        card,
        type: 'bar_order',
        status: 'completed',
        amount: euros,
        previous,
        next: previous - euros,
        secondsAgo,
      });
      await world.admin.query('commit');
      return id;
    },
    /** An order that failed; `takes` is what it took all the same. */
    failedOrder: async (
      card: string,
      euros: number,
      { secondsAgo = 0, takes = 0, pointOfSale }: Ago & { takes?: number; pointOfSale?: string | null } = {},
    ): Promise<RowId> => {
      const previous = await balanceOf(card);
      await world.admin.query('begin');
      if (takes !== 0)
        await world.admin.query('update table_cards set amount = amount - $2 where id = $1', [card, takes]);
      const id = await insertLog({
        card,
        type: 'bar_order',
        status: 'failed',
        amount: euros,
        previous,
        next: previous - takes,
        secondsAgo,
        ...(pointOfSale === undefined ? {} : { pointOfSale }),
      });
      await world.admin.query('commit');
      return id;
    },
    /** Any row of the log, without touching the card. */
    log: insertLog,
    transactionIdOf: async (logId: RowId): Promise<string | null> => {
      const { rows } = await world.admin.query('select transaction_id from app_transaction_log where log_id = $1', [
        logId,
      ]);
      return transactionRow.parse(rows[0]).transaction_id;
    },
    /** Changes a card without any log row. */
    changeCard: (card: string, euros: number) =>
      world.admin.query('update table_cards set amount = amount + $2 where id = $1', [card, euros]),
    scan: (card: string, { secondsAgo = 0, status = 'success' }: Ago & { status?: string } = {}) =>
      world.admin.query(
        `insert into nfc_scan_log (card_id_scanned, scan_status, device_identifier, scan_timestamp)
         values ($1, $2, 'reader-1', now() - make_interval(secs => $3))`,
        [card, status, secondsAgo],
      ),
  };
  return festival;
};
