import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { engineWorld } from '../testing/engine-world.ts';

const world = engineWorld();
const { festival, tail, events } = world;

/** Ids of cards of one make: nothing in them tells one from the other. */
const cardOf = (name: string): string => createHash('md5').update(name).digest('hex').slice(0, 14);

/** Orders of cards of their own at twelve bars within the last half hour, each read at a reader of its bar. */
const traffic = (count: number) =>
  world.database.admin.query(
    `with card as (
       insert into table_cards (id, amount) select left(md5('OK' || n), 14), 20 from generate_series(1, $1) as n returning id
     ), scanned as (
       insert into nfc_scan_log (card_id_scanned, scan_status, device_identifier, scan_timestamp)
       select left(md5('OK' || n), 14), 'success', 'reader-' || (n % 12), now() - make_interval(secs => 1800 - n * 1800 / $1)
       from generate_series(1, $1) as n
     )
     insert into app_transaction_log (card_id, transaction_type, status, amount_involved, previous_balance, new_balance,
       timestamp, details)
     select left(md5('OK' || n), 14), 'bar_order', 'completed', 2 + n % 5, 22 + n % 5, 20, now() - make_interval(secs => 1800 - n * 1800 / $1),
       jsonb_build_object('point_of_sale', 'Bar ' || (n % 12))
     from generate_series(1, $1) as n`,
    [count],
  );
const losses = async (count: number, bar: (n: number) => string): Promise<void> => {
  for (let n = 0; n < count; n += 1) {
    await festival.card(cardOf(`LOST${n}`), 50);
    await festival.failedOrder(cardOf(`LOST${n}`), 2 + (n % 5), { takes: 2 + (n % 5), pointOfSale: bar(n) });
  }
};

describe('what a flood has in common', () => {
  it('is written on its first alert, with figures, and again when it has changed', async () => {
    await traffic(240);
    await losses(12, () => 'Bar 3');
    await tail();
    const [first, ...others] = await events('balance_deduction_on_failure');
    expect(first?.event_data.flood_cause).toMatchObject({
      ...{ found: 'cause', dimension: 'pointOfSale', value: 'Bar 3', failingShare: 1, failing: 12 },
      also: [],
    });
    expect(others.filter(({ event_data }) => event_data.flood_cause !== undefined)).toEqual([]);
  });

  it('is none where nothing sets them apart, and that is said', async () => {
    await traffic(240);
    await losses(12, (n) => `Bar ${n}`);
    await tail();
    const [first] = await events('balance_deduction_on_failure');
    expect(first?.event_data.flood_cause).toMatchObject({ found: 'none', failing: 12 });
  });

  it('is not looked for while there is none', async () => {
    await traffic(60);
    await losses(3, () => 'Bar 3');
    await tail();
    const [first] = await events('balance_deduction_on_failure');
    expect(first?.event_data.flood_cause).toBeUndefined();
  });
});

it('a spike says at which bar it is', async () => {
  await traffic(240);
  for (let n = 0; n < 30; n += 1) {
    await festival.card(cardOf(`F${n}`), 20);
    await festival.failedOrder(cardOf(`F${n}`), 4, { pointOfSale: n < 27 ? 'Bar 7' : `Bar ${n % 12}` });
  }
  await tail();
  const [spike] = await events('system_failure_spike');
  expect(spike?.event_data.common_cause).toMatchObject({ found: 'cause', dimension: 'pointOfSale', value: 'Bar 7' });
});

it('a storm says which product it is about', async () => {
  await traffic(240);
  for (let n = 0; n < 30; n += 1) {
    await festival.card(cardOf(`S${n}`), 50);
    await festival.failedOrder(cardOf(`S${n}`), 4, { takes: 4, pointOfSale: `Bar ${n % 12}` });
  }
  await world.database.admin.query(
    `with ordered as (
       insert into bar_orders (card_id, total_amount, status, client_request_id)
       select card_id, amount_involved, status, client_request_id from app_transaction_log where transaction_type = 'bar_order'
       returning id, status
     )
     insert into bar_order_items (order_id, product_name, price, quantity)
     select ordered.id, case when status = 'failed' then 'Mojito' else 'Beer' end, 4, 1 from ordered`,
  );
  await tail();
  const heads = (await events('balance_deduction_on_failure')).filter(({ event_data }) => event_data.common_cause);
  expect(heads).toHaveLength(1);
  expect(heads[0]?.event_data.common_cause).toMatchObject({ found: 'cause', dimension: 'product', value: 'Mojito' });
});
