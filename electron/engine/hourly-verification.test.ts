import { setTimeout as sleep } from 'node:timers/promises';
import { beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { connectAs } from '../testing/connect.ts';
import { engineWorld } from '../testing/engine-world.ts';
import { createVerificationPlan, verifyHours } from './hourly-verification.ts';
import { createLease, LeaseLost } from './lease.ts';

const world = engineWorld();

/** No hour ends in the middle of a test. */
beforeEach(async () => {
  const leftMs = 3_600_000 - (Date.now() % 3_600_000);
  if (leftMs < 20_000) await sleep(leftMs + 1_000);
});
const { count, events } = world;

const run = async (text: string, values: unknown[] = []) => (await world.database.admin.query(text, values)).rows;
const verify = () => world.engine.runCycle('verify');

/**
 * Time passes: everything that has a time of the last day is moved into the past, so that the database's own clock decides
 * what is over.
 */
const hoursLater = async (hours: number): Promise<void> => {
  const by = `interval '${hours} hours'`;
  await run(`update system_health_snapshots set snapshot_timestamp = snapshot_timestamp - ${by}`);
  await run(`update monitoring_events set detection_timestamp = detection_timestamp - ${by}`);
  await run(`update console.engine_lease set taken_at = taken_at - ${by}`);
  await run(`update console.verification_start set since = since - ${by}`);
  await run(`create temporary table moved as select * from console.verifications`);
  await run('delete from console.verifications');
  await run(`update moved set hour = hour - ${by}, made_at = made_at - ${by}`);
  await run('insert into console.verifications select * from moved');
  await run('drop table moved');
};
/** What an engine writes in an hour: snapshots with their records. `ago` 1 is the last hour that is over. */
const ranIn = async (ago: number, { from = 0, to = 60 } = {}): Promise<void> => {
  const at = `date_trunc('hour', now(), 'UTC') - interval '${ago} hours' + n * interval '1 minute'`;
  const of = `from generate_series(${from} + 4, ${to} - 1, 5) as n`;
  await run(`insert into system_health_snapshots (snapshot_timestamp, total_transactions_last_hour, success_rate_percent,
      monitoring_events_last_hour, overall_health_status) select ${at}, 100, 99.5, 2, 'HEALTHY' ${of}`);
  await run(`insert into monitoring_events (event_type, severity, detection_algorithm, detection_timestamp, event_data, status)
    select 'system_health', 'INFO', 'health_snapshot', ${at}, '{}', 'RESOLVED' ${of}`);
};
/** Regie runs since so many hours, and has verified none. */
const begunBefore = async (hours: number): Promise<void> => {
  await verify();
  await hoursLater(hours);
  // What the engine of the test itself wrote belongs to no hour.
  await run('truncate system_health_snapshots, console.verifications');
};
const markRow = z.object({ ago: z.coerce.number(), verdict: z.string().nullable() });
/** What became of the hours, by how many hours ago they began. */
const marks = async (): Promise<Record<number, string | null>> => {
  const rows = await run(`select extract(epoch from date_trunc('hour', now(), 'UTC') - hour) / 3600 as ago, verdict
    
    from console.verification_hours(date_trunc('hour', now(), 'UTC') + interval '30 minutes') where verdict is not null and verdict <> 'pending'`);
  return Object.fromEntries(
    z
      .array(markRow)
      .parse(rows)
      .map(({ ago, verdict }) => [ago, verdict]),
  );
};
const alert = async () =>
  (await events('hourly_verification')).map(({ event_data: { count: hours, failed, missing } }) => ({
    hours,
    failed,
    missing,
  }));
const isCleared = async () =>
  (
    await run(`select cleared_at is not null as cleared from console.findings where algorithm = 'hourly_verification'`)
  ).map(({ cleared }) => cleared);

describe('the hourly verification', () => {
  it('asks nothing of the hours before Regie, nor of the one in which it begins', async () => {
    await verify();
    await verify();
    expect(await run('select * from console.verifications')).toEqual([]);
    expect(await run(`select since > now() as later from console.verification_start`)).toEqual([{ later: true }]);
    expect(await count('hourly_verification')).toBe(0);
  });

  it('records an hour through which detection has run, once', async () => {
    await begunBefore(2);
    await ranIn(1);
    await verify();
    await verify();
    expect(await run('select verdict, laptop, term::int, login from console.verifications')).toEqual([
      { verdict: 'ok', laptop: 'booth-1', term: 1, login: world.database.consoleSettings.user },
    ]);
    expect(await count('hourly_verification')).toBe(0);
  });

  it('makes the figures of the guide’s own queries, as they stand, at the same moment', async () => {
    await ranIn(0, { from: -90, to: 0 });
    await run(`insert into monitoring_events (event_type, severity, detection_algorithm, detection_timestamp, event_data, status)
      select type, severity, 'x', now() - n * interval '7 minutes', '{}', 'OPEN' from generate_series(0, 12) as n,
      (values ('transaction_failure', 'CRITICAL'), ('duplicate_nfc', 'MEDIUM'), ('system_health', 'INFO')) as t (type, severity)`);
    const client = await connectAs(world.database.adminSettings);
    await client.query('begin');
    const guide = {
      activity: (
        await client.query(`SELECT
  event_type,
  severity,
  COUNT(*) as count,
  MAX(detection_timestamp) as last_detection
FROM monitoring_events
WHERE detection_timestamp > NOW() - INTERVAL '1 hour'
GROUP BY event_type, severity
ORDER BY severity DESC, count DESC;`)
      ).rows,
      snapshots: (
        await client.query(`SELECT
  snapshot_timestamp,
  total_transactions_last_hour,
  success_rate_percent,
  monitoring_events_last_hour
FROM system_health_snapshots
ORDER BY snapshot_timestamp DESC
LIMIT 3;`)
      ).rows,
    };
    const { figures } = (await client.query('select console.hourly_figures(now()) as figures')).rows[0];
    await client.end();
    const instant = (at: unknown) => new Date(String(at)).getTime();
    expect(guide.activity).toHaveLength(3);
    expect(
      figures.activity.map((row: Record<string, unknown>) => ({
        ...row,
        last_detection: instant(row.last_detection),
      })),
    ).toEqual(
      guide.activity.map((row) => ({ ...row, count: Number(row.count), last_detection: row.last_detection.getTime() })),
    );
    expect(
      figures.snapshots.map((row: Record<string, unknown>) => ({
        ...row,
        snapshot_timestamp: instant(row.snapshot_timestamp),
      })),
    ).toEqual(
      guide.snapshots.map((row) => ({
        ...row,
        snapshot_timestamp: row.snapshot_timestamp.getTime(),
        success_rate_percent: Number(row.success_rate_percent),
      })),
    );
  });

  it('fails an hour in which detection stopped, says why, and ends the alert with the next good one', async () => {
    await begunBefore(2);
    await ranIn(1, { to: 40 });
    await verify();
    expect(await marks()).toEqual({ 1: 'failed' });
    expect(await events('hourly_verification')).toMatchObject([
      {
        severity: 'MEDIUM',
        status: 'OPEN',
        event_data: { count: 1, failed: 1, reasons: ['snapshot_age_s', 'system_health_age_s', 'snapshot_pause_s'] },
      },
    ]);
    await hoursLater(1);
    await ranIn(1);
    await verify();
    expect(await marks()).toEqual({ 1: 'ok', 2: 'failed' });
    expect(await isCleared()).toEqual([true]);
  });

  it('says that nobody ran Regie for nine hours: one alert', async () => {
    await begunBefore(12);
    await ranIn(11);
    await ranIn(10);
    world.restart();
    await verify();
    expect(await alert()).toEqual([{ hours: 9, failed: 0, missing: 9 }]);
    expect(await marks()).toEqual({
      ...{ 1: 'missing', 2: 'missing', 3: 'missing', 4: 'missing', 5: 'missing', 6: 'missing', 7: 'missing' },
      ...{ 8: 'missing', 9: 'missing', 10: 'ok', 11: 'ok' },
    });
    await hoursLater(1);
    await ranIn(1, { from: 30 });
    await verify();
    expect(await alert()).toEqual([{ hours: 10, failed: 1, missing: 9 }]);
  });

  it('fails the hour in which the database went away, also later; those without it are missing until it is back', async () => {
    await begunBefore(6);
    await ranIn(5);
    await ranIn(4, { to: 10 });
    // The engine has led all the time; it could reach nothing.
    await run(`update console.engine_lease set taken_at = now() - interval '4 hours'`);
    await verify();
    expect(await marks()).toEqual({ 1: 'failed', 2: 'missing', 3: 'missing', 4: 'failed', 5: 'ok' });
    expect(await alert()).toEqual([{ hours: 4, failed: 2, missing: 2 }]);
  });

  it('is made after a take-over of the hour that another laptop led', async () => {
    await begunBefore(2);
    await ranIn(1);
    world.restart({ laptop: 'booth-2' });
    await verify();
    expect(await run('select verdict, laptop, term::int from console.verifications')).toEqual([
      { verdict: 'ok', laptop: 'booth-2', term: 2 },
    ]);
  });

  it('of a leader whose term is over leaves nothing, and two make one', async () => {
    await begunBefore(2);
    await ranIn(1, { to: 30 });
    await world.engine.close();
    const clock = { now: () => Date.now(), monotonic: () => performance.now() };
    const leaseOf = (laptop: string) =>
      createLease({
        ...{ database: world.database.festival, holder: crypto.randomUUID(), laptop, clock },
        breaker: () => ({ state: 'closed', failures: 0, retryAt: null, lastErrors: [], hasWorked: true }),
      });
    const [outdated, leader] = [leaseOf('booth-1'), leaseOf('booth-2')];
    expect(await outdated.hold()).toBe(true);
    await run(`update console.engine_lease set expires_at = now() - interval '1 second'`);
    expect(await leader.hold()).toBe(true);
    await expect(verifyHours(outdated, 'booth-1')).rejects.toBeInstanceOf(LeaseLost);
    expect(await run('select * from console.verifications')).toEqual([]);
    expect(await count('hourly_verification')).toBe(0);
    await verifyHours(leader, 'booth-2');
    await verifyHours(leader, 'booth-2');
    expect(await run('select laptop from console.verifications')).toEqual([{ laptop: 'booth-2' }]);
    expect(await count('hourly_verification')).toBe(1);
  });

  it('that is killed in the middle is made whole by the next one', async () => {
    await begunBefore(2);
    await ranIn(1, { to: 30 });
    await run(`create function die() returns trigger language plpgsql as $$
      begin perform pg_terminate_backend(pg_backend_pid()); return new; end $$`);
    await run(`create trigger die before insert on console.timeline for each row execute function die()`);
    await run(`grant pg_signal_backend to regie_console`);
    await expect(verify()).rejects.toThrow();
    expect(await run('select * from console.verifications')).toEqual([]);
    await run('drop trigger die on console.timeline');
    await run(`revoke pg_signal_backend from regie_console`);
    await verify();
    expect(await marks()).toEqual({ 1: 'failed' });
    expect(await count('hourly_verification')).toBe(1);
  });

  it('is made by a laptop whose clock is years off', async () => {
    await begunBefore(2);
    await ranIn(1);
    world.restart({ laptop: 'booth-2', clockOffMs: -5 * 365 * 86_400_000 });
    await verify();
    expect(await marks()).toEqual({ 1: 'ok' });
  });

  it('keeps an hour that the database’s clock sets back before, and goes on', async () => {
    await begunBefore(3);
    await ranIn(2);
    await hoursLater(-1);
    await verify();
    await hoursLater(-1);
    await verify();
    expect(await run(`select count(*)::int from console.verifications`)).toEqual([{ count: 1 }]);
    expect(await count('hourly_verification')).toBe(0);
  });

  it('has two hours where clocks show one twice', async () => {
    await run(`alter database "${world.database.adminSettings.database}" set timezone = 'Europe/Paris'`);
    const client = await connectAs(world.database.adminSettings);
    await client.query(`insert into console.verification_start (since) values ('2026-10-24T00:00Z')`);
    const hours = (
      await client.query(`select hour, to_char(hour, 'HH24:MI') as shown from console.verification_hours('2026-10-25T02:30Z')
        order by hour desc limit 4`)
    ).rows;
    await client.end();
    expect(hours.map(({ hour }) => hour.toISOString())).toEqual([
      '2026-10-25T02:00:00.000Z',
      '2026-10-25T01:00:00.000Z',
      '2026-10-25T00:00:00.000Z',
      '2026-10-24T23:00:00.000Z',
    ]);
    expect(hours.map(({ shown }) => shown)).toEqual(['03:00', '02:00', '02:00', '01:00']);
  });
});

describe('when the leader verifies', () => {
  it('is at once for a new term, at the end of the hour, and soon after a failure', () => {
    let now = 0;
    const plan = createVerificationPlan({ monotonic: () => now });
    expect(plan.isDue(1)).toBe(true);
    plan.begin(1);
    expect(plan.isDue(1)).toBe(false);
    now += 15_000;
    expect(plan.isDue(1)).toBe(true);
    plan.begin(1);
    plan.done(60_000);
    now += 61_999;
    expect(plan.isDue(1)).toBe(false);
    now += 1;
    expect(plan.isDue(1)).toBe(true);
    plan.begin(1);
    plan.done(3_600_000);
    expect(plan.isDue(1)).toBe(false);
    expect(plan.isDue(2)).toBe(true);
    // The database's clock may have been set.
    now += 300_000;
    expect(plan.isDue(1)).toBe(true);
  });

  it('is soon after the engine has begun, by itself', async () => {
    world.engine.start();
    await expect
      .poll(() => run('select 1 as there from console.verification_start'), { timeout: 30_000 })
      .toEqual([{ there: 1 }]);
    await world.engine.close();
  });
});
