import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../testing/database.ts';
import { createTestEngine, eventsOf, letLooksAge } from '../testing/engine.ts';
import { festivalOf } from '../testing/festival.ts';
import type { Engine } from './engine.ts';

let database: TestDatabase;
let festival: ReturnType<typeof festivalOf>;
let engine: Engine;
let errors: unknown[];

beforeEach(async () => {
  database = await createTestDatabase();
  festival = festivalOf(database);
  errors = [];
  engine = createTestEngine({ database, errors });
  return () => database.close();
});
afterEach(() => expect(errors).toEqual([]));

const events = (algorithm: string) => eventsOf(database, algorithm);
const count = async (algorithm: string) => (await events(algorithm)).length;
const tail = () => engine.runCycle('tail');
const twoSecondsLater = () => letLooksAge(database);
/** A new engine on the same database, as after a crash or on another laptop. */
const restart = () => {
  engine = createTestEngine({ database, errors, laptop: 'booth-2' });
};

describe('balance_deduction_on_failure', () => {
  it('finds money taken by a failed order, once, with the facts of the guide', async () => {
    await festival.card('A', 20);
    const logId = await festival.failedOrder('A', 15.5, { takes: 15.5 });
    await tail();
    await tail();
    const [found, ...others] = await events('balance_deduction_on_failure');
    expect(others).toEqual([]);
    expect(found).toMatchObject({
      severity: 'CRITICAL',
      card_id: 'A',
      affected_amount: '15.50',
      event_data: {
        log_id: logId,
        previous_balance: 20,
        new_balance: 4.5,
        current_balance: 4.5,
        discrepancy: -15.5,
        point_of_sale: 'Bar 3',
      },
    });
    expect(Object.keys(found?.event_data ?? {})).toEqual(
      expect.arrayContaining(['transaction_timestamp', 'occurred_at']),
    );
  });

  it('leaves an honest failure alone, and counts a row with no balance as not judged', async () => {
    await festival.card('A', 20);
    await festival.failedOrder('A', 30);
    await festival.log({
      card: 'A',
      type: 'bar_order',
      status: 'failed',
      amount: 3,
      previous: null,
      next: 17,
      secondsAgo: 0,
    });
    await tail();
    expect(await count('balance_deduction_on_failure')).toBe(0);
    const { rows } = await database.admin.query(
      `select not_judged from console.detector_state where algorithm = 'balance_deduction_on_failure'`,
    );
    expect(rows).toEqual([{ not_judged: '1' }]);
  });

  it('is written once when the engine is restarted in between, and the alert history with it', async () => {
    await festival.card('A', 20);
    await tail();
    await festival.failedOrder('A', 5, { takes: 5 });
    restart();
    await tail();
    restart();
    await tail();
    expect(await count('balance_deduction_on_failure')).toBe(1);
    expect((await database.admin.query('select alert_level from alert_history')).rows).toEqual([
      { alert_level: 'CRITICAL' },
    ]);
  });

  it('makes no second alert_history row where an earlier system’s trigger writes one', async () => {
    await database.admin.query(`
      create function earlier() returns trigger language plpgsql as $$ begin
        insert into alert_history (monitoring_event_id, alert_level, alert_message) values (new.event_id, 'CRITICAL', 'earlier');
        return null; end $$;
      create trigger earlier after insert on monitoring_events for each row when (new.severity = 'CRITICAL')
        execute function earlier()`);
    await festival.card('A', 20);
    await festival.failedOrder('A', 5, { takes: 5 });
    await tail();
    expect((await database.admin.query('select alert_message from alert_history')).rows).toEqual([
      { alert_message: 'earlier' },
    ]);
  });
});

