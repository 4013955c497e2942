import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type pg from 'pg';
import { v7 as uuid } from 'uuid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type CallInput, type CallName, type CallOutput, calls } from '../shared/contract/calls.ts';
import type { ConnectionSettings } from '../shared/contract/connection.ts';
import { type Core, startCore } from './core.ts';
import { insertEvent } from './testing/alerts.ts';
import { connectAs } from './testing/connect.ts';
import { createTestDatabase, type TestDatabase } from './testing/database.ts';
import { eventually } from './testing/eventually.ts';
import { enrolLaptop, operatorIdOf, PIN } from './testing/operators.ts';
import { createTcpProxy, type TcpProxy } from './testing/tcp-proxy.ts';

const NAME = `set_back_${process.pid}`;
const COPY = `${NAME}_copy`;
const CARD = '04A1';
const OTHER = '04A2';

let server: TestDatabase;
let proxy: TcpProxy;
let dataDir: string;
let core: Core;

beforeAll(async () => {
  server = await createTestDatabase();
  proxy = await createTcpProxy(server.consoleSettings);
  dataDir = mkdtempSync(join(tmpdir(), 'regie-set-back-'));
  chmodSync(dataDir, 0o755);
});
afterAll(async () => {
  await core?.close();
  await proxy.close();
  for (const name of [NAME, COPY]) await server.maintenance.query(`drop database if exists ${name} with (force)`);
  await server.close();
  rmSync(dataDir, { recursive: true, force: true });
});

const inFestival = async <T>(work: (admin: pg.Client) => Promise<T>): Promise<T> => {
  const admin = await connectAs({ ...server.adminSettings, database: NAME });
  try {
    return await work(admin);
  } finally {
    await admin.end();
  }
};
const rowsOf = (text: string) => inFestival(async (admin) => (await admin.query(text)).rows);
const copyOf = async (from: string, to: string): Promise<void> => {
  await server.maintenance.query('select pg_advisory_lock(4711)');
  await server.maintenance.query(`drop database if exists ${to} with (force)`);
  await server.maintenance.query(`create database ${to} template ${from} strategy file_copy`);
  await server.maintenance.query('select pg_advisory_unlock(4711)');
};
const ask = async <Name extends CallName>(name: Name, input: CallInput<Name>): Promise<CallOutput<Name>> => {
  const answer = await core.call(name, input);
  if (!answer.ok) throw new Error(`${name}: ${JSON.stringify(answer.error)}`);
  return calls[name].output.parse(answer.value) as CallOutput<Name>;
};
const within = { interval: 50 };
const signIn = () => eventually(() => ask('session.signIn', { operatorId: operatorIdOf('Léa'), pin: PIN }), within);
const board = async () => (await ask('board.get', { closed: true })).alerts;
const lost = async () =>
  (await ask('outbox.get', {})).tray.map(({ command, error }) => `${command} ${error?.code}`).sort();
const goodwill = {
  ...{ eventId: null, cardId: CARD, kind: 'goodwill' as const, cardDeltaCents: 100, ledgerDeltaCents: 100 },
  ...{ seenActualCents: 2_000, seenExpectedCents: 2_000, originalTransaction: null, reason: 'for the trouble' },
};

