import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { v7 as uuid } from 'uuid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type CallInput, type CallName, type CallOutput, calls } from '../../shared/contract/calls.ts';
import { GUIDE_ESCALATION } from '../../shared/domain/escalation.ts';
import { type Core, startCore } from '../core.ts';
import { insertEvent } from '../testing/alerts.ts';
import { createTestDatabase, type TestDatabase } from '../testing/database.ts';
import { eventually } from '../testing/eventually.ts';
import { enrolLaptop, operatorIdOf, PIN } from '../testing/operators.ts';
import { openReceivers, type Receivers } from '../testing/receivers.ts';

const dataDirs = [1, 2].map(() => mkdtempSync(join(tmpdir(), 'regie-breaker-')));
let database: TestDatabase;
let receivers: Receivers;
let leader: Core;
let other: Core;

const ask = async <Name extends CallName>(
  core: Core,
  name: Name,
  input: CallInput<Name>,
): Promise<CallOutput<Name>> => {
  const answer = await core.call(name, input);
  if (!answer.ok) throw new Error(`${name}: ${JSON.stringify(answer.error)}`);
  return calls[name].output.parse(answer.value) as CallOutput<Name>;
};
const engineOf = async (core: Core) => (await ask(core, 'status.get', {})).engine;
const within = { interval: 200 };
/** Alerts of an open breaker on a laptop's board: whether each is open. */
const breakerAlerts = async (core: Core): Promise<boolean[]> =>
  (await ask(core, 'board.get', { closed: true })).alerts.flatMap(({ lead, open }) =>
    lead.algorithm === 'breaker_open' ? [open] : [],
  );
const start = async (index: number): Promise<Core> => {
  const dataDir = dataDirs[index] ?? '';
  await enrolLaptop(database.admin, { laptop: `booth-${index + 1}`, dataDir });
  const core = await startCore({
    dataDir,
    laptop: `booth-${index + 1}`,
    version: '0.0.0',
    connection: database.consoleSettings,
  });
  await eventually(() => ask(core, 'session.signIn', { operatorId: operatorIdOf('Léa'), pin: PIN }), within);
  return core;
};

beforeAll(async () => {
  database = await createTestDatabase();
  receivers = await openReceivers();
  leader = await start(0);
  await eventually(async () => expect((await engineOf(leader)).state).toBe('running'), within);
  other = await start(1);
  await eventually(async () => expect((await engineOf(other)).state).toBe('standby'), within);
});
afterAll(async () => {
  await other.close();
  await leader.close();
  await receivers.close();
  await database.close();
  for (const dataDir of dataDirs) rmSync(dataDir, { recursive: true, force: true });
});

describe('an engine whose breaker is open', () => {
  it('is shown as such on every laptop, with its errors', async () => {
    await database.admin.query('revoke update on console.watermarks from regie_console');
    await eventually(async () => expect((await engineOf(leader)).state).toBe('breaker_open'), within);
    await eventually(async () => expect((await engineOf(other)).breaker.state).toBe('open'), within);
    const [here, there] = [await engineOf(leader), await engineOf(other)];
    expect(there).toMatchObject({ state: 'standby', leader: { laptop: 'booth-1' } });
    // Each time it is said by the clock of the wall, which is set right by some milliseconds while it waits.
    const [retryAt, retryAtThere] = [here, there].map(({ breaker }) => Date.parse(breaker.retryAt ?? ''));
    expect(Math.abs((retryAtThere ?? Number.NaN) - (retryAt ?? Number.NaN))).toBeLessThan(1_000);
    expect({ ...there.breaker, retryAt: here.breaker.retryAt }).toEqual(here.breaker);
    expect(there.breaker.lastErrors[0]?.message).toContain('watermarks');
  });

  it('is one alert on every laptop', async () => {
    await eventually(async () => {
      expect([await breakerAlerts(leader), await breakerAlerts(other)]).toEqual([[true], [true]]);
    }, within);
  });

  it('still escalates unacknowledged alerts', async () => {
    await ask(leader, 'escalation.set', {
      operationId: uuid(),
      base: 0,
      settings: {
        ...GUIDE_ESCALATION,
        contacts: GUIDE_ESCALATION.contacts.map((contact) => ({
          ...contact,
          phone: '+33600000001',
        })),
        twilio: { url: receivers.http, account: 'AC1', token: 'secret', from: '+33100000000' },
      },
    });
    const eventId = await insertEvent(database);
    await database.admin.query(
      `update monitoring_events set detection_timestamp = now() - interval '61 seconds'
       where event_id = $1 or detection_algorithm = 'breaker_open'`,
      [eventId],
    );
    const texts = () => receivers.requests.map(({ body }) => new URLSearchParams(body).get('Body') ?? '').join();
    await eventually(() => {
      expect(texts()).toContain('Circuit breaker open');
      expect(texts()).toContain('Money taken');
    }, within);
    expect((await engineOf(leader)).breaker.state).not.toBe('closed');
  });

  it('is reset from a laptop that does not run it', async () => {
    await eventually(async () => expect((await engineOf(leader)).breaker.state).toBe('open'), within);
    await database.admin.query('grant update on console.watermarks to regie_console');
    await ask(other, 'engine.resetBreaker', {});
    expect((await engineOf(leader)).breaker).toMatchObject({ state: 'closed', failures: 0, lastErrors: [] });
    await eventually(async () => expect((await engineOf(leader)).state).toBe('running'), within);
    await eventually(async () => expect((await engineOf(other)).breaker.state).toBe('closed'), within);
    await eventually(async () => expect(await breakerAlerts(other)).toEqual([false]), within);
    const { rows } = await database.admin.query(
      `select resolution_notes as note from monitoring_events where detection_algorithm = 'breaker_open'`,
    );
    expect(rows).toEqual([{ note: expect.stringMatching(/^Over after 00:/) }]);
  });

  it('has shown nothing yet on the laptop that takes over, until a cycle succeeds there', async () => {
    await database.admin.query('revoke update on console.watermarks from regie_console');
    await leader.close();
    await eventually(async () => expect((await engineOf(other)).breaker.failures).toBeGreaterThan(0), within);
    expect((await engineOf(other)).breaker).toMatchObject({ hasWorked: false });
    await database.admin.query('grant update on console.watermarks to regie_console');
    await eventually(async () => expect((await engineOf(other)).breaker.hasWorked).toBe(true), within);
  });
});
