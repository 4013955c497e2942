import { median } from '../median.ts';
import type { BackupTimes } from './backup.ts';
import type { CycleCost } from './cycle.ts';
import type { Delay } from './delay.ts';
import type { HistoryTimes } from './history.ts';
import { type LogTimes, logRows } from './log.ts';
import type { OutsideTimes } from './outside.ts';
import type { PanelsCost } from './panels.ts';
import type { CatchUp } from './reading.ts';
import type { ReportCost, Work } from './reports.ts';
import type { ScreenTimes } from './screen.ts';
import type { SendingCost } from './sending.ts';
import type { SignInTimes } from './sign-in.ts';
import { percentile } from './statistics.ts';
import type { SweepCost } from './sweep.ts';
import type { TroubleTimes } from './trouble.ts';
import type { WritersCost } from './writers.ts';

/** A run, as `--json` prints it. */
export type BenchResult = {
  readonly machine: {
    readonly date: string;
    readonly cpu: string;
    readonly cpus: number;
    readonly memoryGb: number;
    /** What else ran when this began: processes that wanted a CPU in the minute before. */
    readonly loadBefore: number;
    readonly node: string;
    readonly postgres: string;
    readonly cardIndex: boolean;
  };
  readonly cycle: readonly CycleCost[];
  readonly reading: CatchUp | null;
  readonly delay: Delay | null;
  readonly sweep: SweepCost | null;
  readonly writers: readonly WritersCost[];
  readonly sending: SendingCost | null;
  readonly signIn: SignInTimes | null;
  readonly screen: ScreenTimes | null;
  readonly log: LogTimes | null;
  readonly backup: BackupTimes | null;
  readonly outside: OutsideTimes;
  readonly panels: PanelsCost;
  readonly history: HistoryTimes | null;
  readonly reports: readonly ReportCost[];
  readonly trouble: TroubleTimes | null;
  /** All that the engine found since its last first reading, by detector: the faults of `delay`, and hardly more. */
  readonly found: Readonly<Record<string, number>>;
};

/** Aligned columns, the first to the left. */
const table = (head: readonly string[], rows: readonly (readonly string[])[]): string => {
  const widths = head.map((title, column) => Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)));
  return [head, ...rows]
    .map((row) =>
      row
        .map((cell, column) => (column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0)))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
};

const whole = (value: number): string => Math.round(value).toLocaleString('en');
const times = (value: number): string => `${value < 10 ? value.toFixed(1) : whole(value)}×`;
const ms = (value: number): string => (value < 100 ? value.toFixed(1) : whole(value));

const write = (...lines: readonly string[]): void => console.log(lines.join('\n'));

/** The figures of a run, for people. */
export const print = (result: BenchResult): void => {
  const { machine, cycle, reading, delay, sweep, writers, sending, signIn, screen, log, backup, outside, panels } =
    result;
  const { history, reports, trouble } = result;
  write(
    `${machine.date}  ${machine.cpus} × ${machine.cpu}, ${machine.memoryGb} GB, Node ${machine.node}, Postgres ${machine.postgres}, load before ${machine.loadBefore.toFixed(1)}`,
    machine.cardIndex ? 'The log has an index by card.' : 'The log has no index but its primary key.',
  );
  if (cycle.length > 0) printCycles(cycle);
  if (reading !== null) printReading(reading);
  if (delay !== null) printDelay(delay);
  if (sweep !== null) printSweep(sweep);
  if (writers.length > 0) printWriters(writers);
  if (sending !== null) printSending(sending);
  if (signIn !== null) printSignIn(signIn, result.machine);
  if (screen !== null) printScreen(screen, machine);
  if (log !== null) printLog(log, machine);
  if (backup !== null) printBackup(backup);
  if (trouble !== null) printTroubles(trouble);
  if (outside.length > 0) printOutside(outside, machine);
  if (panels.length > 0) printPanels(panels);
  if (history !== null) printHistory(history, machine);
  if (reports.length > 0) printReports(reports, machine);
  const found = Object.entries(result.found).map(([algorithm, findings]) => `${algorithm} ${whole(findings)}`);
  write(`\nFound since the last first read: ${found.join(', ') || 'nothing'}`);
};