describe('a database that is restored from an earlier copy under a console', () => {
  it('is noticed; what it has lost is listed and sent again or discarded, each once, and never to another alert', async () => {
    await copyOf('template_festival', NAME);
    const before = await inFestival(async (admin) => {
      await enrolLaptop(admin, { laptop: 'booth-1', dataDir });
      await admin.query(`insert into table_cards (id, amount) values ('${CARD}', 20), ('${OTHER}', 20)`);
      await admin.query(`insert into app_transaction_log (card_id, transaction_type, status, amount_involved,
        previous_balance, new_balance)
        select id, 'stripe_recharge', 'completed', 20, 0, 20 from unnest(array['${CARD}', '${OTHER}']) as id`);
      return insertEvent({ admin });
    });
    await copyOf(NAME, COPY);

    const connection: ConnectionSettings = proxy.through({ ...server.consoleSettings, database: NAME });
    core = await startCore({ dataDir, laptop: 'booth-1', version: '0.0.0', connection });
    await signIn();
    const after = await inFestival((admin) => insertEvent({ admin }, { algorithm: 'duplicate_charge' }));
    await eventually(async () => expect((await board()).map(({ incidentId }) => incidentId)).toContain(after), within);

    const [taken, paid, noted, unwanted] = [uuid(), uuid(), uuid(), uuid()];
    await ask('alert.take', { operationId: taken, eventId: before });
    await ask('correction.apply', { operationId: paid, ...goodwill });
    await ask('correction.apply', { operationId: unwanted, ...goodwill, cardId: OTHER });
    await ask('alert.note', { operationId: noted, eventId: after, text: 'seen' });
    await eventually(async () => expect((await ask('outbox.get', {})).waitingCount).toBe(0), within);

    // Cut off while it waits with something for an alert that will be another one.
    proxy.cut();
    await eventually(async () => expect((await ask('status.get', {})).link.state).toBe('offline'), within);
    const later = uuid();
    await ask('alert.note', { operationId: later, eventId: after, text: 'seen later' });
    await copyOf(COPY, NAME);
    const reused = await inFestival(async (admin) => {
      await admin.query(`select setval(pg_get_serial_sequence('monitoring_events', 'event_id'), ${after}, false)`);
      return insertEvent({ admin }, { algorithm: 'negative_balance' });
    });
    expect(reused).toBe(after);
    proxy.forward();
    await ask('link.retry', {});

    await eventually(
      async () =>
        expect((await ask('status.get', {})).databaseBreak).toMatchObject({ kind: 'older', lost: { commands: 4 } }),
      within,
    );
    await eventually(
      async () =>
        expect(await lost()).toEqual([
          'alert.note lost_subject_gone',
          'alert.note subject_gone',
          'alert.take lost_by_database',
          'correction.apply lost_by_database',
          'correction.apply lost_by_database',
        ]),
      within,
    );
    // The board shows what the database has, and nothing of before.
    await eventually(async () => {
      const shown = (await board()).map(({ lead }) => lead);
      expect(shown.find(({ eventId }) => eventId === after)?.algorithm).toBe('negative_balance');
      expect(shown.find(({ eventId }) => eventId === before)?.takenBy).toBeNull();
    }, within);
    // Its sessions may be gone as well, and what this laptop has kept to sign with.
    await signIn();
    await eventually(async () => expect((await ask('session.get', {})).steppedUp).toBe(true), within);
    const refused = await core.call('outbox.retry', { operationId: noted });
    expect(refused).toMatchObject({ ok: false, error: { code: 'lost_subject_gone' } });

    // Two windows, of which each has seen what is lost, decide at once; what is no loss is none by being named.
    const operationIds = [unwanted, noted, later];
    const decided = await Promise.all(
      ['one', 'two'].map((reason) => ask('outbox.dropLost', { operationIds, reason: `restored, window ${reason}` })),
    );
    expect(decided.map(({ discarded, left }) => discarded + left)).toEqual([3, 3]);
    expect(decided.reduce((sum, { discarded }) => sum + discarded, 0)).toBe(2);
    expect(await lost()).toEqual([
      'alert.note subject_gone',
      'alert.take lost_by_database',
      'correction.apply lost_by_database',
    ]);
    expect(await core.call('outbox.retry', { operationId: unwanted })).toMatchObject({
      error: { code: 'not_in_conflicts' },
    });

    expect(await ask('outbox.retryLost', {})).toEqual({ given: 2, left: 0 });
    await eventually(async () => expect((await ask('outbox.get', {})).waitingCount).toBe(0), within);
    expect(
      await rowsOf(`select operation_id from console.operations where outcome ->> 'outcome' = 'applied'
      and command in ('alert.take', 'alert.note', 'correction.apply') order by 1`),
    ).toEqual([taken, paid].sort().map((operation_id) => ({ operation_id })));
    expect(await rowsOf(`select amount::text from table_cards where id = '${CARD}'`)).toEqual([{ amount: '21.00' }]);
    expect(await rowsOf(`select amount::text from table_cards where id = '${OTHER}'`)).toEqual([{ amount: '20.00' }]);
    expect(
      await rowsOf(`select actor, subject, data ->> 'reason' like 'restored, window %' as why from console.audit
      where action = 'command_dropped' order by subject`),
    ).toEqual(
      [noted, unwanted].sort().map((operationId) => ({ actor: 'Léa', subject: `operation:${operationId}`, why: true })),
    );
    expect(await ask('outbox.dropLost', { operationIds, reason: 'once more' })).toEqual({ discarded: 0, left: 3 });
    expect(await ask('outbox.retryLost', {})).toEqual({ given: 0, left: 0 });

    // It is an alert until somebody has read it, and stands on the audit trail once.
    const trouble = `select status from monitoring_events where detection_algorithm = 'database_set_back'`;
    await eventually(async () => expect(await rowsOf(trouble)).toEqual([{ status: 'OPEN' }]), within);
    await ask('databaseBreak.understood', {});
    expect((await ask('status.get', {})).databaseBreak).toBeNull();
    await eventually(async () => expect(await rowsOf(trouble)).toEqual([{ status: 'RESOLVED' }]), within);
    await eventually(
      async () =>
        expect(
          await rowsOf(`select data -> 'lost' ->> 'commands' as lost from console.audit
          where action = 'database_break'`),
        ).toEqual([{ lost: '4' }]),
      within,
    );
  });
});
