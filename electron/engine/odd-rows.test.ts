import { describe, expect, it } from 'vitest';
import { sql } from '../postgres/sql.ts';
import { engineWorld } from '../testing/engine-world.ts';

const world = engineWorld();
const { festival, events, tail } = world;

/** The odd thing, done to a festival whose log is being read. */
const run = (text: string, values: unknown[] = []) => world.database.admin.query(text, values);
const aside = async () =>
  (
    await run(
      `select source, column_name, reason, value, money, resolved_at is not null as resolved from console.set_aside
       order by source, row_id, column_name`,
    )
  ).rows;
/** A failed order that takes 5.00 is found in the next cycle, whatever stands beside it. */
const findsTakenMoney = async (card: string) => {
  await festival.failedOrder(card, 5, { takes: 5 });
  await tail();
  expect((await events('balance_deduction_on_failure')).map((event) => event.card_id)).toContain(card);
};
const begin = async () => {
  await festival.card('G', 50);
  await festival.card('H', 50);
  await world.engine.runCycle('critical');
};

describe('an amount that is none', () => {
  it.each([
    ['NaN', 'amount_not_a_number'],
    ['Infinity', 'amount_not_a_number'],
    ['-Infinity', 'amount_not_a_number'],
    ['12.345', 'amount_fraction_of_cent'],
    ['123456789012.00', 'amount_out_of_range'],
  ])('%s in the log is set aside and named; the rest goes on', async (amount, reason) => {
    await begin();
    await run(`alter table app_transaction_log alter amount_involved type numeric`);
    const id = await festival.log({
      ...{ card: 'G', type: 'bar_order', status: 'completed', previous: 50, next: 49 },
      amount,
    });
    await findsTakenMoney('H');
    expect(await aside()).toMatchObject([
      { source: 'transactions', column_name: 'amount_involved', reason, money: true },
    ]);
    expect(await events('rows_set_aside')).toMatchObject([
      {
        severity: 'HIGH',
        event_data: { source: 'transactions', reason, count: 1, row: String(id) },
      },
    ]);
  });

  it('is judged by what else its row says', async () => {
    await begin();
    await festival.log({ card: 'G', type: 'bar_order', status: 'failed', amount: 'NaN', previous: 50, next: 45 });
    await tail();
    expect(await events('balance_deduction_on_failure')).toMatchObject([{ card_id: 'G' }]);
  });

  it('is read when it has been mended, once', async () => {
    await begin();
    const id = await festival.log({
      card: 'G',
      type: 'bar_order',
      status: 'completed',
      amount: 'NaN',
      previous: 50,
      next: 45,
    });
    await run(`update table_cards set amount = 45 where id = 'G'`);
    await tail();
    expect(await events('rows_set_aside')).toMatchObject([{ status: 'OPEN' }]);
    await run('update app_transaction_log set amount_involved = 5 where log_id = $1', [id]);
    await world.engine.runCycle('critical');
    await world.engine.runCycle('critical');
    expect(await aside()).toMatchObject([{ resolved: true }]);
    await world.compareTwice();
    expect(await events('balance_mismatch_detection')).toEqual([]);
    expect((await run(`select expected_cents from console.card_ledger where card_id = 'G'`)).rows).toEqual([
      { expected_cents: '4500' },
    ]);
  });

  it.each(['NaN', '12.345', '1e12', 'Infinity'])('%s on a card is set aside by the sweep', async (amount) => {
    await begin();
    await run('alter table table_cards alter amount type numeric');
    await run(`insert into table_cards (id, amount) values ('X', $1)`, [amount]);
    await run(`update table_cards set amount = 40 where id = 'G'`);
    await world.compareTwice();
    await findsTakenMoney('H');
    expect(await aside()).toMatchObject([{ source: 'cards', column_name: 'amount', money: true }]);
    expect((await events('balance_mismatch_detection')).map((event) => event.card_id)).toEqual(['G']);
    expect(await events('rows_set_aside')).toMatchObject([{ severity: 'HIGH' }]);
    await world.engine.runCycle('snapshot');
    expect((await run('select overall_health_status from system_health_snapshots')).rows).not.toEqual([
      { overall_health_status: 'HEALTHY' },
    ]);
    await run(`update table_cards set amount = 0 where id = 'X'`);
    await world.engine.runCycle('critical');
    expect(await aside()).toMatchObject([{ resolved: true }]);
  });
});

