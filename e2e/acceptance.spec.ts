import type { Page } from '@playwright/test';
import { PIN } from '../electron/testing/operators.ts';
import { leaveFields, loseMoney, moneyOf } from './support/booth.ts';
import { expect, openSignedIn, picture, type RunningConsole, stopFaults, test, typeByHand } from './support/console.ts';

/* Somebody comes to a locked console, and puts the first deduction right without a mouse. */
test.use({ seed: '78', viewport: { width: 1366, height: 768 } });

const LANGUAGES = [
  { language: 'en', card: '04ACCEN1', note: 'failed at the bar' },
  { language: 'fr', card: '04ACCFR1', note: 'échec au bar' },
] as const;

for (const { language, card, note } of LANGUAGES) {
  test(`the first deduction is signed in for, put right and closed by keyboard alone, in ${language}`, async ({
    page,
    console: host,
  }) => {
    await openSignedIn(page, host.address);
    await speak(page, language);
    await loseMoney(host, card, 7.5);
    const row = page.getByRole('row', { name: new RegExp(card) }).first();
    await expect(row).toBeVisible();
    await page.keyboard.press('Control+l');
    await leaveFields(page);

    const began = performance.now();
    let keys = 0;
    const press = async (key: string): Promise<void> => {
      keys += 1;
      await page.keyboard.press(key);
    };
    const type = async (words: string): Promise<void> => {
      keys += words.length;
      await page.keyboard.type(words, { delay: 60 });
    };
    const dialog = page.getByRole('dialog');
    // The row of this card: others may be as urgent.
    const isThere = () => row.evaluate((element) => element.classList.contains('board-row-current'));
    while (!(await isThere())) {
      await typeByHand(page, 'j');
      keys += 1;
    }
    // Whoever acts at a locked console is asked who they are, and what they meant is done.
    await press('t');
    await expect(dialog.locator('input[type=password]')).toBeFocused();
    await type(PIN);
    await press('Enter');
    await expect(dialog).toHaveCount(0);
    await expect(row.getByRole('cell', { name: /^Léa/ })).toBeVisible();
    await press('c');
    await expect(dialog.locator('textarea')).toBeFocused();
    await type(note);
    await picture(page, `97-correction-${language}`);
    for (const key of ['Tab', 'Tab', 'Tab', 'Enter']) await press(key);
    await expect(dialog.locator('textarea')).toHaveCount(0);
    await picture(page, `97-applied-${language}`);
    await press('Escape');
    await expect(dialog).toHaveCount(0);
    // What was wrong is right: the alert is closed with it.
    await expect.poll(() => closed(host, card)).toBe(true);
    console.log(
      `    from the locked console to closed: ${keys} keys, ${Math.round((performance.now() - began) / 1_000)} s`,
    );
    expect(await moneyOf(host, card)).toMatchObject({ corrections: 1 });
  });
}

const closed = async (host: RunningConsole, card: string): Promise<boolean> => {
  const { alerts } = await moneyOf(host, card);
  return !/OPEN|INVESTIGATING/.test(String(alerts));
};

/** With no faults but this test's, in a language. */
const speak = async (page: Page, language: 'en' | 'fr'): Promise<void> => {
  await stopFaults(page);
  await page.evaluate(() => {
    location.hash = '#/settings/laptop';
  });
  await page.getByLabel('Language', { exact: true }).selectOption(language);
  await page.evaluate(() => {
    location.hash = '#/board';
  });
};
