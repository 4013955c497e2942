import { spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { answered } from '../../shared/contract/errors.ts';
import type { RegieEvent } from '../../shared/contract/events.ts';
import type { EngineStatus } from '../../shared/contract/status.ts';
import { GUIDE_ESCALATION } from '../../shared/domain/escalation.ts';
import { INITIAL_SETTINGS } from '../../shared/domain/festival-settings.ts';
import { rowId } from '../../shared/domain/row-id.ts';
import { onLocalAlerts } from '../api/local-alerts.ts';
import { openBuffer } from '../buffer/buffer.ts';
import { createMirror } from '../buffer/mirror.ts';
import { createTroubleCopy } from '../buffer/trouble-copy.ts';
import { createCanaryWatch } from '../engine/canary-watch.ts';
import type { Engine } from '../engine/engine.ts';
import { createDispatcher, type Dispatcher } from '../operations/escalation/dispatch.ts';
import { readEscalationView } from '../operations/escalation/settings.ts';
import { applyCommand, type Command } from '../operations/registry.ts';
import { createLocalMessages } from '../operations/troubles/local-messages.ts';
import { createTroubleKeeper } from '../operations/troubles/trouble-keeper.ts';
import { createLink } from '../postgres/link.ts';
import { openFestivalDatabase } from '../postgres/pool.ts';
import { createTestDatabase, type TestDatabase } from '../testing/database.ts';
import { createTestEngine } from '../testing/engine.ts';
import { secretsOn } from '../testing/escalation.ts';
import { eventually } from '../testing/eventually.ts';
import { signatoryOf } from '../testing/operators.ts';
import { openReceivers, type Receivers } from '../testing/receivers.ts';
import { applyTo } from '../testing/submit.ts';
import { createTcpProxy } from '../testing/tcp-proxy.ts';
import { submitAcknowledgement } from './local-acknowledgement.ts';
import { withLocalAlerts } from './local-view.ts';
import type { Site } from './site.ts';
import { createTroubleWatch } from './trouble-watch.ts';

/* What is wrong with Regie is made to happen on a real festival. Time is moved by hand, in steps that no laptop sleeps through. */

const STEP_S = 5;
const log = { info: () => undefined, warn: () => undefined, error: () => undefined };

const openLaptop = async (database: TestDatabase, laptop: string) => {
  const folder = mkdtempSync(join(tmpdir(), 'regie-troubles-'));
  const proxy = await createTcpProxy(database.consoleSettings);
  const settings = proxy.through(database.consoleSettings);
  const festival = openFestivalDatabase({ settings, applicationName: `regie/${laptop}`, size: 2 });
  let moved = 0;
  const clock = { now: () => Date.now() + moved, monotonic: () => performance.now() + moved };
  const clockOffsetMs = () => -moved;
  const link = createLink({
    ...{ settings, applicationName: `regie/${laptop}`, clock, onStatus: () => undefined },
    timings: { probeEveryMs: 50, reconnect: { firstMs: 50, longestMs: 50 } },
  });
  const reachable = () => ['online', 'degraded'].includes(link.status().state);
  const events: RegieEvent[] = [];
  const breaker: Pick<EngineStatus['breaker'], 'state' | 'hasWorked'> = { state: 'closed', hasWorked: true };
  const sender = {
    submit: async (command: Command) => answered(await applyCommand(festival, command)),
  };
  const does = { display: true, follow: true, clockOffMs: 0, folder, breaker };
  await database.admin.query('insert into console.laptops (laptop, seen_at) values ($1, now())', [laptop]);
  const buffer = openBuffer(join(folder, 'festival.outbox.sqlite'), 'outbox');
  const copy = createTroubleCopy(buffer);
  const mirror = openBuffer(join(folder, 'festival.sqlite'), 'mirror');
  const board = { ...createMirror(mirror), byRun: () => undefined };

  /** As the console is started: what it had noticed before is in its file. */
  const start = () => {
    const canary = createCanaryWatch({
      ...{ database: festival, laptop, clock, clockOffsetMs, log },
      ...{ stopped: () => false, watched: () => ({ at: 0, monotonic: 0 }) },
      publish: (event) => events.push(event),
    });
    const keeper = createTroubleKeeper({
      // Its own time is the festival's, so that time passes for what waits; the database takes none that is ahead of it.
      ...{ copy, database: festival, laptop, clock, clockOffsetMs: () => 0, reachable, log },
      isCopied: () => true,
      publish: (event) => events.push(event),
      call: (event) => events.push(event),
      acknowledge: (one) => submitAcknowledgement(one, signatoryOf(one.by), sender),
    });
    const secrets = secretsOn(festival);
    let escalation: Awaited<ReturnType<typeof readView>> | undefined;
    const readView = () => festival.read(readEscalationView);
    const messages = createLocalMessages({
      ...{ copy, keeper, secrets, reachable, laptop, timeZone: 'Europe/Paris', clock, clockOffsetMs: () => 0, log },
      ...{ escalation: () => escalation, festival: () => INITIAL_SETTINGS },
    });
    const watch = createTroubleWatch({
      ...{ database: festival, keeper, laptop, clock, link: link.status, reachable, stopped: () => false },
      get folder() {
        return does.folder;
      },
      engine: () => ({ breaker: { failures: 0, retryAt: null, lastErrors: [], ...does.breaker } }),
      ...{ canary: canary.sight, clockOffMs: () => does.clockOffMs, diskFull: () => false, setBack: () => null },
      nowMs: Date.now,
      onChange: () => undefined,
    });
    const prepare = async () => {
      escalation = await readView();
      await messages.prepare();
    };
    return { canary, keeper, messages, watch, prepare };
  };
  let running = start();

  const step = async (seconds: number): Promise<void> => {
    moved += seconds * 1_000;
    if (reachable()) {
      const { canary } = running;
      await canary.poll().catch(() => undefined);
      await canary.pollOthers().catch(() => undefined);
      const newest = events.findLast((event) => event.event === 'canary');
      if (does.display && newest?.event === 'canary') await canary.displayed(newest.probeId);
      await running.watch.look().catch(() => undefined);
    }
    if (does.follow) running.watch.followed();
    await running.watch.lookAtDisk();
    running.watch.tick();
    await running.keeper.send().catch(() => undefined);
    // What the database has not taken by now is this laptop's.
    running.watch.tick();
    running.messages.tick();
    await running.messages.close();
  };
  return {
    ...{ proxy, does, events, step, reachable, board },
    get keeper() {
      return running.keeper;
    },
    prepare: () => running.prepare(),
    restart: () => {
      running = start();
    },
    /** Its alerts that the festival does not have: kind, whether open. */
    local: () =>
      running.keeper.incidents().map(({ alert }) => `${alert.lead.algorithm} ${alert.open ? 'open' : 'closed'}`),
    /** For which local alerts it has called. */
    calls: () => events.flatMap((event) => (event.event === 'raised' ? [event.severity] : [])),
    close: async () => {
      await link.close();
      await festival.close();
      await proxy.close();
      buffer.close();
      mirror.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
};

let database: TestDatabase;
let engine: Engine;
let receivers: Receivers;
let dispatcher: Dispatcher;
let one: Awaited<ReturnType<typeof openLaptop>>;
let two: typeof one;
let planting = true;

beforeAll(async () => {
  database = await createTestDatabase();
  receivers = await openReceivers();
  engine = createTestEngine({ database, errors: [] });
  const secrets = secretsOn(database.festival);
  dispatcher = createDispatcher({
    ...{ database: database.festival, secrets, laptop: 'booth-1', timeZone: 'Europe/Paris' },
    clock: { now: Date.now, monotonic: () => performance.now() },
    log,
  });
  await applyTo(() => database.festival)('escalation.set', {
    base: 0,
    settings: {
      ...GUIDE_ESCALATION,
      contacts: GUIDE_ESCALATION.contacts.map((contact) => ({ ...contact, phone: '+33600000001' })),
      twilio: { url: receivers.http, account: 'AC1', token: 'secret', from: '+33100000000' },
    },
  });
  one = await openLaptop(database, 'booth-1');
  two = await openLaptop(database, 'booth-2');
  await eventually(() => expect([one.reachable(), two.reachable()]).toEqual([true, true]));
  await one.prepare();
  await two.prepare();
});
afterAll(async () => {
  await one.close();
  await two.close();
  await dispatcher.close();
  await engine.close();
  await receivers.close();
  await database.close();
});

/** So long passes on these laptops, with canaries while they are planted. */
const pass = async (seconds: number, laptops = [one, two]): Promise<void> => {
  for (let left = seconds; left > 0; left -= STEP_S) {
    if (planting) {
      await engine.runCycle('canary');
      await engine.runCycle('tail');
    }
    for (const laptop of laptops) await laptop.step(Math.min(STEP_S, left));
  }
};
const events = async (): Promise<string[]> => {
  const { rows } = await database.admin.query(
    `select concat_ws(' ', kind, nullif(subject, ''), severity, status) as event
     from console.troubles join monitoring_events using (event_id) order by event_id`,
  );
  return rows.map(({ event }) => event);
};
/** Somebody is called after a minute: the engine's laptop sends it. */
const walksTheLadder = async (kind: string): Promise<void> => {
  receivers.answer(200);
  const before = receivers.requests.length;
  await database.admin.query(
    `update monitoring_events set detection_timestamp = now() - interval '200 seconds', created_at = now() - interval '200 seconds'
     where detection_algorithm = $1 and status = 'OPEN'`,
    [kind],
  );
  await dispatcher.poll();
  expect(receivers.requests.length).toBeGreaterThan(before);
};
const acknowledgements = async (): Promise<unknown[]> =>
  (
    await database.admin.query(
      `select kind, actor, laptop, data ->> 'name' as name from console.timeline where kind like 'acknowledged%' order by entry_id`,
    )
  ).rows;
const forget = async (): Promise<void> => {
  await database.admin.query('truncate console.troubles, monitoring_events, console.deliveries cascade');
  one.events.length = 0;
  two.events.length = 0;
};
afterEach(forget);

describe('a festival on which nothing is wrong', () => {
  it('has no trouble', async () => {
    await pass(180);
    expect([await events(), one.local(), two.local(), one.calls(), two.calls()]).toEqual([[], [], [], [], []]);
  });
});

describe('a festival on which something is wrong', () => {
  it('is blind when no canary is found: one alert for all laptops, which calls and ends', async () => {
    planting = false;
    await pass(60);
    expect(await events()).toEqual(['detection_blind CRITICAL OPEN']);
    await walksTheLadder('detection_blind');
    expect(receivers.requests.at(-1)?.body).toContain('blind');
    // Neither a start nor a connection that is back has seen anything, whatever was found before.
    one.restart();
    await one.prepare();
    two.proxy.cut();
    await eventually(() => expect(two.reachable()).toBe(false));
    two.proxy.forward();
    await eventually(() => expect(two.reachable()).toBe(true));
    await pass(20);
    expect(await events()).toEqual(['detection_blind CRITICAL OPEN']);
    planting = true;
    await pass(20);
    expect(await events()).toEqual(['detection_blind CRITICAL RESOLVED']);
  });

  it('is blind on one screen that displays nothing', async () => {
    two.does.display = false;
    await pass(60);
    expect(await events()).toEqual(['detection_blind booth-2 CRITICAL OPEN']);
    two.restart();
    await two.prepare();
    await pass(20);
    expect(await events()).toEqual(['detection_blind booth-2 CRITICAL OPEN']);
    two.does.display = true;
    await pass(20);
    expect(await events()).toEqual(['detection_blind booth-2 CRITICAL RESOLVED']);
  });

  it('has an open breaker, whose alert is not over because whoever leads now has tried nothing yet', async () => {
    for (const { does } of [one, two]) does.breaker = { state: 'open', hasWorked: true };
    await pass(9);
    expect(await events()).toEqual(['breaker_open CRITICAL OPEN']);
    for (const { does } of [one, two]) does.breaker = { state: 'closed', hasWorked: false };
    one.restart();
    await one.prepare();
    await pass(20);
    expect(await events()).toEqual(['breaker_open CRITICAL OPEN']);
    for (const { does } of [one, two]) does.breaker = { state: 'closed', hasWorked: true };
    await pass(20);
    expect(await events()).toEqual(['breaker_open CRITICAL RESOLVED']);
  });

  it('has nobody who leads', async () => {
    await engine.close();
    planting = false;
    await database.admin.query(`update console.engine_lease set expires_at = now() - interval '1 hour'`);
    await pass(700, [one]);
    expect(await events()).toEqual(['detection_blind CRITICAL OPEN', 'no_leader CRITICAL OPEN']);
    await walksTheLadder('no_leader');
    engine = createTestEngine({ database, errors: [] });
    planting = true;
    await pass(27);
    expect(await events()).toEqual(['detection_blind CRITICAL RESOLVED', 'no_leader CRITICAL RESOLVED']);
  });

  it('has a laptop with a wrong clock, one whose board does not move, and nothing flaps', async () => {
    one.does.clockOffMs = -6_200;
    two.does.follow = false;
    await pass(60);
    expect((await events()).sort()).toEqual(['clock_off booth-1 MEDIUM OPEN', 'follower_stuck booth-2 HIGH OPEN']);
    await walksTheLadder('follower_stuck');
    // Between the two thresholds.
    one.does.clockOffMs = -4_000;
    two.does.follow = true;
    await pass(60);
    expect((await events()).sort()).toEqual(['clock_off booth-1 MEDIUM OPEN', 'follower_stuck booth-2 HIGH RESOLVED']);
    one.does.clockOffMs = 0;
    await pass(60);
    expect(await events()).toContain('clock_off booth-1 MEDIUM RESOLVED');
  });

  it('is read-only: each laptop calls by itself, and it becomes one record', async () => {
    const readOnly = async (is: boolean) => {
      const { database: name } = database.consoleSettings;
      await database.admin.query(`alter database ${name} set default_transaction_read_only = ${is ? 'on' : 'off'}`);
      await database.admin.query(
        `select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and application_name like 'regie/booth-_'`,
      );
      await eventually(() => expect([one.reachable(), two.reachable()]).toEqual([true, true]));
    };
    await readOnly(true);
    planting = false;
    await pass(36);
    expect([one.local(), two.local(), await events()]).toEqual([
      ['database_read_only open'],
      ['database_read_only open'],
      [],
    ]);
    expect([one.calls(), two.calls()]).toEqual([['CRITICAL'], ['CRITICAL']]);
    await readOnly(false);
    planting = true;
    await pass(45);
    expect([one.local(), two.local(), await events()]).toEqual([[], [], ['database_read_only CRITICAL RESOLVED']]);
  });

  it('is out of reach for a laptop: it calls, sends and is acknowledged there, and the festival has it later, once', async () => {
    const sent = receivers.requests.length;
    two.proxy.cut();
    await eventually(() => expect(two.reachable()).toBe(false));
    await pass(130);
    expect([two.local(), two.calls(), one.local(), await events()]).toEqual([
      ['detection_blind open'],
      ['CRITICAL'],
      [],
      [],
    ]);
    const texts = receivers.requests.slice(sent).map(({ body }) => new URLSearchParams(body).get('Body') ?? '');
    const sms = texts.filter((text) => text.includes('Detection is blind'));
    expect(sms).toHaveLength(1);
    expect(sms[0]).toContain('booth-2');
    expect(sms[0]).toContain('Another laptop may send the same');
    const [incident] = two.keeper.incidents();
    const id = incident?.alert.incidentId ?? rowId(0);
    // Of a command on several, the festival gets those that it has; what else is asked of it is refused on the spot.
    const local = { festival: () => ({ troubles: two.keeper }) as unknown as Site };
    const many = { operationId: randomUUID(), eventIds: [id, rowId(5)] };
    expect(onLocalAlerts(local, 'alerts.acknowledge', many, 'Léa')).toEqual({ input: { ...many, eventIds: ['5'] } });
    const resolve = { operationId: randomUUID(), eventId: id, note: 'over' };
    expect(onLocalAlerts(local, 'alert.resolve', resolve, 'Léa').local).toMatchObject({ ok: false });
    expect(two.keeper.incident(id)?.alert.lead.acknowledgedBy).toBe('Léa');

    // Among the festival's on the board, and a part of it is as long as it was asked for.
    const view = withLocalAlerts(two.board, two.keeper);
    const first = view.board({ closed: false, sinceMs: 0, part: { order: 'id', after: null, most: 1 } });
    expect(first.map(({ incidentId }) => incidentId)).toEqual([id]);
    expect(view.byEvent(id)?.alert.incidentId).toBe(id);
    expect(view.board({ closed: false, sinceMs: 0, part: { order: 'id', after: id, most: 1 } })).toEqual([]);

    // It is started again before the network is back, and what it said is not said again.
    two.restart();
    await pass(18);
    expect(two.keeper.incident(id)?.alert.lead.acknowledgedBy).toBe('Léa');
    expect([two.local(), two.calls()]).toEqual([['detection_blind open'], ['CRITICAL']]);
    two.proxy.forward();
    await eventually(() => expect(two.reachable()).toBe(true));
    await pass(45);
    expect([two.local(), await events()]).toEqual([[], ['detection_blind booth-2 CRITICAL RESOLVED']]);
    const { rows } = await database.admin.query('select count(*)::int as reports from console.trouble_reports');
    expect(rows).toEqual([{ reports: 1 }]);
    expect(two.events).toContainEqual({ event: 'alerts', changed: [], removed: [id] });
    // Whoever has it open goes on with the festival's.
    const { rows: records } = await database.admin.query('select event_id::text as id from console.troubles');
    expect(two.keeper.becameOf(id)).toBe(records[0]?.id);
    // Who had acknowledged it there, as the laptop says; and their own command on what it has become, once.
    expect(await acknowledgements()).toEqual([
      { kind: 'acknowledged_locally', actor: 'regie-engine', laptop: 'booth-2', name: 'Léa' },
      { kind: 'acknowledged', actor: 'Léa', laptop: 'booth-1', name: null },
    ]);
  });
});

const disk = mkdtempSync(join(tmpdir(), 'regie-small-disk-'));
/** A small disk of its own needs the right to mount one. */
const mounted =
  process.platform === 'linux' && spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=16m', 'tmpfs', disk]).status === 0;
afterAll(() => {
  if (mounted) spawnSync('umount', [disk]);
  rmSync(disk, { recursive: true, force: true });
});

describe.skipIf(!mounted)('a laptop whose disk is nearly full', () => {
  it('is an alert until there is room', async () => {
    const before = two.does.folder;
    two.does.folder = disk;
    await pass(27);
    expect(await events()).toEqual(['disk_low booth-2 HIGH OPEN']);
    spawnSync('umount', [disk]);
    two.does.folder = before;
    await pass(81);
    expect(await events()).toEqual(['disk_low booth-2 HIGH RESOLVED']);
  });
});