describe('an id', () => {
  it('of 12 kB is taken under a key of its own', async () => {
    await begin();
    const { rows } = await run(`select string_agg(md5(n::text), '') as long from generate_series(1, 400) as n`);
    await run(
      `insert into app_transaction_log (card_id, transaction_type, status, amount_involved, previous_balance, new_balance)
       values ($1, $1, 'failed', 1, 10, 9)`,
      [rows[0].long],
    );
    await run(`insert into nfc_scan_log (card_id_scanned, scan_status, device_identifier) values ($1, 'success', $1)`, [
      rows[0].long,
    ]);
    await findsTakenMoney('H');
    expect(await events('balance_deduction_on_failure')).toHaveLength(2);
    expect((await aside()).map((row) => row.reason)).toEqual(['id_too_long', 'id_too_long', 'id_too_long']);
    await world.engine.runCycle('critical');
  });

  const withId = async (id: string): Promise<void> => {
    await run(
      `insert into app_transaction_log (log_id, card_id, transaction_type, status) values ($1, 'G', 'bar_order', 'completed')`,
      [id],
    );
    await run(`insert into nfc_scan_log (scan_log_id, card_id_scanned, scan_status) values ($1, 'G', 'success')`, [id]);
  };

  it.each(['9007199254740993', '9223372036854775807'])('%s of a row is read like any other', async (id) => {
    await begin();
    await withId(id);
    await findsTakenMoney('H');
    // What has an ordinary number comes below the watermark from now on.
    await findsTakenMoney('I');
    expect(await aside()).toEqual([]);
    const { rows } = await run('select log_id from console.recent_transactions order by log_id desc limit 1');
    expect(rows).toEqual([{ log_id: id }]);
    expect((await run('select scan_log_id from console.recent_scans')).rows).toEqual([{ scan_log_id: id }]);
  });

  it('below zero is read where the log begins there', async () => {
    await withId('-9223372036854775807');
    await begin();
    await findsTakenMoney('H');
    await world.engine.runCycle('critical');
    expect(await aside()).toEqual([]);
    expect((await run('select scan_log_id from console.recent_scans')).rows).toEqual([
      { scan_log_id: '-9223372036854775807' },
    ]);
  });

  it.each(['-5', '0'])('%s of a row that comes below where the log began is named', async (id) => {
    await begin();
    await withId(id);
    await findsTakenMoney('H');
    await world.engine.runCycle('critical');
    expect(await aside()).toMatchObject([
      { source: 'scans', reason: 'id_out_of_range' },
      { source: 'transactions', reason: 'id_out_of_range', money: true },
    ]);
  });
});

