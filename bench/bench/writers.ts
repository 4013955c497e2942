import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { startChild } from './child.ts';
import { type BenchEngine, openEngine } from './engine.ts';
import { type Festival, fill, settle } from './festival-rows.ts';
import type { BenchServer } from './server.ts';
import { percentile, sum } from './statistics.ts';

type Phase = {
  readonly engine: boolean;
  readonly perSecond: number;
  readonly orders: number;
  readonly took: readonly number[];
  /** Of the engine's process while it ran beside them, and rows that it had not read at the end. */
  readonly rssMb: number;
  /** Processor time of its process and of its sessions' while the tills wrote. */
  readonly cpuMs: Cpu;
  readonly behind: number;
  readonly findings: number;
};
type Cpu = { readonly process: number; readonly sessions: number };
type Side = { readonly perSecond: number; readonly phases: readonly number[]; readonly p99Ms: number };
export type WritersCost = {
  readonly clients: number;
  readonly seconds: number;
  readonly off: Side;
  readonly on: Side;
  readonly ratio: number;
  readonly engine: {
    readonly rssMb: number;
    /** Processor time a row of the logs, microseconds: what no other program beside it can lengthen much. */
    readonly cpuPerRow: Cpu;
    readonly behind: number;
    readonly findings: number;
  };
};

const CLIENTS = [1, 8] as const;
/** Each side twice and in turns, so that what drifts with time weighs on both. */
const TURNS = [false, true, false, true] as const;
/** More than this machine's orders: every order has a card that had none lately, as in the field. */
const ORDERS_A_SECOND = 3_000;

const writtenSchema = z.object({ took: z.array(z.number()), seconds: z.number() });
const behindRow = z.object({ behind: z.coerce.number(), findings: z.coerce.number() });

/** Orders a second of a closed loop of tills, without the engine and with the whole engine beside them. */
export const measureWriters = async (
  server: BenchServer,
  festival: Festival,
  options: { seconds: number; progress: (words: string) => void },
): Promise<WritersCost[]> => {
  const { seconds, progress } = options;
  const cards = Math.ceil(CLIENTS.length * TURNS.length * seconds * ORDERS_A_SECOND);
  let nextCard = festival.cards;
  progress(`${cards} cards for the tills`);
  // Two days old: they build the ledger and reach no detector.
  await fill(server.admin, festival, { rows: cards, cards, fromSecondsAgo: 2.1 * 86_400, toSecondsAgo: 2 * 86_400 });
  await settle(server.admin);
  const tills = startChild(new URL('./writers-child.ts', import.meta.url));

  const phase = async (clients: number, withEngine: boolean, length: number): Promise<Phase> => {
    const engine = withEngine ? await openEngine(server.consoleSettings) : undefined;
    await engine?.run('tail');
    const before = await behind(server);
    await server.admin.query('checkpoint');
    await engine?.start();
    const question = { settings: server.fieldSettings, clients, seconds: length, firstCard: nextCard };
    const cpuBefore = await cpuOf(server, engine);
    const written = await tills.ask(writtenSchema, { do: 'write', ...question });
    const cpuAfter = await cpuOf(server, engine);
    const after = await behind(server);
    const memory = await engine?.memory();
    await engine?.close();
    nextCard += written.took.length;
    festival.rows += written.took.length;
    return {
      engine: withEngine,
      perSecond: written.took.length / written.seconds,
      orders: written.took.length,
      took: written.took,
      rssMb: memory?.peakMb ?? 0,
      cpuMs: {
        process: cpuAfter.process - cpuBefore.process,
        sessions: cpuAfter.sessions - cpuBefore.sessions,
      },
      behind: after.behind,
      findings: after.findings - before.findings,
    };
  };

  const costs: WritersCost[] = [];
  for (const clients of CLIENTS) {
    await phase(clients, false, 2);
    const phases: Phase[] = [];
    for (const withEngine of TURNS) {
      progress(`${clients} ${clients === 1 ? 'till' : 'tills'}, engine ${withEngine ? 'on' : 'off'}`);
      phases.push(await phase(clients, withEngine, seconds));
    }
    const off = sideOf(phases.filter(({ engine }) => !engine));
    const on = sideOf(phases.filter(({ engine }) => engine));
    const beside = phases.filter(({ engine }) => engine);
    // An order is a row in either log.
    const rows = 2 * sum(beside.map(({ orders }) => orders));
    costs.push({
      ...{ clients, seconds, off, on, ratio: on.perSecond / off.perSecond },
      engine: {
        rssMb: Math.max(...beside.map(({ rssMb }) => rssMb)),
        cpuPerRow: {
          process: (sum(beside.map(({ cpuMs }) => cpuMs.process)) * 1_000) / rows,
          sessions: (sum(beside.map(({ cpuMs }) => cpuMs.sessions)) * 1_000) / rows,
        },
        behind: Math.max(...beside.map((one) => one.behind)),
        findings: sum(beside.map(({ findings }) => findings)),
      },
    });
  }
  await tills.end();
  return costs;
};

const sideOf = (phases: readonly Phase[]): Side => ({
  perSecond: sum(phases.map(({ perSecond }) => perSecond)) / phases.length,
  phases: phases.map(({ perSecond }) => perSecond),
  p99Ms: percentile(
    phases.flatMap(({ took }) => took),
    0.99,
  ),
});

const sessionRow = z.object({ pid: z.int() });
/** Linux counts a process's time in hundredths of a second. */
const TICK_MS = 10;

/** Processor time of the engine so far. Its sessions stay open; of one that ended the time is lost. Linux only, else 0. */
const cpuOf = async ({ admin }: BenchServer, engine: BenchEngine | undefined): Promise<Cpu> => {
  if (engine === undefined || process.platform !== 'linux') return { process: 0, sessions: 0 };
  const { rows } = await admin.query(`select pid from pg_stat_activity where application_name = 'regie/bench'`);
  const ticks = z
    .array(sessionRow)
    .parse(rows)
    .map(({ pid }) => {
      // After the program's name, which may hold blanks: user and system time are the 12th and 13th from there.
      const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? [];
      return Number(fields[11]) + Number(fields[12]);
    });
  return { process: (await engine.memory()).cpuMs, sessions: sum(ticks) * TICK_MS };
};

/** Rows above the engine's watermark, and findings so far. */
const behind = async ({ admin }: BenchServer): Promise<z.output<typeof behindRow>> => {
  const { rows } = await admin.query(`
    select (select max(log_id) from app_transaction_log)
        - coalesce((select last_id from console.watermarks where source = 'transactions'), 0) as behind,
      (select count(*) from console.findings where algorithm <> 'health_snapshot') as findings`);
  return behindRow.parse(rows[0]);
};
