import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { addCents, type Cents, toNumeric } from '../../shared/domain/money.ts';
import type { Instant } from '../../shared/domain/primitives.ts';
import type { RowId } from '../../shared/domain/row-id.ts';
import type { Transaction } from '../postgres/pool.ts';
import { centsColumn, idColumn, instantColumn } from '../postgres/rows.ts';
import { sql } from '../postgres/sql.ts';
import type { Basket, Counter, OrderItem } from './planner.ts';

/** A row of the transaction log as it was written. */
export type Logged = { readonly logId: RowId; readonly at: Instant };

const loggedRow = z
  .object({ log_id: idColumn, at: instantColumn })
  .transform(({ log_id, at }): Logged => ({ logId: log_id, at }));
const balanceRow = z.object({ amount: centsColumn });
const editedRow = z.object({ log_id: idColumn, at: instantColumn, sign: z.int() });
const atRow = z.object({ at: instantColumn });

/** What a reader logs about its scans. */
const READER_AGENT = 'CashlessTill/4.2 (Android 14)';

/** Locks a card until the transaction ends, as the festival's edge functions do. @returns its balance. */
export const lockCard = async (tx: Transaction, cardId: string): Promise<Cents> =>
  (
    await tx.row(
      balanceRow,
      sql`/* festival:lock-card */ select coalesce(amount, 0)::numeric(10,2) as amount from table_cards where id = ${cardId} for update`,
    )
  ).amount;

export type OrderEntry = {
  readonly cardId: string;
  readonly counter: Counter;
  readonly basket: Basket;
  readonly status: 'completed' | 'failed';
  /** What the log has. */
  readonly previous: Cents;
  readonly next: Cents;
  /** What the card holds afterwards; undefined leaves it as it is. */
  readonly card?: Cents;
  /** Why it failed. */
  readonly error?: { readonly code: string; readonly message: string };
  /** False where the till sends an order without a new tap. */
  readonly scanned?: boolean;
  readonly scanMs: number;
};

/** Writes an order with everything that belongs to it: scan, key, order, items, card, log. */
export const writeOrder = async (tx: Transaction, order: OrderEntry): Promise<Logged> => {
  const { cardId, counter, basket, status, scanned = true, error } = order;
  const requestId = randomUUID();
  const details = {
    point_of_sale: counter.place.name,
    device_identifier: counter.reader,
    items: basket.items.map(itemOf),
    ...(error === undefined ? {} : { error: error.message, error_code: error.code }),
  };
  return tx.row(
    loggedRow,
    sql`/* festival:bar-order */
      with scan as (
        insert into nfc_scan_log (card_id_scanned, raw_data, scan_status, processing_duration_ms, operation_id,
          client_request_id, scan_location_context, device_identifier, user_agent)
        select ${cardId}::text, ${cardId}::text, 'success', ${order.scanMs}::int, 'bar-order', ${requestId}::text,
          ${counter.place.name}::text, ${counter.reader}::text, ${READER_AGENT}::text
        where ${scanned}::boolean
      ), key as (
        insert into idempotency_keys (request_id, source_function, status, expires_at)
        values (${requestId}, 'bar-order', ${status}, now() + interval '24 hours')
      ), placed as (
        insert into bar_orders (card_id, total_amount, status, point_of_sale, client_request_id)
        values (${cardId}, ${toNumeric(basket.total)}, ${status}, ${counter.place.name}, ${requestId})
        returning id
      ), item as (
        insert into bar_order_items (order_id, product_name, price, quantity, is_deposit, is_return)
        select placed.id, i.name, i.price, i.quantity, i.is_deposit, i.is_return
        from placed, jsonb_to_recordset(${JSON.stringify(details.items)}::jsonb)
          as i (name text, price numeric, quantity int, is_deposit boolean, is_return boolean)
      ), card as (
        update table_cards set amount = ${toNumeric(order.card ?? order.previous)}, updated_at = now()
        where id = ${cardId} and ${order.card !== undefined}::boolean
      )
      insert into app_transaction_log (card_id, transaction_type, status, amount_involved, previous_balance, new_balance,
        details, edge_function_name, edge_function_request_id, client_request_id, correlation_id)
      values (${cardId}, 'bar_order', ${status}, ${toNumeric(basket.total)}, ${toNumeric(order.previous)},
        ${toNumeric(order.next)}, ${JSON.stringify(details)}, 'bar-order', ${randomUUID()}, ${requestId}, ${randomUUID()})
      returning log_id, timestamp as at`,
  );
};

