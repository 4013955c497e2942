import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Browser, chromium } from 'playwright-core';

/** A browser on the console that goes from screen to screen, as a person does who looks for what is wrong. */
export type Screen = {
  /** Opens the console that runs now, as somebody who only looks. */
  open(): Promise<void>;
  /** Shows an address. @returns what is wrong with what it shows */
  look(hash: string): Promise<string[]>;
  /** How many addresses it has shown. */
  shown(): number;
  close(): Promise<void>;
};

const FEW_LETTERS = 40;

/** @param executablePath a Chromium */
export const startScreen = async (dataDir: string, executablePath: string): Promise<Screen> => {
  const browser: Browser = await chromium.launch({ executablePath });
  const page = await browser.newPage({ viewport: { width: 1_366, height: 768 } });
  const thrown: string[] = [];
  page.on('pageerror', (error) => thrown.push(`thrown: ${error.message.slice(0, 300)}`));
  let shown = 0;
  return {
    open: async () => {
      // The page of the host leads to an address that opens one browser.
      const address = /url=([^"]+)"/.exec(readFileSync(join(dataDir, 'open-regie.html'), 'utf8'))?.[1];
      if (address === undefined) throw new Error('the console has left no address');
      await page.goto(address);
      await page.getByRole('button', { name: 'View only' }).click();
      await page.getByRole('main').waitFor();
    },
    look: async (hash) => {
      shown += 1;
      await page.evaluate((to) => {
        location.hash = to;
      }, hash);
      await page.waitForTimeout(300);
      const text = await page
        .getByRole('main')
        .innerText({ timeout: 30_000 })
        .catch(() => '');
      const wrong = thrown.splice(0);
      // Cards are named after what is odd about them, and what is set aside is shown with the value that it has.
      const unnamed = text.replaceAll(/(odd|(card|log|scan) \S+) (NaN|undefined)/g, '');
      if (text.length < FEW_LETTERS) wrong.push(`blank: ${JSON.stringify(text)}`);
      if (/NaN|undefined|Invalid Date|\[object/.test(unnamed))
        wrong.push(`raw: ${/.{0,60}(NaN|undefined|Invalid Date|\[object).{0,40}/.exec(unnamed)?.[0]}`);
      return wrong.map((what) => `${hash.slice(0, 60)}: ${what}`);
    },
    shown: () => shown,
    close: () => browser.close(),
  };
};
