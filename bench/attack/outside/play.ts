import { rm, writeFile } from 'node:fs/promises';
import { connect as connectTcp } from 'node:net';
import { join } from 'node:path';
import fc from 'fast-check';
import type pg from 'pg';
import { WebSocket } from 'ws';
import { z } from 'zod';
import { writeOutboxFile } from '../../../electron/outbox/export-file.ts';
import { insertEvent } from '../../../electron/testing/alerts.ts';
import { connectAs } from '../../../electron/testing/connect.ts';
import { type CallName, calls } from '../../../shared/contract/calls.ts';
import type { ConnectionSettings } from '../../../shared/contract/connection.ts';
import { eventually } from '../attack.ts';
import type { AttackedConsole } from './console.ts';
import { type Column, nastyBytes, nastyInput, nastyJson, nastyMessage, nastyRunbook, valueFor } from './inputs.ts';

/*
 * Everything that comes from outside of a console: rows that another laptop's login writes, calls of a page, files that
 * somebody hands over, and what a program on this machine sends to the browser host.
 */

/** The main thread of a console does nothing else for so long at most, milliseconds of processor time. */
const LONGEST_MS = 100;
/** Nor, on a slow or busy machine, for longer than parsing these seven megabytes so many times takes there at that moment. */
const TIMES = 3;
const SEVEN_MEGABYTES = JSON.stringify(Array.from({ length: 200_000 }, (_, n) => ({ id: n, name: `card ${n}` })));
const longestNow = (): number => {
  const parsed = Array.from({ length: 7 }, () => {
    const before = process.cpuUsage();
    JSON.parse(SEVEN_MEGABYTES);
    const { user, system } = process.cpuUsage(before);
    return (user + system) / 1_000;
  });
  return Math.max(LONGEST_MS, TIMES * Math.min(...parsed));
};
/** What was compiled for the first time, or came with others', does not come again. */
const TRIES = 3;

export type Festival = { readonly admin: pg.Client; readonly login: ConnectionSettings };
export type Round = {
  readonly festival: Festival;
  readonly attacked: AttackedConsole;
  readonly seed: number;
  /** How many inputs: more of what is quick, fewer of what is slow. */
  readonly runs: number;
};
export type Played = {
  readonly inputs: number;
  /** Of all inputs, each at its best of three tries. */
  readonly longestMs: number;
  /** Which input that was, shortened. */
  readonly of: string;
  /** What must not be. */
  readonly wrong: readonly string[];
};
type Kind = { readonly name: string; play(round: Round): Promise<Played> };

const okSchema = z.object({ ok: z.boolean() });
const shortened = (input: unknown): string => {
  const text = typeof input === 'string' ? input : inspect(input);
  return text.length > 120 ? `${text.slice(0, 120)}… (${text.length} characters)` : text;
};
const inspect = (input: unknown): string => {
  try {
    return JSON.stringify(input) ?? String(input);
  } catch {
    return String(Object.prototype.toString.call(input));
  }
};

/** Feeds each input, three times at most, and keeps count of the slowest. */
const feed = async <T>(
  inputs: readonly T[],
  attacked: AttackedConsole,
  give: (input: T) => Promise<{ longestMs: number; wrong?: string | undefined }>,
): Promise<Played> => {
  let [longestMs, of] = [0, ''];
  const wrong: string[] = [];
  for (const input of inputs) {
    let best = Number.POSITIVE_INFINITY;
    for (let tries = 0; tries < TRIES && best > LONGEST_MS; tries += 1) {
      const given = await give(input);
      best = Math.min(best, given.longestMs);
      if (given.wrong !== undefined) wrong.push(`${given.wrong}: ${shortened(input)}`);
    }
    if (best > LONGEST_MS && best > longestNow())
      wrong.push(`the main thread was held up for ${best.toFixed(0)} ms by ${shortened(input)}`);
    if (best > longestMs) [longestMs, of] = [best, shortened(input)];
  }
  const { left } = await attacked.state();
  if (left > 0) wrong.push(`${left} rejected promises were left`);
  return { inputs: inputs.length, longestMs, of, wrong };
};

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

