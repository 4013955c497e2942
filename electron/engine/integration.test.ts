import { describe, expect, it } from 'vitest';
import { engineWorld } from '../testing/engine-world.ts';

const world = engineWorld();
const { festival, createEngine, events, tail, twoSecondsLater, compareTwice } = world;

const mismatches = async () => (await events('balance_mismatch_detection')).filter(({ status }) => status === 'OPEN');

describe('a status that is decided after the row was read', () => {
  it('counts from then on, and makes no mismatch', async () => {
    await festival.card('A', 20);
    const id = await festival.log({
      ...{ card: 'A', type: 'bar_order', status: 'pending', amount: 5, previous: 20, next: null, secondsAgo: 30 },
    });
    await compareTwice();
    await world.database.admin.query('begin');
    await world.database.admin.query(
      `update app_transaction_log set status = 'completed', new_balance = 15 where log_id = $1`,
      [id],
    );
    await world.database.admin.query(`update table_cards set amount = 15 where id = 'A'`);
    await world.database.admin.query('commit');
    await compareTwice();
    expect(await mismatches()).toEqual([]);
    expect(
      (await world.database.admin.query(`select expected_cents from console.card_ledger where card_id = 'A'`)).rows,
    ).toEqual([{ expected_cents: '1500' }]);
    expect(await events('balance_chain_break')).toEqual([]);
  });

  it('is evaluated when it turns out to have failed and taken money', async () => {
    await festival.card('A', 20);
    const id = await festival.log({
      ...{ card: 'A', type: 'bar_order', status: 'pending', amount: 5, previous: 20, next: 15, secondsAgo: 30 },
    });
    await tail();
    expect(await events('balance_deduction_on_failure')).toEqual([]);
    await world.database.admin.query(`update app_transaction_log set status = 'failed' where log_id = $1`, [id]);
    await tail();
    await tail();
    expect(await events('balance_deduction_on_failure')).toMatchObject([{ affected_amount: '5.00' }]);
  });

  it('that was final before is found by the recompute, repaired, and then judged', async () => {
    await festival.card('A', 20);
    await festival.order('A', 5, { secondsAgo: 60 });
    await tail();
    await world.database.admin.query(
      `update app_transaction_log set status = 'failed' where transaction_type = 'bar_order'`,
    );
    await compareTwice();
    expect(await mismatches()).toEqual([]);
    expect(await world.engine.recompute()).toMatchObject({ drifted: 1 });
    expect(await events('ledger_drift')).toMatchObject([
      { card_id: 'A', severity: 'HIGH', event_data: { ledger: 15, recomputed: 20, difference: 5 } },
    ]);
    await compareTwice();
    expect(await mismatches()).toMatchObject([{ event_data: { discrepancy: -5 } }]);
    expect(await world.engine.recompute()).toMatchObject({ drifted: 0 });
  });

  it('is read again before a mismatch is believed, where the festival has an index for that', async () => {
    await world.database.admin.query('create index on app_transaction_log (card_id)');
    await festival.card('A', 20);
    await festival.order('A', 5, { secondsAgo: 60 });
    await tail();
    await world.database.admin.query('begin');
    await world.database.admin.query(
      `update app_transaction_log set status = 'failed' where transaction_type = 'bar_order'`,
    );
    await world.database.admin.query(`update table_cards set amount = 20 where id = 'A'`);
    await world.database.admin.query('commit');
    await compareTwice();
    expect(await mismatches()).toEqual([]);
    expect(await events('ledger_drift')).toHaveLength(1);
  });
});

describe('a writer in two transactions', () => {
  it('makes no mismatch, whichever comes first', async () => {
    await festival.card('A', 20);
    await tail();
    await festival.changeCard('A', -5);
    await world.engine.runCycle('critical');
    await festival.log({
      ...{ card: 'A', type: 'bar_order', status: 'completed', amount: 5, previous: 20, next: 15, secondsAgo: 0 },
    });
    await world.engine.runCycle('critical');
    await festival.log({
      ...{ card: 'A', type: 'bar_order', status: 'completed', amount: 3, previous: 15, next: 12, secondsAgo: 0 },
    });
    await world.engine.runCycle('critical');
    await festival.changeCard('A', -3);
    await compareTwice();
    expect(await mismatches()).toEqual([]);
  });
});