describe('a time that cannot be', () => {
  it.each(['infinity', '-infinity', '9999-12-31', '4713-01-01 BC', '1970-01-01', '294276-12-31'])(
    '%s, in either log, counts as the arrival’s and is named',
    async (time) => {
      await begin();
      await run(
        `insert into app_transaction_log (card_id, transaction_type, status, amount_involved, previous_balance, new_balance, timestamp, details)
         values ('G', 'bar_order', 'failed', 1, 10, 9, $1, '{"point_of_sale": "Bar 7"}')`,
        [time],
      );
      await run(
        `insert into nfc_scan_log (card_id_scanned, scan_status, device_identifier, scan_timestamp) values ('G', 'success', 'reader-7', $1)`,
        [time],
      );
      await findsTakenMoney('H');
      expect(await events('balance_deduction_on_failure')).toHaveLength(2);
      expect(await events('wrong_clock')).toMatchObject([
        { severity: 'LOW', event_data: { point_of_sale: 'Bar 7', count: 1 } },
        { severity: 'LOW', event_data: { device_identifier: 'reader-7', count: 1 } },
      ]);
    },
  );

  it('makes no spike of thirty failed rows of the day after tomorrow', async () => {
    await begin();
    await run(
      `insert into app_transaction_log (card_id, transaction_type, status, amount_involved, previous_balance, new_balance, timestamp)
       select 'F' || n, 'bar_order', 'failed', 1, 10, 10, now() + interval '2 days' from generate_series(1, 30) as n`,
    );
    await tail();
    expect(await events('system_failure_spike')).toEqual([]);
    expect(await events('wrong_clock')).toMatchObject([{ event_data: { count: 30 } }]);
  });

  it('rings for no spike of hours ago that a till uploads late, and marks what it finds', async () => {
    await begin();
    await run(
      `insert into app_transaction_log (card_id, transaction_type, status, amount_involved, previous_balance, new_balance, timestamp)
       select 'F' || n, 'bar_order', 'failed', 1, 10, case n when 1 then 9 else 10 end, now() - interval '3 hours'
       from generate_series(1, 30) as n`,
    );
    await tail();
    expect(await events('system_failure_spike')).toMatchObject([
      { severity: 'LOW', event_data: { arrived_late: true } },
    ]);
    expect(await events('balance_deduction_on_failure')).toMatchObject([
      { card_id: 'F1', severity: 'CRITICAL', event_data: { arrived_late: true } },
    ]);
    expect(await events('wrong_clock')).toEqual([]);
  });

  it('of a till says so until its rows have a right time again', async () => {
    await begin();
    const order = (time: string) =>
      run(
        `insert into app_transaction_log (card_id, transaction_type, status, amount_involved, previous_balance, new_balance, timestamp, details)
         values ('G', 'bar_order', 'failed', 1, 10, 10, $1, '{"point_of_sale": "Bar 7"}')`,
        [time],
      );
    await order('2001-01-01');
    await tail();
    const cleared = async () =>
      (await run(`select cleared_at is not null as cleared from console.findings where algorithm = 'wrong_clock'`))
        .rows;
    expect(await cleared()).toEqual([{ cleared: false }]);
    await order('now');
    await tail();
    expect(await cleared()).toEqual([{ cleared: true }]);
  });

  it('keeps the distances of what a wrong clock uploads at once', async () => {
    await begin();
    await run(
      `insert into nfc_scan_log (card_id_scanned, scan_status, device_identifier, scan_timestamp)
       select 'G', 'success', 'reader-7', '1970-01-01'::timestamptz + make_interval(mins => n) from generate_series(1, 30) as n`,
    );
    await tail();
    expect(await events('temporal_duplicate_detection')).toEqual([]);
  });
});

describe('a column of another type', () => {
  it.each([
    [
      'float',
      `alter table app_transaction_log alter amount_involved type float8, alter previous_balance type real, alter new_balance type float8`,
    ],
    [
      'text',
      `alter table app_transaction_log alter amount_involved type text, alter previous_balance type text, alter new_balance type varchar(20)`,
    ],
    ['int', `alter table app_transaction_log alter amount_involved type int, alter new_balance type bigint`],
    ['money', `alter table app_transaction_log alter amount_involved type money`],
    ['json', `alter table app_transaction_log alter details type json`],
    ['json as text', `alter table app_transaction_log alter details type text`],
    [
      'timestamp without zone',
      `alter table app_transaction_log alter timestamp type timestamp using timestamp at time zone 'UTC';
      alter table nfc_scan_log alter scan_timestamp type timestamp using scan_timestamp at time zone 'UTC'`,
    ],
    [
      'enum',
      `create type kind as enum ('bar_order', 'checkpoint_recharge'); create type state as enum ('completed', 'failed');
      alter table app_transaction_log alter transaction_type type kind using transaction_type::kind, alter status type state using status::state`,
    ],
    ['card’s float', `alter table table_cards alter amount drop default, alter amount type float8`],
  ])('%s is read as well', async (_, change) => {
    await begin();
    await run(change);
    await findsTakenMoney('H');
    await world.compareTwice();
    await world.engine.recompute();
    expect(await events('balance_mismatch_detection')).toMatchObject([{ card_id: 'H', affected_amount: '5.00' }]);
    expect(await events('ledger_drift')).toEqual([]);
  });

  it('is said of a row whose details are no json', async () => {
    await begin();
    await run('alter table app_transaction_log alter details type text');
    await run(
      `insert into app_transaction_log (card_id, transaction_type, status, amount_involved, previous_balance, new_balance, details)
       values ('G', 'bar_order', 'failed', 1, 10, 9, '{nonsense')`,
    );
    await findsTakenMoney('H');
    expect(await events('balance_deduction_on_failure')).toHaveLength(2);
  });
});

