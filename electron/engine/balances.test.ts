import { describe, expect, it } from 'vitest';
import { engineWorld } from '../testing/engine-world.ts';

const world = engineWorld();
const { festival, restart, events, count, tail, twoSecondsLater } = world;

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

  it('leaves an honest failure alone, and counts a row with no balance as not evaluated', async () => {
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
    const { rows } = await world.database.admin.query(
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
    expect((await world.database.admin.query('select alert_level from alert_history')).rows).toEqual([
      { alert_level: 'CRITICAL' },
    ]);
  });

  it('makes no second alert_history row where an earlier system’s trigger writes one', async () => {
    await world.database.admin.query(`
      create function earlier() returns trigger language plpgsql as $$ begin
        insert into alert_history (monitoring_event_id, alert_level, alert_message) values (new.event_id, 'CRITICAL', 'earlier');
        return null; end $$;
      create trigger earlier after insert on monitoring_events for each row when (new.severity = 'CRITICAL')
        execute function earlier()`);
    await festival.card('A', 20);
    await festival.failedOrder('A', 5, { takes: 5 });
    await tail();
    expect((await world.database.admin.query('select alert_message from alert_history')).rows).toEqual([
      { alert_message: 'earlier' },
    ]);
  });
});

describe('balance_mismatch_detection', () => {
  it('needs the same difference in two comparisons two seconds apart, also over a restart', async () => {
    await festival.card('A', 20);
    await festival.changeCard('A', -3.2);
    await world.engine.runCycle('critical');
    expect(await count('balance_mismatch_detection')).toBe(0);
    await tail();
    expect(await count('balance_mismatch_detection')).toBe(0);
    await twoSecondsLater();
    restart();
    await tail();
    await world.engine.runCycle('critical');
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
    await world.engine.runCycle('critical');
    await twoSecondsLater();
    await world.engine.runCycle('critical');
    expect((await events('balance_mismatch_detection')).map((event) => event.card_id)).toEqual(['B']);
  });

  it('does not take a writer for a fault that logs in a second transaction', async () => {
    await festival.card('A', 20);
    await tail();
    await festival.changeCard('A', -4);
    await world.engine.runCycle('critical');
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
    await world.engine.runCycle('critical');
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
    const { rows } = await world.database.admin.query('select incident_id from console.alerts where event_id = $1', [
      mismatch?.event_id,
    ]);
    expect(rows).toEqual([{ incident_id: String(deduction?.event_id) }]);
  });

  it('that disappears is marked, and closed after 15 minutes unless it is assigned', async () => {
    await festival.card('A', 20);
    await festival.changeCard('A', -3);
    await world.engine.runCycle('critical');
    await twoSecondsLater();
    await tail();
    await festival.changeCard('A', 3);
    await world.engine.runCycle('critical');
    expect(
      (await world.database.admin.query('select cleared_at is not null as cleared from console.alerts')).rows,
    ).toEqual([{ cleared: true }]);
    await world.database.admin.query(`update console.alerts set cleared_at = now() - interval '16 minutes'`);
    await world.engine.runCycle('critical');
    expect(await events('balance_mismatch_detection')).toMatchObject([{ status: 'RESOLVED' }]);
  });

  it('marked as a false positive stays away for the same facts and comes back for new ones', async () => {
    await festival.card('A', 20);
    await festival.changeCard('A', -3);
    await world.engine.runCycle('critical');
    await twoSecondsLater();
    await tail();
    await world.database.admin.query(`update monitoring_events set status = 'FALSE_POSITIVE'`);
    await world.engine.runCycle('critical');
    expect(await count('balance_mismatch_detection')).toBe(1);
    await festival.changeCard('A', -1);
    await world.engine.runCycle('critical');
    await twoSecondsLater();
    await world.engine.runCycle('critical');
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
    await world.engine.runCycle('critical');
    expect(await events('negative_balance_detection')).toMatchObject([
      { card_id: 'B', severity: 'HIGH', affected_amount: '0.01', event_data: { negative_balance: -0.01 } },
    ]);
  });
});
