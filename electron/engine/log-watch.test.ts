import { describe, expect, it } from 'vitest';
import { engineWorld } from '../testing/engine-world.ts';

const world = engineWorld();
const { festival, events, count, tail } = world;

const run = (text: string, values: unknown[] = []) => world.database.admin.query(text, values);
const watch = () => world.engine.runCycle('watch');
const changes = async () =>
  (await events('log_changed')).map(({ event_data: { change, table, details } }) => ({ change, table, details }));
const health = async (): Promise<string> =>
  (await run('select overall_health_status from system_health_snapshots order by snapshot_id desc limit 1')).rows[0]
    ?.overall_health_status;
/** A running engine that has looked at everything, on a festival of one card. */
const begin = async (): Promise<void> => {
  await festival.card('A', 20);
  await tail();
  await watch();
  await world.engine.runCycle('snapshot');
  expect(await changes()).toEqual([]);
  expect(await health()).toBe('HEALTHY');
};
/** What every change must leave possible: a failed order that takes 5.00 is found. */
const stillFinds = async (): Promise<void> => {
  const before = await count('balance_deduction_on_failure');
  await festival.failedOrder('A', 5, { takes: 5 });
  await tail();
  await world.engine.runCycle('critical');
  expect(await count('balance_deduction_on_failure')).toBe(before + 1);
};

