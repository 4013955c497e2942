import { cpus, loadavg, totalmem } from 'node:os';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { measureBackup } from './bench/backup.ts';
import { endChildren } from './bench/child.ts';
import { type CycleCost, measureCycle } from './bench/cycle.ts';
import { measureDelay } from './bench/delay.ts';
import { growTo, prepareFill, settle } from './bench/festival-rows.ts';
import { measureHistory } from './bench/history.ts';
import { measureLog } from './bench/log.ts';
import { measureOutside } from './bench/outside.ts';
import { measurePanels } from './bench/panels.ts';
import { measureCatchUp } from './bench/reading.ts';
import { type BenchResult, print } from './bench/report.ts';
import { measureReport, type ReportCost } from './bench/reports.ts';
import { measureScreen } from './bench/screen.ts';
import { measureSending } from './bench/sending.ts';
import { openBenchServer } from './bench/server.ts';
import { measureSignIn } from './bench/sign-in.ts';
import { findingsSoFar } from './bench/statistics.ts';
import { measureSweep } from './bench/sweep.ts';
import { measureTroubles } from './bench/trouble.ts';
import { measureWriters } from './bench/writers.ts';

/**
 * What the engine costs, on a throw-away Postgres with ordinary durable settings, beside the guide's own SQL or beside
 * no engine, in the same run. It prints figures and rates none.
 *
 *   npm run bench -- [--sizes 10000,100000,1000000,10000000] [--only cycle,reading,delay,sweep,writers,sending,sign-in,screen,log,backup,outside,panels,history,reports,trouble]
 *                    [--missed 200000] [--faults 60] [--cards 1000000] [--seconds 15] [--commands 10000]
 *                    [--alerts 10000] [--entries 50000] [--events 300000] [--history 100000] [--card-index] [--json]
 *
 * cycle: a tail with ten new rows, at each size of the log. The others run on the largest: reading is the catch-up with
 * the rows that it missed in twenty minutes, delay the time from a commit to its alert, sweep the comparison of all
 * cards, writers the throughput of the festival's own tills, sending how fast the outbox empties what has piled up in
 * it, sign-in the time from a PIN to a board in a real browser (REGIE_BROWSER names one), screen what somebody in front of a
 * board with so many open alerts waits for, beside an empty page in the same browser, log what an entry and a search of the
 * incident log take with the network cut, beside a bare insert and a bare search, backup the rows a second of a backup
 * and a restore beside a bare COPY of the same tables, outside how long watchers wait for an answer over HTTP, beside an
 * empty route, panels what the open screen of the database costs the server beside the closed one, history what a page and a search of
 * so many alerts take beside the bare statements, reports a final report and its PDF at each size of the log, trouble how
 * long after its deadline a critical system trouble is on another laptop's page. Below 1,000,000 rows they are smaller, for
 * a quick run: 50,000 rows, 20 faults, 200,000 cards, 5 s.
 */
const PARTS = [
  'cycle',
  'reading',
  'delay',
  'sweep',
  'writers',
  'sending',
  'sign-in',
  'screen',
  'log',
  'backup',
  'outside',
  'panels',
  'history',
  'reports',
  'trouble',
] as const;

const { values } = parseArgs({
  options: {
    sizes: { type: 'string', default: '10000,100000,1000000,10000000' },
    only: { type: 'string', default: PARTS.join(',') },
    seconds: { type: 'string' },
    faults: { type: 'string' },
    cards: { type: 'string' },
    missed: { type: 'string' },
    commands: { type: 'string' },
    alerts: { type: 'string', default: '10000' },
    entries: { type: 'string', default: '50000' },
    events: { type: 'string' },
    history: { type: 'string', default: '100000' },
    /** An index of the festival's log by card, which a festival may have or not. */
    'card-index': { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
  },
});
const count = z.coerce.number().int();
const sizes = z
  .array(count.min(10_000).max(100_000_000))
  .nonempty()
  .parse(values.sizes.split(','))
  .toSorted((a, b) => a - b);
const parts = new Set(z.array(z.enum(PARTS)).parse(values.only.split(',')));
const largest = Math.max(...sizes);
const short = largest < 1_000_000;
const seconds = count.min(1).parse(values.seconds ?? (short ? 5 : 15));
const faults = count.min(1).parse(values.faults ?? (short ? 20 : 60));
const cards = count.min(1).parse(values.cards ?? (short ? 200_000 : 1_000_000));
const commands = count.min(100).parse(values.commands ?? (short ? 1_000 : 10_000));
const alerts = count.min(100).parse(values.alerts);
const entries = count.min(100).max(50_000).parse(values.entries);
const events = count.min(100).parse(values.events ?? (short ? 100_000 : 300_000));
const history = count.min(100).parse(values.history);
const missed = count.min(1).parse(values.missed ?? (short ? 50_000 : 200_000));

const loadBefore = loadavg()[0] ?? 0;
const progress = (words: string): void => console.error(`[${new Date().toISOString().slice(11, 19)}] ${words}`);

progress('making a Postgres');
const opening = openBenchServer();
let closing: Promise<void> | undefined;
const close = (): Promise<void> => {
  closing ??= endChildren().then(async () => (await opening).close());
  return closing;
};
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    progress('interrupted');
    void close().finally(() => process.exit(130));
  });
}
const server = await opening;

