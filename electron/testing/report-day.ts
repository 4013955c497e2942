import type pg from 'pg';

/**
 * Two days of a festival's own orders and recharges, as its tills write them: log, order and card in agreement. Thousands of rows,
 * so in one statement; the same each time.
 */
export const writeOrders = async (
  { admin }: { readonly admin: pg.ClientBase },
  { orders, cards, from }: { readonly orders: number; readonly cards: number; readonly from: string },
): Promise<void> => {
  await admin.query(
    `with made as (
       select i, 'visitor-' || lpad((i % $2)::text, 5, '0') as card, case i % 3 when 0 then 'Bar du Lac' when 1 then 'Bar Électro' else 'Cantine' end as place,
         (150 + (i * 37) % 800)::numeric / 100 as amount, md5('order ' || i) as request, i % 41 = 0 as failed,
         $3::timestamptz + i * interval '48 hours' / $1 as at
       from generate_series(1, $1::int) as i
     ), charged as (
       insert into app_transaction_log (card_id, transaction_type, status, amount_involved, previous_balance, new_balance, timestamp)
       select 'visitor-' || lpad(c::text, 5, '0'), 'checkpoint_recharge', 'completed', 500, 0, 500, $3::timestamptz - interval '1 minute'
       from generate_series(0, $2::int - 1) as c
     ), held as (
       insert into table_cards (id, amount)
       select 'visitor-' || lpad(c::text, 5, '0'), 500 - coalesce((
         select sum(amount) from made where not failed and card = 'visitor-' || lpad(c::text, 5, '0')), 0)
       from generate_series(0, $2::int - 1) as c
     ), placed as (
       insert into bar_orders (card_id, total_amount, status, point_of_sale, client_request_id, created_at)
       select card, amount, case when failed then 'failed' else 'completed' end, place, request, at from made
     )
     insert into app_transaction_log (card_id, transaction_type, status, amount_involved, details, client_request_id, timestamp)
     select card, 'bar_order', case when failed then 'failed' else 'completed' end, amount,
       jsonb_build_object('point_of_sale', place), request, at
     from made order by i`,
    [orders, cards, from],
  );
};