/** The statement of one row in whatever form the table takes it; what a constraint refuses is not there. */
const rowsOf = async ({ festival, seed, runs }: Round, table: string): Promise<[string, (string | null)[]][]> => {
  const { rows } = await festival.admin.query(
    `select column_name as name, data_type as type from information_schema.columns
     where table_schema || '.' || table_name = $1 and is_identity = 'NO' and is_generated = 'NEVER'
       and column_default is null`,
    [table],
  );
  const columns: Column[] = rows;
  const places = columns.map((_, index) => `$${index + 1}`).join(', ');
  const text = `insert into ${table} (${columns.map(({ name }) => `"${name}"`).join(', ')}) values (${places})`;
  return fc
    .sample(fc.tuple(...columns.map(valueFor)), { seed, numRuns: Math.ceil(runs / 3) })
    .map((values) => [text, values]);
};

/** What else the guide's constraints and ours leave open, in rows that are good but for their JSON. */
const WITH_JSON = [
  `insert into monitoring_events (event_type, severity, detection_algorithm, event_data, context_data)
   values ('transaction_failure', 'HIGH', 'duplicate_charge', $1, $1)`,
  `insert into console.timeline (event_id, kind, data) select max(event_id), 'note', $1 from monitoring_events`,
  `insert into console.runbook_runs (run_id, runbook_id, runbook, started_by) values (gen_random_uuid(), 'a', $1, 'a')`,
  `insert into console.runbook_runs (run_id, event_id, runbook_id, runbook, started_by)
   select gen_random_uuid(), max(event_id), 'a', $1, 'a' from monitoring_events`,
] as const;

const rows: Kind = {
  name: 'rows of every mirrored table: the next good alert is shown',
  play: async (round) => {
    const { festival, attacked, seed, runs } = round;
    const login = await connectAs(festival.login);
    login.on('error', () => undefined);
    let written = 0;
    const batches: [string, unknown[]][][] = [];
    for (const table of TABLES) batches.push(await rowsOf(round, table));
    for (const text of WITH_JSON) {
      batches.push(fc.sample(nastyJson, { seed, numRuns: Math.ceil(runs / 2) }).map((json) => [text, [json]]));
    }
    try {
      const played = await feed(batches, attacked, async (batch) => {
        await attacked.state();
        for (const [text, values] of batch) {
          const result = await login.query(text, values).catch(() => ({ rowCount: 0 }));
          written += result.rowCount ?? 0;
        }
        const eventId = await insertEvent(festival, { cardId: 'GOOD' });
        await attacked.call('link.retry', {});
        await eventually(async () => {
          const { answer } = await attacked.call('board.get', { closed: false });
          if (!JSON.stringify(answer).includes(`"eventId":"${eventId}",`))
            throw new Error('the good alert is not shown');
        });
        for (const name of Object.keys(calls) as CallName[]) {
          if (calls[name].kind === 'query') await attacked.call(name, {});
        }
        return { longestMs: (await attacked.state()).longestMs };
      });
      const inputs = batches.flat().length;
      return written > runs / 2 ? { ...played, inputs } : { ...played, wrong: ['hardly a row was written'] };
    } finally {
      await login.end();
    }
  },
};

/** They lead away from this festival, or end the work of this attack. */
const LEFT_OUT = new Set([
  'connection.use',
  'session.lock',
  'operators.changePin',
  'operators.save',
  'monitoring.stop',
]);

