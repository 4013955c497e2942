// npm start: sets up, builds, and opens the desktop; without Electron's program, the browser host.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { becomeProgram, ensureBuilt, ensureSetup, node24, root } from './setup.mjs';

const args = process.argv.slice(2);
const browserWanted = args.includes('--browser') || args.includes('--no-open') || args.includes('--port');
const hostArgs = args.filter((argument) => argument !== '--browser');

const DAY_MS = 24 * 3_600_000;
const FETCH_LIMIT_MS = 120_000;
const refusal = join(root, 'node_modules', '.cache', 'regie-electron-unavailable');

/** Electron's program, fetched once when it is not there. A failure is remembered for a day. */
const electronProgram = () => {
  const folder = join(root, 'node_modules', 'electron');
  const pathFile = join(folder, 'path.txt');
  const program = () =>
    existsSync(pathFile) ? join(folder, 'dist', readFileSync(pathFile, 'utf8').trim()) : undefined;
  const there = program();
  if (there && existsSync(there)) return there;
  if (existsSync(refusal) && Date.now() - statSync(refusal).mtimeMs < DAY_MS) return undefined;
  const install = spawnSync(node24, [join(folder, 'install.js')], { stdio: 'ignore', timeout: FETCH_LIMIT_MS });
  const fetched = program();
  if (install.status === 0 && fetched && existsSync(fetched)) return fetched;
  mkdirSync(join(root, 'node_modules', '.cache'), { recursive: true });
  writeFileSync(refusal, '');
  return undefined;
};

ensureSetup();
ensureBuilt();
const electron = browserWanted ? undefined : electronProgram();
if (electron) {
  becomeProgram(electron, [root, ...hostArgs]);
} else {
  if (!browserWanted)
    console.log('Electron is not installed and cannot be downloaded; opening the browser host instead.');
  becomeProgram(node24, [join(root, 'out', 'main', 'browser.js'), ...hostArgs]);
}
