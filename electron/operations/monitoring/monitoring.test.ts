import { v7 as uuid } from 'uuid';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { CanaryWatch } from '../../engine/canary-watch.ts';
import { createCanaryWatch } from '../../engine/canary-watch.ts';
import { type Engine, LeaseLost } from '../../engine/engine.ts';
import { createRequestTaker, requestEngine } from '../../engine/requests.ts';
import { insertEvent } from '../../testing/alerts.ts';
import type { TestDatabase } from '../../testing/database.ts';
import { createTestEngine, eventsOf } from '../../testing/engine.ts';
import { eventually } from '../../testing/eventually.ts';
import { festivalOf } from '../../testing/festival.ts';
import { borrowTestDatabase } from '../../testing/reused-database.ts';
import { submitAs, submitTo } from '../../testing/submit.ts';

let database: TestDatabase;
let engines: Engine[];
beforeEach(async () => {
  database = await borrowTestDatabase();
  engines = [];
});
afterEach(async () => {
  for (const engine of engines) await engine.close();
  await database.close();
});

const engineOf = (laptop: string): Engine => {
  const engine = createTestEngine({ database, errors: [], laptop, beside: true });
  engines.push(engine);
  return engine;
};
const submit = submitTo(
  () => database.festival,
  () => ({ laptopAt: new Date().toISOString() }),
);
const stop = ({ operator = 'Léa', minutesAgo = 0 } = {}) =>
  submit(
    'monitoring.stop',
    { reason: 'work on the database' },
    { operator, laptopAt: new Date(Date.now() - minutesAgo * 60_000).toISOString() },
  );
const restart = () => submit('monitoring.restart', {});
const clock = { now: Date.now, monotonic: () => performance.now() };

describe('stopping monitoring', () => {
  it('ends the engine of every laptop; after the restart the gap is found with its true time', async () => {
    const field = festivalOf(database);
    await field.card('GAP', 40);
    const [first, second] = [engineOf('booth-1'), engineOf('booth-2')];
    await first.runCycle();
    for (const engine of [first, second]) engine.start();
    await eventually(() => expect(first.status().state).toBe('running'));

    expect(await stop()).toEqual({ outcome: 'applied', result: {} });
    for (const engine of [first, second]) {
      await eventually(() => expect(engine.status().state).toBe('stopped'));
      expect(engine.stopped()).toMatchObject({ by: 'Léa', on: 'booth-1', reason: 'work on the database' });
      expect(engine.status().leader).toBeNull();
      await expect(engine.runCycle()).rejects.toThrow(LeaseLost);
    }
    const before = Date.now();
    await field.failedOrder('GAP', 5, { takes: 5, secondsAgo: 0 });
    const after = Date.now();

    expect(await restart()).toEqual({ outcome: 'applied', result: {} });
    for (const engine of [first, second]) engine.wake();
    await eventually(async () => {
      expect(await eventsOf(database, 'balance_deduction_on_failure')).toHaveLength(1);
    });
    const { rows } = await database.admin.query(
      `select a.occurred_at::text, e.detection_timestamp > m.restarted_at as later
       from monitoring_events e join console.alerts a using (event_id) cross join console.monitoring_state m
       where e.card_id = 'GAP'`,
    );
    expect(rows).toMatchObject([{ later: true }]);
    expect(Date.parse(rows[0].occurred_at)).toBeGreaterThanOrEqual(before);
    expect(Date.parse(rows[0].occurred_at)).toBeLessThanOrEqual(after);
    expect(first.status().skippedCycles + second.status().skippedCycles).toBe(0);
  });

  it('lets nothing be written that the leader had started', async () => {
    const engine = engineOf('booth-1');
    await engine.runCycle();
    await stop();
    // It believes still that it leads.
    await expect(engine.runCycle('tail')).rejects.toThrow();
    const { rows } = await database.admin.query(
      `select count(*)::int as cycles from console.cycles, console.monitoring_state where started_at > stopped_at`,
    );
    expect(rows).toEqual([{ cycles: 0 }]);
  });

  it('is done once: twice by one person is once, and a second person hears who has', async () => {
    await stop();
    expect(await stop()).toEqual({ outcome: 'applied', result: {} });
    expect(await stop({ operator: 'Nils' })).toMatchObject({
      outcome: 'conflict',
      error: { code: 'monitoring_stopped', params: { name: 'Léa' } },
    });
    await restart();
    expect(await restart()).toEqual({ outcome: 'applied', result: {} });
    const { rows } = await database.admin.query(
      `select action, actor, data ->> 'reason' as reason from console.audit where subject = 'monitoring' order by seq`,
    );
    expect(rows).toEqual([
      { action: 'monitoring_stopped', actor: 'Léa', reason: 'work on the database' },
      { action: 'monitoring_restarted', actor: 'Léa', reason: null },
    ]);
  });

  it('is asked again when the order had waited for the network', async () => {
    expect(await stop({ minutesAgo: 11 })).toMatchObject({ outcome: 'conflict', error: { code: 'stop_late' } });
    expect(await stop({ minutesAgo: 9 })).toMatchObject({ outcome: 'applied' });
  });
});