const contractCalls: Kind = {
  name: 'calls of the contract, with whatever stands in their input',
  play: ({ attacked, seed, runs }) => {
    const names = Object.keys(calls).filter((name) => !LEFT_OUT.has(name));
    const circular: Record<string, unknown> = {};
    circular.self = circular;
    const some = fc.sample(fc.tuple(fc.constantFrom(...names, '__proto__', 'constructor'), nastyInput), {
      ...{ seed, numRuns: runs * 10 },
    });
    return feed<[string, unknown]>(
      [...some, ...names.map((name): [string, unknown] => [name, circular])],
      attacked,
      async ([name, input]) => {
        const { answer, longestMs } = await attacked.call(name, input);
        const { success, data } = okSchema.safeParse(answer);
        const wrong = !success
          ? 'no answer'
          : input === circular && data.ok
            ? 'taken though it is a circle'
            : undefined;
        return { longestMs, wrong };
      },
    );
  },
};

const outboxFiles: Kind = {
  name: 'files of waiting actions',
  play: async ({ festival, attacked, seed, runs }) => {
    const { rows: found } = await festival.admin.query('select festival_id from console.identity');
    const passphrase = 'pommes frites at four';
    const head = { festivalId: String(found[0]?.festival_id), laptop: 'booth-2', passphrase };
    const written = await writeOutboxFile({ ...head, commands: [], writtenAt: '2026-07-03T22:00:00.000Z' });
    const good = Buffer.from(written, 'base64');
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
    return feed([good, costly, ...fc.sample(files, { seed, numRuns: runs })], attacked, async (bytes) => {
      const { answer, longestMs } = await attacked.call('outbox.import', {
        ...{ passphrase, content: bytes.toString('base64') },
      });
      const { ok } = okSchema.parse(answer);
      const wrong = ok === bytes.equals(good) ? undefined : `answered with ${ok}`;
      return { longestMs, wrong };
    });
  },
};

const listSchema = z.object({
  value: z.object({
    runbooks: z.array(z.object({ file: z.string().nullable() })),
    problems: z.array(z.object({ file: z.string() })),
  }),
});
const runbookFiles: Kind = {
  name: 'runbook and checklist files',
  play: async ({ attacked, seed, runs }) => {
    const file = join(attacked.dataDir, 'runbooks', 'own.yaml');
    const played = await feed(fc.sample(nastyRunbook, { seed, numRuns: runs * 3 }), attacked, async (text) => {
      await writeFile(file, text);
      const { longestMs } = await attacked.call('runbooks.reload', {});
      const { value } = listSchema.parse((await attacked.call('runbooks.get', {})).answer);
      const told = [...value.runbooks, ...value.problems].some((one) => one.file === 'own.yaml');
      return { longestMs, wrong: told ? undefined : 'nothing was said of the file' };
    });
    await rm(file);
    return played;
  },
};

const messages: Kind = {
  name: 'messages to the browser host: of nobody, of a tab, and on its bare port',
  play: ({ attacked, seed, runs }) =>
    feed(
      fc.sample(fc.tuple(nastyMessage, nastyBytes, fc.boolean()), { seed, numRuns: runs }),
      attacked,
      async ([text, raw, letIn]) => {
        const { hash, port, origin } = new URL((await attacked.state()).address);
        const offer = letIn ? `token.${hash.replace('#token=', '')}` : 'session.x';
        const socket = new WebSocket(`ws://127.0.0.1:${port}/socket`, ['regie', offer], { headers: { origin } });
        socket.on('error', () => undefined);
        const ended = new Promise((resolve) => socket.once('close', resolve));
        socket.once('open', () => {
          socket.send(text);
          socket.close();
        });
        await ended;
        const tcp = connectTcp(Number(port), '127.0.0.1');
        tcp.on('error', () => undefined);
        const gone = new Promise((resolve) => tcp.once('close', resolve));
        tcp.write(raw, () => tcp.resetAndDestroy());
        await gone;
        return { longestMs: (await attacked.state()).longestMs };
      },
    ),
};

/** Each is measured apart. */
export const KINDS: readonly Kind[] = [rows, contractCalls, outboxFiles, runbookFiles, messages];