/** Many orders that fail before the card is touched, on cards of their own. */
export const writeFailedOrders = async (
  tx: Transaction,
  orders: readonly { readonly cardId: string; readonly counter: Counter; readonly basket: Basket }[],
  error: { readonly code: string; readonly message: string },
): Promise<Logged[]> => {
  const rows = orders.map(({ cardId, counter, basket }) => ({
    card_id: cardId,
    request_id: randomUUID(),
    place: counter.place.name,
    reader: counter.reader,
    total: toNumeric(basket.total),
    details: {
      point_of_sale: counter.place.name,
      device_identifier: counter.reader,
      items: basket.items.map(itemOf),
      error: error.message,
      error_code: error.code,
    },
  }));
  return tx.rows(
    loggedRow,
    sql`/* festival:bar-order */
      with failing as (
        select o.*, coalesce(c.amount, 0) as balance
        from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb)
          as o (card_id text, request_id text, place text, reader text, total numeric, details jsonb)
        join table_cards c on c.id = o.card_id
      ), scan as (
        insert into nfc_scan_log (card_id_scanned, raw_data, scan_status, processing_duration_ms, operation_id,
          client_request_id, scan_location_context, device_identifier, user_agent)
        select card_id, card_id, 'success', 900, 'bar-order', request_id, place, reader, ${READER_AGENT}::text from failing
      ), key as (
        insert into idempotency_keys (request_id, source_function, status, expires_at)
        select request_id, 'bar-order', 'failed', now() + interval '24 hours' from failing
      ), placed as (
        insert into bar_orders (card_id, total_amount, status, point_of_sale, client_request_id)
        select card_id, total, 'failed', place, request_id from failing
      )
      insert into app_transaction_log (card_id, transaction_type, status, amount_involved, previous_balance, new_balance,
        details, edge_function_name, edge_function_request_id, client_request_id, correlation_id)
      select card_id, 'bar_order', 'failed', total, balance, balance, details, 'bar-order', gen_random_uuid()::text,
        request_id, gen_random_uuid()
      from failing
      returning log_id, timestamp as at`,
  );
};

/** A recharge with everything that belongs to it. Without a counter it was paid online. @returns the new balance too. */
export const recharge = async (
  tx: Transaction,
  entry: { cardId: string; amount: Cents; counter?: Counter; paidByCard: boolean; staff: number; scanMs: number },
): Promise<Logged & { balance: Cents }> => {
  const { cardId, amount, counter } = entry;
  const previous = await lockCard(tx, cardId);
  const next = addCents(previous, amount);
  const requestId = randomUUID();
  const session = counter === undefined ? `cs_live_${randomUUID().replaceAll('-', '')}` : null;
  const type = counter === undefined ? 'stripe_recharge' : 'checkpoint_recharge';
  const source = counter === undefined ? 'stripe-webhook' : 'checkpoint-recharge';
  const details =
    counter === undefined
      ? { stripe_session_id: session }
      : { point_of_sale: counter.place.name, device_identifier: counter.reader, paid_by_card: entry.paidByCard };
  const logged = await tx.row(
    loggedRow,
    sql`/* festival:recharge */
      with scan as (
        insert into nfc_scan_log (card_id_scanned, raw_data, scan_status, processing_duration_ms, operation_id,
          client_request_id, scan_location_context, device_identifier, user_agent)
        select ${cardId}::text, ${cardId}::text, 'success', ${entry.scanMs}::int, 'checkpoint-recharge',
          ${requestId}::text, ${counter?.place.name ?? null}::text, ${counter?.reader ?? null}::text, ${READER_AGENT}::text
        where ${counter !== undefined}::boolean
      ), key as (
        insert into idempotency_keys (request_id, source_function, status, expires_at)
        values (${requestId}, ${source}, 'completed', now() + interval '24 hours')
      ), paid as (
        insert into recharges (id_card, card_id, amount, paid_by_card, stripe_session_id, client_request_id, staff_id,
          checkpoint_id)
        values (${cardId}, ${cardId}, ${toNumeric(amount)}, ${counter === undefined || entry.paidByCard}, ${session},
          ${requestId}, ${counter === undefined ? null : `staff-${entry.staff}`}, ${counter?.place.name ?? null})
      ), card as (
        update table_cards set amount = ${toNumeric(next)}, updated_at = now() where id = ${cardId}
      )
      insert into app_transaction_log (card_id, transaction_type, status, amount_involved, previous_balance, new_balance,
        details, edge_function_name, edge_function_request_id, client_request_id, correlation_id)
      values (${cardId}, ${type}, 'completed', ${toNumeric(amount)}, ${toNumeric(previous)}, ${toNumeric(next)},
        ${JSON.stringify(details)}, ${source}, ${randomUUID()}, ${requestId}, ${randomUUID()})
      returning log_id, timestamp as at`,
  );
  return { ...logged, balance: next };
};

