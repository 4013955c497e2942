// Runs a TypeScript program of ours on Node 24, set up first: node scripts/run.mjs scripts/doctor.ts --database …
import { ensureBrowser } from './browser.mjs';
import { becomeProgram, ensureBuilt, ensureSetup, node24 } from './setup.mjs';

// --screens: a program that shows screens, and needs what is built and a browser. --built: what is built alone.
const needs = process.argv[2]?.match(/^--(screens|built)$/)?.[1];
const [program, ...args] = process.argv.slice(needs === undefined ? 2 : 3);
if (!program) {
  console.error('Name a program: node scripts/run.mjs scripts/doctor.ts');
  process.exit(2);
}
ensureSetup();
if (needs !== undefined) ensureBuilt();
if (needs === 'screens') process.env.REGIE_BROWSER = ensureBrowser();
becomeProgram(node24, ['--no-warnings', program, ...args]);
