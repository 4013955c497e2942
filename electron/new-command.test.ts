import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { v7 as uuid } from 'uuid';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { CallInput, CallName, CallOutput } from '../shared/contract/calls.ts';
import type { CommandOutcome } from '../shared/contract/outcome.ts';
import type { RowId } from '../shared/domain/row-id.ts';
import { type Core, startCore } from './core.ts';
import type { CommandContext } from './operations/command/command-handler.ts';
import { applyCommand, parseStored } from './operations/registry.ts';
import { migrate } from './postgres/migrations.ts';
import { insertEvent } from './testing/alerts.ts';
import { createTestDatabase, type TestDatabase } from './testing/database.ts';
import { eventually } from './testing/eventually.ts';
import { authorOf, createOperators, enrolLaptop, operatorIdOf, PIN, signed } from './testing/operators.ts';
import { createTcpProxy, type TcpProxy } from './testing/tcp-proxy.ts';

/*
 * A command is two pieces, its declaration and its handler. Here one is added to the part of the contract and to the
 * operations that have the others of its kind, and nothing else knows of it; the rest is the product as it is.
 */

// The files of a worker share their modules: those that know the command are read here, and forgotten afterwards.
vi.hoisted(() => vi.resetModules());
afterAll(() => {
  vi.doUnmock('../shared/contract/alerts.ts');
  vi.doUnmock('./operations/alerts/alert-commands.ts');
  vi.resetModules();
});

vi.mock('../shared/contract/alerts.ts', async (original) => {
  const part = await original<typeof import('../shared/contract/alerts.ts')>();
  const { command } = await import('../shared/contract/declare.ts');
  const { wordsSchema } = await import('../shared/domain/primitives.ts');
  const { rowIdSchema } = await import('../shared/domain/row-id.ts');
  const { STAFF } = await import('../shared/domain/rights.ts');
  const { withEntry } = await import('../shared/domain/waiting.ts');
  return {
    ...part,
    alertCalls: {
      ...part.alertCalls,
      'alert.flag': command({
        input: { eventId: rowIdSchema, reason: wordsSchema },
        roles: STAFF,
        records: { timeline: ['flagged'], audit: ['flag'] },
        ...part.onEvent,
        optimistic: {
          incident: (incident, waiting) => {
            const { eventId, reason } = waiting.input;
            return withEntry(incident, waiting, { kind: 'flagged', eventId, data: { reason } });
          },
        },
      }),
    },
  };
});

vi.mock('./operations/alerts/alert-commands.ts', async (original) => {
  const part = await original<typeof import('./operations/alerts/alert-commands.ts')>();
  const { applied } = await import('./operations/command/command-handler.ts');
  const { writeAudit, writeTimeline } = await import('./operations/command/timeline.ts');
  return {
    ...part,
    alertCommands: {
      ...part.alertCommands,
      'alert.flag': async ({ eventId, reason }: { eventId: RowId; reason: string }, context: CommandContext) => {
        await writeTimeline(context, { eventId, kind: 'flagged', data: { reason } });
        await writeAudit(context, { action: 'flag', subject: `event:${eventId}`, data: { reason } });
        return applied();
      },
    },
  };
});

const FLAG = 'alert.flag';

let database: TestDatabase;
let proxy: TcpProxy;
let core: Core;
let dataDir: string;
let eventId: RowId;

beforeAll(async () => {
  database = await createTestDatabase();
  await database.admin.query(`insert into console.command_rights values ('alert.gone', 'viewer')`);
  await migrate({ settings: database.adminSettings });
  await createOperators(database.admin, ['Vic'], 'viewer');
  eventId = await insertEvent(database, { cardId: '04AA' });
  proxy = await createTcpProxy(database.consoleSettings);
  dataDir = mkdtempSync(join(tmpdir(), 'regie-new-command-'));
  const connection = proxy.through(database.consoleSettings);
  await enrolLaptop(database.admin, { laptop: 'booth-1', dataDir });
  core = await startCore({ dataDir, laptop: 'booth-1', version: '0.0.0', connection });
});
afterAll(async () => {
  await core.close();
  await proxy.close();
  await database.close();
  rmSync(dataDir, { recursive: true, force: true });
});

const ask = async <Name extends CallName>(name: Name, input: CallInput<Name>): Promise<CallOutput<Name>> => {
  const answer = await core.call(name, input);
  if (!answer.ok) throw new Error(`${name}: ${JSON.stringify(answer.error)}`);
  return answer.value as CallOutput<Name>;
};
const flag = (operationId: string, reason: string) => core.call(FLAG, { operationId, eventId, reason });
const signIn = (name: string) =>
  eventually(async () => {
    const { link } = await ask('status.get', {});
    expect(link.state).toBe('online');
    return ask('session.signIn', { operatorId: operatorIdOf(name), pin: PIN });
  });
