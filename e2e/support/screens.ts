import type { Browser, Page, TestInfo } from '@playwright/test';

const left = new Map<string, string>();

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

/** Prints what the screens show, or last showed, when a test has failed. */
export const printScreens = async (browser: Browser, { status, expectedStatus, title }: TestInfo): Promise<void> => {
  if (status !== expectedStatus) {
    const pages = browser.contexts().flatMap((context) => context.pages());
    for (const page of pages) left.set(page.url(), await read(page));
    for (const [name, screen] of left) console.log(`── ${title}: ${name}\n${screen}`);
  }
  left.clear();
};
