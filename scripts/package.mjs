// npm run package -- --linux: sets up, builds, and packs installers of this system into dist/ (docs/packaging.md).
import { join } from 'node:path';
import { packUpdates } from './packaging/update-key.mjs';
import { becomeProgram, ensureBuilt, ensureSetup, node24, root } from './setup.mjs';

ensureSetup();
ensureBuilt();
packUpdates(root, process.env);
becomeProgram(node24, [
  join(root, 'node_modules', 'electron-builder', 'cli.js'),
  ...['--projectDir', root, '--publish', 'never'],
  ...process.argv.slice(2),
]);
