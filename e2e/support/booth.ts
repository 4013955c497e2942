import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page } from '@playwright/test';
import Database from 'better-sqlite3';
import { z } from 'zod';
import { festivalOf } from '../../electron/testing/festival.ts';
import { createOperators, enrolLaptop } from '../../electron/testing/operators.ts';
import { createTcpProxy, type TcpProxy } from '../../electron/testing/tcp-proxy.ts';
import { asAdministrator, expect, type RunningConsole, signIn, startConsoleOn } from './console.ts';
import { makeDataDir } from './data-dir.ts';
import { rememberScreen } from './screens.ts';

const trainingSchema = z.object({ port: z.int(), passwords: z.object({ console: z.string() }) });

export type Booth = {
  page: Page;
  proxy: TcpProxy;
  running: RunningConsole;
  /**
   * Cuts the network and waits until the screen says so. An action of the moment before may still be answered on the
   * spot when the network comes back, and then its conflict is a message and not among those to decide.
   */
  goOffline(): Promise<void>;
  /** Waits until the laptop has its own copy of what the festival answers: they are made one after the other. */
  hasCopyOf(answer: 'register'): Promise<void>;
  leave(): Promise<void>;
  again(): Promise<void>;
  /** Starts it again and opens the page, signed out. */
  restart(): Promise<void>;
};

/** A laptop with a network of its own to the festival of `host`. */
const copiesIn = (dataDir: string): string[] => {
  const folder = join(dataDir, 'festivals');
  const files = readdirSync(folder).filter((name) => name.endsWith('.sqlite') && !name.includes('outbox'));
  return files.flatMap((name) => {
    const copy = new Database(join(folder, name), { readonly: true });
    try {
      return copy.prepare('select question from kept_answers').pluck().all().map(String);
    } finally {
      copy.close();
    }
  });
};

