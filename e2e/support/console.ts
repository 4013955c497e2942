import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { test as base, type Locator, type Page } from '@playwright/test';
import pg from 'pg';
import { z } from 'zod';
import { PIN } from '../../electron/testing/operators.ts';
import { expectAccessible } from './accessible.ts';
import { makeDataDir } from './data-dir.ts';
import { expect } from './expect.ts';
import { copyTemplate } from './festival-template.ts';
import { leaveConsole, printScreens, rememberScreen, watchConsole } from './screens.ts';

const trainingSchema = z.object({ port: z.int(), passwords: z.object({ administrator: z.string() }) });
const root = join(import.meta.dirname, '../..');

export type RunningConsole = {
  readonly dataDir: string;
  /** The address that opens the next browser; each does once. */
  readonly address: string;
  /** Has something done before it ends. */
  beforeStop(work: () => Promise<void>): void;
  /** Ends it as a person would, or with -9. */
  stop(signal?: 'SIGINT' | 'SIGKILL'): Promise<number | null>;
};

/** Starts the built browser host on a data directory and waits for its address. Rejects with its output otherwise. */
export const startConsole = (dataDir: string, ...options: string[]): Promise<RunningConsole> =>
  startConsoleOn(undefined, dataDir, ...options);

/** The same on a festival, whose address with its password is nothing for a command line. */
export const startConsoleOn = async (
  database: string | undefined,
  dataDir: string,
  ...options: string[]
): Promise<RunningConsole> => {
  const child: ChildProcess = spawn(
    process.execPath,
    [join(root, 'out/main/browser.js'), '--no-open', '--data-dir', dataDir, ...options],
    { cwd: root, stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, REGIE_DATABASE: database } },
  );
  let output = '';
  const exited = once(child, 'exit');
  await new Promise<void>((resolve, reject) => {
    const listen = (chunk: Buffer): void => {
      output += chunk.toString();
      if (output.includes('http://')) resolve();
    };
    child.stdout?.on('data', listen);
    child.stderr?.on('data', listen);
    child.on('exit', (code) => reject(new Error(`exit ${code}: ${output}`)));
  });
  const before: (() => Promise<void>)[] = [];
  watchConsole(dataDir);
  return {
    dataDir,
    get address() {
      return addressIn(dataDir);
    },
    beforeStop: (work) => before.push(work),
    stop: async (signal = 'SIGINT') => {
      for (const work of before.splice(0)) await work();
      child.kill(signal);
      await exited;
      leaveConsole(dataDir);
      return child.exitCode;
    },
  };
};

