import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { startCore } from '../electron/core.ts';
import { type CallInput, type CallName, type CallOutput, calls } from '../shared/contract/calls.ts';
import type { Alert, AlertEvent } from '../shared/domain/alert.ts';
import { FAULT_KINDS, type FaultKind } from '../shared/domain/fault.ts';
import type { RowId } from '../shared/domain/row-id.ts';
import { median } from './median.ts';

/**
 * Plays the guide's day (6,000 transactions) in a few minutes of wall time with labelled faults, through the same core
 * that the hosts run, and prints what reached the board: found, missed, doubled, invented; the cost of a cycle; the time
 * from a fault to the board.
 *
 *   npm run bench:day -- --minutes 10 --transactions 6000 --faults 100 --seed 1 [--json]
 */
const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '10' },
    transactions: { type: 'string', default: '6000' },
    faults: { type: 'string', default: '100' },
    seed: { type: 'string', default: '1' },
    json: { type: 'boolean', default: false },
  },
});
const minutes = z.coerce.number().min(0.5).max(600).parse(values.minutes);
const transactions = z.coerce.number().int().min(10).parse(values.transactions);
const faults = z.coerce.number().int().min(1).parse(values.faults);
const seed = z.coerce.number().int().parse(values.seed);

/** Transactions a minute at 1×: the guide's 6,000 in 14 opening hours. */
const RATE_AT_1 = 6_000 / (14 * 60);
/** What comes after the last fault: two comparisons of a mismatch, a sweep, and time to spare. */
const SETTLE_MS = 45_000;

/** A label of the training festival's own record, which the engine cannot see. */
const labelSchema = z.object({
  kind: z.enum(FAULT_KINDS),
  at: z.string(),
  expects: z.array(z.object({ algorithm: z.string(), cardId: z.string().nullable() })),
});

const stateSchema = z.object({ state: z.string() });

/** Deductions most, as in the field; one spike at the end, because it raises the failure rate for 15 minutes. */
const kindOf = (index: number): FaultKind => {
  if (index === faults - 1) return 'failure_spike';
  const turn: readonly FaultKind[] = [
    'deduction_on_failure',
    'duplicate_scans',
    'balance_mismatch',
    'deduction_on_failure',
    'concurrent_transactions',
    'negative_balance',
    'deduction_on_failure',
    'consecutive_failures',
  ];
  return turn[index % turn.length] ?? 'deduction_on_failure';
};

const dataDir = mkdtempSync(join(tmpdir(), 'regie-day-'));
chmodSync(dataDir, 0o755);
const core = await startCore({ dataDir, laptop: 'bench', version: '0.0.0', seed });

const call = async <Name extends CallName>(name: Name, input: CallInput<Name>): Promise<CallOutput<Name>> => {
  const answer = await core.call(name, input);
  if (!answer.ok) throw new Error(`${name}: ${JSON.stringify(answer.error)}`);
  return calls[name].output.parse(answer.value) as CallOutput<Name>;
};

/** When each event was first on the board, by the same clock as its detection (one machine). */
const shown = new Map<RowId, { event: AlertEvent; shownMs: number }>();
const note = (alerts: readonly Alert[]): void => {
  for (const event of alerts.flatMap((alert) => [alert.lead, ...alert.linked])) {
    if (!shown.has(event.eventId)) shown.set(event.eventId, { event, shownMs: Date.now() });
  }
};
const cycleMs: number[] = [];
let lastCycleAt: string | null = null;
core.subscribe((event) => {
  if (event.event === 'alerts') note(event.changed);
  if (event.event === 'status' && event.status.engine.lastCycleAt !== lastCycleAt) {
    lastCycleAt = event.status.engine.lastCycleAt;
    if (event.status.engine.lastCycleMs !== null) cycleMs.push(event.status.engine.lastCycleMs);
  }
});

await call('training.setAutoFaults', { on: false });
await call('training.setSpeed', { speed: Math.min(600, Math.max(1, transactions / minutes / RATE_AT_1)) });
const startedMs = Date.now();
const startedTransactions = (await call('training.get', {}))?.transactions ?? 0;
const spacingMs = (minutes * 60_000) / (faults + 1);
const injections: Promise<unknown>[] = [];
for (let index = 0; index < faults; index += 1) {
  await sleep(Math.max(0, startedMs + (index + 1) * spacingMs - Date.now()));
  injections.push(call('training.inject', { kind: kindOf(index) }));
}
await Promise.all(injections);
await sleep(Math.max(0, startedMs + minutes * 60_000 - Date.now()));
const played = ((await call('training.get', {}))?.transactions ?? 0) - startedTransactions;
await call('training.run', { running: false });
await sleep(SETTLE_MS);
note((await call('board.get', { closed: true })).alerts);

const labels = readFileSync(join(dataDir, 'training-faults.jsonl'), 'utf8')
  .trim()
  .split('\n')
  .map((line): unknown => JSON.parse(line))
  // A fault has a line before it touches anything, and one with its label when it is complete.
  .filter((line) => stateSchema.parse(line).state === 'done')
  .map((line) => labelSchema.parse(line));
const unclaimed = new Set(shown.keys());
const delays: number[] = [];
const missed: string[] = [];
for (const label of labels) {
  for (const expected of label.expects) {
    const match = [...unclaimed]
      .map((eventId) => shown.get(eventId))
      .find(
        (one) =>
          one?.event.algorithm === expected.algorithm &&
          (expected.cardId === null || one.event.cardId === expected.cardId),
      );
    if (match === undefined) {
      missed.push(`${label.kind}: ${expected.algorithm} ${expected.cardId ?? ''} at ${label.at}`);
      continue;
    }
    unclaimed.delete(match.event.eventId);
    delays.push(Math.max(0, match.shownMs - Date.parse(label.at)));
  }
}
const expectedAlgorithmCards = new Set(
  labels.flatMap(({ expects }) => expects.map((one) => `${one.algorithm} ${one.cardId}`)),
);
const left = [...unclaimed].flatMap((eventId) => shown.get(eventId)?.event ?? []);
const doubled = left.filter((event) => expectedAlgorithmCards.has(`${event.algorithm} ${event.cardId}`));
const invented = left.filter((event) => !doubled.includes(event));

const result = {
  transactions: played,
  minutes: Math.round(((Date.now() - startedMs - SETTLE_MS) / 60_000) * 10) / 10,
  injected: labels.length,
  expectedFindings: labels.reduce((sum, { expects }) => sum + expects.length, 0),
  found: delays.length,
  missed,
  doubled: doubled.map((event) => `${event.algorithm} ${event.cardId}`),
  invented: invented.map((event) => `${event.algorithm} ${event.cardId} ${JSON.stringify(event.facts)}`),
  cycles: cycleMs.length,
  cycleMs: { median: median(cycleMs), max: Math.max(...cycleMs) },
  /** From the moment at which the fault was complete, by its label. A card changed without a log row waits for the sweep. */
  faultToBoardMs: { median: median(delays), max: Math.max(...delays) },
};
console.log(values.json ? JSON.stringify(result) : result);

await core.close();
rmSync(dataDir, { recursive: true, force: true });
process.exitCode = missed.length + doubled.length + invented.length === 0 ? 0 : 1;
