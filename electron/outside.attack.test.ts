import { mkdtempSync, rmSync } from 'node:fs';
import { connect as connectTcp } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { type CallName, calls } from '../shared/contract/calls.ts';
import { type BrowserHost, startBrowserHost } from './browser/server.ts';
import { type Core, startCore } from './core.ts';
import { readRunbookFile } from './operations/runbooks/runbook-file.ts';
import { readOutboxFile, writeOutboxFile } from './outbox/export-file.ts';
import { driverOptions } from './postgres/connection-settings.ts';
import { insertEvent } from './testing/alerts.ts';
import { createTestDatabase, type TestDatabase } from './testing/database.ts';
import { eventually } from './testing/eventually.ts';
import { createOperators, enrolLaptop, operatorIdOf, PIN } from './testing/operators.ts';

/*
 * Everything that comes from outside of a console: rows that another laptop's login writes, calls of a page, files that
 * somebody hands over, and what a program on this machine sends to the browser host. Whatever it is, no process ends, no
 * promise is left rejected, the console goes on answering, and nothing keeps its main thread for long. REGIE_FUZZ_RUNS
 * plays it longer; REGIE_FUZZ_SEED plays another one.
 */

const numRuns = Number(process.env.REGIE_FUZZ_RUNS ?? 30);
const seed = Number(process.env.REGIE_FUZZ_SEED ?? 12);

/** What nobody means well with: long, deep, foreign, or nearly right. */
const nastyText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 200 }),
  fc.constantFrom(
    '',
    '\\',
    '"',
    "'; drop table console.alerts; --",
    '__proto__',
    'constructor',
    '\u202e',
    '\ud800',
    '/**/',
  ),
  fc.constantFrom('/**/', 'a@', '--\n', '{{a', '[', '(', ' ', 'é').map((piece) => piece.repeat(20_000)),
);
const deep = fc.constantFrom(10, 100, 2_000).map((depth) => `${'['.repeat(depth)}${']'.repeat(depth)}`);
const nastyJson = fc.oneof(
  fc.json({ maxDepth: 4 }),
  deep,
  deep.map((text) => `{"a":${text}}`),
  nastyText.map((text) => JSON.stringify({ text, [text]: text })),
  fc.constant(JSON.stringify(Array.from({ length: 20_000 }, (_, index) => index))),
);
const nastyNumber = fc.constantFrom('0', '-1', '2147483647', '9007199254740993', '9223372036854775807', '-32768', '1');
const nastyTime = fc.constantFrom(
  'infinity',
  '-infinity',
  '4713-01-01 BC',
  '294276-12-31',
  '2026-07-03 21:00:00+00',
  'now',
);

/** Rows that followers bring to every laptop, as far as a console's login can write them. */
const TABLES = [
  'public.monitoring_events',
  'public.alert_history',
  'console.alerts',
  'console.timeline',
  'console.changes',
  'console.runbook_runs',
  'console.runbook_steps',
  'console.runbook_ticks',
  'console.runbook_joins',
  'console.silences',
  'console.mentions',
  'console.laptops',
  'console.handovers',
  'console.canary_probes',
  'console.canary_sightings',
  'console.deliveries',
  'console.cycles',
  'console.engine_requests',
  'console.card_ledger',
] as const;

type Column = { readonly name: string; readonly type: string };

const valueFor = ({ type }: Column): fc.Arbitrary<string | null> => {
  if (type.startsWith('json')) return nastyJson;
  if (type.startsWith('timestamp')) return nastyTime;
  if (type === 'uuid') return fc.uuid();
  if (type === 'boolean') return fc.constantFrom('true', 'false');
  if (type === 'ARRAY') return fc.constantFrom('{}', '{1,2}', '{-1}');
  return /int|numeric|double/.test(type) ? nastyNumber : nastyText;
};

let database: TestDatabase;
let dataDir: string;
let core: Core;
let host: BrowserHost;
let login: pg.Client;
const unhandled: unknown[] = [];
const note = (error: unknown): void => void unhandled.push(error);

beforeAll(async () => {
  process.on('unhandledRejection', note);
  database = await createTestDatabase();
  await createOperators(database.admin, ['Sue'], 'supervisor');
  dataDir = mkdtempSync(join(tmpdir(), 'regie-outside-'));
  await enrolLaptop(database.admin, { laptop: 'booth-1', dataDir });
  core = await startCore({ dataDir, laptop: 'booth-1', version: '0.0.0', connection: database.consoleSettings });
  host = await startBrowserHost({ core, rendererDir: dataDir, port: 0 });
  login = new pg.Client(driverOptions(database.consoleSettings));
  await login.connect();
  await eventually(
    async () => {
      const answer = await core.call('session.signIn', { operatorId: operatorIdOf('Sue'), pin: PIN });
      expect(answer).toMatchObject({ ok: true });
    },
    { interval: 200 },
  );
});
afterAll(async () => {
  await host.close();
  await core.close();
  await login.end();
  await database.close();
  rmSync(dataDir, { recursive: true, force: true });
  process.off('unhandledRejection', note);
});