/** Where the page of the host leads that is for the next browser. */
const addressIn = (dataDir: string): string => {
  const found = /url=([^"]+)"/.exec(readFileSync(join(dataDir, 'open-regie.html'), 'utf8'));
  if (found?.[1] === undefined) throw new Error('there is no address');
  return found[1];
};

/** Asks the training festival's database as its administrator. */
export const asAdministrator = async <T>(
  dataDir: string,
  work: (client: pg.Client) => Promise<T>,
  database = 'festival',
): Promise<T> => {
  const { port, passwords } = trainingSchema.parse(JSON.parse(readFileSync(join(dataDir, 'training.json'), 'utf8')));
  const client = new pg.Client({
    host: '127.0.0.1',
    port,
    user: 'postgres',
    password: passwords.administrator,
    database,
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

/**
 * Reads a card with a reader that types like a keyboard. All keys are on their way at once and carry the reader's times, five
 * milliseconds apart: the pauses between them are not those of a busy machine.
 * @param end null: it is torn away before its end
 */
export const readCard = async (page: Page, cardId: string, end: 'Enter' | 'Tab' | null = 'Enter'): Promise<void> => {
  const session = await page.context().newCDPSession(page);
  const began = Date.now() / 1_000;
  const ends = {
    Enter: { key: 'Enter', code: 'Enter', windowsVirtualKeyCode: 13, text: '\r' },
    Tab: { key: 'Tab', code: 'Tab', windowsVirtualKeyCode: 9 },
  };
  await Promise.all(
    [...cardId, ...(end === null ? [] : [end])].flatMap((key, index) => {
      const pressed = end !== null && key === end ? ends[end] : { key, text: key };
      const timestamp = began + index * 0.005;
      return [
        session.send('Input.dispatchKeyEvent', { type: 'keyDown', ...pressed, timestamp }),
        session.send('Input.dispatchKeyEvent', { type: 'keyUp', key, timestamp }),
      ];
    }),
  );
  await session.detach();
};

/**
 * Types as a hand does, with a pause between two keys. The keys carry the hand's times: on a busy machine some of them
 * arrive together, and would be taken for a card that is read.
 */
export const typeByHand = async (page: Page, text: string, pauseMs = 120): Promise<void> => {
  const session = await page.context().newCDPSession(page);
  const began = Date.now() / 1_000;
  for (const [index, key] of [...text].entries()) {
    const timestamp = began + (index * pauseMs) / 1_000;
    await session.send('Input.dispatchKeyEvent', { type: 'keyDown', key, text: key, timestamp });
    await session.send('Input.dispatchKeyEvent', { type: 'keyUp', key, timestamp });
    await page.waitForTimeout(pauseMs);
  }
  await session.detach();
};

/** Types a PIN into the open sign-in and goes in. */
export const enterPin = async (page: Page, pin = PIN): Promise<void> => {
  await page.getByLabel('PIN', { exact: true }).fill(pin);
  await page.getByRole('dialog').getByRole('button', { name: 'Sign in' }).click();
};

/**
 * Signs in an existing operator, or makes them the first supervisor of a festival without operators. Whoever is signed
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

/** What `renderer/entry.ts` keeps in a tab. */
const SECRET = 'regie-session';
/** By a console's origin: the tab in which Léa was left, for the next test that begins with her. */
const leftTabs = new Map<string, string>();

const remember = async (page: Page, origin: string): Promise<void> => {
  const secret = await page.evaluate((key) => sessionStorage.getItem(key), SECRET);
  // Only a tab that nobody shows is taken up again: two at a time are two tabs.
  if (secret !== null) page.once('close', () => leftTabs.set(origin, secret));
};

/**
 * Opens the console in the page with Léa signed in. Where an earlier test of the file left a tab with her, it is opened
 * again, as a browser does with a closed tab: a sign-in makes a processor work for a second.
 */
export const openSignedIn = async (page: Page, address: string): Promise<void> => {
  const { origin } = new URL(address);
  const secret = leftTabs.get(origin);
  leftTabs.delete(origin);
  if (secret !== undefined) {
    await page.addInitScript(
      ([key, value, at]) => {
        if (location.origin === at && sessionStorage.getItem(key) === null) sessionStorage.setItem(key, value);
      },
      [SECRET, secret, origin] as const,
    );
  }
  await page.goto(secret === undefined ? address : `${origin}/#/`);
  await signIn(page, 'Léa');
  await expect(page.getByRole('heading', { name: 'Alerts', exact: true })).toBeVisible();
  await remember(page, origin);
};

/** Works at the controls of the training festival, and closes them. */
export const atTraining = async (page: Page, work: (controls: Locator) => Promise<unknown>): Promise<void> => {
  await page.getByRole('button', { name: 'TRAINING' }).click();
  const controls = page.getByRole('dialog', { name: 'Training controls' });
  await work(controls);
  await page.keyboard.press('Escape');
  await expect(controls).toHaveCount(0);
};

/** No faults but those that the test makes. */
export const stopFaults = (page: Page): Promise<void> =>
  atTraining(page, async (controls) => {
    const automatic = controls.getByLabel('Automatic faults');
    // It shows what the core has answered, a moment after the click.
    if (await automatic.isChecked()) await automatic.click();
    await expect(automatic).not.toBeChecked();
  });

/** Makes one fault: by default money that a failed order takes. */
export const injectFault = (page: Page, kind = 'deduction_on_failure'): Promise<void> =>
  atTraining(page, async (controls) => {
    await controls.getByLabel('Fault', { exact: true }).selectOption(kind);
    await controls.getByRole('button', { name: 'Inject a fault' }).click();
  });

type ConsoleOf = (seed: string) => Promise<RunningConsole>;

/**
 * One console for all tests of a file, which names a seed of its own with `test.use`. It ends when its worker comes to another
 * one's: a worker and its browser that ended with it would have to be started anew for each.
 */
export const test = base.extend<
  { screens: undefined; seed: string; console: RunningConsole },
  { consoleOf: ConsoleOf }
>({
  screens: [
    async ({ browser }, use, testInfo) => {
      await use(undefined);
      await printScreens(browser, testInfo);
    },
    { auto: true },
  ],
  // It is closed before what is left is printed.
  page: async ({ page }, use, testInfo) => {
    await use(page);
    if (testInfo.status !== testInfo.expectedStatus) await rememberScreen(page.url(), page);
  },
  seed: ['', { option: true }],
  console: async ({ consoleOf, seed }, use) => {
    if (seed === '') throw new Error("name a seed with test.use: files without one would share each other's operators");
    await use(await consoleOf(seed));
  },
  consoleOf: [
    // What a console has open in the browser is closed before the browser.
    async ({ browser: _ }, use) => {
      let kept: { readonly seed: string; readonly running: RunningConsole } | undefined;
      const end = async (): Promise<void> => {
        const running = kept?.running;
        kept = undefined;
        await running?.stop();
        if (running !== undefined) rmSync(running.dataDir, { recursive: true, force: true });
      };
      await use(async (seed) => {
        if (kept?.seed !== seed) {
          await end();
          const dataDir = makeDataDir();
          await copyTemplate(dataDir);
          kept = { seed, running: await startConsole(dataDir, '--seed', seed) };
        }
        return kept.running;
      });
      await end();
    },
    { scope: 'worker' },
  ],
});
export { expect, expectAccessible };
