// npm test: sets up, then everything in order. The last line counts tests.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { ensureBrowser } from './browser.mjs';
import { ensureBuilt, ensureSetup, environment, node24, root } from './setup.mjs';

const only = process.argv.slice(2);
ensureSetup();

const results = join(root, 'test-results');
rmSync(results, { recursive: true, force: true });
mkdirSync(results, { recursive: true });

const module = (...path) => join(root, 'node_modules', ...path);
const read = (file) =>
  existsSync(join(results, file)) ? JSON.parse(readFileSync(join(results, file), 'utf8')) : undefined;

const steps = [
  { name: 'types', args: [module('typescript7', 'bin', 'tsc'), '--noEmit'] },
  { name: 'style', args: [module('@biomejs', 'biome', 'bin', 'biome'), 'ci', '--error-on-warnings', '.'] },
  {
    name: 'arrows',
    args: [
      module('dependency-cruiser', 'bin', 'dependency-cruise.mjs'),
      ...['--config', '.dependency-cruiser.cjs', 'electron', 'renderer', 'shared', 'e2e', 'bench', 'migrations'],
    ],
    // A cruiser that cannot read TypeScript finds nothing wrong in nothing.
    proof: /\([1-9]\d* modules/,
  },
  { name: 'unused', args: [module('knip', 'bin', 'knip.js')] },
  { name: 'build', run: ensureBuilt },
  {
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
  },
  {
    name: 'end to end',
    args: [module('@playwright', 'test', 'cli.js'), 'test'],
    env: () => ({ REGIE_BROWSER: ensureBrowser(), PLAYWRIGHT_JSON_OUTPUT_NAME: join(results, 'playwright.json') }),
    count: () => {
      const stats = read('playwright.json')?.stats;
      return {
        passed: stats?.expected ?? 0,
        failed: (stats?.unexpected ?? 0) + (stats?.flaky ?? 0),
        skipped: stats?.skipped ?? 0,
      };
    },
  },
  {
    name: 'score',
    // A short festival day with cuts and restarts; npm run score plays longer ones.
    args: [
      '--no-warnings',
      'bench/score.ts',
      ...'--transactions 6000 --faults 120 --cuts 1 --restarts 2 --rate 300'.split(' '),
    ],
    count: (failed) => ({ passed: failed ? 0 : 1, failed: failed ? 1 : 0, skipped: 0 }),
  },
  {
    name: 'faults',
    // Consoles that are killed and cut off; npm run faults plays hundreds of such runs.
    args: ['--no-warnings', 'bench/faults.ts', ...'--runs 10 --seed 11'.split(' ')],
    count: (failed) => ({ passed: failed ? 0 : 1, failed: failed ? 1 : 0, skipped: 0 }),
  },
].filter(({ name }) => only.length === 0 || only.includes(name));

const total = { passed: 0, failed: 0, skipped: 0 };
const broken = [];
for (const step of steps) {
  const started = Date.now();
  console.log(`\n── ${step.name}`);
  if (step.run) step.run();
  else {
    const { status, stdout } = spawnSync(node24, step.args, {
      cwd: root,
      stdio: ['inherit', step.proof ? 'pipe' : 'inherit', 'inherit'],
      encoding: 'utf8',
      env: { ...environment(), ...step.env?.() },
    });
    if (stdout) console.log(stdout.trim());
    if (status !== 0 || (step.proof && !step.proof.test(stdout))) broken.push(step.name);
  }
  const counted = step.count?.(broken.includes(step.name));
  // An exit code is a program's word; what it counted is looked at as well.
  const untrue = counted !== undefined && (counted.failed > 0 || counted.passed === 0);
  if (untrue && !broken.includes(step.name)) broken.push(step.name);
  for (const key of Object.keys(total)) total[key] += counted?.[key] ?? 0;
  console.log(
    `── ${step.name}: ${broken.includes(step.name) ? 'FAILED' : 'ok'}, ${((Date.now() - started) / 1000).toFixed(1)} s`,
  );
}
if (broken.length > 0) console.log(`\nFailed: ${broken.join(', ')}`);
console.log(`\n${total.passed} passed, ${total.failed} failed${total.skipped > 0 ? `, ${total.skipped} skipped` : ''}`);
process.exit(broken.length === 0 ? 0 : 1);