/** Longest time in which the main thread did nothing else, milliseconds. */
const longestStop = async (work: () => Promise<unknown>): Promise<number> => {
  const delay = monitorEventLoopDelay({ resolution: 5 });
  delay.enable();
  await work();
  await sleep(20);
  delay.disable();
  return delay.max / 1e6;
};

/**
 * Does something, and holds the main thread's longest stop against 100 ms. A machine that is busy stops a process that does
 * nothing as well: by so much more is allowed.
 */
const within = async (what: string, work: () => Promise<unknown>): Promise<void> => {
  const idle = await longestStop(() => sleep(500));
  const stopped = await longestStop(work);
  console.log(`${what}: main thread stopped for ${stopped.toFixed(0)} ms at most, ${idle.toFixed(0)} ms while idle`);
  expect(stopped, what).toBeLessThan(100 * Math.max(20, idle));
  expect(unhandled, what).toEqual([]);
  expect(await core.call('status.get', {}), what).toMatchObject({ ok: true });
};

describe('from outside', () => {
  it('rows of every mirrored table, in whatever form the tables take them: the next good alert is shown', async () => {
    let written = 0;
    await within('rows', async () => {
      for (const table of TABLES) {
        const { rows } = await database.admin.query(
          `select column_name as name, data_type as type from information_schema.columns
           where table_schema || '.' || table_name = $1 and is_identity = 'NO' and is_generated = 'NEVER'
             and column_default is null`,
          [table],
        );
        const columns: Column[] = rows;
        const row = fc.tuple(...columns.map(valueFor));
        await fc.assert(
          fc.asyncProperty(row, async (values) => {
            // As text, so that the server casts; what a constraint refuses is not there.
            const places = values.map((_, index) => `$${index + 1}`).join(', ');
            const names = columns.map(({ name }) => `"${name}"`).join(', ');
            const result = await login
              .query(`insert into ${table} (${names}) values (${places})`, values)
              .catch(() => ({ rowCount: 0 }));
            written += result.rowCount ?? 0;
          }),
          { seed, numRuns: Math.ceil(numRuns / 3) },
        );
      }
      // A type of its own for each field of an event that the guide's constraints leave open.
      for (const data of fc.sample(nastyJson, { seed, numRuns })) {
        const result = await login
          .query(
            `insert into monitoring_events (event_type, severity, detection_algorithm, event_data, context_data)
             values ('transaction_failure', 'HIGH', 'duplicate_charge', $1, $1)`,
            [data],
          )
          .catch(() => ({ rowCount: 0 }));
        written += result.rowCount ?? 0;
      }
      await core.call('link.retry', {});
      const eventId = await insertEvent(database, { cardId: 'GOOD' });
      await eventually(
        async () => {
          expect(JSON.stringify(await core.call('board.get', { closed: false }))).toContain(`"eventId":${eventId},`);
        },
        { interval: 200 },
      );
      for (const name of Object.keys(calls) as CallName[]) {
        if (calls[name].kind === 'query') await core.call(name, {});
      }
    });
    expect(written).toBeGreaterThan(numRuns / 2);
  }, 120_000);

  it('calls of the contract, with whatever stands in their input', async () => {
    // They lead away from this festival, or end the work of this test.
    const left = new Set([
      'connection.use',
      'session.lock',
      'operators.changePin',
      'operators.save',
      'monitoring.stop',
    ]);
    const names = Object.keys(calls).filter((name) => !left.has(name));
    const inputs = fc.oneof(
      fc.anything({ maxDepth: 4, withBigInt: true, withDate: true, withMap: true, withNullPrototype: true }),
      nastyJson.map((text): unknown => JSON.parse(text)),
      fc.dictionary(fc.constantFrom('cardId', 'eventId', 'incidentId', 'reason', 'operationId', 'runId'), nastyText),
    );
    const circular: Record<string, unknown> = {};
    circular.self = circular;
    await within('calls', async () => {
      await fc.assert(
        fc.asyncProperty(fc.constantFrom(...names, '__proto__', 'constructor'), inputs, async (name, input) => {
          expect(await core.call(name, input)).toMatchObject({ ok: expect.any(Boolean) });
        }),
        { seed, numRuns: numRuns * 10 },
      );
      for (const name of names) expect(await core.call(name, circular)).toMatchObject({ ok: false });
    });
  }, 120_000);

  it('files of waiting actions', async () => {
    const festivalId = '3f2b8f0e-0f4e-4b53-9a39-2f3f6f3f1a11';
    const passphrase = 'pommes frites at four';
    const head = { festivalId, laptop: 'booth-2', writtenAt: '2026-07-03T22:00:00.000Z', passphrase };
    const good = Buffer.from(await writeOutboxFile({ commands: [], ...head }), 'base64');
    const changed = fc
      .tuple(fc.nat(good.length - 1), fc.nat(255))
      .map(([at, byte]) => Buffer.concat([good.subarray(0, at), Buffer.from([byte]), good.subarray(at + 1)]));
    // Work for hours, if a file could say how much.
    const costly = Buffer.from(good.toString('latin1').replace(/^(.*\n-> scrypt \S+) 15\n/, '$1 20\n'), 'latin1');
    const files = fc.oneof(
      fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)),
      changed,
      fc.nat(good.length).map((end) => good.subarray(0, end)),
      fc.constant(costly),
    );
    await within('files of waiting actions', () =>
      fc.assert(
        fc.asyncProperty(files, async (bytes) => {
          const answer = await readOutboxFile({ content: bytes.toString('base64'), festivalId, passphrase });
          expect(answer.ok).toBe(bytes.equals(good));
        }),
        { seed, numRuns, examples: [[costly]] },
      ),
    );
  }, 120_000);

  it('runbook files', async () => {
    const lines = fc.constantFrom(
      'id: a',
      'version: 1',
      'title: { en: a, fr: b }',
      'steps:',
      '  - id: one',
      '    kind: query',
      '    sql: select 1',
      'a: &a [1]',
      'b: [*a,*a,*a]',
      '? {a: b}',
      '- - - -',
      '"',
      '!!binary x',
      '%YAML 9',
      '---',
      '<<: *a',
      '\t',
    );
    const files = fc.oneof(
      fc.array(lines, { maxLength: 40 }).map((all) => all.join('\n')),
      nastyText,
      fc.constantFrom('[', '{', '- ', '? ', '"', '&a ', '*a ', '/**/', '{a: ').map((piece) => piece.repeat(3_000)),
      nastyText.map((text) => JSON.stringify({ id: 'a', version: 1, steps: [{ kind: 'query', sql: text }] })),
    );
    await within('runbook files', () =>
      fc.assert(
        fc.asyncProperty(files, async (text) => {
          const read = readRunbookFile('own.yaml', text);
          expect(read.ok || read.problems.length > 0).toBe(true);
          await sleep(0);
        }),
        { seed, numRuns: numRuns * 3 },
      ),
    );
  }, 120_000);

  it('messages to the browser host: of nobody, of a tab, and on its bare port', async () => {
    const { port } = new URL(host.address);
    const open = (offer: string): Promise<WebSocket> =>
      new Promise((resolve) => {
        const headers = { origin: `http://127.0.0.1:${port}` };
        const socket = new WebSocket(`ws://127.0.0.1:${port}/socket`, ['regie', offer], { headers });
        socket.on('error', () => undefined);
        socket.once('open', () => resolve(socket));
      });
    const nest = `{"id":1,"call":"board.get","input":${'['.repeat(100_000)}${']'.repeat(100_000)}}`;
    const message = fc.oneof(
      nastyText,
      nastyJson,
      fc.constant(nest),
      nastyJson.map((text) => `{"id":1,"call":"card.get","input":${text}}`),
    );
    const bytes = fc.oneof(
      nastyText,
      fc.constantFrom(
        'GET /%',
        'GET /../../x HTTP/1.1\r\nHost: x\r\n\r\n',
        'POST / HTTP/1.1\r\nContent-Length: 99999999\r\n\r\n',
      ),
    );
    await within('messages to the browser host', () =>
      fc.assert(
        fc.asyncProperty(message, bytes, fc.boolean(), async (text, raw, letIn) => {
          const socket = await open(letIn ? `token.${new URL(host.address).hash.replace('#token=', '')}` : 'session.x');
          socket.send(text);
          const ended = new Promise((resolve) => socket.once('close', resolve));
          socket.close();
          await ended;
          const tcp = connectTcp(Number(port), '127.0.0.1');
          tcp.on('error', () => undefined);
          const gone = new Promise((resolve) => tcp.once('close', resolve));
          tcp.write(raw, () => tcp.resetAndDestroy());
          await gone;
        }),
        { seed, numRuns },
      ),
    );
  }, 120_000);
});
