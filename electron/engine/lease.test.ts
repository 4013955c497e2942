import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { sql } from '../postgres/sql.ts';
import { coreProgram } from '../testing/core-program.ts';
import type { TestDatabase } from '../testing/database.ts';
import { createTestEngine, eventsOf } from '../testing/engine.ts';
import { eventually } from '../testing/eventually.ts';
import { festivalOf } from '../testing/festival.ts';
import { borrowTestDatabase } from '../testing/reused-database.ts';
import { createLease, LeaseLost, TTL_MS } from './lease.ts';

let database: TestDatabase;
let festival: ReturnType<typeof festivalOf>;
const errors: unknown[] = [];

beforeEach(async () => {
  database = await borrowTestDatabase();
  festival = festivalOf(database);
  errors.length = 0;
});
afterEach(() => database.close());

const clock = { now: () => Date.now(), monotonic: () => performance.now() };
const CLOSED = { state: 'closed', failures: 0, retryAt: null, lastErrors: [], hasWorked: true } as const;
const leaseOf = (laptop: string, holder = crypto.randomUUID()) =>
  createLease({ database: database.festival, holder, laptop, clock, breaker: () => ({ ...CLOSED, lastErrors: [] }) });
/** The lease's time runs out, as if its holder had been asleep. */
const runOut = () => database.admin.query(`update console.engine_lease set expires_at = now() - interval '1 second'`);
const note = (tx: { run(statement: ReturnType<typeof sql>): Promise<number> }, words: string) =>
  tx.run(sql`insert into console.cycles (kind, laptop, started_at, duration_ms) values (${words}, 'x', now(), 0)`);
const noted = async () =>
  (await database.admin.query('select kind from console.cycles order by cycle_id')).rows.map(({ kind }) => kind);

describe('the lease', () => {
  it('is held by one, and by another only when it has run out', async () => {
    const first = leaseOf('booth-1');
    const second = leaseOf('booth-2');
    expect(await first.hold()).toBe(true);
    expect(await second.hold()).toBe(false);
    expect(second.leader()).toMatchObject({ laptop: 'booth-1', term: 1 });
    expect(await first.hold()).toBe(true);
    await runOut();
    expect(await second.hold()).toBe(true);
    expect(await first.hold()).toBe(false);
    expect(first.leader()).toMatchObject({ laptop: 'booth-2', term: 2 });
  });

  it('that somebody makes end in years is one like any other from the next look on', async () => {
    for (const end of [`now() + interval '10 years'`, `'infinity'`]) {
      await database.admin.query(`update console.engine_lease set laptop = 'nobody', expires_at = ${end}`);
      const lease = leaseOf('booth-1');
      expect(await lease.hold()).toBe(false);
      const { rows } = await database.admin.query(
        `select expires_at <= clock_timestamp() + interval '${TTL_MS} milliseconds' as short from console.engine_lease`,
      );
      expect(rows).toEqual([{ short: true }]);
      await runOut();
      expect(await lease.hold()).toBe(true);
      await lease.release();
    }
  });

  it('is handed over at once by a clean shutdown', async () => {
    const first = leaseOf('booth-1');
    await first.hold();
    await first.release();
    expect(await leaseOf('booth-2').hold()).toBe(true);
  });

  it('goes to one of many who want it at the same moment', async () => {
    const many = Array.from({ length: 8 }, (_, index) => leaseOf(`booth-${index}`));
    const held = await Promise.all(many.map((lease) => lease.hold().catch(() => false)));
    expect(held.filter(Boolean)).toHaveLength(1);
  });

  it('is believed in for less than it lasts, counted from before the attempt', async () => {
    let now = 0;
    const lease = createLease({
      database: database.festival,
      holder: crypto.randomUUID(),
      laptop: 'booth-1',
      clock: { now: () => Date.now(), monotonic: () => now },
      breaker: () => ({ ...CLOSED, lastErrors: [] }),
    });
    await lease.hold();
    now = TTL_MS - 1_001;
    expect(lease.trusted()).toBe(true);
    now = TTL_MS - 1_000;
    expect(lease.trusted()).toBe(false);
  });
});