const printHistory = (history: HistoryTimes, { loadBefore }: BenchResult['machine']): void => {
  const { alerts, readMs, figures } = history;
  write(
    `\nThe history of ${whole(alerts)} alerts, all of them read for it in ${(readMs / 1_000).toFixed(1)} s, load before ${loadBefore.toFixed(1)} (ms)`,
    table(
      ['', 'times', 'p50', 'p95', 'p99', 'most'],
      figures.map(({ name, times: of }) => [
        ...[name, String(of.length)],
        ...[0.5, 0.95, 0.99, 1].map((share) => percentile(of, share).toFixed(1)),
      ]),
    ),
  );
};

const printReports = (reports: readonly ReportCost[], { loadBefore }: BenchResult['machine']): void => {
  const seconds = ({ ms: of }: Work): string =>
    `${(Math.min(...of) / 1_000).toFixed(1)} to ${(Math.max(...of) / 1_000).toFixed(1)}`;
  write(
    `\nA final report, load before ${loadBefore.toFixed(1)}; block: the longest that the main thread answered nobody, ms`,
    table(
      ['transactions', 'data s', 'block', 'PDF s', 'block', 'on the main thread s', 'block', 'PDF MB', 'grew MB'],
      reports.map(({ transactions, data, pdf, pdfOnMain, pdfBytes, grewMb }) => [
        ...[whole(transactions), seconds(data), whole(data.blockMs), seconds(pdf), whole(pdf.blockMs)],
        ...[seconds(pdfOnMain), whole(pdfOnMain.blockMs), (pdfBytes / 1e6).toFixed(1), whole(grewMb)],
      ]),
    ),
  );
};

const printPanels = (panels: PanelsCost): void => {
  const shareOf = ({ cpuMs, everyMs }: PanelsCost[number]): number => (cpuMs / everyMs) * 100;
  const open = panels.filter(({ group }) => group !== 'closed').reduce((sum, one) => sum + shareOf(one), 0);
  write(
    '\nThe screen of the database: processor of the server',
    table(
      ['', 'ms a reading', 'every s', '% of a core'],
      [
        ...panels.map((one) => [
          one.group === 'closed' ? 'closed: one sample' : `open, ${one.group}`,
          one.cpuMs.toFixed(1),
          (one.everyMs / 1_000).toFixed(0),
          shareOf(one).toFixed(4),
        ]),
        ['open, together', '', '', open.toFixed(4)],
      ],
    ),
  );
};

const printOutside = (outside: OutsideTimes, { loadBefore }: BenchResult['machine']): void => {
  write(
    `\nAnswers to watchers from outside, load before ${loadBefore.toFixed(1)} (ms)`,
    table(
      ['', 'times', 'median', 'p95', 'p99', 'longest'],
      outside.map(({ path, times }) => [
        ...[path, whole(times.length), ms(median(times)), ms(p95(times)), ms(percentile(times, 0.99))],
        ms(Math.max(...times)),
      ]),
    ),
  );
};

const printTroubles = (trouble: TroubleTimes): void => {
  write(
    '\nFrom the deadline of a critical system trouble to the page of the laptop that does not run the engine, ms',
    table(
      ['', 'times', 'median', 'longest'],
      Object.entries(trouble).map(([kind, times]) => [
        ...[kind, whole(times.length), whole(median(times)), whole(Math.max(...times))],
      ]),
    ),
  );
};

const printBackup = ({ rows, bytes, fileBytes, heldMs, ...times }: BackupTimes): void => {
  const row = (name: string, one: readonly number[], beside: readonly number[]): string[] => [
    ...[name, whole(median(one)), ((bytes * median(one)) / rows / 1e6).toFixed(1)],
    // Each beside the one of the same minute: how busy the machine is then, is the same for both.
    beside === one ? '' : median(one.map((value, time) => value / (beside[time] ?? value))).toFixed(2),
  ];
  write(
    `\nA backup of ${whole(rows)} rows (${(bytes / 1e6).toFixed(1)} MB as text, ${(fileBytes / 1e6).toFixed(1)} MB as a file), medians`,
    table(
      ['', 'rows/s', 'MB/s', 'of bare COPY'],
      [
        row('bare COPY out', times.copy, times.copy),
        row('backup', times.backup, times.copy),
        row('backup with a passphrase', times.locked, times.copy),
        row('bare COPY in', times.copyIn, times.copyIn),
        row('restore', times.restore, times.copyIn),
      ],
    ),
    `While one with a passphrase is made, the main thread is busy for ${ms(median(heldMs))} ms at a stretch at the longest (${ms(Math.max(...heldMs))} the worst time)`,
  );
};