/** What the alert's screen shows of it: whether each entry is confirmed, by whom, and the reason. */
const shown = async () => {
  const { alert, timeline } = await ask('alert.get', { incidentId: eventId });
  const flags = timeline.filter(({ kind }) => kind === 'flagged');
  return { waiting: alert.waiting, flags: flags.map(({ entryId, actor, data }) => [entryId !== null, actor, data]) };
};
const written = async (operationId: string) => {
  const { rows } = await database.admin.query(
    `select (select count(*)::int from console.timeline where operation_id = $1) as timeline,
      (select count(*)::int from console.audit where operation_id = $1 and action = 'flag') as audit`,
    [operationId],
  );
  return rows;
};
const ONCE = [{ timeline: 1, audit: 1 }];

describe('a command that is declared and has a handler', () => {
  it('gets its rights in the database by a migration, which removes those of a removed command', async () => {
    const { rows } = await database.admin.query(
      `select command, role from console.command_rights where command in ($1, 'alert.gone') order by role`,
      [FLAG],
    );
    expect(rows).toEqual(['operator', 'supervisor', 'technician'].map((role) => ({ command: FLAG, role })));
  });

  it('is validated, and needs a signed-in operator', async () => {
    expect(await flag(uuid(), 'for the morning')).toMatchObject({ error: { code: 'not_signed_in' } });
    await signIn('Léa');
    expect(await flag(uuid(), ' ')).toMatchObject({ error: { code: 'bad_input', params: { where: 'reason' } } });
  });

  it('is applied once, however often it is sent', async () => {
    await signIn('Léa');
    await eventually(shown);
    const operationId = uuid();
    const outcome = { ok: true, value: { outcome: 'applied', result: {} } };
    expect(await flag(operationId, 'for the morning')).toEqual(outcome);
    expect(await flag(operationId, 'for the morning')).toEqual(outcome);
    expect(await written(operationId)).toEqual(ONCE);
    await eventually(async () =>
      expect(await shown()).toEqual({ waiting: 0, flags: [[true, 'Léa', { reason: 'for the morning' }]] }),
    );
  });

  it('is shown at once without the network, stays over a restart, and is sent once when the network is back', async () => {
    proxy.cut();
    const operationId = uuid();
    expect(await flag(operationId, 'seen again')).toEqual({ ok: true, value: { outcome: 'waiting' } });
    expect(await shown()).toEqual({
      waiting: 1,
      flags: [
        [true, 'Léa', { reason: 'for the morning' }],
        [false, 'Léa', { reason: 'seen again' }],
      ],
    });
    expect(await ask('board.get', { closed: false })).toMatchObject({ alerts: [{ incidentId: eventId, waiting: 1 }] });
    await core.close();
    core = await startCore({
      dataDir,
      laptop: 'booth-1',
      version: '0.0.0',
      connection: proxy.through(database.consoleSettings),
    });
    expect(await ask('outbox.get', {})).toMatchObject({
      waiting: [{ operationId, command: FLAG, incidentId: eventId, snapshot: { cardId: '04AA', status: 'OPEN' } }],
    });
    expect((await shown()).waiting).toBe(1);
    expect(await written(operationId)).toEqual([{ timeline: 0, audit: 0 }]);
    proxy.forward();
    await ask('link.retry', {});
    await eventually(async () =>
      expect(await shown()).toEqual({
        waiting: 0,
        flags: [
          [true, 'Léa', { reason: 'for the morning' }],
          [true, 'Léa', { reason: 'seen again' }],
        ],
      }),
    );
    expect(await written(operationId)).toEqual(ONCE);
    expect(await ask('outbox.get', {})).toMatchObject({ waiting: [], tray: [] });
  });

  it('is refused for a viewer by the core, with a row on the audit trail', async () => {
    await signIn('Vic');
    const operationId = uuid();
    expect(await flag(operationId, 'by a viewer')).toMatchObject({
      error: { code: 'not_allowed', params: { name: 'Vic', role: 'viewer', command: FLAG } },
    });
    await eventually(async () => {
      const { rows } = await database.admin.query(
        `select subject, data ->> 'code' as code from console.audit where action = 'refused' and actor = 'Vic'`,
      );
      expect(rows).toEqual([{ subject: `command:${FLAG}`, code: 'not_allowed' }]);
    });
    expect(await written(operationId)).toEqual([{ timeline: 0, audit: 0 }]);
  });

  it('is refused for a viewer by the database, whichever console sends it', async () => {
    const input = { operationId: uuid(), eventId, reason: 'past the core' };
    const author = authorOf('Vic', { laptop: 'booth-2', laptopAt: new Date().toISOString() });
    const submitted = parseStored({ command: FLAG, input, author, body: '', keyId: null, proof: '' });
    if (submitted === undefined) throw new Error('the contract does not know it');
    const outcome: CommandOutcome = await applyCommand(database.festival, signed(submitted));
    expect(outcome).toMatchObject({ outcome: 'rejected', error: { code: 'not_allowed' } });
    expect(await written(input.operationId)).toEqual([{ timeline: 0, audit: 0 }]);
  });
});