describe('a card that does not exist', () => {
  const ghost = () =>
    festival.log({
      ...{ card: 'GHOST', type: 'bar_order', status: 'completed', amount: 5, previous: 20, next: 15, secondsAgo: 0 },
    });
  const twoSecondsLater = () =>
    world.database.admin.query(`update console.detector_state set state = jsonb_set(state, '{strangers,0,since}', '0')
      where algorithm = 'unknown_card'`);

  it('is found after two seconds, once, and counts its rows', async () => {
    await ghost();
    await tail();
    expect(await events('unknown_card')).toEqual([]);
    await twoSecondsLater();
    await tail();
    await tail();
    expect(await events('unknown_card')).toMatchObject([
      { card_id: 'GHOST', severity: 'LOW', event_data: { count: 1 } },
    ]);
    for (let more = 0; more < 9; more += 1) await ghost();
    await tail();
    expect(await events('unknown_card')).toMatchObject([{ event_data: { count: 10 } }]);
  });

  it('is none when it is made a moment after its first row', async () => {
    await ghost();
    await tail();
    await world.database.admin.query(`insert into table_cards (id, amount) values ('GHOST', -5)`);
    await twoSecondsLater();
    await tail();
    expect(await events('unknown_card')).toEqual([]);
  });
});

describe('rows that cannot be judged', () => {
  it('with amounts of NULL are counted, and affect no other', async () => {
    await festival.card('A', 20);
    await festival.log({
      ...{ card: 'A', type: 'bar_order', status: 'failed', amount: null, previous: null, next: null, secondsAgo: 60 },
    });
    await festival.log({
      ...{
        card: 'A',
        type: 'bar_order',
        status: 'completed',
        amount: null,
        previous: null,
        next: null,
        secondsAgo: 30,
      },
    });
    await world.database.admin.query(`insert into table_cards (id, amount) values ('N', null)`);
    await compareTwice();
    const { rows } = await world.database.admin.query(
      `select not_judged from console.detector_state where algorithm = 'balance_deduction_on_failure'`,
    );
    expect(rows).toEqual([{ not_judged: '1' }]);
    expect(await mismatches()).toEqual([]);
  });

  it('of an unknown type count for nothing, and raise one finding a type', async () => {
    await festival.card('A', 20);
    for (const type of ['voucher', 'voucher', 'gift']) {
      await festival.log({
        ...{ card: 'A', type, status: 'completed', amount: 5, previous: 20, next: 20, secondsAgo: 60 },
      });
    }
    await compareTwice();
    expect(await events('unknown_transaction_type')).toMatchObject([
      { severity: 'LOW', event_data: { transaction_type: 'voucher', count: 2 } },
      { event_data: { transaction_type: 'gift', count: 1 } },
    ]);
    expect(await mismatches()).toEqual([]);
  });
});

describe('a laptop whose clock is off by an hour', () => {
  it('finds what one with the right time finds, at the right time', async () => {
    const late = createEngine({ clockOffMs: -3_600_000 });
    await festival.card('A', 20);
    for (const secondsAgo of [60, 40, 20]) await festival.failedOrder('A', 30, { secondsAgo });
    await festival.failedOrder('A', 3, { takes: 3 });
    await late.runCycle('critical');
    await twoSecondsLater();
    await late.runCycle('critical');
    expect(await events('consecutive_failures')).toHaveLength(1);
    expect(await events('balance_deduction_on_failure')).toHaveLength(1);
    expect(await mismatches()).toHaveLength(1);
    const { rows } = await world.database.admin.query(
      `select count(*) from monitoring_events where abs(extract(epoch from detection_timestamp - now())) > 60`,
    );
    expect(rows).toEqual([{ count: '0' }]);
  });
});

describe('a storm', () => {
  const failing = (from: number, to: number) =>
    world.database.admin.query(
      `insert into app_transaction_log (card_id, transaction_type, status, amount_involved, previous_balance, new_balance)
       select 'S' || n, 'bar_order', 'failed', 1, 10, 9 from generate_series($1::int, $2::int) as n`,
      [from, to],
    );
  const incidents = async () =>
    (
      await world.database.admin.query(`
        select a.incident_id, count(*) as events, max(storm) as storm from console.alerts a
        join monitoring_events e using (event_id) where detection_algorithm = 'balance_deduction_on_failure'
        group by 1 order by 1`)
    ).rows.map(({ events: count, storm }) => ({ count: Number(count), storm }));

  it('is one incident of more than 25 findings in one cycle, and grows while it goes on', async () => {
    await failing(1, 26);
    await tail();
    expect(await incidents()).toEqual([{ count: 26, storm: 'storm' }]);
    await failing(27, 30);
    await tail();
    expect(await incidents()).toEqual([{ count: 30, storm: 'storm' }]);
    await world.database.admin.query(`update console.alerts set storm_grew_at = now() - interval '61 seconds'`);
    await failing(31, 31);
    await tail();
    expect(await incidents()).toEqual([
      { count: 30, storm: 'storm' },
      { count: 1, storm: null },
    ]);
  });

  it('is none of 25', async () => {
    await failing(1, 25);
    await tail();
    expect(await incidents()).toHaveLength(25);
  });

  it('of cards that held money before the log began is offered as opening balances', async () => {
    await world.database.admin.query(
      `insert into table_cards (id, amount) select 'O' || n, 10 + n from generate_series(1, 40) as n`,
    );
    await compareTwice();
    const { rows } = await world.database.admin.query(
      `select storm, count(*) over () as storms, (select count(*) from console.alerts b where b.incident_id = a.incident_id) as cards
       from console.alerts a where storm is not null`,
    );
    expect(rows).toEqual([{ storm: 'opening_balances', storms: '1', cards: '40' }]);
  });
});