const measure = async (): Promise<BenchResult> => {
  const { admin } = server;
  await prepareFill(admin, { cardIndex: values['card-index'] });
  const festival = { rows: 0, cards: 0, ordered: 0 };
  const grow = async (size: number): Promise<void> => {
    progress(`growing the log to ${size} rows`);
    await growTo(admin, festival, size);
    await settle(admin);
  };
  const cycle: CycleCost[] = [];
  const reports: ReportCost[] = [];
  for (const size of parts.has('cycle') || parts.has('reports') ? sizes : []) {
    await grow(size);
    if (parts.has('reports')) reports.push(await measureReport(server, { transactions: festival.rows, progress }));
    if (!parts.has('cycle')) continue;
    // Every size is a festival that Regie sees for the first time.
    if (cycle.length > 0) await server.forgetConsole();
    cycle.push(await measureCycle(server, festival, progress));
  }
  // Whoever signs in sees no more of the log than its alerts; a report has seen each size.
  const withRows = ['reading', 'delay', 'sweep', 'writers', 'sending'] as const;
  if (!parts.has('cycle') && withRows.some((part) => parts.has(part))) await grow(largest);
  const reading = parts.has('reading') ? await measureCatchUp(server, festival, { rows: missed, progress }) : null;
  const delay = parts.has('delay') ? await measureDelay(server, festival, { faults, progress }) : null;
  const sweep = parts.has('sweep') ? await measureSweep(server, festival, { cards, progress }) : null;
  const writers = parts.has('writers') ? await measureWriters(server, festival, { seconds, progress }) : [];
  const sending = parts.has('sending') ? await measureSending(server, { commands, progress }) : null;
  const signIn = parts.has('sign-in') ? await measureSignIn(server, { progress }) : null;
  const screen = parts.has('screen')
    ? await measureScreen(server, { alerts, changes: short ? 1_000 : 5_000, progress })
    : null;
  const log = parts.has('log') ? await measureLog(server, { entries, progress }) : null;
  const backup = parts.has('backup') ? await measureBackup(server, { events, progress }) : null;
  const outside = parts.has('outside') ? await measureOutside(server, { times: short ? 200 : 500, progress }) : [];
  const panels = parts.has('panels') ? await measurePanels(server, { rounds: short ? 100 : 300, progress }) : [];
  const ofHistory = parts.has('history') ? await measureHistory(server, { alerts: history, progress }) : null;
  const trouble = parts.has('trouble') ? await measureTroubles(server, { times: short ? 5 : 20, progress }) : null;
  const { rows } = await admin.query('show server_version');
  return {
    machine: {
      date: new Date().toISOString(),
      cpu: cpus()[0]?.model ?? 'unknown',
      cpus: cpus().length,
      memoryGb: Math.round(totalmem() / 1e9),
      loadBefore,
      node: process.version,
      postgres: z.object({ server_version: z.string() }).parse(rows[0]).server_version,
      cardIndex: values['card-index'],
    },
    ...{
      cycle,
      reading,
      delay,
      sweep,
      writers,
      sending,
      signIn,
      screen,
      log,
      backup,
      outside,
      panels,
      history: ofHistory,
      reports,
      trouble,
      found: await findingsSoFar(admin),
    },
  };
};

try {
  const result = await measure();
  if (values.json) console.log(JSON.stringify(result));
  else print(result);
} catch (error) {
  // What breaks because it is being ended is no news.
  if (closing === undefined) {
    console.error(error instanceof Error ? error.stack : error);
    process.exitCode = 1;
  }
} finally {
  await close();
}
