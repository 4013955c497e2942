import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Browser, chromium } from 'playwright-core';
import type { ConnectionSettings } from '../../shared/contract/connection.ts';

/** What one console on one machine is started with. */
export type ConsoleLaptop = { readonly settings: ConnectionSettings; readonly dataDir: string };

export const LAPTOP = 'booth-1';
export const ROOT = join(import.meta.dirname, '../..');

/** Builds the hosts and the renderer, as they are shipped. */
export const buildConsole = (): void => {
  const { status, stderr } = spawnSync(process.execPath, [join(ROOT, 'scripts/test.mjs'), 'build'], {
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`the console could not be built: ${stderr}`);
};

/** The browser that REGIE_BROWSER names, or Playwright's own. */
export const launchBrowser = (): Promise<Browser> =>
  chromium.launch({
    ...(process.env.REGIE_BROWSER !== undefined && { executablePath: process.env.REGIE_BROWSER }),
    args: ['--disable-gpu', ...(process.getuid?.() === 0 ? ['--no-sandbox'] : [])],
  });

/** Starts the built browser host in a process of its own. */
export const startConsole = async ({ settings, dataDir }: ConsoleLaptop, ...options: readonly string[]) => {
  const { host, port, user, password, database } = settings;
  const address = `postgres://${user}:${encodeURIComponent(password)}@${host}:${port}/${database}?sslmode=disable`;
  const child: ChildProcess = spawn(
    process.execPath,
    [join(ROOT, 'out/main/browser.js'), '--no-open', '--data-dir', dataDir, '--laptop', LAPTOP, ...options],
    { cwd: ROOT, stdio: ['ignore', 'pipe', 'inherit'], env: { ...process.env, REGIE_DATABASE: address } },
  );
  const exited = once(child, 'exit');
  await new Promise<void>((resolve, reject) => {
    child.stdout?.once('data', () => resolve());
    child.once('exit', (code) => reject(new Error(`the console has ended with ${code}`)));
  });
  return {
    address: (): string => {
      const found = /url=([^"]+)"/.exec(readFileSync(join(dataDir, 'open-regie.html'), 'utf8'));
      if (found?.[1] === undefined) throw new Error('the console says no address');
      return found[1];
    },
    stop: async (): Promise<void> => {
      child.kill('SIGINT');
      await exited;
    },
  };
};