describe('findings of our own', () => {
  it('a charge that repeats another, and the transactions at the same moment, are one incident', async () => {
    await festival.card('A', 20);
    await festival.order('A', 5, { secondsAgo: 11 });
    await festival.order('A', 5, { secondsAgo: 10 });
    await tail();
    const [charge] = await events('duplicate_charge');
    expect(charge).toMatchObject({ severity: 'HIGH', affected_amount: '5.00', event_data: { point_of_sale: 'Bar 3' } });
    expect(await events('concurrent_transaction_detection')).toMatchObject([{ incident_id: charge?.event_id }]);
  });

  it('a chain that breaks is found once, also when a lower id was missing for a while', async () => {
    await festival.card('A', 20);
    await tail();
    await world.database.admin.query(`select nextval('app_transaction_log_log_id_seq')`);
    await festival.log({
      ...{ card: 'A', type: 'bar_order', status: 'completed', amount: 5, previous: 19, next: 14, secondsAgo: 0 },
    });
    await tail();
    expect(await events('balance_chain_break')).toEqual([]);
    await world.database.admin.query(`update console.watermark_gaps set noticed_at = now() - interval '6 seconds'`);
    await tail();
    await tail();
    expect(await events('balance_chain_break')).toMatchObject([{ card_id: 'A', event_data: { gap: -1 } }]);
  });

  it('a reader in trouble is found, and clears when it has worked for ten minutes', async () => {
    for (const status of ['timeout', 'success', 'timeout', 'success', 'success']) {
      await festival.scan(`R${status}${Math.random()}`, { secondsAgo: 60, status });
    }
    await tail();
    expect(await events('reader_failure_spike')).toMatchObject([
      { event_data: { device_identifier: 'reader-1', scans: 5 } },
    ]);
    await world.database.admin.query(
      `update console.detector_state set state = jsonb_set(state, '{open,0,at}', '0') where algorithm = 'reader_failure_spike'`,
    );
    await world.engine.runCycle('critical');
    expect(
      (await world.database.admin.query('select cleared_at is not null as cleared from console.alerts')).rows,
    ).toEqual([{ cleared: true }]);
  });

  it('a reader that falls silent is found, and clears when it scans again', async () => {
    const scans = (device: string, fromMinutes: number, toMinutes: number) =>
      world.database.admin.query(
        `insert into nfc_scan_log (scan_status, device_identifier, scan_timestamp)
         select 'success', $1, now() - make_interval(mins => m) from generate_series($2::int, $3::int, -1) as m`,
        [device, fromMinutes, toMinutes],
      );
    await scans('quiet', 60, 22);
    await scans('busy', 60, 0);
    await tail();
    expect(await events('reader_silent')).toMatchObject([
      { severity: 'LOW', event_data: { device_identifier: 'quiet', silent_minutes: 22 } },
    ]);
    await scans('quiet', 0, 0);
    await tail();
    expect(
      (await world.database.admin.query('select cleared_at is not null as cleared from console.alerts')).rows,
    ).toEqual([{ cleared: true }]);
  });

  it('a change of the health status is raised, and the one before it clears', async () => {
    await world.engine.runCycle('snapshot');
    await festival.card('A', 20);
    await festival.failedOrder('A', 3, { takes: 3 });
    await tail();
    await world.engine.runCycle('snapshot');
    expect(await events('health_status_change')).toMatchObject([
      { severity: 'HIGH', event_data: { from: 'HEALTHY', to: 'WARNING' } },
    ]);
    await world.database.admin.query(`update monitoring_events set status = 'RESOLVED' where severity = 'CRITICAL'`);
    await world.engine.runCycle('snapshot');
    expect(await events('health_status_change')).toMatchObject([
      { severity: 'HIGH' },
      { severity: 'INFO', status: 'RESOLVED', event_data: { from: 'WARNING', to: 'HEALTHY' } },
    ]);
  });
});

describe('a probe of our own', () => {
  it('is found by the cycle that reads everything, and is no event', async () => {
    await world.engine.runCycle('canary');
    await tail();
    expect(
      (
        await world.database.admin.query(
          'select planted_by, detected_at is not null as found from console.canary_probes',
        )
      ).rows,
    ).toEqual([{ planted_by: 'booth-1', found: true }]);
    expect((await world.database.admin.query('select count(*) from monitoring_events')).rows).toEqual([{ count: '0' }]);
  });
});