describe('a screen', () => {
  it('does not count as blind while monitoring is stopped, and has its full time again after the restart', async () => {
    let moved = 0;
    let stopped = false;
    const watch: CanaryWatch = createCanaryWatch({
      database: database.festival,
      laptop: 'booth-1',
      clock: { now: () => Date.now() + moved, monotonic: () => performance.now() + moved },
      clockOffsetMs: () => -moved,
      stopped: () => stopped,
      watched: () => ({ at: 0, monotonic: 0 }),
      publish: () => undefined,
      log: { warn: () => undefined },
    });
    moved = 60_000;
    expect(watch.status().blindSince).not.toBeNull();
    stopped = true;
    expect(watch.status()).toEqual({ lastDisplayedAt: null, blindSince: null, others: [] });
    stopped = false;
    watch.resumed();
    expect(watch.status().blindSince).toBeNull();
    moved = 120_000;
    expect(watch.status().blindSince).not.toBeNull();
  });
});

describe('a request to the engine', () => {
  const request = (kind: 'cycle' | 'recompute', within = 120_000) =>
    requestEngine({
      database: database.festival,
      request: { id: uuid(), kind, operator: 'Nils', laptop: 'booth-2' },
      clock,
      withinMs: within,
    });
  const takerOf = (engine: Engine, laptop: string) =>
    createRequestTaker({ database: database.festival, engine, laptop, log: { warn: () => undefined } });

  it('is carried out by the laptop that leads, and answered to the one that asked', async () => {
    const [leader, other] = [engineOf('booth-1'), engineOf('booth-2')];
    leader.start();
    await eventually(() => expect(leader.status().state).toBe('running'));
    other.start();
    await eventually(() => expect(other.status().state).toBe('standby'));
    const [taker, bystander] = [takerOf(leader, 'booth-1'), takerOf(other, 'booth-2')];
    const asked = request('cycle');
    await eventually(async () => {
      await bystander.poll();
      await taker.poll();
      const { rows } = await database.admin.query('select claimed_by from console.engine_requests');
      expect(rows).toEqual([{ claimed_by: 'booth-1' }]);
    });
    expect(await asked).toMatchObject({ state: 'done', result: { findings: 0 } });
    const recomputed = request('recompute');
    await eventually(async () => {
      await taker.poll();
      const { rows } = await database.admin.query(
        `select ended_at is not null as ended from console.engine_requests where kind = 'recompute'`,
      );
      expect(rows).toEqual([{ ended: true }]);
    });
    expect(await recomputed).toMatchObject({ state: 'done', result: { drifted: 0 } });
  });

  it('that is not claimed is reported so, and is not performed later', async () => {
    expect(await request('cycle')).toEqual({ state: 'unclaimed' });
    await database.admin.query(`update console.engine_requests set requested_at = requested_at - interval '1 minute'`);
    const leader = engineOf('booth-1');
    leader.start();
    await eventually(() => expect(leader.status().state).toBe('running'));
    await takerOf(leader, 'booth-1').poll();
    expect((await database.admin.query('select claimed_by from console.engine_requests')).rows).toEqual([
      { claimed_by: null },
    ]);
  });
});

describe('a copy of the monitoring events', () => {
  const backup = (operationId = uuid()) => submitAs(database.festival, 'Léa', 'events.backup', { operationId });
  const differences = async () =>
    (
      await database.festival.read((tx) =>
        tx.table({ text: 'select difference, event_id, columns from console.events_since_backup()', values: [] }),
      )
    ).rows;

  it('is made by the console’s login once an order, listed, and compared', async () => {
    const [kept, gone] = [await insertEvent(database), await insertEvent(database, { foreign: true })];
    expect(await differences()).toEqual([]);
    const operationId = uuid();
    const outcome = await backup(operationId);
    expect(outcome).toMatchObject({ outcome: 'applied', result: { events: 2 } });
    expect(await backup(operationId)).toEqual(outcome);
    expect(await differences()).toEqual([]);

    await database.admin.query(
      `update monitoring_events set status = 'RESOLVED', resolved_at = now() where event_id = $1`,
      [kept],
    );
    await database.admin.query('delete from monitoring_events where event_id = $1', [gone]);
    const added = await insertEvent(database);
    expect(await differences()).toEqual([
      ['changed', String(kept), 'resolved_at, status, updated_at'],
      ['gone', String(gone), null],
      ['new', String(added), null],
    ]);
    const { rows } = await database.admin.query(
      'select table_name, taken_by, taken_on, events from console.event_backups',
    );
    expect(rows).toEqual([
      {
        table_name: expect.stringMatching(/^events_backup_\d{8}_\d{6}_\d{6}$/),
        taken_by: 'Léa',
        taken_on: 'booth-1',
        events: '2',
      },
    ]);
    // It may be read, and by nobody's console be changed.
    await expect(
      database.festival.write((tx) => tx.run({ text: `delete from console.${rows[0].table_name}`, values: [] })),
    ).rejects.toThrow(/permission denied/);
    await expect(
      database.festival.write((tx) => tx.run({ text: 'delete from console.event_backups', values: [] })),
    ).rejects.toThrow(/permission denied/);
  });

  it('is refused where there are ten', async () => {
    for (let made = 0; made < 10; made += 1) expect(await backup()).toMatchObject({ outcome: 'applied' });
    expect(await backup()).toMatchObject({ outcome: 'rejected', error: { code: 'backups_full' } });
  });
});