describe('balance_mismatch_detection', () => {
  it('needs the same difference in two looks two seconds apart, also over a restart', async () => {
    await festival.card('A', 20);
    await festival.changeCard('A', -3.2);
    await engine.runCycle('critical');
    expect(await count('balance_mismatch_detection')).toBe(0);
    await tail();
    expect(await count('balance_mismatch_detection')).toBe(0);
    await twoSecondsLater();
    restart();
    await tail();
    await engine.runCycle('critical');
    expect(await events('balance_mismatch_detection')).toMatchObject([
      {
        severity: 'CRITICAL',
        affected_amount: '3.20',
        event_data: { actual_balance: 16.8, expected_balance: 20, discrepancy: -3.2 },
      },
    ]);
  });

  it('takes one cent for rounding and two for a fault', async () => {
    await festival.card('A', 20);
    await festival.card('B', 20);
    await festival.changeCard('A', 0.01);
    await festival.changeCard('B', 0.02);
    await engine.runCycle('critical');
    await twoSecondsLater();
    await engine.runCycle('critical');
    expect((await events('balance_mismatch_detection')).map((event) => event.card_id)).toEqual(['B']);
  });

  it('does not take a writer for a fault that logs in a second transaction', async () => {
    await festival.card('A', 20);
    await tail();
    await festival.changeCard('A', -4);
    await engine.runCycle('critical');
    await festival.log({
      card: 'A',
      type: 'bar_order',
      status: 'completed',
      amount: 4,
      previous: 20,
      next: 16,
      secondsAgo: 0,
    });
    await twoSecondsLater();
    await engine.runCycle('critical');
    await tail();
    expect(await count('balance_mismatch_detection')).toBe(0);
  });

  it('joins the incident of the deduction that explains it', async () => {
    await festival.card('A', 20);
    await festival.failedOrder('A', 5, { takes: 5 });
    await tail();
    await twoSecondsLater();
    await tail();
    const [deduction] = await events('balance_deduction_on_failure');
    const [mismatch] = await events('balance_mismatch_detection');
    const { rows } = await database.admin.query('select incident_id from console.alerts where event_id = $1', [
      mismatch?.event_id,
    ]);
    expect(rows).toEqual([{ incident_id: String(deduction?.event_id) }]);
  });

  it('that disappears by itself is marked, and closed after 15 minutes unless somebody has it', async () => {
    await festival.card('A', 20);
    await festival.changeCard('A', -3);
    await engine.runCycle('critical');
    await twoSecondsLater();
    await tail();
    await festival.changeCard('A', 3);
    await engine.runCycle('critical');
    expect((await database.admin.query('select cleared_at is not null as cleared from console.alerts')).rows).toEqual([
      { cleared: true },
    ]);
    await database.admin.query(`update console.alerts set cleared_at = now() - interval '16 minutes'`);
    await engine.runCycle('critical');
    expect(await events('balance_mismatch_detection')).toMatchObject([{ status: 'RESOLVED' }]);
  });

  it('marked as a false positive stays away for the same facts and comes back for new ones', async () => {
    await festival.card('A', 20);
    await festival.changeCard('A', -3);
    await engine.runCycle('critical');
    await twoSecondsLater();
    await tail();
    await database.admin.query(`update monitoring_events set status = 'FALSE_POSITIVE'`);
    await engine.runCycle('critical');
    expect(await count('balance_mismatch_detection')).toBe(1);
    await festival.changeCard('A', -1);
    await engine.runCycle('critical');
    await twoSecondsLater();
    await engine.runCycle('critical');
    expect(await count('balance_mismatch_detection')).toBe(2);
  });
});

describe('negative_balance_detection', () => {
  it('finds a card below zero and not one at zero', async () => {
    await festival.card('A', 5);
    await festival.card('B', 5);
    await festival.order('A', 5);
    await festival.order('B', 5.01);
    await tail();
    restart();
    await engine.runCycle('critical');
    expect(await events('negative_balance_detection')).toMatchObject([
      { card_id: 'B', severity: 'HIGH', affected_amount: '0.01', event_data: { negative_balance: -0.01 } },
    ]);
  });
});

