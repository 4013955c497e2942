import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { playClusters } from './faults/cluster.ts';
import { openGround } from './faults/ground.ts';
import { bundleConsole, createLaptop, type Laptop } from './faults/laptop.ts';
import { bringInMany } from './faults/many-entries.ts';
import { describe, makePlan, NETWORK_FAULTS, type Plan } from './faults/plan.ts';
import { play } from './faults/play.ts';
import { shrink } from './faults/shrink.ts';
import { verify } from './faults/verify.ts';
import { KINDS, type Violation } from './faults/violation.ts';

/**
 * Real consoles on a real Postgres through networks that fail, with cores that are killed and a server that crashes:
 * nothing may be lost, done twice or hidden (docs/offline.md, "Proof"). Exits with 1 when anything was.
 *
 *   npm run faults -- [--runs 500] [--seed 1] [--only RUN] [--side-by-side 2] [--json]
 *   npm run faults -- --entries 10000 [--json]
 *   npm run faults -- --cluster [--runs 5] [--seed 1]
 *
 * Seed and run decide what is done and when; how the machine interleaves it is its own.
 */
const { values } = parseArgs({
  options: {
    runs: { type: 'string' },
    seed: { type: 'string', default: '1' },
    /** Repeats one run. */
    only: { type: 'string' },
    /** Instead of runs: so many entries of the incident log written without the network, and brought in at once. */
    entries: { type: 'string' },
    /** Instead of runs: a primary and its replica of Debian's Postgres 15, of which the replica takes over, or a copy is restored. */
    cluster: { type: 'boolean', default: false },
    'side-by-side': { type: 'string', default: '2' },
    json: { type: 'boolean', default: false },
  },
});
const count = z.coerce.number().int();
const runs = count
  .min(1)
  .max(100_000)
  .parse(values.runs ?? (values.cluster ? 5 : 500));
const seed = count.min(0).parse(values.seed);
const only = count.min(1).optional().parse(values.only);
const entries = count.min(2).max(50_000).optional().parse(values.entries);
const sideBySide = count.min(1).max(8).parse(values['side-by-side']);
const SHRINK_MS = 180_000;
const LAPTOPS = 3;

const progress = (words: string): void => console.error(`[${new Date().toISOString().slice(11, 19)}] ${words}`);
if (values.cluster) process.exit(await playClusters({ seed, runs, progress }));
const began = performance.now();
const ground = await openGround();
const program = await bundleConsole(ground.dataDir);
const totals: Record<string, number> = {};
const violations: (Violation & { run: number })[] = [];
const failing: { run: number; plan: Plan }[] = [];
let done = 0;

const add = (what: string, more: number): void => {
  totals[what] = (totals[what] ?? 0) + more;
};

const tryRun = async (laptops: readonly Laptop[], plan: Plan, name: string): Promise<Violation[]> => {
  const played = await play(ground, laptops, plan, name);
  const { violations: found, applied } = await verify(played).finally(played.close);
  add('commands submitted', played.submitted.length);
  for (const [what, times] of Object.entries(played.faults)) add(what, times);
  for (const command of applied) add(command, 1);
  return found;
};

const laptopsOf = (name: string): Laptop[] =>
  Array.from({ length: LAPTOPS }, (_, index) =>
    createLaptop(`booth-${index + 1}`, join(ground.dataDir, `${name}-${index + 1}`), program),
  );

/** Laptops are used again by the next run, on a festival of its own; killed ones are restarted. */
const worker = async (name: string, next: () => number | undefined): Promise<void> => {
  const laptops = laptopsOf(name);
  for (let run = next(); run !== undefined; run = next()) {
    const plan = makePlan(seed, run);
    try {
      const found = await tryRun(laptops, plan, `run_${name}_${run}`);
      violations.push(...found.map((violation) => ({ ...violation, run: run ?? 0 })));
      if (found.length > 0) failing.push({ run, plan });
      for (const { kind, what } of found) progress(`run ${run}: ${kind}: ${what}`);
    } catch (error) {
      violations.push({ run, kind: 'stuck', what: String(error) });
      progress(`run ${run} could not be played: ${error instanceof Error ? error.stack : error}`);
    }
    done += 1;
    if (done % 25 === 0) progress(`${done} runs, ${violations.length} violations`);
  }
  for (const laptop of laptops) await laptop.kill();
};

const playRuns = async (): Promise<void> => {
  const numbers = only === undefined ? Array.from({ length: runs }, (_, index) => index + 1) : [only];
  const next = (): number | undefined => numbers.shift();
  await Promise.all(
    Array.from({ length: Math.min(sideBySide, numbers.length) }, (_, index) => worker(`w${index}`, next)),
  );

  const [first] = failing;
  if (first !== undefined) {
    progress(`shrinking run ${first.run}`);
    const laptops = laptopsOf('shrink');
    let tries = 0;
    const fails = async (plan: Plan): Promise<boolean> => {
      tries += 1;
      const found = await tryRun(laptops, plan, `shrink_${tries}`).catch(() => [{}]);
      return found.length > 0;
    };
    const shortest = await shrink(first.plan, fails, performance.now() + SHRINK_MS);
    for (const laptop of laptops) await laptop.kill();
    console.log(`\nseed ${seed}, run ${first.run}; the shortest plan that failed, of ${tries} tried:`);
    for (const line of describe(shortest)) console.log(`  ${line}`);
  }
};

/** One laptop writes, another one has the network all the time. */
const playEntries = async (most: number): Promise<void> => {
  const [writer, reader] = laptopsOf('many');
  if (writer === undefined || reader === undefined) throw new RangeError('two laptops are needed');
  const { violations: found, counted } = await bringInMany(ground, { writer, reader, entries: most, progress });
  violations.push(...found.map((violation) => ({ ...violation, run: 0 })));
  for (const [what, times] of Object.entries(counted)) add(what, times);
};

try {
  await (entries === undefined ? playRuns() : playEntries(entries));
} finally {
  await ground.close();
}

const minutes = (performance.now() - began) / 60_000;
const line = (names: readonly string[]): string => names.map((name) => `${name} ${totals[name] ?? 0}`).join(', ');
const verdict = `verdict: ${KINDS.map((kind) => `${kind} ${violations.filter((one) => one.kind === kind).length}`).join(', ')}`;
if (values.json) console.log(JSON.stringify({ seed, runs: done, minutes, totals, violations }));
else if (entries !== undefined) {
  for (const { kind, what } of violations) console.log(`${kind}: ${what}`);
  console.log(['', `entries: ${line(Object.keys(totals))}`, verdict].join('\n'));
} else {
  console.log(
    [
      '',
      `${done} runs of seed ${seed} in ${minutes.toFixed(1)} minutes`,
      `commands: ${line(['commands submitted', 'repeated', 'answered applied', 'answered waiting', 'answered conflict', 'answered rejected', 'answered refused'])}`,
      `money: ${line(['corrected', 'propose', 'approve', 'undone'])}`,
      `incident log: ${line(['log.write', 'log.correct', 'log.strike', 'log.finish', 'log.attach'])}`,
      `checklists: ${line(['checklist.start', 'checklist.tick', 'checklist.answer', 'checklist.override', 'checklist.sign'])}`,
      `faults: ${line([...NETWORK_FAULTS, 'kill -9', 'database crashes'])}; sales beside it: ${totals.sales ?? 0}`,
      verdict,
    ].join('\n'),
  );
}
process.exitCode = violations.length === 0 ? 0 : 1;
