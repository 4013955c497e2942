import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { platform } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { appRoot } from '../app-root.ts';
import { type Core, DataDirInUse, startCore } from '../core.ts';
import { type HostOptions, OptionsError, readHostOptions } from '../host-options.ts';
import { type BrowserHost, PortInUse, rendererFolder, startBrowserHost } from './server.ts';

/** A shutdown that takes longer is cut short: nothing that an operator did waits in memory. */
const CLOSE_LIMIT_MS = 15_000;

const version = z
  .object({ version: z.string() })
  .parse(JSON.parse(readFileSync(join(appRoot(), 'package.json'), 'utf8'))).version;

const fail = (error: unknown, exitCode: number): never => {
  console.error(error instanceof Error ? error.message : String(error));
  process.exit(exitCode);
};

const readOptions = (): HostOptions => {
  try {
    return readHostOptions(process.argv.slice(2), process.env, version);
  } catch (error) {
    return error instanceof OptionsError ? fail(error, 2) : fail(error, 1);
  }
};

const options = readOptions();
let core: Core | undefined;
let host: BrowserHost | undefined;
let stopping = false;

const stop = async (): Promise<never> => {
  if (stopping) process.exit(1);
  stopping = true;
  setTimeout(() => fail('Regie did not stop in time.', 1), CLOSE_LIMIT_MS).unref();
  await host?.close();
  await core?.close();
  process.exit(0);
};
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => void stop());

/** Opens the system's browser; where there is none, the printed address is enough. */
const openBrowser = (address: string): void => {
  const [program, ...args] =
    platform() === 'darwin' ? ['open'] : platform() === 'win32' ? ['cmd', '/c', 'start', ''] : ['xdg-open'];
  if (program) execFile(program, [...args, address], () => undefined);
};

try {
  core = await startCore(options.config);
  host = await startBrowserHost({ core, rendererDir: rendererFolder(appRoot()), port: options.port });
  console.log(`Regie is open at ${host.address}`);
  if (options.open) openBrowser(host.address);
} catch (error) {
  await core?.close();
  if (error instanceof DataDirInUse || error instanceof PortInUse) fail(error, 1);
  fail(error instanceof Error ? error : String(error), 1);
}
