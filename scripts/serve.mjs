// npm run serve -- --database postgres://…: the browser host on a festival that is there already.
import { join } from 'node:path';
import { becomeProgram, ensureBuilt, ensureSetup, node24, root } from './setup.mjs';

const args = process.argv.slice(2);
if (!args.some((argument) => argument.startsWith('--database')) && !process.env.REGIE_DATABASE) {
  console.error('Name a festival: npm run serve -- --database postgres://user@host:5432/database --password-file FILE');
  process.exit(2);
}
ensureSetup();
ensureBuilt();
becomeProgram(node24, [join(root, 'out', 'main', 'browser.js'), '--no-open', ...args]);
