import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Page } from '@playwright/test';
import { texts } from '../shared/i18n/index.ts';
import { leaveFields, loseMoney } from './support/booth.ts';
import { expect, expectAccessible, openSignedIn, picture, signIn, test } from './support/console.ts';

/* The frame around every screen: addresses, keys, sound, what is said of the console itself. */
test.use({ seed: '75' });

test('an address that is malformed, or that no screen has, says so and leads back', async ({ page, console: host }) => {
  await openSignedIn(page, host.address);
  for (const address of ['#/card/100%', '#/nowhere', '#/board/first']) {
    await page.evaluate((hash) => {
      location.hash = hash;
    }, address);
    await expect(page.getByRole('main').getByText('There is no such screen')).toBeVisible();
    await expect(page.getByRole('main').getByText(address)).toBeVisible();
    await expectAccessible(page);
    await page.getByRole('button', { name: 'Back to the alerts' }).click();
    await expect(page.getByRole('heading', { name: 'Alerts', exact: true })).toBeVisible();
  }
});

test('keys are found by what they write, on AZERTY as well', async ({ page, console: host }) => {
  await openSignedIn(page, host.address);
  await leaveFields(page);
  // As a French layout sends them: / and ? are Shift with other keys, and A lies where QWERTY has Q.
  const session = await page.context().newCDPSession(page);
  const press = async (key: string, code: string, modifiers: number) => {
    await session.send('Input.dispatchKeyEvent', { type: 'keyDown', key, code, text: key, modifiers });
    await session.send('Input.dispatchKeyEvent', { type: 'keyUp', key, code, modifiers });
  };
  const shift = 8;
  await press('?', 'KeyM', shift);
  const help = page.getByRole('dialog', { name: 'Keyboard shortcuts' });
  await expect(help).toContainText('Acknowledge');
  await picture(page, '90-keys');
  await expectAccessible(page);
  await page.keyboard.press('Escape');
  await expect(help).toHaveCount(0);
  await press('/', 'Period', shift);
  await expect(page.getByRole('searchbox')).toBeFocused();
  await page.keyboard.press('Escape');
  await page.keyboard.press('Control+k');
  const search = page.getByRole('dialog', { name: 'Search' });
  await expect(search).toBeVisible();
  // A word may be a card's id, but more likely it names something: a list is found by its title.
  await page.keyboard.type('morning');
  await expect(search.getByRole('option')).toHaveText(['Checklists', 'Open card morning']);
  await page.keyboard.press('Escape');
});

test('the language is found by its name in the menu of whoever is signed in', async ({ page, console: host }) => {
  await openSignedIn(page, host.address);
  await page.getByRole('button', { name: 'Signed in as Léa. Change' }).click();
  await page.getByRole('menuitem', { name: /language/i }).click();
  await expect(page.getByLabel('Language', { exact: true })).toBeVisible();
});

test('sound that the browser blocks is said until a hand allows it', async ({ page, console: host }) => {
  // Whatever Playwright asks of a page counts as a hand: what the screen says is read past it.
  const session = await page.context().newCDPSession(page);
  const said = async (): Promise<string> => {
    const { result } = await session.send('Runtime.evaluate', {
      expression: `document.querySelector('.top-bar .pill-warn')?.innerText ?? ''`,
    });
    return String(result.value);
  };
  await page.goto(host.address);
  await expect.poll(said).toBe('Sound is blocked: click here');
  await page.mouse.click(640, 700);
  await expect.poll(said).toBe('');
  await signIn(page, 'Léa');
  await page.getByRole('button', { name: 'Sound is on' }).click();
  const sound = page.getByRole('dialog', { name: 'Sound' });
  await expect(sound.getByRole('button', { name: 'Critical' })).toBeVisible();
  await picture(page, '91-sound');
  await expectAccessible(page);
  await sound.getByRole('button', { name: /^Mute/ }).click();
  await expect(page.getByRole('button', { name: /^Muted until/ })).toBeVisible();
});

/** All that a page says, with what only a screen reader or a pointer that rests hears of it. */
const wordsOf = (page: Page): Promise<string> =>
  page.evaluate(() =>
    [document.body, ...document.querySelectorAll('[aria-label], [title], [placeholder]')]
      .flatMap((part) => [
        part === document.body ? document.body.innerText : '',
        ...['aria-label', 'title', 'placeholder'].map((name) => part.getAttribute(name) ?? ''),
      ])
      .join('\n'),
  );

/** As it stands where a text is missing: `board.title`. */
const KEY = new RegExp(`\\b(?:${Object.keys(texts('en')).join('|')})\\.[a-z]\\w+`);

for (const [language, loading, settings] of [
  ['en', 'Loading …', 'Settings'],
  ['fr', 'Chargement…', 'Réglages'],
] as const) {
  test(`the first screen stands before the rest of the scripts and words is loaded, in ${language}`, async ({
    page,
    console: host,
  }) => {
    await openSignedIn(page, host.address);
    const card = `04FIRST${language.toUpperCase()}`;
    await loseMoney(host, card);
    await page.evaluate(() => {
      location.hash = '#/settings/laptop';
    });
    await page.getByLabel('Language', { exact: true }).selectOption(language);
    await expect(page.locator('html')).toHaveAttribute('lang', language);
    await page.evaluate(() => {
      location.hash = '#/board';
    });

    const [code, words, screens] = [
      Promise.withResolvers<void>(),
      Promise.withResolvers<void>(),
      Promise.withResolvers<string>(),
    ];
    await page.route(/\/(dialogs|screens)-[^/]*\.js$/, async (route, request) => {
      if (request.url().includes('/screens-')) screens.resolve(request.url());
      await code.promise;
      await route.continue();
    });
    await page.route(/\/(en|fr)-late-[^/]*\.js$/, async (route) => {
      await words.promise;
      await route.continue();
    });
    const loaded: Buffer[] = [];
    page.on('requestfinished', (request) => {
      const { pathname } = new URL(request.url());
      if (pathname.endsWith('.js')) loaded.push(readFileSync(join(import.meta.dirname, '../out/renderer', pathname)));
    });
    await page.reload();
    await expect(page.getByRole('row', { name: new RegExp(card) })).toBeVisible();
    expect(await wordsOf(page)).not.toMatch(KEY);
    const size = loaded.reduce((sum, file) => sum + gzipSync(file).length, 0);
    expect(size).toBeGreaterThan(100_000);
    expect(size).toBeLessThan(250_000);

    const main = page.getByRole('main');
    await page.getByRole('link', { name: settings }).click();
    await expect(main.getByText(loading)).toBeVisible();
    // A screen that has arrived waits for its words.
    code.resolve();
    await page.evaluate(
      async (url) => {
        await import(url);
        for (let frame = 0; frame < 10; frame += 1) await new Promise(requestAnimationFrame);
      },
      await screens.promise,
    );
    await expect(main.getByText(loading)).toBeVisible();
    expect(await wordsOf(page)).not.toMatch(KEY);
    words.resolve();
    await expect(main.getByRole('heading', { name: settings })).toBeVisible();
    expect(await wordsOf(page)).not.toMatch(KEY);
    await page.unrouteAll();
  });
}
