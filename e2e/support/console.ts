import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AxeBuilder } from '@axe-core/playwright';
import { test as base, expect, type Page } from '@playwright/test';
import pg from 'pg';
import { z } from 'zod';
import { PIN } from '../../electron/testing/operators.ts';
import { printScreens } from './screens.ts';

const trainingSchema = z.object({ port: z.int(), passwords: z.object({ administrator: z.string() }) });
const root = join(import.meta.dirname, '../..');

export type RunningConsole = {
  readonly dataDir: string;
  /** The address that it printed. */
  readonly address: string;
  /** Ends it as a person would, or with -9. */
  stop(signal?: 'SIGINT' | 'SIGKILL'): Promise<number | null>;
};

/** Starts the built browser host on a data directory and waits for its address. Rejects with what it said instead. */
export const startConsole = async (dataDir: string, ...options: string[]): Promise<RunningConsole> => {
  const child: ChildProcess = spawn(
    process.execPath,
    [join(root, 'out/main/browser.js'), '--no-open', '--data-dir', dataDir, ...options],
    { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] },
  );
  let said = '';
  const exited = once(child, 'exit');
  const address = await new Promise<string>((resolve, reject) => {
    const listen = (chunk: Buffer): void => {
      said += chunk.toString();
      const found = /http:\/\/\S+/.exec(said);
      if (found) resolve(found[0]);
    };
    child.stdout?.on('data', listen);
    child.stderr?.on('data', listen);
    child.on('exit', (code) => reject(new Error(`exit ${code}: ${said}`)));
  });
  return {
    dataDir,
    address,
    stop: async (signal = 'SIGINT') => {
      child.kill(signal);
      await exited;
      return child.exitCode;
    },
  };
};

/** A data directory of its own. The training server's system user must be able to enter it. */
export const makeDataDir = (): string => {
  const dataDir = mkdtempSync(join(tmpdir(), 'regie-e2e-'));
  chmodSync(dataDir, 0o755);
  return dataDir;
};

/** Asks the training festival's database as its administrator. */
export const asAdministrator = async <T>(dataDir: string, work: (client: pg.Client) => Promise<T>): Promise<T> => {
  const { port, passwords } = trainingSchema.parse(JSON.parse(readFileSync(join(dataDir, 'training.json'), 'utf8')));
  const client = new pg.Client({
    host: '127.0.0.1',
    port,
    user: 'postgres',
    password: passwords.administrator,
    database: 'festival',
  });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
};

/** A picture of the screen in `screenshots/`, for people to look at: only where REGIE_PICTURES is set. */
export const picture = async (page: Page, name: string): Promise<void> => {
  if (process.env.REGIE_PICTURES) await page.screenshot({ path: join(root, 'screenshots', `${name}.png`) });
};

/** Holds the screen to WCAG as far as a machine can. */
export const expectAccessible = async (page: Page): Promise<void> => {
  const { violations } = await new AxeBuilder({ page })
    .withTags(['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa'])
    .analyze();
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(' | ')}`)).toEqual([]);
};

/**
 * Reads a card with a reader that types like a keyboard. All keys are on their way at once and carry the reader's times, five
 * milliseconds apart: the pauses between them are not those of a busy machine.
 */
export const readCard = async (page: Page, cardId: string): Promise<void> => {
  const session = await page.context().newCDPSession(page);
  const began = Date.now() / 1_000;
  await Promise.all(
    [...cardId, 'Enter'].flatMap((key, index) => {
      const pressed = key === 'Enter' ? { key, code: key, windowsVirtualKeyCode: 13, text: '\r' } : { key, text: key };
      const timestamp = began + index * 0.005;
      return [
        session.send('Input.dispatchKeyEvent', { type: 'keyDown', ...pressed, timestamp }),
        session.send('Input.dispatchKeyEvent', { type: 'keyUp', key, timestamp }),
      ];
    }),
  );
  await session.detach();
};

/** Types a PIN into the open sign-in and goes in. */
export const enterPin = async (page: Page, pin = PIN): Promise<void> => {
  await page.getByLabel('PIN', { exact: true }).fill(pin);
  await page.getByRole('dialog').getByRole('button', { name: 'Sign in' }).click();
};

/**
 * Signs somebody in who is there, or makes them the first supervisor of a festival where nobody is. Whoever is signed
 * in already stays; a locked console is opened.
 */
export const signIn = async (page: Page, name: string): Promise<void> => {
  const first = page.getByLabel('Your name');
  const there = page.getByRole('radio', { name: new RegExp(`^${name}`) });
  const locked = page.getByRole('button', { name: 'Locked: sign in' });
  await expect(
    first
      .or(there)
      .or(locked)
      .or(page.getByRole('button', { name: /^Signed in as/ })),
  ).toBeVisible();
  if (await locked.isVisible()) {
    await locked.click();
    await expect(there).toBeVisible();
  }
  if (await first.isVisible()) {
    await first.fill(name);
    await page.getByLabel('Choose a PIN').fill(PIN);
    await page.getByLabel('Repeat PIN').fill(PIN);
    await page.getByRole('button', { name: 'Get started' }).click();
  } else if (await there.isVisible()) {
    await there.check();
    await enterPin(page);
  }
  await expect(page.getByRole('button', { name: `Signed in as ${name}. Change` })).toBeVisible();
};

/** Opens the console in the page, signed in, with nothing happening by itself. */
export const openSignedIn = async (page: Page, address: string): Promise<void> => {
  await page.goto(address);
  await signIn(page, 'Léa');
  await expect(page.getByRole('heading', { name: 'Board' })).toBeVisible();
};

/** One console for all tests of a worker: a file that wants one of its own names a seed of its own with `test.use`. */
export const test = base.extend<{ screens: undefined }, { seed: string; console: RunningConsole }>({
  screens: [
    async ({ browser }, use, testInfo) => {
      await use(undefined);
      await printScreens(browser, testInfo);
    },
    { auto: true },
  ],
  seed: ['7', { scope: 'worker', option: true }],
  console: [
    async ({ seed }, use) => {
      const dataDir = makeDataDir();
      const running = await startConsole(dataDir, '--seed', seed);
      await use(running);
      await running.stop();
      rmSync(dataDir, { recursive: true, force: true });
    },
    { scope: 'worker' },
  ],
});
export { expect };
