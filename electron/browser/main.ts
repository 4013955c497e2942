import { execFile } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { platform } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { keepFilesPrivate } from '../buffer/data-dir.ts';
import { type Core, startCore } from '../core.ts';
import { type HostOptions, OptionsError, readHostOptions } from '../host-options.ts';
import { appRoot } from '../lib/app-root.ts';
import { writeAddressFile } from './address-file.ts';
import { type BrowserHost, rendererFolder, startBrowserHost } from './server.ts';

/** A shutdown that takes longer is cut short: nothing that an operator did waits in memory. */
const CLOSE_LIMIT_MS = 15_000;
const SAME_SIGNAL_MS = 1_000;

keepFilesPrivate();

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
const addressFile = join(options.config.dataDir, 'open-regie.html');
let core: Promise<Core> | undefined;
let host: BrowserHost | undefined;
let stoppingSince: number | undefined;

const stop = async (): Promise<void> => {
  // npm and a terminal may each hand on the same Ctrl+C; a person who asks again a moment later means it.
  if (stoppingSince !== undefined) {
    if (performance.now() - stoppingSince > SAME_SIGNAL_MS) process.exit(1);
    return;
  }
  stoppingSince = performance.now();
  setTimeout(() => fail('Regie did not stop in time.', 1), CLOSE_LIMIT_MS).unref();
  await host?.close();
  rmSync(addressFile, { force: true });
  // Also when it is still starting: the training server must not outlive us.
  await core?.then((started) => started.close()).catch((error: unknown) => fail(error, 1));
  process.exit(0);
};
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => void stop());

/** Opens the system's browser; where there is none, the printed address is enough. */
const openBrowser = (file: string): void => {
  const [program, ...args] =
    platform() === 'darwin' ? ['open'] : platform() === 'win32' ? ['cmd', '/c', 'start', ''] : ['xdg-open'];
  if (program) execFile(program, [...args, file], () => undefined);
};

try {
  core = startCore(options.config);
  const started = await core;
  if (stoppingSince === undefined) {
    host = await startBrowserHost({
      ...{ core: started, rendererDir: rendererFolder(appRoot()), port: options.port },
      onAddress: (address) => writeAddressFile(addressFile, address),
    });
    writeAddressFile(addressFile, host.address);
    console.log(`Regie is open at ${host.address}`);
    console.log(`This address opens one browser, once. For another one, open ${addressFile}`);
    for (const sentence of started.announcement) console.log(sentence);
    if (options.open) openBrowser(addressFile);
  }
} catch (error) {
  await core?.then((started) => started.close()).catch(() => undefined);
  fail(error, 1);
}
