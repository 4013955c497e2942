import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page, TestInfo } from '@playwright/test';

const left = new Map<string, string>();
/** Data directories of the consoles that run. */
const consoles = new Set<string>();
const LOG_LINES = 30;
const LINE_LENGTH = 400;

export const watchConsole = (dataDir: string): void => void consoles.add(dataDir);
export const leaveConsole = (dataDir: string): void => void consoles.delete(dataDir);

/** The last lines of a console's log, each cut where its stack begins to repeat what is known. */
const lastLines = (dataDir: string): string => {
  try {
    const lines = readFileSync(join(dataDir, 'logs', 'regie.jsonl'), 'utf8')
      .trimEnd()
      .split('\n')
      .slice(-LOG_LINES);
    return lines.map((line) => line.slice(0, LINE_LENGTH)).join('\n');
  } catch (error) {
    return `no log: ${error}`;
  }
};

const read = async (page: Page): Promise<string> => {
  try {
    return await page.locator('body').ariaSnapshot({ timeout: 5_000 });
  } catch (error) {
    // Also when a test ran out of time, which closes its pages: what hung is the error to see, and not this one.
    return `not readable: ${error instanceof Error ? error.message.split('\n', 1)[0] : error}`;
  }
};

/** Keeps what a page shows that a test closes itself: until then it isn't known whether the test has failed. */
export const rememberScreen = async (name: string, page: Page): Promise<void> => {
  left.set(name, await read(page));
};

/** Prints what the screens show, or last showed, and what the consoles have logged, when a test has failed. */
export const printScreens = async (browser: Browser, { status, expectedStatus, title }: TestInfo): Promise<void> => {
  if (status !== expectedStatus) {
    const pages = browser.contexts().flatMap((context) => context.pages());
    for (const page of pages) left.set(page.url(), await read(page));
    for (const [name, screen] of left) console.log(`── ${title}: ${name}\n${screen}`);
    for (const dataDir of consoles) console.log(`── ${title}: log of the console\n${lastLines(dataDir)}`);
  }
  left.clear();
};