describe('consecutive_failures', () => {
  it('finds the third failure in a row, and grows with the fourth', async () => {
    await festival.card('A', 20);
    await festival.failedOrder('A', 30, { secondsAgo: 90 });
    await festival.failedOrder('A', 30, { secondsAgo: 60 });
    await tail();
    expect(await count('consecutive_failures')).toBe(0);
    restart();
    await festival.failedOrder('A', 30, { secondsAgo: 30 });
    await tail();
    await festival.failedOrder('A', 30);
    await tail();
    expect(await events('consecutive_failures')).toMatchObject([
      { severity: 'HIGH', event_data: { failure_count: 4 } },
    ]);
  });

  it('is no run when an order went through between them, or when they are too far apart', async () => {
    await festival.card('A', 20);
    await festival.card('B', 20);
    await festival.failedOrder('A', 30, { secondsAgo: 90 });
    await festival.failedOrder('A', 30, { secondsAgo: 60 });
    await festival.order('A', 1, { secondsAgo: 40 });
    await festival.failedOrder('A', 30, { secondsAgo: 20 });
    for (const secondsAgo of [602, 300, 0]) await festival.failedOrder('B', 30, { secondsAgo });
    await tail();
    expect(await count('consecutive_failures')).toBe(0);
  });
});

describe('system_failure_spike', () => {
  const traffic = async (ok: number, failed: number) => {
    await database.admin.query(
      `insert into app_transaction_log (card_id, transaction_type, status, amount_involved, previous_balance, new_balance, timestamp)
       select 'S' || n, 'bar_order', case when n > $1 - $2 then 'failed' else 'completed' end, 1, null, null, now() - make_interval(secs => 600 - n)
       from generate_series(1, $1) as n`,
      [ok + failed, failed],
    );
  };

  it('is raised above 5 % of more than 10 transactions and not at 5 %', async () => {
    await traffic(19, 1);
    await tail();
    expect(await count('system_failure_spike')).toBe(0);
    restart();
    await database.admin.query(
      `insert into app_transaction_log (card_id, transaction_type, status, amount_involved) values ('X', 'bar_order', 'failed', 1)`,
    );
    await tail();
    await tail();
    expect(await events('system_failure_spike')).toMatchObject([
      {
        severity: 'MEDIUM',
        event_data: { total_transactions: 21, failed_transactions: 2, threshold_percent: 5, time_window_minutes: 15 },
      },
    ]);
  });

  it('is not raised by few transactions, and is HIGH above 10 %', async () => {
    await traffic(5, 5);
    await tail();
    expect(await count('system_failure_spike')).toBe(0);
    await traffic(10, 0);
    await tail();
    expect(await events('system_failure_spike')).toMatchObject([{ severity: 'HIGH' }]);
  });

  it('ends fifteen minutes after it was last above', async () => {
    await traffic(5, 8);
    await tail();
    await database.admin.query(
      `update console.detector_state set state = jsonb_set(state, '{episode,lastAboveAt}',
         to_jsonb((extract(epoch from now() - interval '16 minutes') * 1000000)::bigint)) where algorithm = 'system_failure_spike'`,
    );
    await engine.runCycle('critical');
    expect((await database.admin.query('select cleared_at is not null as cleared from console.alerts')).rows).toEqual([
      { cleared: true },
    ]);
  });
});

describe('temporal_duplicate_detection', () => {
  it('finds two scans five seconds apart as one burst that grows, and not six seconds', async () => {
    await festival.scan('A', { secondsAgo: 20 });
    await festival.scan('A', { secondsAgo: 14 });
    await festival.scan('B', { secondsAgo: 20 });
    await festival.scan('B', { secondsAgo: 15.001 });
    await tail();
    restart();
    await festival.scan('B', { secondsAgo: 11 });
    await tail();
    expect(await events('temporal_duplicate_detection')).toMatchObject([
      { card_id: 'B', severity: 'MEDIUM', event_data: { scan_count: 3, charged_twice: false, threshold_seconds: 5 } },
    ]);
  });

  it('does not count the second try after a failed read', async () => {
    await festival.scan('A', { secondsAgo: 5, status: 'failure' });
    await festival.scan('A', { secondsAgo: 3 });
    await tail();
    expect(await count('temporal_duplicate_detection')).toBe(0);
  });

  it('is HIGH when the burst charged twice, also when the second order arrives later', async () => {
    await festival.card('A', 20);
    await festival.scan('A', { secondsAgo: 10 });
    await festival.order('A', 4, { secondsAgo: 10 });
    await festival.scan('A', { secondsAgo: 8 });
    await tail();
    expect(await events('temporal_duplicate_detection')).toMatchObject([{ severity: 'MEDIUM' }]);
    await festival.order('A', 4, { secondsAgo: 7 });
    await tail();
    expect(await events('temporal_duplicate_detection')).toMatchObject([
      { severity: 'HIGH', affected_amount: '4.00', event_data: { charged_twice: true } },
    ]);
  });
});