export const openBooth = async (
  browser: Browser,
  host: RunningConsole,
  laptop: string,
  operator: string,
): Promise<Booth> => {
  const { port, passwords } = trainingSchema.parse(
    JSON.parse(readFileSync(join(host.dataDir, 'training.json'), 'utf8')),
  );
  const proxy = await createTcpProxy({ host: '127.0.0.1', port });
  const dataDir = makeDataDir();
  const database = `postgres://regie:${encodeURIComponent(passwords.console)}@127.0.0.1:${proxy.port}/festival?sslmode=disable`;
  await asAdministrator(host.dataDir, async (client) => {
    await createOperators(client, [operator]);
    await enrolLaptop(client, { laptop, dataDir });
  });
  const start = () => startConsoleOn(database, dataDir, '--laptop', laptop);
  let running = await start();
  const context = await browser.newContext({ viewport: { width: 1280, height: 720 }, acceptDownloads: true });
  const page = await context.newPage();
  await page.goto(running.address);
  await signIn(page, operator);
  await expect(page.getByRole('button', { name: /^Live/ })).toBeVisible();
  const restart = async () => {
    running = await start();
    await page.goto(running.address);
  };
  return {
    page,
    proxy,
    get running() {
      return running;
    },
    restart,
    hasCopyOf: (answer) => expect.poll(() => copiesIn(dataDir)).toContain(answer),
    goOffline: async () => {
      proxy.cut();
      await expect(page.getByText('No connection to the festival since')).toBeVisible();
    },
    again: async () => {
      await restart();
      await signIn(page, operator);
    },
    leave: async () => {
      await rememberScreen(laptop, page);
      await context.close();
      await running.stop();
      await proxy.close();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
};

/** Signs in on a laptop on which an earlier test may have left somebody else. */
const signInAlone = async (page: Page, operator: string): Promise<void> => {
  const somebody = page.getByRole('button', { name: /^Signed in as / });
  const locked = page.getByRole('button', { name: 'Locked: sign in' });
  await expect(somebody.or(locked)).toBeVisible();
  const wanted = page.getByRole('button', { name: `Signed in as ${operator}. Change` });
  if ((await somebody.isVisible()) && !(await wanted.isVisible())) {
    await page.keyboard.press('Control+l');
    // Until then whoever was left counts as signed in.
    await expect(locked).toBeVisible();
  }
  await signIn(page, operator);
};

const idle = new Map<string, Booth>();

/**
 * The same laptop for every test of a file that asks for it: its console is started once, and what an earlier test did on it
 * is on its disk. Left, it stays switched on with no page and with its network.
 */
export const borrowBooth = async (
  browser: Browser,
  host: RunningConsole,
  laptop: string,
  operator: string,
): Promise<Booth> => {
  const key = `${host.dataDir} ${laptop}`;
  const left = idle.get(key);
  const booth = left ?? (await openBooth(browser, host, laptop, operator));
  idle.delete(key);
  const { page } = booth;
  if (left === undefined) host.beforeStop(booth.leave);
  else {
    await asAdministrator(host.dataDir, (client) => createOperators(client, [operator]));
    await page.goto(`${new URL(booth.running.address).origin}/#/`);
    await signInAlone(page, operator);
    await expect(page.getByRole('button', { name: /^Live/ })).toBeVisible();
  }
  return {
    ...booth,
    get running() {
      return booth.running;
    },
    leave: async () => {
      await rememberScreen(laptop, page);
      booth.proxy.forward();
      await page.goto('about:blank');
      idle.set(key, booth);
    },
  };
};

/** A card that lost money to a failed order of its own: 5.00 € of 20.00 € by default. */
export const loseMoney = (host: RunningConsole, cardId: string, lost = 5, { left = 15 } = {}): Promise<void> =>
  asAdministrator(host.dataDir, (admin) => festivalOf({ admin }).cardThatLost(cardId, lost, { left }));
export const moneyOf = (host: RunningConsole, cardId: string) =>
  asAdministrator(host.dataDir, async (client) => {
    const { rows } = await client.query(
      `select amount, (select count(*)::int from app_transaction_log t
         where t.card_id = c.id and t.transaction_type = 'manual_correction') as corrections,
         (select string_agg(detection_algorithm || ' ' || status, ', ' order by event_id) from monitoring_events e
            where e.card_id = c.id) as alerts
       from table_cards c where id = $1`,
      [cardId],
    );
    return rows[0];
  });

export const rowOf = (page: Page, cardId: string) => page.getByRole('row', { name: new RegExp(`Card ${cardId} lost`) });
/** Chooses an action of the open alert that stands in its menu. */
export const chooseInAlert = async (page: Page, name: string): Promise<void> => {
  await page.getByRole('article').getByRole('button', { name: 'More actions' }).click();
  await page.getByRole('menuitem', { name }).click();
};
/** Shows the timeline of the open alert, or another part of it. */
export const openTab = (page: Page, name: 'Evidence' | 'Timeline' | 'Details'): Promise<void> =>
  page.getByRole('article').getByRole('tab', { name }).click();
/** Leaves whatever has the focus, so that a key is the screen's. */
export const leaveFields = (page: Page): Promise<void> =>
  page.evaluate(() => {
    if (document.activeElement instanceof HTMLElement) document.activeElement.blur();
  });
export const openAlert = async (page: Page, cardId: string): Promise<void> => {
  await page.getByRole('link', { name: 'Alerts', exact: true }).click();
  await expect(async () => {
    // As a hand does: the pointer is over the list first, which holds the rows still. A row that came until then may have
    // moved them under it.
    await rowOf(page, cardId).hover();
    await rowOf(page, cardId).click();
    await expect(page.getByRole('article').getByRole('heading', { name: new RegExp(cardId) })).toBeVisible({
      timeout: 5_000,
    });
  }).toPass();
};

/** Clicks "Retry now" where it still is: the link may have recovered in the meantime. */
export const tryNow = (page: Page): Promise<void> =>
  page.getByRole('button', { name: 'Retry now' }).evaluateAll((buttons) => {
    for (const button of buttons) (button as HTMLElement).click();
  });
