// npm test: sets up, then everything in order. The last line counts tests.
import { spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { ensureBrowser } from './browser.mjs';
import { memoryFolder } from './memory-folder.mjs';
import { ensureBuilt, ensureSetup, environment, node24, root } from './setup.mjs';
import { failures, slowest, testsOf } from './test-reports.mjs';

const only = process.argv.slice(2);
ensureSetup();

const results = join(root, 'test-results');
rmSync(results, { recursive: true, force: true });
mkdirSync(results, { recursive: true });

const temporary = memoryFolder();
// The system user of a Postgres that root starts must be able to enter it.
if (temporary) chmodSync(temporary, 0o755);
const environmentOfSteps = {
  ...environment(),
  ...(temporary ? { TMPDIR: temporary } : {}),
  // Hundreds of processes load the same modules: they are stripped of their types and compiled once.
  NODE_COMPILE_CACHE: join(root, 'node_modules', '.cache', 'node-compile'),
};

const module = (...path) => join(root, 'node_modules', ...path);
const read = (file) =>
  existsSync(join(results, file)) ? JSON.parse(readFileSync(join(results, file), 'utf8')) : undefined;
const oneOf = (failed) => ({ passed: failed ? 0 : 1, failed: failed ? 1 : 0, skipped: 0 });

const checks = [
  // Each of several checkers works out the same types for itself, while the other steps have the other cores.
  { name: 'types', args: [module('typescript7', 'bin', 'tsc'), '--noEmit', '--checkers', '1'] },
  { name: 'style', args: [module('@biomejs', 'biome', 'bin', 'biome'), 'ci', '--error-on-warnings', '.'] },
  {
    name: 'boundaries',
    args: [
      module('dependency-cruiser', 'bin', 'dependency-cruise.mjs'),
      ...'--config .dependency-cruiser.cjs'.split(' '),
      ...'electron renderer shared e2e bench scripts migrations'.split(' '),
    ],
    // A cruiser that cannot read TypeScript finds nothing wrong in nothing.
    proof: /\([1-9]\d* modules/,
  },
  { name: 'unused', args: [module('knip', 'bin', 'knip.js')] },
  { name: 'methods', args: [join(root, 'scripts', 'unused-methods.mjs')] },
];

const unit = {
  name: 'unit and integration',
  args: [
    module('vitest', 'vitest.mjs'),
    'run',
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${join(results, 'vitest.json')}`,
  ],
  count: () => {
    const report = read('vitest.json');
    return {
      passed: report?.numPassedTests ?? 0,
      failed: report?.numFailedTests ?? 0,
      skipped: report?.numPendingTests ?? 0,
    };
  },
};

const endToEnd = {
  name: 'end to end',
  // What was done and asked in a test takes a sixteenth of its processor: a run of one file by hand keeps it.
  args: [module('@playwright', 'test', 'cli.js'), 'test', '--trace', 'off'],
  env: () => ({ REGIE_BROWSER: ensureBrowser(), PLAYWRIGHT_JSON_OUTPUT_NAME: join(results, 'playwright.json') }),
  count: () => {
    const stats = read('playwright.json')?.stats;
    return {
      passed: stats?.expected ?? 0,
      failed: (stats?.unexpected ?? 0) + (stats?.flaky ?? 0),
      skipped: stats?.skipped ?? 0,
    };
  },
};

const score = {
  name: 'score',
  // A short festival day with cuts and restarts; npm run score plays longer ones.
  args: [
    '--no-warnings',
    'bench/score.ts',
    ...'--transactions 6000 --faults 120 --cuts 1 --restarts 2 --rate 300 --odd 0.5%'.split(' '),
  ],
  count: oneOf,
};

const faults = {
  name: 'faults',
  // Consoles that are killed and cut off; npm run faults plays hundreds of such runs.
  args: ['--no-warnings', 'bench/faults.ts', ...'--runs 10 --seed 11'.split(' ')],
  count: oneOf,
};

/**
 * Stages follow each other; the lanes of one run side by side, the steps of a lane one after the other. The tests run at once:
 * much of each is waiting, and two cores do in 17 to 19 minutes what took them 29. The score waits most of all, and the
 * end-to-end tests alone keep two cores busy: it is neither beside them nor last.
 */
const stages = [
  checks.map((step) => [step]),
  [[{ name: 'build', run: ensureBuilt }]],
  [
    [score, endToEnd],
    [unit, faults],
  ],
]
  .map((stage) => stage.map((lane) => lane.filter(({ name }) => only.length === 0 || only.includes(name))))
  .map((stage) => stage.filter((lane) => lane.length > 0))
  .filter((stage) => stage.length > 0);

/** Runs a program and hands over its exit code and what it printed; alone in its stage, it prints as it goes. */
const execute = (step, alone) =>
  new Promise((resolve) => {
    const quiet = !alone || step.proof !== undefined;
    const child = spawn(node24, step.args, {
      cwd: root,
      stdio: ['ignore', quiet ? 'pipe' : 'inherit', quiet ? 'pipe' : 'inherit'],
      env: { ...environmentOfSteps, ...step.env?.() },
    });
    const printed = [];
    for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk) => printed.push(chunk));
    child.on('error', (error) => resolve({ code: 1, output: error.message }));
    child.on('close', (code) => resolve({ code, output: Buffer.concat(printed).toString().trim() }));
  });

const total = { passed: 0, failed: 0, skipped: 0 };
const broken = [];
const LAST_LINES = 20;

const perform = async (step, alone) => {
  const started = Date.now();
  if (alone) console.log(`\n── ${step.name}`);
  const { code, output } = step.run ? { code: step.run() ?? 0, output: '' } : await execute(step, alone);
  if (!alone) console.log(`\n── ${step.name}`);
  if (output) console.log(output);
  const failed = code !== 0 || (step.proof && !step.proof.test(output));
  const counted = step.count?.(failed);
  // An exit code is a program's word; what it counted is looked at as well.
  const untrue = counted !== undefined && (counted.failed > 0 || counted.passed === 0);
  if (failed || untrue) broken.push({ name: step.name, last: output.split('\n').slice(-LAST_LINES) });
  for (const key of Object.keys(total)) total[key] += counted?.[key] ?? 0;
  console.log(
    `── ${step.name}: ${failed || untrue ? 'FAILED' : 'ok'}, ${((Date.now() - started) / 1000).toFixed(1)} s`,
  );
};

for (const stage of stages) {
  await Promise.all(
    stage.map(async (lane) => {
      for (const step of lane) await perform(step, stage.flat().length === 1);
    }),
  );
}

const tests = testsOf(read('vitest.json'), read('playwright.json'));
const slow = slowest(tests, 10);
if (slow.length > 0) console.log(`\nThe slowest ten:\n${slow.join('\n')}`);
// What a step has printed is far above by now.
for (const { name, last } of broken) console.log(`\nFailed: ${name}\n${last.join('\n')}`);
const failed = failures(tests);
if (failed.length > 0) console.log(`\nFailed tests:\n${failed.join('\n')}`);
console.log(`\n${total.passed} passed, ${total.failed} failed${total.skipped > 0 ? `, ${total.skipped} skipped` : ''}`);
process.exit(broken.length === 0 ? 0 : 1);
