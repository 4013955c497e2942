// npm run package:check: builds the real archive, lists it, and starts what is in it with nothing of this folder.
import { spawnSync } from 'node:child_process';
import { chmodSync, copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { getCurrentFuseWire } from '@electron/fuses';
import { extractArchive, readHeader } from './packaging/archive.ts';
import { contentsOf, filesOf } from './packaging/contents.ts';
import { problemsOf } from './packaging/expected.ts';
import { provePackagedConsole } from './packaging/packaged-console.ts';
import { makeStandIn } from './packaging/stand-in.ts';

if (process.platform !== 'linux') {
  console.log('The check of the package runs on Linux.');
  process.exit(0);
}
const root = join(import.meta.dirname, '..');
const folder = mkdtempSync(join(tmpdir(), 'regie-package-'));
// As root the training server's Postgres runs as another user, from in there.
chmodSync(folder, 0o755);
process.umask(0o022);

const timed = async <T>(what: string, work: () => Promise<T> | T): Promise<T> => {
  const started = Date.now();
  const result = await work();
  console.log(`── ${what}: ${((Date.now() - started) / 1_000).toFixed(1)} s`);
  return result;
};

/** Electron's own folder where it is on this machine, else a stand-in. */
const electronDist = (): string => {
  const own = join(root, 'node_modules', 'electron', 'dist');
  if (existsSync(join(own, 'electron'))) return own;
  console.log("Electron's program is not on this machine: a stand-in takes its place.");
  const standIn = join(folder, 'electron');
  makeStandIn(standIn);
  return standIn;
};

const pack = (): string => {
  const output = join(folder, 'dist');
  const packed = spawnSync(
    process.execPath,
    [
      ...[join(root, 'node_modules', 'electron-builder', 'cli.js'), '--linux', 'dir', '--publish', 'never'],
      ...[`--config.electronDist=${electronDist()}`, `--config.directories.output=${output}`],
    ],
    { cwd: root, encoding: 'utf8' },
  );
  if (packed.status !== 0) throw new Error(`${packed.stdout}\n${packed.stderr}`);
  return join(output, process.arch === 'x64' ? 'linux-unpacked' : `linux-${process.arch}-unpacked`);
};

const list = (archive: string): string[] => {
  const files = filesOf(readHeader(archive).root);
  if (process.argv.includes('--files')) for (const { path, bytes } of files) console.log(`${bytes} ${path}`);
  const contents = contentsOf(files);
  for (const { name, files: count, bytes } of contents) {
    console.log(`${(bytes / 1_048_576).toFixed(2).padStart(8)} MB ${String(count).padStart(5)} files  ${name}`);
  }
  const total = contents.reduce((sum, { bytes }) => sum + bytes, 0);
  console.log(`${(total / 1_048_576).toFixed(2).padStart(8)} MB ${String(files.length).padStart(5)} files  in all`);
  return problemsOf(files, { platform: process.platform, architecture: process.arch });
};

const start = async (archive: string): Promise<void> => {
  const app = join(folder, 'Régie à côté', 'l’application');
  mkdirSync(join(folder, 'Régie à côté', 'ailleurs'), { recursive: true });
  extractArchive(archive, app);
  // Node as it comes, without the checkout that it came with.
  const node = join(folder, 'node');
  copyFileSync(process.execPath, node);
  chmodSync(node, 0o755);
  const seen = await provePackagedConsole({
    ...{ app, node, cwd: join(folder, 'Régie à côté', 'ailleurs') },
    dataDir: join(folder, 'Régie à côté', 'données'),
  });
  for (const sentence of seen) console.log(`   ${sentence}`);
  loadUpdater(app, node);
};

/** The desktop loads it when somebody wants updates, and not before: nothing that it needs may be missing then. */
const loadUpdater = (app: string, node: string): void => {
  const classes = ['AppImageUpdater', 'DebUpdater', 'NsisUpdater', 'MacUpdater', 'Provider', 'CancellationToken'];
  const program = `const { default: updater } = await import('electron-updater');
    console.log(${JSON.stringify(classes)}.every((name) => typeof updater[name] === 'function'));`;
  const loaded = spawnSync(node, ['--input-type=module', '-e', program], { cwd: app, encoding: 'utf8' });
  if (loaded.stdout.trim() !== 'true') throw new Error(`electron-updater does not load: ${loaded.stderr}`);
  console.log('   the updater loads');
};

try {
  const packed = await timed('packed', pack);
  const archive = join(packed, 'resources', 'app.asar');
  const problems = list(archive);
  const fuses = await getCurrentFuseWire(join(packed, 'regie'));
  console.log(`fuses: ${JSON.stringify(fuses)}`);
  await timed('started from the package alone', () => start(archive));
  for (const problem of problems) console.error(problem);
  if (problems.length > 0) process.exitCode = 1;
} finally {
  if (process.argv.includes('--keep')) console.log(`It is in ${folder}`);
  else rmSync(folder, { recursive: true, force: true });
}
