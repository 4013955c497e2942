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
       select 'visitor-' || lpad(c::text, 5, '0'), 500 - coalesce(spent.amount, 0)
       from generate_series(0, $2::int - 1) as c
       left join (select card, sum(amount) as amount from made where not failed group by card) as spent
         on spent.card = 'visitor-' || lpad(c::text, 5, '0')
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

/**
 * Two hundred faults beside that traffic: failed orders that took their money (100), cards that lost some without any row (60), cards
 * below zero (20), and cards whose orders fail three times (20). Amounts and places differ, so that no figure stands for another.
 */
export const writeFaults = async ({ admin }: { readonly admin: pg.ClientBase }): Promise<void> => {
  await admin.query(
    `with made as (
       select i, 'fault-' || lpad(i::text, 3, '0') as card, i % 3 as at_bar,
         case when i <= 100 then 'taken' when i <= 160 then 'drained' when i <= 180 then 'below' else 'refused' end as fault,
         (200 + i * 7 % 500)::numeric / 100 as amount
       from generate_series(1, 200) as i
     ), held as (
       insert into table_cards (id, amount)
       select card, case fault when 'below' then -amount when 'refused' then 20 else 20 - amount end from made
     ), placed as (
       insert into bar_orders (card_id, total_amount, status, point_of_sale, client_request_id, created_at)
       select card, 20 + amount, 'completed', (array['Bar du Lac', 'Bar Électro', 'Cantine'])[1 + at_bar], md5(card || 1),
         now() - interval '10 minutes'
       from made where fault = 'below'
     )
     insert into app_transaction_log
       (card_id, transaction_type, status, amount_involved, previous_balance, new_balance, details, client_request_id, timestamp)
     select card, type, status, amount, before, before + change,
       jsonb_build_object('point_of_sale', (array['Bar du Lac', 'Bar Électro', 'Cantine'])[1 + at_bar]), md5(card || nth), at
     from (
       select i, 0 as nth, card, at_bar, 'checkpoint_recharge' as type, 'completed' as status, 20::numeric as amount, 0::numeric as before,
         20::numeric as change, now() - interval '20 minutes' as at from made
       union all
       select i, 1, card, at_bar, 'bar_order', 'failed', amount, 20, -amount, now() - interval '10 minutes' from made where fault = 'taken'
       union all
       select i, 1, card, at_bar, 'bar_order', 'completed', 20 + amount, 20, -20 - amount, now() - interval '10 minutes'
       from made where fault = 'below'
       union all
       select i, nth, card, at_bar, 'bar_order', 'failed', amount, 20, 0, now() - (10 - nth) * interval '10 seconds'
       from made, generate_series(1, 3) as nth where fault = 'refused'
     ) as written
     order by i, nth`,
  );
};

/**
 * What became of the alerts, spread over the two days, with twenty of those that lead within two minutes: answered in time or late, closed
 * without an answer, cleared by themselves, called again, reopened, or left; with messages, attendance and measurements.
 */
export const writeResponses = async (
  { admin }: { readonly admin: pg.ClientBase },
  { from }: { readonly from: string },
): Promise<void> => {
  await admin.query(
    `update monitoring_events e set detection_timestamp = m.at, status = m.status,
       resolved_at = case when m.status in ('RESOLVED', 'FALSE_POSITIVE') then m.at + interval '20 minutes' end,
       resolution_notes = case when m.status = 'RESOLVED' then 'settled at the counter' end
     from (
       select event_id, $1::timestamptz + case when n between 11 and 30 then interval '9 hours 20 minutes' + n * interval '5 seconds'
           else n * interval '11 minutes' end as at,
         case when n % 11 = 3 then 'FALSE_POSITIVE' when n % 3 = 0 then 'RESOLVED' when n % 3 = 1 then 'INVESTIGATING' else 'OPEN' end
           as status
       from (select event_id, row_number() over (order by coalesce(incident_id, event_id) <> event_id, event_id) as n
         from monitoring_events left join console.alerts using (event_id) where severity <> 'INFO') as numbered
     ) as m where m.event_id = e.event_id`,
    [from],
  );
  await admin.query(
    `update console.alerts a set committed_at = e.detection_timestamp - n * interval '37 milliseconds',
       first_acknowledged_at = case n % 5 when 0 then e.detection_timestamp + interval '40 seconds'
         when 1 then e.detection_timestamp + interval '95 minutes' end,
       acknowledged_by = case when n % 5 < 2 then 'Léa' end, taken_by = case when n % 10 = 1 then 'Noé' end,
       recalled_at = case when n % 15 = 5 then e.detection_timestamp + interval '30 seconds' end,
       reopened_at = case when n % 25 = 1 then e.detection_timestamp + interval '94 minutes' end,
       cleared_at = case when n % 5 = 3 then e.detection_timestamp + interval '3 minutes' end
     from (select *, row_number() over (order by event_id) as n from monitoring_events where severity <> 'INFO') as e
     where e.event_id = a.event_id`,
  );
  await admin.query(
    `insert into console.deliveries (event_id, severity, called_at, episode, step, contact, channel, due_at, state, operation_id)
     select event_id, severity, detection_timestamp, '-infinity', n % 2, (array['technical', 'support'])[1 + n % 2],
       (array['email', 'webhook'])[1 + n / 2 % 2], detection_timestamp,
       (array['sent', 'sent', 'failed', 'unknown', 'cancelled', 'due', 'sending'])[1 + n % 7],
       case when n % 13 = 0 then gen_random_uuid() end
     from (select *, row_number() over (order by event_id)::int as n from monitoring_events where severity <> 'INFO') as e`,
  );
  await admin.query(
    `insert into console.attendance (period, operator)
     select extract(epoch from $1::timestamptz)::bigint / 600 + p, name
     from generate_series(0, 287) as p, unnest(array['Léa', 'Noé', 'Ana']) with ordinality as who (name, nth)
     where p % 4 >= nth on conflict do nothing`,
    [from],
  );
  await admin.query(
    `insert into system_health_snapshots
       (snapshot_timestamp, success_rate_percent, total_transactions_last_hour, p95_processing_time_ms, overall_health_status)
     select $1::timestamptz + n * interval '25 minutes', 90 + n % 10, 100 + n % 37, 300 + n % 41,
       (array['HEALTHY', 'WARNING', 'CRITICAL'])[1 + n % 3]
     from generate_series(0, 100) as n`,
    [from],
  );
};
