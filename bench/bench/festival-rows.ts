import { createHash } from 'node:crypto';
import type pg from 'pg';
import { z } from 'zod';

/** What has been written so far. Cards are numbered; only those below `cards` have a history, and those below `ordered` an order of just now. */
export type Festival = { rows: number; cards: number; ordered: number };

/** Who writes the rows of a fill, and when they happened. */
export type Fill = {
  readonly rows: number;
  readonly cards: number;
  /** Seconds before now, of the first and the last row. */
  readonly fromSecondsAgo: number;
  readonly toSecondsAgo: number;
};

const CHUNK = 500_000;

/** Rows of one card until its history begins again: a recharge of 60.00 and 19 orders of 3.00. */
const PERIOD = 20;

/** As `bench.card_id` in the database: a tag's serial number, spread over the index as serial numbers are. */
export const cardId = (number: number): string =>
  createHash('md5').update(`card ${number}`).digest('hex').slice(0, 14).toUpperCase();

/** The arithmetic of the fill, in the database so that it can be filled by the million. */
export const prepareFill = async (admin: pg.Client, options: { cardIndex: boolean }): Promise<void> => {
  await admin.query(`
    create schema bench;
    create function bench.card_id(number int) returns text language sql immutable parallel safe as
      $$ select upper(substr(md5('card ' || number), 1, 14)) $$;
    -- Every fifth card has one order in ${PERIOD} rows that failed and took nothing: 1 % of all, at no time more.
    create function bench.fails(number int, step int) returns boolean language sql immutable parallel safe as
      $$ select number % 5 = 0 and step % ${PERIOD} = 1 + (number / 5) % ${PERIOD - 1} $$;
    create function bench.balance(number int, step int) returns numeric language sql immutable parallel safe as
      $$ select case when step < 0 then 0 else (
        (step / ${PERIOD}) * case when number % 5 = 0 then 6 else 3 end
        + 60 - 3 * (step % ${PERIOD})
        + case when number % 5 = 0 and step % ${PERIOD} >= 1 + (number / 5) % ${PERIOD - 1} then 3 else 0 end
      )::numeric(10,2) end $$;
  `);
  if (options.cardIndex)
    await admin.query('create index app_transaction_log_card_idx on app_transaction_log (card_id)');
};

/**
 * Adds cards with a consistent history: every balance follows from the one before, the card holds its log's balance, and
 * its rows lie apart as they do in a log that many cards write into. Each order has its scan.
 */
export const fill = async (admin: pg.Client, festival: Festival, rows: Fill): Promise<void> => {
  const values = [festival.cards, rows.cards, rows.rows];
  await admin.query(
    `insert into table_cards (id, amount, created_at, updated_at)
     select bench.card_id($1::int + i),
       bench.balance($1::int + i, $3::int / $2::int - case when i < $3::int % $2::int then 0 else 1 end),
       now() - interval '10 days', now() - interval '1 hour'
     from generate_series(0, $2::int - 1) as i`,
    values,
  );
  const span = [festival.cards, rows.cards, rows.fromSecondsAgo, (rows.fromSecondsAgo - rows.toSecondsAgo) / rows.rows];
  for (let first = 0; first < rows.rows; first += CHUNK) {
    const part = [...span, first, Math.min(first + CHUNK, rows.rows) - 1];
    const steps = `
      select i, $1::int + i % $2::int as number, i / $2::int as step,
        now() - make_interval(secs => $3::float8 - i * $4::float8) as at
      from generate_series($5::int, $6::int) as i`;
    await admin.query(
      `insert into app_transaction_log (correlation_id, card_id, transaction_type, status, amount_involved,
         previous_balance, new_balance, details, edge_function_name, edge_function_request_id, client_request_id, timestamp)
       select gen_random_uuid(), bench.card_id(number),
         case when step % ${PERIOD} = 0 then 'stripe_recharge' else 'bar_order' end,
         case when bench.fails(number, step) then 'failed' else 'completed' end,
         case when step % ${PERIOD} = 0 then 60 else 3 end,
         bench.balance(number, step - 1), bench.balance(number, step),
         jsonb_build_object('point_of_sale', 'bar-' || number % 40, 'items', step % 4 + 1),
         'process-bar-order', 'edge-' || i, 'request-' || number || '-' || step, at
       from (${steps}) as steps order by i`,
      part,
    );
    await admin.query(
      `insert into nfc_scan_log (card_id_scanned, raw_data, scan_timestamp, scan_status, processing_duration_ms,
         operation_id, client_request_id, scan_location_context, device_identifier)
       select bench.card_id(number), md5(number::text), at - interval '1 second', 'success', 40 + i % 60,
         'op-' || i, 'request-' || number || '-' || step, 'bar', 'reader-' || i % 50
       from (${steps}) as steps where step % ${PERIOD} > 0 order by i`,
      part,
    );
  }
  festival.rows += rows.rows;
  festival.cards += rows.cards;
};

/** Lets the log grow to a size, with the cards that belong to it, over the last ten days up to an hour ago. */
export const growTo = async (admin: pg.Client, festival: Festival, size: number): Promise<void> => {
  const rows = size - festival.rows;
  if (rows <= 0) return;
  const cards = Math.max(Math.min(Math.floor(size / 20), 100_000) - festival.cards, Math.ceil(rows / 2_000));
  await fill(admin, festival, { rows, cards, fromSecondsAgo: 10 * 86_400, toSecondsAgo: 3_600 });
};

/** Maintenance that the server would otherwise run during the measurement. */
export const settle = async (admin: pg.Client): Promise<void> => {
  await admin.query('vacuum (analyze)');
  await admin.query('checkpoint');
};

const amountRow = z.object({ amount: z.string() });

export type Order = {
  readonly card: string;
  readonly kind: 'ordinary' | 'took_money_and_failed';
  readonly scan: boolean;
};

/** One order as the festival's own system writes it: the card and the log in one transaction. @returns its log_id. */
export const writeOrder = async (client: pg.Client, order: Order): Promise<number> => {
  await client.query('begin');
  const { rows } = await client.query('select amount from table_cards where id = $1 for update', [order.card]);
  const before = Number(amountRow.parse(rows[0]).amount);
  const failed = order.kind === 'took_money_and_failed';
  const recharge = !failed && before < 3;
  const after = recharge ? before + 50 : before - 3;
  await client.query('update table_cards set amount = $2, updated_at = now() where id = $1', [order.card, after]);
  const logged = await client.query(
    `insert into app_transaction_log (card_id, transaction_type, status, amount_involved, previous_balance, new_balance,
       details, edge_function_name, client_request_id)
     values ($1, $2, $3, $4, $5, $6, jsonb_build_object('point_of_sale', $7::text), 'process-bar-order', gen_random_uuid()::text)
     returning log_id`,
    [
      ...[order.card, recharge ? 'checkpoint_recharge' : 'bar_order', failed ? 'failed' : 'completed'],
      ...[recharge ? 50 : 3, before, after, `bar-${placeOf(order.card) % 40}`],
    ],
  );
  if (order.scan) {
    await client.query(
      `insert into nfc_scan_log (card_id_scanned, raw_data, scan_status, processing_duration_ms, device_identifier)
       values ($1::text, md5($1::text), 'success', 55, $2)`,
      [order.card, `reader-${placeOf(order.card) % 50}`],
    );
  }
  await client.query('commit');
  return z.object({ log_id: z.coerce.number() }).parse(logged.rows[0]).log_id;
};

/** As many bars and readers as in the fill: one that falls silent is a finding. */
const placeOf = (card: string): number => Number.parseInt(card.slice(0, 4), 16);
