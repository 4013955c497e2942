import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { v7 as uuid } from 'uuid';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { CommandName } from '../../shared/contract/calls.ts';
import type { RegieEvent } from '../../shared/contract/events.ts';
import type { RowId } from '../../shared/domain/row-id.ts';
import { createAlarmCopy } from '../buffer/alarm-copy.ts';
import { type Buffer, openBuffer } from '../buffer/buffer.ts';
import { createCache } from '../buffer/cache.ts';
import { createMirror, type Mirror } from '../buffer/mirror.ts';
import { createOutbox, type Outbox } from '../buffer/outbox.ts';
import { createRunCopy } from '../buffer/run-copy.ts';
import { loadIncidents } from '../operations/alerts/incident-rows.ts';
import { applyCommand, type Command, hashOf, parseStored } from '../operations/registry.ts';
import { readTeam } from '../operations/silences/team-view.ts';
import { insertEvent } from '../testing/alerts.ts';
import type { TestDatabase } from '../testing/database.ts';
import { borrowTestDatabase } from '../testing/reused-database.ts';
import { type SubmittedInput, signedAs } from '../testing/submit.ts';
import { orderingOf } from './ordering-keys.ts';
import { createOverlay, type Overlay } from './overlay.ts';
import { createTeam, type Team } from './team.ts';

/* One laptop's gate for what calls, with its real copy, outbox and festival; only time is the test's. */
let database: TestDatabase;
let folder: string;
let buffers: Buffer[];
let mirror: Mirror;
let outbox: Outbox;
let overlay: Overlay;
let team: Team;
let events: RegieEvent[];
let passed: number;

beforeEach(async () => {
  database = await borrowTestDatabase();
  folder = mkdtempSync(join(tmpdir(), 'regie-team-'));
  buffers = (['mirror', 'outbox'] as const).map((kind) => openBuffer(join(folder, `${kind}.sqlite`), kind));
  passed = 0;
  events = [];
  start();
});
afterEach(async () => {
  overlay.close();
  for (const buffer of buffers) buffer.close();
  await database.close();
  rmSync(folder, { recursive: true, force: true });
});

/** The laptop starts, with what is on its disk. */
const start = (festival = database.festival): void => {
  const [first, second] = buffers;
  if (first === undefined || second === undefined) throw new Error('no buffers');
  mirror = createMirror(first);
  outbox = createOutbox(second);
  const unsettled = outbox.unsettled();
  const runs = createRunCopy(first);
  overlay = createOverlay({ mirror, runs, unsettled, refresh: async () => {}, publish: () => undefined });
  team = createTeam({
    database: festival,
    cache: createCache(first),
    alerts: overlay.view,
    alarmCopy: createAlarmCopy(first),
    unsettled,
    isSignedIn: (name) => name === 'Ana',
    clock: { now: () => Date.now() + passed, monotonic: () => performance.now() + passed },
    clockOffsetMs: () => 0,
    publish: (event) => events.push(event),
  });
};
const minutesPass = (minutes: number): void => {
  passed += minutes * 60_000;
  team.tick();
};
const copy = async (eventId: RowId): Promise<void> => {
  mirror.apply(await database.festival.read((tx) => loadIncidents(tx, [eventId])), []);
  team.alertsChanged([eventId]);
};
const readerTrouble = async (device = 'reader-1'): Promise<RowId> => {
  const facts = { device_identifier: device };
  const some = { algorithm: 'reader_failure_spike', eventType: 'system_health', severity: 'MEDIUM', facts };
  const eventId = await insertEvent(database, some);
  await copy(eventId);
  return eventId;
};
const calls = () => events.flatMap((event) => (event.event === 'raised' ? [event.incidentId] : []));
const raise = (incidentId: RowId) => team.raise({ event: 'raised', incidentId, severity: 'MEDIUM' });
const commandOf = <Name extends CommandName>(name: Name, input: SubmittedInput<Name>, operator = 'Ana') =>
  signedAs({ operator, laptop: 'booth-3', laptopAt: new Date(Date.now() + passed).toISOString() }, name, input);
/** Given on this laptop while the festival does not answer. */
const waits = (command: Command): void => {
  const input = JSON.parse(JSON.stringify(command.input));
  outbox.add({
    operationId: command.input.operationId,
    command: command.name,
    input,
    author: command.author,
    body: command.body,
    keyId: command.keyId,
    proof: command.proof,
    contentHash: hashOf(command),
    ...orderingOf(command, { ofEvent: mirror.byEvent, ofRun: mirror.byRun }),
  });
  const stored = outbox.find(command.input.operationId);
  if (stored === undefined || parseStored(stored) === undefined) throw new Error('it is not in the outbox');
  team.outboxChanged(stored, 'added');
};
const silence = (silenceId = uuid()) => ({
  silenceId,
  algorithm: 'reader_failure_spike',
  device: null,
  cardId: null,
  from: new Date(Date.now() + passed).toISOString(),
  minutes: 60,
  reason: 'the reader is being changed',
  eventId: null,
});