const printCycles = (cycle: readonly CycleCost[]): void => {
  write(
    '\nA tail with 10 new rows, beside the guide’s SQL over the same log (ms, medians)',
    table(
      [
        'rows',
        'cards',
        'ours',
        'p95',
        'in database',
        'guide',
        'factor',
        'in database',
        'our buffers',
        'guide’s',
        'factor',
        'our seq scans',
      ],
      cycle.map((one) => [
        ...[whole(one.rows), whole(one.cards), ms(one.ours.medianMs), ms(one.ours.p95Ms), ms(one.ours.databaseMs)],
        ...[ms(one.guide.medianMs), times(one.factor.time), times(one.factor.database)],
        whole(one.ours.buffersPerTail),
        ...[whole(one.guide.buffers), times(one.factor.buffers), whole(one.seqScans)],
      ]),
    ),
    '\nThe guide’s pages, each alone (ms)',
    table(
      ['rows', 'deductions', 'balances', 'failures', 'scans'],
      cycle.map(({ rows, guide: { pagesMs } }) => [
        whole(rows),
        ...['deductions', 'balances', 'failures', 'scans'].map((page) => ms(pagesMs[page] ?? Number.NaN)),
      ]),
    ),
    '\nThe first read of a log',
    table(
      ['rows', 'seconds', 'rows/s', 'peak MB', 'findings', 'seq scans'],
      cycle.map(({ rows, initialRead: one }) => [
        ...[whole(rows), one.seconds.toFixed(1), whole(one.rowsPerSecond), whole(one.peakMb)],
        ...[whole(one.findings), whole(one.seqScans)],
      ]),
    ),
  );
  const last = cycle.at(-1);
  if (last !== undefined) printStatements(last);
};

const printStatements = (last: CycleCost): void => {
  write(
    `\nHow one tail with a gap open reached the transaction log of ${whole(last.rows)} rows`,
    table(
      ['statement', 'by', 'rows', 'buffers'],
      last.accesses.map((one) => [one.purpose, one.by, whole(one.rows), whole(one.buffers)]),
    ),
    '\nIts dearest statements (in the database, each round)',
    table(
      ['statement', 'calls', 'ms', 'buffers'],
      last.dearest.map((one) => [one.text, one.calls.toFixed(1), one.ms.toFixed(2), whole(one.buffers)]),
    ),
  );
};

const printReading = (reading: NonNullable<BenchResult['reading']>): void => {
  write(
    '\nCatching up after 20 minutes without the engine',
    table(
      ['rows', 'scans', 'seconds', 'rows/s', 'peak MB', 'findings'],
      [
        [
          ...[whole(reading.rows), whole(reading.scans), reading.seconds.toFixed(1), whole(reading.rowsPerSecond)],
          ...[whole(reading.peakMb), whole(reading.findings)],
        ],
      ],
    ),
  );
};

const printDelay = (delay: NonNullable<BenchResult['delay']>): void => {
  write(
    `\nFrom a commit to its alert (ms; ${delay.faults} faults, ${delay.missed} missed)`,
    table(
      ['', 'p50', 'p99', 'max'],
      [
        ['detected', ms(delay.detected.p50Ms), ms(delay.detected.p99Ms), ms(delay.detected.maxMs)],
        ['committed', ms(delay.visible.p50Ms), ms(delay.visible.p99Ms), ms(delay.visible.maxMs)],
      ],
    ),
  );
};

