import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import type pg from 'pg';
import { v7 as uuid } from 'uuid';
import { z } from 'zod';
import { openBuffer } from '../../electron/buffer/buffer.ts';
import { createOutbox } from '../../electron/buffer/outbox.ts';
import { applyCommand, type Command, type SubmittedCommand } from '../../electron/operations/registry.ts';
import { type FestivalDatabase, openFestivalDatabase, type Transaction } from '../../electron/postgres/pool.ts';
import { idColumn } from '../../electron/postgres/rows.ts';
import type { Statement } from '../../electron/postgres/sql.ts';
import { connectAs } from '../../electron/testing/connect.ts';
import { authorOf, createOperators, signed } from '../../electron/testing/operators.ts';
import { quietSender } from '../../electron/testing/sender.ts';
import type { RowId } from '../../shared/domain/row-id.ts';
import type { BenchServer } from './server.ts';

/** What it costs to send what has piled up while the network was away. */
export type SendingCost = {
  readonly commands: number;
  /** Into the outbox, on disk, a second. */
  readonly enqueuedPerSecond: number;
  /** Out of the outbox and into Postgres, exactly once, a second. */
  readonly sentPerSecond: number;
  /** The same statements by plain pg, one client after the other and four side by side, a second. */
  readonly plainPerSecond: { readonly one: number; readonly four: number };
  /** The longest time in which the core could not answer the screen while it sent, milliseconds. */
  readonly longestBlockMs: number;
};

/** Actions of an operator on one alert: what a night without network leaves behind. */
const PER_ALERT = 5;
const CLIENTS = 4;

const eventRow = z.object({ event_id: idColumn });

export const measureSending = async (
  server: BenchServer,
  options: { commands: number; progress: (words: string) => void },
): Promise<SendingCost> => {
  const { commands: count, progress } = options;
  const database = openFestivalDatabase({ settings: server.consoleSettings, applicationName: 'regie/bench', size: 6 });
  const folder = mkdtempSync(join(tmpdir(), 'regie-bench-outbox-'));
  try {
    await createOperators(server.admin, ['Léa']);
    progress(`${count} waiting commands`);
    const own = commandsOn(await makeAlerts(server.admin, count / PER_ALERT));
    const sent = await sendAll(database, join(folder, 'outbox.sqlite'), own);
    const plain = { one: 0, four: 0 };
    for (const [name, clients] of [
      ['one', 1],
      ['four', CLIENTS],
    ] as const) {
      progress(`the same statements by plain pg, ${clients} at once`);
      const transactions: Statement[][] = [];
      for (const command of commandsOn(await makeAlerts(server.admin, count / PER_ALERT))) {
        transactions.push(await statementsOf(database, command));
      }
      plain[name] = await sendPlain(server, transactions, clients);
    }
    return { commands: own.length, ...sent, plainPerSecond: plain };
  } finally {
    await database.close();
    rmSync(folder, { recursive: true, force: true });
  }
};

const makeAlerts = async (admin: pg.Client, alerts: number): Promise<RowId[]> => {
  const { rows } = await admin.query(
    `with made as (
       insert into monitoring_events (event_type, severity, detection_algorithm, confidence_score, event_data)
       select 'transaction_failure', 'CRITICAL', 'balance_deduction_on_failure', 1, '{}' from generate_series(1, $1)
       returning event_id
     ), kept as (
       insert into console.alerts (event_id, incident_id, occurred_at) select event_id, event_id, now() from made
     ), history as (
       insert into alert_history (monitoring_event_id, alert_level, alert_message) select event_id, 'CRITICAL', 'bench' from made
     )
     select event_id from made order by event_id`,
    [alerts],
  );
  return z
    .array(eventRow)
    .parse(rows)
    .map(({ event_id: id }) => id);
};