describe('while the engine runs', () => {
  it('the details are renamed: it goes on without places, and says so until they are back', async () => {
    await begin();
    await run('alter table app_transaction_log rename details to particulars');
    await run(`insert into app_transaction_log (card_id, transaction_type, status, amount_involved, previous_balance, new_balance)
      values ('A', 'bar_order', 'failed', 5, 20, 15)`);
    await tail();
    expect(await count('balance_deduction_on_failure')).toBe(1);
    await watch();
    expect(await changes()).toEqual([{ change: 'columns', table: 'app_transaction_log', details: ['details'] }]);
    expect(await health()).not.toBe('HEALTHY');
    await run('alter table app_transaction_log rename particulars to details');
    await watch();
    await stillFinds();
    expect(
      (
        await run('select cleared_at is not null as cleared from console.findings where algorithm = $1', [
          'log_changed',
        ])
      ).rows,
    ).toEqual([{ cleared: true }]);
  });

  it('the log of scans is dropped: transactions go on', async () => {
    await begin();
    await run('drop table nfc_scan_log cascade');
    await stillFinds();
    await watch();
    expect(await changes()).toEqual([{ change: 'missing', table: 'nfc_scan_log', details: [] }]);
    expect(await health()).not.toBe('HEALTHY');
  });

  it('row security is switched on: nobody is content with an empty log', async () => {
    await begin();
    await run('alter table app_transaction_log enable row level security');
    await tail();
    await watch();
    expect(await events('log_changed')).toMatchObject([
      { severity: 'CRITICAL', event_data: { change: 'row_security', table: 'app_transaction_log' } },
    ]);
    expect(await health()).toBe('CRITICAL');
    await run('alter table app_transaction_log disable row level security');
    await watch();
    await stillFinds();
  });

  it('the right to read the log is lost: scans go on, and it is said', async () => {
    await begin();
    await run('revoke select on app_transaction_log from regie_console, regie_reader');
    await festival.scan('A');
    await festival.scan('A');
    await tail();
    await watch();
    expect(await count('temporal_duplicate_detection')).toBe(1);
    expect(await changes()).toEqual([{ change: 'unreadable', table: 'app_transaction_log', details: [] }]);
    await run('grant select on app_transaction_log to regie_console');
    await stillFinds();
  });

  it('a column gets another type', async () => {
    await begin();
    await run('alter table app_transaction_log alter amount_involved type double precision');
    await watch();
    expect(await changes()).toEqual([
      {
        change: 'types',
        table: 'app_transaction_log',
        details: ['app_transaction_log.amount_involved: double precision ≠ numeric(10,2)'],
      },
    ]);
    await stillFinds();
  });

  it('a log that is rewritten with its rows is the same log', async () => {
    await begin();
    await run('vacuum full app_transaction_log');
    await watch();
    expect(await changes()).toEqual([]);
    await stillFinds();
  });

  it('the server is another one, or an earlier state', async () => {
    await begin();
    await run(`update console.log_watch set known = known || '{"system": "1"}' where relation = 'server'`);
    await watch();
    expect(await changes()).toMatchObject([{ change: 'restored', table: 'server' }]);
    await watch();
    expect(await count('log_changed')).toBe(1);
  });

  it('rows stay undecided: one alert, however many', async () => {
    await begin();
    await run(`insert into app_transaction_log (card_id, transaction_type, status, amount_involved)
      select 'U' || n, 'bar_order', 'initiated', 5 from generate_series(1, 300) as n`);
    await tail();
    await watch();
    expect(await count('undecided_rows')).toBe(0);
    await run(`update console.unsettled set noticed_at = now() - interval '1 hour'`);
    await watch();
    await watch();
    expect(await events('undecided_rows')).toMatchObject([
      { severity: 'HIGH', event_data: { transaction_status: 'initiated', count: 300, minutes: 60 } },
    ]);
    expect(await health()).not.toBe('HEALTHY');
    await stillFinds();
  });

  it('rows have a status that nobody has explained: that is the one alert, until somebody says that it waits', async () => {
    await begin();
    await run(`insert into app_transaction_log (card_id, transaction_type, status, amount_involved)
      select 'U' || n, 'bar_order', 'authorised', 5 from generate_series(1, 300) as n`);
    await tail();
    await run(`update console.unsettled set noticed_at = now() - interval '1 hour'`);
    await watch();
    expect(await count('undecided_rows')).toBe(0);
    expect(await count('unknown_transaction_status')).toBe(1);
    await run(`insert into console.transaction_meanings values ('status', 'authorised', 'undecided', 1, now(), 'Léa')`);
    await watch();
    expect(await events('undecided_rows')).toMatchObject([
      { event_data: { transaction_status: 'authorised', count: 300 } },
    ]);
    await stillFinds();
  });

  it('nothing comes for many times the usual pause, in a log that was busy', async () => {
    await begin();
    for (let minute = 20; minute > 0; minute -= 1) {
      for (let order = 0; order < 5; order += 1)
        await festival.log({
          ...{ card: `S${minute}`, type: 'bar_order', status: 'completed', amount: 1, previous: 20, next: 19 },
          secondsAgo: minute * 60 + order,
        });
    }
    await tail();
    await watch();
    expect(await count('traffic_silent')).toBe(0);
    await run(`update console.recent_transactions set read_at = now() - interval '25 minutes'`);
    const dayBefore = (rows: number) =>
      run(`delete from system_health_snapshots; insert into system_health_snapshots (snapshot_timestamp,
        overall_health_status, total_transactions_last_hour) values (now() - interval '23 hours 45 minutes', 'HEALTHY', ${rows})`);
    await dayBefore(3);
    await watch();
    expect(await count('traffic_silent')).toBe(0);
    await dayBefore(500);
    await watch();
    expect(await events('traffic_silent')).toMatchObject([
      { event_data: { log: 'transactions', silent_minutes: 25, rows_day_before: 500 } },
    ]);
    await stillFinds();
    await watch();
    expect(
      (await run(`select count(*) from console.findings where algorithm = 'traffic_silent' and cleared_at is null`))
        .rows,
    ).toEqual([{ count: '0' }]);
  });

  it('the sequence of the alerts is behind their table: it is moved, and what waited is written', async () => {
    await begin();
    await run(`insert into monitoring_events (event_id, event_type, severity, detection_algorithm, event_data, status)
      select id, 'system_health', 'INFO', 'another', '{}', 'RESOLVED' from generate_series(100, 500) as id`);
    await run(`select setval('monitoring_events_event_id_seq', 100, false)`);
    await festival.failedOrder('A', 5, { takes: 5 });
    await expect(tail()).rejects.toMatchObject({ code: '23505' });
    await watch();
    await tail();
    expect(await count('balance_deduction_on_failure')).toBe(1);
    expect((await run(`select data from console.audit where action = 'sequences_moved'`)).rows).toEqual([
      { data: { sequences: ['public.monitoring_events_event_id_seq'] } },
    ]);
  });
});
