import { describe, expect, it } from 'vitest';
import { engineWorld } from '../testing/engine-world.ts';

const world = engineWorld();
const { festival, restart, events, count, tail } = world;

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
    await world.database.admin.query(
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
    await world.database.admin.query(
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
    await world.database.admin.query(
      `update console.detector_state set state = jsonb_set(state, '{episode,lastAboveAt}',
         to_jsonb((extract(epoch from now() - interval '16 minutes') * 1000000)::bigint)) where algorithm = 'system_failure_spike'`,
    );
    await world.engine.runCycle('critical');
    expect(
      (await world.database.admin.query('select cleared_at is not null as cleared from console.alerts')).rows,
    ).toEqual([{ cleared: true }]);
  });
});
