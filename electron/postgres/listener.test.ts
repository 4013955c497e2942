import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../testing/database.ts';
import { eventually } from '../testing/eventually.ts';
import { createTcpProxy, type TcpProxy } from '../testing/tcp-proxy.ts';
import { createListener, type Listener, type ListenerStatus } from './listener.ts';

/** Often, and with all the time that a busy machine may take for a heartbeat. */
const timings = { heartbeatEveryMs: 100, heartbeatTimeoutMs: 120_000, reconnect: { firstMs: 25, longestMs: 100 } };
/** Where none comes back. Until then a busy machine may be taken for a silent network, and come back. */
const IMPATIENT = { ...timings, heartbeatTimeoutMs: 1_500 };

describe('the listener', () => {
  let database: TestDatabase;
  let proxy: TcpProxy;
  let listener: Listener;
  let notified: (string | null)[];
  let states: ListenerStatus['state'][];

  beforeAll(async () => {
    database = await createTestDatabase();
  });
  afterAll(() => database.close());
  beforeEach(async () => {
    proxy = await createTcpProxy(database.consoleSettings);
    await start(timings);
  });
  afterEach(async () => {
    await listener.close();
    await proxy.close();
  });

  const start = async (given: typeof timings): Promise<void> => {
    notified = [];
    states = [];
    listener = createListener({
      settings: proxy.through(database.consoleSettings),
      applicationName: 'regie/listener-test',
      channel: 'regie_changes',
      random: Math.random,
      onNotify: (payload) => notified.push(payload),
      onStatus: ({ state }) => states.push(state),
      timings: given,
    });
    await until('listening');
  };
  const restart = async (given: typeof timings): Promise<void> => {
    await listener.close();
    await start(given);
  };
  const until = (state: ListenerStatus['state']) =>
    eventually(() => expect(listener.status().state).toBe(state), { interval: 5 });

  it('asks for a look when it begins to listen, since something may have been missed', () => {
    expect(notified).toEqual([null]);
  });

  it('passes a change of an event on, made by somebody else', async () => {
    await database.admin.query(
      `insert into monitoring_events (event_type, severity, detection_algorithm, event_data)
       values ('system_health', 'INFO', 'health_snapshot', '{}')`,
    );
    await eventually(() => expect(notified).toEqual([null, '']));
  });

  it('hears nothing of a statement that changed nothing', async () => {
    await database.admin.query(`
      update monitoring_events set status = 'RESOLVED' where false;
      update console.alerts set version = version + 1 where false;
      update console.canary_probes set detected_at = now() where false`);
    await database.admin.query(`select pg_notify('regie_changes', 'last')`);
    await eventually(() => expect(notified).toEqual([null, 'last']));
    // Those that name what changed fire for rows, and not for statements.
    const { rows } = await database.admin.query(
      `select tgrelid::regclass::text as table, tgtype & 1 = 1 as for_each_row from pg_trigger
       where tgfoid = 'console.hint'::regproc`,
    );
    expect(rows.length).toBeGreaterThan(15);
    expect(rows.filter((row) => !row.for_each_row)).toEqual([]);
  });

  it('keeps its heartbeat to itself', async () => {
    const before = performance.now();
    await eventually(() => expect(performance.now() - before).toBeGreaterThan(timings.heartbeatEveryMs * 3));
    expect(notified).toEqual([null]);
    expect(listener.status().state).toBe('listening');
  });

  it('notices a silent network by its heartbeat, and catches up when it is back', async () => {
    await restart(IMPATIENT);
    proxy.blackhole();
    await until('lost');
    expect(listener.status()).toMatchObject({ reason: 'answer_timeout' });
    await database.admin.query(`select pg_notify('regie_changes', 'missed')`);
    const before = notified.length;
    proxy.forward();
    await until('listening');
    expect(notified.slice(before)).toContain(null);
    expect(notified).not.toContain('missed');
  });

  it('notices that only the answers are swallowed', async () => {
    await restart(IMPATIENT);
    proxy.muteServer();
    await until('lost');
  });

  it('catches up once after a killed backend', async () => {
    await database.admin.query(
      `select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'regie/listener-test'`,
    );
    await eventually(() => expect(notified).toEqual([null, null]));
    expect(states).toEqual(['listening', 'lost', 'listening']);
  });

  it('closes on a silent network', async () => {
    proxy.blackhole();
    const limit = AbortSignal.timeout(20_000);
    await listener.close();
    expect(limit.aborted).toBe(false);
  });
});
