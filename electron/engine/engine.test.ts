import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openFestivalDatabase } from '../postgres/pool.ts';
import type { TestDatabase } from '../testing/database.ts';
import { eventsOf } from '../testing/engine.ts';
import { eventually } from '../testing/eventually.ts';
import { festivalOf } from '../testing/festival.ts';
import { borrowTestDatabase } from '../testing/reused-database.ts';
import { createTcpProxy, type TcpProxy } from '../testing/tcp-proxy.ts';
import { createEngine, type Engine } from './engine.ts';

/** A laptop whose clock is moved by hand: the schedule runs by it, the ticks by the real one. */
const createTestClock = () => {
  let moved = 0;
  return {
    now: () => Date.now() + moved,
    monotonic: () => performance.now() + moved,
    forward: (ms: number) => {
      moved += ms;
    },
  };
};

describe('the running engine', () => {
  let database: TestDatabase;
  let proxy: TcpProxy;
  let festival: ReturnType<typeof festivalOf>;
  let clock: ReturnType<typeof createTestClock>;
  let engine: Engine;
  let close: () => Promise<void>;

  beforeEach(async () => {
    database = await borrowTestDatabase();
    festival = festivalOf(database);
    proxy = await createTcpProxy(database.consoleSettings);
    clock = createTestClock();
    const connection = openFestivalDatabase({
      settings: proxy.through(database.consoleSettings),
      applicationName: 'regie/engine-test',
      size: 2,
    });
    const quiet = () => undefined;
    engine = createEngine({
      database: connection,
      laptop: 'booth-1',
      clock,
      log: { info: quiet, warn: quiet, error: quiet },
    });
    close = async () => {
      await engine.close();
      await connection.close();
      await proxy.close();
      await database.close();
    };
  });
  afterEach(() => close());

  const until = (what: () => unknown) => eventually(what);
  const kinds = async () =>
    (await database.admin.query('select distinct kind from console.cycles order by kind')).rows.map(({ kind }) => kind);

  it('finds a fault without being asked, and does everything on its schedule', async () => {
    engine.start();
    await festival.failedOrder('A', 3, { takes: 3 });
    await until(async () => expect(await eventsOf(database, 'balance_deduction_on_failure')).toHaveLength(1));
    for (let step = 0; step < 4; step += 1) {
      clock.forward(60_000);
      await until(() => expect(engine.status().cycles).toBeGreaterThan(0));
    }
    await until(async () => expect(await kinds()).toEqual(['cleanup', 'critical', 'medium', 'snapshot', 'tail']));
    expect(engine.status()).toMatchObject({ state: 'running', breaker: { state: 'closed' } });
  });

  it('counts the cycles that it was too late for', async () => {
    engine.start();
    await until(async () => expect(engine.status().cycles).toBeGreaterThan(0));
    clock.forward(10 * 60_000);
    await until(() => expect(engine.status().skippedCycles).toBeGreaterThanOrEqual(19));
  });

  it('waits while the network is cut, which opens no breaker, and finds afterwards what happened meanwhile', async () => {
    engine.start();
    await until(() => expect(engine.status().cycles).toBeGreaterThan(0));
    proxy.cut();
    await until(() => expect(engine.status().state).toBe('waiting'));
    await festival.failedOrder('A', 3, { takes: 3 });
    expect(engine.status().breaker).toMatchObject({ state: 'closed', failures: 0 });
    proxy.forward();
    await until(async () => expect(await eventsOf(database, 'balance_deduction_on_failure')).toHaveLength(1));
    // An alert is there as soon as it is committed; the work that wrote it ends a moment later.
    await until(() => expect(engine.status().state).toBe('running'));
  });

  it('opens its breaker after five failures, records them, and closes it with a probe that succeeds', async () => {
    engine.start();
    await until(() => expect(engine.status().cycles).toBeGreaterThan(0));
    await database.admin.query('revoke update on console.watermarks from regie_console');
    await until(() => expect(engine.status().state).toBe('breaker_open'));
    const { rows } = await database.admin.query(
      'select count(*) as failed from console.cycles where error is not null',
    );
    expect(rows).toEqual([{ failed: '5' }]);
    await database.admin.query('grant update on console.watermarks to regie_console');
    clock.forward(60_000);
    await until(() => expect(engine.status()).toMatchObject({ state: 'running', breaker: { state: 'closed' } }));
  });

  it('stops when it is closed, in the middle of its schedule', async () => {
    engine.start();
    await until(() => expect(engine.status().cycles).toBeGreaterThan(0));
    await engine.close();
    const { cycles } = engine.status();
    await festival.failedOrder('A', 3, { takes: 3 });
    expect(engine.status()).toMatchObject({ state: 'off', cycles });
    expect(await eventsOf(database, 'balance_deduction_on_failure')).toEqual([]);
  });
});