const commandsOn = (eventIds: readonly RowId[]): Command[] => {
  const author = authorOf('Léa', { laptop: 'bench', laptopAt: new Date().toISOString() });
  const rounds: ((eventId: RowId) => SubmittedCommand)[] = [
    (eventId: RowId) => ({ name: 'alert.acknowledge', input: { operationId: uuid(), eventId }, author }),
    (eventId: RowId) => ({
      name: 'alert.note',
      input: { operationId: uuid(), eventId, text: 'the visitor is at the counter' },
      author,
    }),
    (eventId: RowId) => ({ name: 'alert.unacknowledge', input: { operationId: uuid(), eventId }, author }),
    (eventId: RowId) => ({
      name: 'alert.note',
      input: { operationId: uuid(), eventId, text: 'the till was restarted' },
      author,
    }),
    (eventId: RowId) => ({
      name: 'alert.resolve',
      input: { operationId: uuid(), eventId, note: 'paid back in cash' },
      author,
    }),
  ];
  return rounds.flatMap((command) => eventIds.map((eventId) => signed(command(eventId))));
};

const sendAll = async (
  database: FestivalDatabase,
  file: string,
  commands: readonly Command[],
): Promise<Pick<SendingCost, 'enqueuedPerSecond' | 'sentPerSecond' | 'longestBlockMs'>> => {
  const buffer = openBuffer(file, 'outbox');
  const outbox = createOutbox(buffer);
  let reachable = false;
  const sender = quietSender({ outbox, database, reachable: () => reachable, random: Math.random });
  const enqueueingSince = performance.now();
  for (const command of commands) await sender.submit(command);
  const enqueueing = performance.now() - enqueueingSince;

  const blocks = monitorEventLoopDelay({ resolution: 5 });
  blocks.enable();
  reachable = true;
  const began = performance.now();
  sender.wake();
  while (outbox.counts().waiting > 0) await new Promise((resolve) => setTimeout(resolve, 20));
  const lasted = performance.now() - began;
  blocks.disable();
  const left = outbox.counts().undecided;
  await sender.close();
  buffer.close();
  if (left > 0) throw new Error(`${left} commands were not applied`);
  return {
    enqueuedPerSecond: (commands.length / enqueueing) * 1_000,
    sentPerSecond: (commands.length / lasted) * 1_000,
    longestBlockMs: blocks.max / 1e6,
  };
};

class Recorded extends Error {}

/** What a command sends, found by sending it and rolling it back. */
const statementsOf = async (database: FestivalDatabase, command: Command): Promise<Statement[]> => {
  const statements: Statement[] = [];
  const noted =
    <Args extends readonly unknown[], Result>(send: (...args: Args) => Result) =>
    (...args: Args): Result => {
      statements.push(args.at(-1) as Statement);
      return send(...args);
    };
  const listening = (tx: Transaction): Transaction => ({
    ...tx,
    rows: noted(tx.rows) as Transaction['rows'],
    row: noted(tx.row) as Transaction['row'],
    maybeRow: noted(tx.maybeRow) as Transaction['maybeRow'],
    run: noted(tx.run),
  });
  const recording: FestivalDatabase = {
    ...database,
    write: (work, limits) =>
      database.write(async (tx) => {
        await work(listening(tx));
        throw new Recorded();
      }, limits),
  };
  await applyCommand(recording, command).catch((error: unknown) => {
    if (!(error instanceof Recorded)) throw error;
  });
  return statements;
};

/** Transactions a second: each client takes the next one, one statement after the other. */
const sendPlain = async (
  server: BenchServer,
  transactions: readonly (readonly Statement[])[],
  clients: number,
): Promise<number> => {
  const connections = await Promise.all(Array.from({ length: clients }, () => connectAs(server.consoleSettings)));
  let next = 0;
  const began = performance.now();
  await Promise.all(
    connections.map(async (client) => {
      for (let mine = transactions[next++]; mine !== undefined; mine = transactions[next++]) {
        await client.query('begin');
        for (const { text, values, name } of mine) {
          await client.query({ text, values: [...values], ...(name === undefined ? {} : { name }) });
        }
        await client.query('commit');
      }
    }),
  );
  const lasted = performance.now() - began;
  await Promise.all(connections.map((client) => client.end()));
  return (transactions.length / lasted) * 1_000;
};