describe('an alert', () => {
  it('calls when nothing holds it back, once by whichever way it was noticed', async () => {
    const eventId = await readerTrouble();
    raise(eventId);
    raise(eventId);
    expect(calls()).toEqual([eventId]);
  });

  it('that a waiting silence holds back calls when that ends by itself, without the network', async () => {
    waits(commandOf('silence.start', silence()));
    const eventId = await readerTrouble();
    raise(eventId);
    minutesPass(59);
    expect(calls()).toEqual([]);
    minutesPass(1);
    expect(calls()).toEqual([eventId]);
    minutesPass(10);
    expect(calls()).toEqual([eventId]);
  });

  it('calls when the silence is ended on this laptop, before the festival knows of it', async () => {
    const silenceId = uuid();
    expect(await applyCommand(database.festival, commandOf('silence.start', silence(silenceId)))).toMatchObject({
      outcome: 'applied',
    });
    await team.refresh();
    const eventId = await readerTrouble();
    raise(eventId);
    expect(calls()).toEqual([]);
    minutesPass(5);
    waits(commandOf('silence.end', { silenceId }));
    expect(calls()).toEqual([eventId]);
    expect(team.view('Ana').silences).toMatchObject([{ waiting: true, endedBy: 'Ana' }]);
  });

  it('is still held back after a restart, and calls at the end all the same', async () => {
    waits(commandOf('silence.start', silence()));
    const eventId = await readerTrouble();
    raise(eventId);
    overlay.close();
    start();
    minutesPass(61);
    expect(calls()).toEqual([eventId]);
  });

  it('that somebody acknowledged while it was held back does not call', async () => {
    waits(commandOf('silence.start', silence()));
    const eventId = await readerTrouble();
    raise(eventId);
    await applyCommand(database.festival, commandOf('alert.acknowledge', { eventId }, 'Léa'));
    await copy(eventId);
    minutesPass(61);
    expect(calls()).toEqual([]);
  });

  it('calls through every silence when it moved money, also when that comes out while it is held back', async () => {
    waits(commandOf('silence.start', { ...silence(), algorithm: null, device: 'reader-1' }));
    const taken = await insertEvent(database, { facts: { device_identifier: 'reader-1' } });
    await copy(taken);
    raise(taken);
    expect(calls()).toEqual([taken]);
    const burst = await readerTrouble();
    raise(burst);
    expect(calls()).toEqual([taken]);
    await database.admin.query(
      `update monitoring_events set event_data = event_data || '{"charged_twice": true}' where event_id = $1`,
      [burst],
    );
    await copy(burst);
    expect(calls()).toEqual([taken, burst]);
  });
});

it('a silence is not taken back by an older answer that comes late', async () => {
  const older = Promise.withResolvers<void>();
  let asked = 0;
  overlay.close();
  start({
    ...database.festival,
    read: async (work, limits) => {
      const answer = await database.festival.read(work, limits);
      asked += 1;
      if (asked === 1) await older.promise;
      return answer;
    },
  });
  const first = team.refresh();
  await expect.poll(() => asked).toBe(1);
  await applyCommand(database.festival, commandOf('silence.start', silence()));
  const second = team.refresh();
  // So long as an answer takes.
  await database.festival.read(readTeam);
  await database.festival.read(readTeam);
  older.resolve();
  await Promise.all([first, second]);
  expect(team.view(null).silences).toHaveLength(1);
});

describe('a mention', () => {
  const note = (words: string, mentions: string[], operator = 'Léa') =>
    readerTrouble().then((eventId) => commandOf('alert.note', { eventId, text: words, mentions }, operator));
  const told = () => events.flatMap((event) => (event.event === 'mentioned' ? [event.words] : []));

  it('is told once to the one who is named, also when the laptop was away or restarted, and stays until it is read', async () => {
    await team.refresh();
    const command = await note('look at this, @Ana', ['Ana']);
    await applyCommand(database.festival, command);
    await applyCommand(database.festival, await note('and you, @Nils', ['Nils']));
    await team.refresh();
    await team.refresh();
    expect(told()).toEqual(['look at this, @Ana']);
    overlay.close();
    start();
    await team.refresh();
    expect(told()).toEqual(['look at this, @Ana']);
    const unread = () => team.view('Ana').mentions.filter(({ readAt }) => readAt === null);
    expect(unread()).toMatchObject([{ author: 'Léa', operator: 'Ana' }]);
    const read = commandOf('mention.read', { notes: [command.input.operationId] });
    waits(read);
    expect(unread()).toEqual([]);
    expect(await applyCommand(database.festival, read)).toMatchObject({ outcome: 'applied' });
    await team.refresh();
    expect(unread()).toEqual([]);
    const { rows } = await database.admin.query(
      'select operator, read_at is not null as read from console.mentions order by at',
    );
    expect(rows).toEqual([
      { operator: 'Ana', read: true },
      { operator: 'Nils', read: false },
    ]);
  });

  it('that waits on the same laptop is in the list of the one who is named', async () => {
    waits(await note('for the next one: @Ana', ['Ana']));
    expect(team.view('Ana').mentions).toMatchObject([{ words: 'for the next one: @Ana', readAt: null }]);
  });

  it('of oneself, or read by somebody else, is none', async () => {
    await applyCommand(database.festival, await note('I, @Ana', ['Ana'], 'Ana'));
    const command = await note('look, @Ana', ['Ana']);
    await applyCommand(database.festival, command);
    await applyCommand(database.festival, commandOf('mention.read', { notes: [command.input.operationId] }, 'Nils'));
    await team.refresh();
    expect(team.view('Ana').mentions).toMatchObject([{ words: 'look, @Ana', readAt: null }]);
  });
});