it('sets a row aside that fails the statement in a way that nobody has thought of, and goes on in the same cycle', async () => {
  await begin();
  await run(`alter table console.recent_transactions add check (card_id <> 'POISON')`);
  for (let n = 0; n < 5; n += 1) await festival.failedOrder('G', 1, { takes: 1 });
  const id = await festival.log({
    card: 'POISON',
    type: 'bar_order',
    status: 'failed',
    amount: 1,
    previous: 2,
    next: 1,
  });
  for (let n = 0; n < 5; n += 1) await festival.failedOrder('G', 1, { takes: 1 });
  await tail();
  expect(await events('balance_deduction_on_failure')).toHaveLength(10);
  expect(await aside()).toMatchObject([{ reason: 'unreadable', column_name: '*', money: true }]);
  expect(await events('rows_set_aside')).toMatchObject([{ event_data: { row: String(id) } }]);
  await run('alter table console.recent_transactions drop constraint recent_transactions_card_id_check');
  await world.engine.runCycle('critical');
  expect(await events('balance_deduction_on_failure')).toHaveLength(11);
  expect(await aside()).toMatchObject([{ resolved: true }]);
});

it('sets such a row of either log aside where both have one in the same cycle', async () => {
  await begin();
  await run(`alter table console.recent_transactions add check (card_id <> 'POISON')`);
  await run(`alter table console.recent_scans add check (card_id <> 'POISON')`);
  for (const card of ['G', 'POISON', 'H']) {
    // With a hole before each row.
    await run(`select nextval('app_transaction_log_log_id_seq'), nextval('nfc_scan_log_scan_log_id_seq')`);
    await festival.log({ card, type: 'bar_order', status: 'failed', amount: 1, previous: 2, next: 1 });
    await run(`insert into nfc_scan_log (card_id_scanned, raw_data, scan_status) values ($1, '', 'success')`, [card]);
  }
  await tail();
  expect(await events('balance_deduction_on_failure')).toHaveLength(2);
  expect((await run('select card_id from console.recent_scans order by card_id')).rows).toEqual([
    { card_id: 'G' },
    { card_id: 'H' },
  ]);
  expect(await aside()).toMatchObject([
    { source: 'scans', reason: 'unreadable' },
    { source: 'transactions', reason: 'unreadable' },
  ]);
  expect((await run('select source, count(*)::int from console.watermark_gaps group by 1 order by 1')).rows).toEqual([
    { source: 'scans', count: 3 },
    { source: 'transactions', count: 3 },
  ]);
});

it('costs a good row no call of a function: the planner writes them into the statement', async () => {
  const plan = await world.database.festival.read((tx) =>
    tx.table(
      sql`explain (verbose) select console.amount_of(amount_involved), console.time_of(timestamp), console.word_of(status),
        console.key_of(card_id), console.json_of(details), console.uuid_of(transaction_id),
        console.ledger_amount(console.word_of(transaction_type), console.word_of(status), console.amount_of(amount_involved),
          console.json_of(details))
        from public.app_transaction_log`,
    ),
  );
  // A word of the festival's own is looked up, after all others have been compared.
  const [usual, others, ...more] = plan.rows.flat().join('\n').split('ELSE console.ledger_amount_of(');
  expect(usual).not.toMatch(/console\.\w+\(/);
  expect(others?.replace('console.meanings()', '')).not.toMatch(/console\.\w+\(/);
  expect(more).toEqual([]);
});