const printSweep = (sweep: NonNullable<BenchResult['sweep']>): void => {
  const { without, during } = sweep.writer;
  write(
    `\nA sweep of ${whole(sweep.cards)} cards (ms; median of ${sweep.sweeps}, ${sweep.findings} findings)`,
    table(
      ['cycle', 'longest', 'in the database', 'statements'],
      [[ms(sweep.medianMs), ms(sweep.maxMs), ms(sweep.databaseMs), whole(sweep.statementsPerSweep)]],
    ),
    '\nOne who changes cards meanwhile (ms)',
    table(
      ['', 'updates', 'p99', 'longest'],
      [
        ['without', whole(without.updates), ms(without.p99Ms), ms(without.longestMs)],
        ['during', whole(during.updates), ms(during.p99Ms), ms(during.longestMs)],
      ],
    ),
  );
};

const printWriters = (writers: BenchResult['writers']): void => {
  write(
    `\nThe festival’s own tills, ${writers[0]?.seconds} s each, in turns off, on, off, on (orders/s)`,
    table(
      [
        ...['tills', 'engine off', 'on', 'ratio', 'p99 off ms', 'on ms', 'engine MB'],
        ...['CPU µs a row', 'in its sessions', 'rows behind', 'findings'],
      ],
      writers.map((one) => [
        ...[whole(one.clients), whole(one.off.perSecond), whole(one.on.perSecond), one.ratio.toFixed(3)],
        ...[ms(one.off.p99Ms), ms(one.on.p99Ms), whole(one.engine.rssMb)],
        ...[ms(one.engine.cpuPerRow.process), ms(one.engine.cpuPerRow.sessions)],
        ...[whole(one.engine.behind), whole(one.engine.findings)],
      ]),
    ),
  );
};

const printSending = (cost: SendingCost): void => {
  const { plainPerSecond: plain } = cost;
  write(
    `\n${whole(cost.commands)} waiting commands, each one transaction (commands/s)`,
    table(
      ['into the outbox', 'sent', 'plain pg, 1 client', '4 clients', 'longest block ms'],
      [[...[cost.enqueuedPerSecond, cost.sentPerSecond, plain.one, plain.four].map(whole), ms(cost.longestBlockMs)]],
    ),
  );
};

/** The value that 95 of 100 stay below. */
const p95 = (times: readonly number[]): number =>
  [...times].sort((a, b) => a - b)[Math.ceil(0.95 * times.length) - 1] ?? Number.NaN;

const printScreen = (screen: ScreenTimes, { loadBefore }: BenchResult['machine']): void => {
  const { figures, script, memory } = screen;
  write(
    `\nA board with ${whole(screen.alerts)} open alerts, load before ${loadBefore.toFixed(1)} (ms)`,
    table(
      ['', 'times', 'median', 'p95', 'longest', 'empty page', 'p95'],
      figures.map(({ name, times, empty }) => [
        ...[name, whole(times.length), ms(median(times)), ms(p95(times)), ms(Math.max(...times))],
        ...[ms(median(empty)), ms(p95(empty))],
      ]),
    ),
    `\nScript of the first screen: ${whole(script.gzip)} kB compressed, ${whole(script.run)} kB run`,
    `Memory of the page: ${memory.before.toFixed(1)} MB, after ${whole(memory.changes)} changes ${memory.after.toFixed(1)} MB`,
  );
};

const printLog = (log: LogTimes, { loadBefore }: BenchResult['machine']): void => {
  write(
    `\nThe incident log with ${whole(log.entries)} entries and the network cut, load before ${loadBefore.toFixed(1)} (ms)`,
    table(['', 'times', 'median', 'p95', 'p99', 'longest'], logRows(log)),
  );
};

const printSignIn = ({ baseline, switching, first }: SignInTimes, { loadBefore }: BenchResult['machine']): void => {
  const row = (name: string, times: readonly number[]): string[] => [
    ...[name, whole(times.length), ms(median(times)), ms(p95(times)), ms(Math.min(...times))],
  ];
  write(
    `\nFrom Enter behind a PIN to a board that can be used, load before ${loadBefore.toFixed(1)} (ms)`,
    table(
      ['', 'times', 'median', 'p95', 'shortest'],
      [
        row('one scrypt of 32 MB, alone', baseline.counted),
        row('one scrypt of 128 MB, alone', baseline.disk),
        row('another user, with the network', switching.online),
        row('another user, network cut', switching.cut),
        row('first of the day, with the network', first.online),
        row('first of the day, network cut', first.cut),
      ],
    ),
  );
};
