// Runs a TypeScript program of ours on Node 24, set up first: node scripts/run.mjs scripts/doctor.ts --database …
import { becomeProgram, ensureSetup, node24 } from './setup.mjs';

const [program, ...args] = process.argv.slice(2);
if (!program) {
  console.error('Name a program: node scripts/run.mjs scripts/doctor.ts');
  process.exit(2);
}
ensureSetup();
becomeProgram(node24, ['--no-warnings', program, ...args]);