export type ScanEntry = {
  readonly cardId: string;
  readonly counter: Counter;
  readonly status: 'success' | 'failure' | 'timeout' | 'invalid_format';
  readonly scanMs: number;
};

/** A tap on a reader that leads to nothing. */
export const writeScan = async (tx: Transaction, { cardId, counter, status, scanMs }: ScanEntry): Promise<Instant> => {
  const error = status === 'success' ? null : status === 'timeout' ? 'The reader did not answer' : 'Card not readable';
  const { at } = await tx.row(
    atRow,
    sql`/* festival:scan */
      insert into nfc_scan_log (card_id_scanned, raw_data, scan_status, processing_duration_ms, operation_id,
        client_request_id, scan_location_context, device_identifier, user_agent, error_message, error_code)
      values (${cardId}, ${cardId}, ${status}, ${scanMs}, 'bar-order', ${randomUUID()}, ${counter.place.name},
        ${counter.reader}, ${READER_AGENT}, ${error}, ${error === null ? null : status.toUpperCase()})
      returning scan_timestamp as at`,
  );
  return at;
};

/** A row of a system that Regie does not know, in its own words: the card is left as it is. */
export const writeForeign = (
  tx: Transaction,
  row: { cardId: string; type: string; status?: string; amount: Cents; balance: Cents; place: string },
): Promise<Logged> =>
  tx.row(
    loggedRow,
    sql`/* festival:foreign */
      insert into app_transaction_log (card_id, transaction_type, status, amount_involved, previous_balance, new_balance,
        details, client_request_id)
      values (${row.cardId}, ${row.type}, ${row.status ?? 'completed'}, ${toNumeric(row.amount)}, ${toNumeric(row.balance)},
        ${toNumeric(row.balance)}, ${JSON.stringify({ point_of_sale: row.place })}, ${randomUUID()})
      returning log_id, timestamp as at`,
  );

/** What a reader had scanned until some minutes ago, one a minute, comes in at once. @returns when. */
export const writeLateScans = async (tx: Transaction, counter: Counter, minutesAgo: number): Promise<Instant> => {
  await tx.run(
    sql`/* festival:late-scans */
      insert into nfc_scan_log (scan_status, processing_duration_ms, operation_id, client_request_id, scan_location_context,
        device_identifier, user_agent, scan_timestamp)
      select 'success', 120, 'bar-order', gen_random_uuid()::text, ${counter.place.name}, ${counter.reader}, ${READER_AGENT},
        now() - make_interval(mins => ${minutesAgo}::int + n)
      from generate_series(0, 39) as n order by n desc`,
  );
  return (await tx.row(atRow, sql`/* festival:late-scans */ select now() as at`)).at;
};

/**
 * Somebody changes a card's last transaction in the log by hand, and the card to match it.
 * @returns undefined where the card has none that counts.
 */
export const editHistory = async (
  tx: Transaction,
  cardId: string,
  cents: Cents,
): Promise<(Logged & { balance: Cents }) | undefined> => {
  const edited = await tx.maybeRow(
    editedRow,
    sql`/* festival:edit-log */
      with last as (
        select log_id, case when transaction_type = 'bar_order' then -1 else 1 end as sign
        from app_transaction_log where card_id = ${cardId} and status = 'completed' order by log_id desc limit 1)
      update app_transaction_log t
      set amount_involved = amount_involved + ${toNumeric(cents)}::numeric,
        new_balance = new_balance + last.sign * ${toNumeric(cents)}::numeric
      from last where t.log_id = last.log_id
      returning t.log_id, now() as at, last.sign`,
  );
  if (edited === undefined) return undefined;
  const { amount } = await tx.row(
    balanceRow,
    sql`/* festival:edit-log */
      update table_cards set amount = amount + ${edited.sign}::int * ${toNumeric(cents)}::numeric, updated_at = now()
      where id = ${cardId} returning amount`,
  );
  return { logId: edited.log_id, at: edited.at, balance: amount };
};

/** Changes a card without a log row. @returns when. */
export const changeCardSilently = async (tx: Transaction, cardId: string, amount: Cents): Promise<Instant> => {
  const { at } = await tx.row(
    atRow,
    sql`/* festival:silent-change */
      update table_cards set amount = ${toNumeric(amount)}, updated_at = now() where id = ${cardId} returning now() as at`,
  );
  return at;
};

/** JSON as JavaScript tills write it: prices are numbers. Two decimals survive that. */
const itemOf = ({ name, price, quantity, kind }: OrderItem) => ({
  name,
  price: Number(toNumeric(price)),
  quantity,
  is_deposit: kind === 'deposit',
  is_return: kind === 'return',
});
