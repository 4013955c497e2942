import { describe, expect, it } from 'vitest';
import { engineWorld } from '../testing/engine-world.ts';
import { eventually } from '../testing/eventually.ts';

const world = engineWorld();
const { errors, festival, events, count, tail } = world;

describe('a detector that fails', () => {
  it('stops no other, keeps its place, and judges the rows when it works again', async () => {
    await festival.card('A', 20);
    await tail();
    const positions = async () =>
      (
        await world.database.admin.query(
          `select algorithm, errors from console.detector_state
           where transactions_seen < (select last_arrival from console.watermarks where source = 'transactions')
             and algorithm not in ('balance_mismatch_detection', 'negative_balance_detection', 'ledger_drift',
               'health_status_change')`,
        )
      ).rows;
    await world.database.admin.query(
      `update console.detector_state set state = '{"episode": 5}' where algorithm = 'system_failure_spike'`,
    );
    await festival.failedOrder('A', 5, { takes: 5 });
    await tail();
    expect(await count('balance_deduction_on_failure')).toBe(1);
    expect(await positions()).toEqual([{ algorithm: 'system_failure_spike', errors: '1' }]);
    expect(errors).toHaveLength(1);
    errors.length = 0;
    await world.database.admin.query(`update console.detector_state set state = null`);
    await tail();
    expect(await positions()).toEqual([]);
  });
});

describe('a cycle that somebody asks for', () => {
  it('is done where another session has changed what it writes', async () => {
    await festival.card('A', 20);
    await tail();
    await festival.failedOrder('A', 5, { takes: 5 });
    const { admin } = world.database;
    await admin.query('begin');
    await admin.query('update console.watermarks set last_id = last_id');
    const asked = tail();
    await eventually(async () => {
      const { rows } = await admin.query(`select from pg_stat_activity where wait_event_type = 'Lock'
        and datname = current_database()`);
      expect(rows).not.toEqual([]);
    });
    await admin.query('commit');
    await asked;
    expect(await count('balance_deduction_on_failure')).toBe(1);
  });
});

describe('the health snapshot', () => {
  it('is written with its event, which is no alert', async () => {
    await festival.card('A', 20);
    await tail();
    await world.engine.runCycle('snapshot');
    const { rows } = await world.database.admin.query(
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
    expect((await world.database.admin.query('select count(*) from alert_history')).rows).toEqual([{ count: '0' }]);
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
    await world.database.admin.query(
      `insert into console.log_pieces (file_id, piece, data, added_by, added_at)
       values (gen_random_uuid(), 0, 'AAAA', 'Léa', now() - interval '31 days')`,
    );
    await tail();
    await world.engine.runCycle('cleanup');
    expect((await world.database.admin.query('select from console.log_pieces')).rows).toEqual([]);
    expect((await world.database.admin.query('select log_id from console.recent_transactions')).rows).toEqual([
      { log_id: '2' },
    ]);
  });
});