describe('a leader that was only asleep', () => {
  it('writes nothing after another has taken over, whatever it was about to write', async () => {
    const asleep = leaseOf('booth-1');
    await asleep.hold();
    for (const isolation of ['read committed', 'repeatable read'] as const) {
      const leader = leaseOf(`booth-${isolation}`);
      await runOut();
      await leader.hold();
      await expect(asleep.write((tx) => note(tx, 'outdated'), { isolation })).rejects.toThrow(LeaseLost);
      await leader.write((tx) => note(tx, isolation));
    }
    expect(await noted()).toEqual(['read committed', 'repeatable read']);
  });

  it('loses what it had started when the take-over comes in the middle of it', async () => {
    const asleep = leaseOf('booth-1');
    await asleep.hold();
    const leader = leaseOf('booth-2');
    const write = asleep.write(
      async (tx) => {
        await note(tx, 'outdated');
        await runOut();
        expect(await leader.hold()).toBe(true);
      },
      { isolation: 'repeatable read' },
    );
    await expect(write).rejects.toThrow();
    expect(await noted()).toEqual([]);
  });

  it('loses a transaction that it sleeps in, so that the new leader can work', async () => {
    const asleep = leaseOf('test');
    await asleep.hold();
    const locked = Promise.withResolvers<void>();
    const takenOver = Promise.withResolvers<void>();
    const slept = asleep
      .write(async (tx) => {
        await note(tx, 'outdated');
        locked.resolve();
        await takenOver.promise;
        await note(tx, 'outdated');
      })
      .catch(() => 'refused');
    await locked.promise;
    await runOut();
    const leader = leaseOf('booth-2');
    await eventually(async () => expect(await leader.hold()).toBe(true), { interval: 250 });
    takenOver.resolve();
    await leader.write((tx) => note(tx, 'new'));
    expect(await slept).toBe('refused');
    expect(await noted()).toEqual(['new']);
  });
});

const saidSchema = z.union([z.object({ state: z.string() }), z.object({ ready: z.literal(true) })]);

describe('two laptops', () => {
  const children: ChildProcess[] = [];
  const folders: string[] = [];
  afterEach(async () => {
    for (const child of children.splice(0)) {
      const gone = once(child, 'exit');
      child.kill('SIGKILL');
      if (child.exitCode === null && child.signalCode === null) await gone;
    }
    for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
  });
  /** A core in a process of its own; tells its engine's state whenever that changes. */
  const laptop = async (name: string) => {
    const dataDir = mkdtempSync(join(tmpdir(), 'regie-core-'));
    folders.push(dataDir);
    const child = fork(await coreProgram(), [
      JSON.stringify({ settings: database.consoleSettings, laptop: name, dataDir }),
    ]);
    children.push(child);
    let state = '';
    child.on('message', (message) => {
      const said = saidSchema.parse(message);
      if ('state' in said) state = said.state;
    });
    return {
      child,
      becomes: (wanted: string) => eventually(() => expect(state).toBe(wanted)),
    };
  };
  const fault = (card: string) => festival.failedOrder(card, 3, { takes: 3 });
  const found = async () => (await eventsOf(database, 'balance_deduction_on_failure')).map(({ card_id }) => card_id);
  const isFound = (card: string) => eventually(async () => expect(await found()).toContain(card), { interval: 50 });

  it('go on when the leader is killed, and find everything once', async () => {
    const first = await laptop('booth-1');
    await first.becomes('running');
    const second = await laptop('booth-2');
    await second.becomes('standby');
    await fault('A');
    await isFound('A');
    first.child.kill('SIGKILL');
    await fault('B');
    await second.becomes('running');
    await isFound('B');
    expect(await found()).toEqual(['A', 'B']);
  });

  it('do not double anything when the leader is paused and wakes up again', async () => {
    const first = await laptop('booth-1');
    await first.becomes('running');
    const second = await laptop('booth-2');
    await second.becomes('standby');
    await fault('A');
    await isFound('A');
    for (const card of ['B', 'C']) await fault(card);
    first.child.kill('SIGSTOP');
    await fault('D');
    await second.becomes('running');
    await isFound('D');
    first.child.kill('SIGCONT');
    await first.becomes('standby');
    await fault('E');
    await isFound('E');
    expect((await found()).toSorted()).toEqual(['A', 'B', 'C', 'D', 'E']);
    const { rows } = await database.admin.query(`
      select laptop from console.cycles
      where started_at > (select taken_at + interval '1 second' from console.engine_lease) and kind <> 'snapshot' group by 1`);
    expect(rows).toEqual([{ laptop: 'booth-2' }]);
  });

  it('hand over at once when the leader is closed', async () => {
    const first = createTestEngine({ database, errors });
    first.start();
    await eventually(() => expect(first.status().state).toBe('running'));
    const second = createTestEngine({ database, errors, laptop: 'booth-2', beside: true });
    second.start();
    await eventually(() => expect(second.status().state).toBe('standby'));
    expect(second.status().leader).toMatchObject({ laptop: 'booth-1' });
    await first.close();
    second.wake();
    await eventually(() => expect(second.status().state).toBe('running'));
    await second.close();
    expect(errors).toEqual([]);
  });
});
