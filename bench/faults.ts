import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { openGround } from './faults/ground.ts';
import { createLaptop, type Laptop } from './faults/laptop.ts';
import { describe, makePlan, NETWORK_FAULTS, type Plan } from './faults/plan.ts';
import { play } from './faults/play.ts';
import { shrink } from './faults/shrink.ts';
import { KINDS, type Violation, verify } from './faults/verify.ts';

/**
 * Real consoles on a real Postgres through networks that fail, with cores that are killed and a server that crashes:
 * nothing may be lost, done twice or hidden (docs/offline.md, "Proof"). Exits with 1 when anything was.
 *
 *   npm run faults -- [--runs 500] [--seed 1] [--only RUN] [--side-by-side 2] [--json]
 *
 * Seed and run decide what is done and when; how the machine interleaves it is its own.
 */
const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '500' },
    seed: { type: 'string', default: '1' },
    /** Repeats one run. */
    only: { type: 'string' },
    'side-by-side': { type: 'string', default: '2' },
    json: { type: 'boolean', default: false },
  },
});
const count = z.coerce.number().int();
const runs = count.min(1).max(100_000).parse(values.runs);
const seed = count.min(0).parse(values.seed);
const only = count.min(1).optional().parse(values.only);
const sideBySide = count.min(1).max(8).parse(values['side-by-side']);
const SHRINK_MS = 180_000;
const LAPTOPS = 3;

const progress = (words: string): void => console.error(`[${new Date().toISOString().slice(11, 19)}] ${words}`);
const began = performance.now();
const ground = await openGround();
const totals: Record<string, number> = {};
const violations: (Violation & { run: number })[] = [];
const failing: { run: number; plan: Plan }[] = [];
let done = 0;

const add = (what: string, more: number): void => {
  totals[what] = (totals[what] ?? 0) + more;
};

const tryRun = async (laptops: readonly Laptop[], plan: Plan, name: string): Promise<Violation[]> => {
  const played = await play(ground, laptops, plan, name);
  const found = await verify(played).finally(played.close);
  add('commands submitted', played.submitted.length);
  for (const [what, times] of Object.entries(played.faults)) add(what, times);
  return found;
};

/** Laptops are used again by the next run, on a festival of its own; killed ones are restarted. */
const worker = async (name: string, next: () => number | undefined): Promise<void> => {
  const laptops = Array.from({ length: LAPTOPS }, (_, index) =>
    createLaptop(`booth-${index + 1}`, join(ground.dataDir, `${name}-${index + 1}`)),
  );
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

try {
  const numbers = only === undefined ? Array.from({ length: runs }, (_, index) => index + 1) : [only];
  const next = (): number | undefined => numbers.shift();
  await Promise.all(
    Array.from({ length: Math.min(sideBySide, numbers.length) }, (_, index) => worker(`w${index}`, next)),
  );

  const [first] = failing;
  if (first !== undefined) {
    progress(`shrinking run ${first.run}`);
    const laptops = Array.from({ length: LAPTOPS }, (_, index) =>
      createLaptop(`booth-${index + 1}`, join(ground.dataDir, `shrink-${index + 1}`)),
    );
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
} finally {
  await ground.close();
}

const minutes = (performance.now() - began) / 60_000;
if (values.json) console.log(JSON.stringify({ seed, runs: done, minutes, totals, violations }));
else {
  const line = (names: readonly string[]): string => names.map((name) => `${name} ${totals[name] ?? 0}`).join(', ');
  console.log(
    [
      '',
      `${done} runs of seed ${seed} in ${minutes.toFixed(1)} minutes`,
      `commands: ${line(['commands submitted', 'repeated', 'answered applied', 'answered waiting', 'answered conflict', 'answered rejected', 'answered refused'])}`,
      `money: ${line(['corrected', 'propose', 'approve', 'undone'])}`,
      `faults: ${line([...NETWORK_FAULTS, 'kill -9', 'database crashes'])}; sales beside it: ${totals.sales ?? 0}`,
      `verdict: ${KINDS.map((kind) => `${kind} ${violations.filter((one) => one.kind === kind).length}`).join(', ')}`,
    ].join('\n'),
  );
}
process.exitCode = violations.length === 0 ? 0 : 1;