describe('concurrent_transaction_detection', () => {
  it('is MEDIUM when two transactions worked on the same balance', async () => {
    await festival.card('A', 20);
    await festival.log({
      card: 'A',
      type: 'bar_order',
      status: 'completed',
      amount: 4,
      previous: 20,
      next: 16,
      secondsAgo: 10,
    });
    await festival.log({
      card: 'A',
      type: 'bar_order',
      status: 'completed',
      amount: 5,
      previous: 20,
      next: 15,
      secondsAgo: 9.1,
    });
    await tail();
    restart();
    await tail();
    expect(await events('concurrent_transaction_detection')).toMatchObject([
      { severity: 'MEDIUM', event_data: { concurrent_count: 2, balances_overlap: true, threshold_seconds: 2 } },
    ]);
  });

  it('is LOW when one followed the other, and nothing two seconds and a bit apart', async () => {
    await festival.card('A', 20);
    await festival.card('B', 20);
    await festival.order('A', 4, { secondsAgo: 10 });
    await festival.order('A', 5, { secondsAgo: 8.1 });
    await festival.order('B', 4, { secondsAgo: 10 });
    await festival.order('B', 5, { secondsAgo: 7.8 });
    await tail();
    expect(await events('concurrent_transaction_detection')).toMatchObject([{ card_id: 'A', severity: 'LOW' }]);
  });
});

describe('a detector that fails', () => {
  it('stops no other, keeps its place, and judges the rows when it works again', async () => {
    await festival.card('A', 20);
    await tail();
    const positions = async () =>
      (
        await database.admin.query(
          `select algorithm, errors from console.detector_state
           where transactions_seen < (select last_arrival from console.watermarks where source = 'transactions')
             and algorithm not in ('balance_mismatch_detection', 'negative_balance_detection', 'ledger_drift',
               'health_status_change')`,
        )
      ).rows;
    await database.admin.query(
      `update console.detector_state set state = '{"episode": 5}' where algorithm = 'system_failure_spike'`,
    );
    await festival.failedOrder('A', 5, { takes: 5 });
    await tail();
    expect(await count('balance_deduction_on_failure')).toBe(1);
    expect(await positions()).toEqual([{ algorithm: 'system_failure_spike', errors: '1' }]);
    expect(errors).toHaveLength(1);
    errors.length = 0;
    await database.admin.query(`update console.detector_state set state = null`);
    await tail();
    expect(await positions()).toEqual([]);
  });
});

describe('the health snapshot', () => {
  it('is written with its event, which is no alert', async () => {
    await festival.card('A', 20);
    await tail();
    await engine.runCycle('snapshot');
    const { rows } = await database.admin.query(
      'select total_transactions_last_hour, success_rate_percent, overall_health_status, total_system_balance from system_health_snapshots',
    );
    expect(rows).toEqual([
      {
        total_transactions_last_hour: 1,
        success_rate_percent: '100.00',
        overall_health_status: 'HEALTHY',
        total_system_balance: '20.00',
      },
    ]);
    expect(await events('health_snapshot')).toMatchObject([{ severity: 'INFO', status: 'RESOLVED' }]);
    expect((await database.admin.query('select count(*) from alert_history')).rows).toEqual([{ count: '0' }]);
  });
});

describe('the clean-up', () => {
  it('forgets arrivals that everybody has judged and that are older than any window', async () => {
    await festival.log({
      card: 'A',
      type: 'stripe_recharge',
      status: 'completed',
      amount: 5,
      previous: 0,
      next: 5,
      secondsAgo: 8_000,
    });
    await festival.log({
      card: 'A',
      type: 'stripe_recharge',
      status: 'completed',
      amount: 5,
      previous: 5,
      next: 10,
      secondsAgo: 60,
    });
    await tail();
    await engine.runCycle('cleanup');
    expect((await database.admin.query('select log_id from console.recent_transactions')).rows).toEqual([
      { log_id: '2' },
    ]);
  });
});
