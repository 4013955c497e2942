import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Browser, Page } from 'playwright-core';
import { newPinParams, stretchPin } from '../../electron/operations/operators/pin.ts';
import { createOperators, enrolLaptop, PIN } from '../../electron/testing/operators.ts';
import { createTcpProxy, type TcpProxy } from '../../electron/testing/tcp-proxy.ts';
import { buildConsole, type ConsoleLaptop, LAPTOP, launchBrowser, startConsole } from './console.ts';
import type { BenchServer } from './server.ts';

/** How long somebody waits between Enter behind their PIN and a board that they can use, milliseconds. */
export type SignInTimes = {
  /** One scrypt alone: what the database is asked with, and what locks a key on the disk. */
  readonly baseline: { readonly counted: readonly number[]; readonly disk: readonly number[] };
  readonly switching: Times;
  /** The first one after the console was started. */
  readonly first: Times;
};
type Times = { readonly online: readonly number[]; readonly cut: readonly number[] };

const TIMES = 10;
/** What is compiled and laid out for the first time is nobody's every-day sign-in. */
const WARM_UP = 2;
/** Ends a hang. */
const HANG_MS = 120_000;
const PEOPLE = ['Nils', 'Ana'] as const;

/** On the built console in a real browser, each figure taken by the page itself: from the key to the frame that shows it. */
export const measureSignIn = async (
  { admin, consoleSettings }: BenchServer,
  { progress }: { progress: (words: string) => void },
): Promise<SignInTimes> => {
  buildConsole();
  const proxy = await createTcpProxy(consoleSettings);
  const dataDir = mkdtempSync(join(tmpdir(), 'regie-bench-sign-in-'));
  const browser = await launchBrowser();
  try {
    progress('scrypt alone');
    const baseline = { counted: await timesOf('counted'), disk: await timesOf('disk') };
    await createOperators(admin, PEOPLE, 'operator');
    await enrolLaptop(admin, { laptop: LAPTOP, dataDir });
    const laptop = { settings: proxy.through(consoleSettings), dataDir, browser };
    progress('switching user');
    const switching = await measureSwitching(laptop, proxy);
    progress('first sign-in');
    const first = { online: await measureFirst(laptop), cut: [] as number[] };
    proxy.cut();
    first.cut = await measureFirst(laptop);
    return { baseline, switching, first };
  } finally {
    await browser.close();
    await proxy.close();
    rmSync(dataDir, { recursive: true, force: true });
  }
};

type Laptop = ConsoleLaptop & { readonly browser: Browser };

const timesOf = async (cost: 'counted' | 'disk'): Promise<number[]> => {
  const times: number[] = [];
  for (let count = 0; count < TIMES; count += 1) {
    const params = newPinParams(cost);
    const began = performance.now();
    await stretchPin(PIN, params);
    times.push(performance.now() - began);
  }
  return times;
};

/** Back and forth between two people who have both signed in here before. */
const measureSwitching = async (laptop: Laptop, proxy: TcpProxy): Promise<Times> => {
  const running = await startConsole(laptop);
  const page = await laptop.browser.newPage();
  try {
    await page.goto(running.address());
    await page.getByText('Online').waitFor();
    let turn = 0;
    const next = async (): Promise<number> => {
      const [to, from] = turn % 2 === 0 ? PEOPLE : [...PEOPLE].reverse();
      turn += 1;
      const signedIn = page.getByRole('button', { name: `Signed in as ${from}. Change` });
      if (turn > 1) {
        await signedIn.click();
        await page.getByRole('menuitem', { name: 'Switch user' }).click();
      }
      return enter(page, String(to));
    };
    const take = async (): Promise<number[]> => {
      for (let count = 0; count < WARM_UP; count += 1) await next();
      const times: number[] = [];
      for (let count = 0; count < TIMES; count += 1) times.push(await next());
      return times;
    };
    const online = await take();
    proxy.cut();
    await page.getByText('No connection to the festival since').waitFor();
    const cut = await take();
    proxy.forward();
    return { online, cut };
  } finally {
    await page.close();
    await running.stop();
  }
};

/** Somebody opens the console in the morning. */
const measureFirst = async (laptop: Laptop): Promise<number[]> => {
  const times: number[] = [];
  for (let count = 0; count < TIMES; count += 1) {
    const running = await startConsole(laptop);
    const context = await laptop.browser.newContext();
    try {
      const page = await context.newPage();
      await page.goto(running.address());
      times.push(await enter(page, PEOPLE[0]));
    } finally {
      await context.close();
      await running.stop();
    }
  }
  return times;
};

/** Types somebody's PIN. @returns how long it takes from Enter to their board */
const enter = async (page: Page, name: string): Promise<number> => {
  await page.getByRole('radio', { name: new RegExp(`^${name}`) }).check();
  await page.getByLabel('PIN', { exact: true }).fill(PIN);
  const untilBoard = await page.evaluateHandle(watchBoard, name);
  await page.keyboard.press('Enter');
  const took = await Promise.race([untilBoard.evaluate(({ board }) => board), sleep(HANG_MS)]);
  if (took !== undefined) return took;
  throw new Error(`there is no board: ${await page.locator('body').innerText()}`);
};

/** In the page: the time of the key is the browser's own, and the board is there in the frame after the one that has it. */
const watchBoard = (name: string): { board: Promise<number> } => ({
  board: new Promise((resolve) => {
    const isThere = (): boolean =>
      document.querySelector('[role=dialog], dialog[open]') === null &&
      [...document.querySelectorAll('h1')].some((title) => title.textContent === 'Alerts') &&
      [...document.querySelectorAll('button')].some((button) =>
        `${button.ariaLabel} ${button.textContent}`.includes(`Signed in as ${name}`),
      );
    const look = (began: number): void => {
      if (isThere()) requestAnimationFrame(() => resolve(performance.now() - began));
      else requestAnimationFrame(() => look(began));
    };
    addEventListener('keydown', ({ timeStamp }) => look(timeStamp), { capture: true, once: true });
  }),
});
