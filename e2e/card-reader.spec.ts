import type { Page } from '@playwright/test';
import { festivalOf } from '../electron/testing/festival.ts';
import { loseMoney, openAlert } from './support/booth.ts';
import {
  asAdministrator,
  expect,
  expectAccessible,
  openSignedIn,
  picture,
  type RunningConsole,
  readCard,
  stopFaults,
  test,
  typeByHand,
} from './support/console.ts';
import { openSettings } from './support/operators.ts';

/* A reader that types like a keyboard: each card opens, or it is said why not, and none of its keys acts. */
test.use({ seed: '77' });

const makeCards = (host: RunningConsole, ids: readonly string[]) =>
  asAdministrator(host.dataDir, async (admin) => {
    for (const id of ids) await festivalOf({ admin }).card(id, 20);
  });
const place = (page: Page): Promise<string> => page.evaluate(() => decodeURIComponent(location.hash));
const go = (page: Page, hash: string): Promise<void> =>
  page.evaluate((to) => {
    location.hash = to;
  }, hash);
const shows = async (page: Page, id: string): Promise<void> => {
  await expect.poll(() => place(page)).toBe(`#/card/${id}`);
  await expect(page.getByLabel('Card ID')).toHaveValue(id);
  await expect(page.getByText('The card matches its history.')).toBeVisible();
};

test('a card is found however the reader writes it, and an id that is stored is taken as it is', async ({
  page,
  console: host,
}) => {
  await makeCards(host, ['04A1B2C3D4', '04a1b2c3d4', '0A0B0C0D', 'cafe-17', '04:99:88:77', 'no digits']);
  await openSignedIn(page, host.address);
  await stopFaults(page);
  const finds = async (read: string, id: string, end: 'Enter' | 'Tab' = 'Enter') => {
    await go(page, '#/health');
    await readCard(page, read, end);
    await shows(page, id);
  };
  // Both are cards: neither is taken for the other.
  await finds('04A1B2C3D4', '04A1B2C3D4');
  await finds('04a1b2c3d4', '04a1b2c3d4', 'Tab');
  await finds('no digits', 'no digits');
  await finds('0a:0b:0c:0d', '0A0B0C0D');
  await finds('0A 0B 0C 0D', '0A0B0C0D', 'Tab');
  await finds('CAFE 17', 'cafe-17');
  await finds('04998877', '04:99:88:77');
  // The same keys on a French keyboard: digits without Shift, and A where Q is.
  await finds('àQàBàCàD', '0A0B0C0D');

  // What is typed by hand is the same, and the end of an id offers those that have it.
  await go(page, '#/card');
  await page.getByLabel('Card ID').fill('c3d4');
  await page.getByRole('button', { name: 'Show', exact: true }).click();
  const offered = page.getByRole('region', { name: 'Cards whose ID ends like this:' });
  await expect(offered.getByRole('link')).toHaveText(['04A1B2C3D4', '04a1b2c3d4']);
  await picture(page, '36-card-endings');
  await expectAccessible(page);
  await offered.getByRole('link', { name: '04A1B2C3D4', exact: true }).click();
  await shows(page, '04A1B2C3D4');
  await readCard(page, 'FFFFFFFF');
  await expect(page.getByText('The festival’s database has no card with this ID.')).toBeVisible();
  await expect(offered).toHaveCount(0);
});

test('on every screen a card opens, whatever has the focus, and no key of it acts', async ({ page, console: host }) => {
  // Each of these letters alone is a shortcut of the board.
  const ids = Array.from({ length: 12 }, (_, at) => `facade${String(at).padStart(2, '0')}`);
  await makeCards(host, ids);
  await loseMoney(host, 'fa11');
  await openSignedIn(page, host.address);
  await openAlert(page, 'fa11');
  const board = await place(page);
  const screens = [
    ...[board, '#/card', '#/card/fa11', '#/approvals', '#/handover', '#/runbooks', '#/drills', '#/health', '#/waiting'],
    ...['#/settings/festival', '#/settings/operators', '#/settings/laptop'],
  ];
  for (const [at, screen] of screens.entries()) {
    await go(page, screen);
    await expect(page.locator('.main h1').first()).toBeVisible();
    await expect(page.locator('.main').getByText('Loading')).toHaveCount(0);
    // Every second time a control has the focus that letters, a blank, Enter or Tab would touch.
    const control = page
      .locator('.main')
      .locator('input:visible, select:visible, textarea:visible, button:visible')
      .first();
    if (at % 2 === 1 && (await control.count()) > 0) await control.focus();
    const id = ids[at] ?? '';
    await readCard(page, id, at % 3 === 0 ? 'Tab' : 'Enter');
    await shows(page, id);
    await expect(page.getByRole('dialog')).toHaveCount(0);
  }
  await go(page, '#/settings/festival');
  await expect(page.getByLabel('Festival name')).toHaveValue('');
  await go(page, board);
  // Nobody did anything to an alert.
  const { rows } = await asAdministrator(host.dataDir, (client) =>
    client.query(`select action from console.audit where subject like 'event:%' and actor = 'Léa'`),
  );
  expect(rows).toEqual([]);
  // The list's own search has what a hand wrote into it, and nothing else.
  await page.getByRole('searchbox').focus();
  await typeByHand(page, 'bar');
  await readCard(page, 'facade03');
  await shows(page, 'facade03');
});

test('over what somebody is at a card is only offered, and nothing that was typed is touched', async ({
  page,
  console: host,
}) => {
  await makeCards(host, ['decade01']);
  await loseMoney(host, 'fa12');
  await openSignedIn(page, host.address);
  await openAlert(page, 'fa12');
  const board = await place(page);
  const toast = page.getByText('Card decade01 was read.');
  const dialog = page.getByRole('dialog');
  for (const [key, label] of [
    ['n', 'Note'],
    ['f', 'Why is it a false positive?'],
    ['c', 'Reason'],
  ] as const) {
    await page.getByRole('article').getByRole('heading').first().click();
    await page.keyboard.press(key);
    const field = dialog.getByLabel(label);
    await field.focus();
    await typeByHand(page, 'The bar says');
    await readCard(page, 'decade01');
    await expect(toast).toBeVisible();
    await expect(field).toHaveValue('The bar says');
    // Nor does its end press what has the focus.
    await dialog.locator('.dialog-foot .button').last().focus();
    await readCard(page, 'decade01', 'Enter');
    await expect(dialog).toBeVisible();
    expect(await place(page)).toBe(board);
    await page.keyboard.press('Escape');
    await expect(dialog).toHaveCount(0);
  }
  // Over the search nothing is lost, and the card opens.
  await page.keyboard.press('Control+k');
  await expect(dialog.getByRole('combobox')).toBeFocused();
  await readCard(page, 'decade01');
  await expect(dialog).toHaveCount(0);
  await shows(page, 'decade01');
  // In a menu it is only offered, and opens from there.
  await go(page, board);
  await page.getByRole('button', { name: 'Signed in as Léa. Change' }).click();
  await expect(page.getByRole('menu')).toBeVisible();
  await readCard(page, 'decade01');
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Open the card' }).first().click();
  await shows(page, 'decade01');
});

test('what a password manager types is never taken for a card', async ({ page, console: host }) => {
  await openSignedIn(page, host.address);
  await openSettings(page, 'Connection');
  const settings = await place(page);
  const password = page.getByLabel('Password', { exact: true });
  await password.fill('');
  await readCard(page, 'correcthorse7', 'Tab');
  await expect(password).toHaveValue('correcthorse7');
  await expect(password).not.toBeFocused();
  expect(await place(page)).toBe(settings);
});

test('two hundred cards that follow each other without a pause open one after the other', async ({
  page,
  console: host,
}) => {
  const ids = Array.from({ length: 200 }, (_, at) => `04C0DE${at.toString(16).toUpperCase().padStart(6, '0')}`);
  await makeCards(host, ids.slice(-1));
  await openSignedIn(page, host.address);
  await page.evaluate(() => {
    const opened: string[] = [];
    Object.assign(window, { opened });
    addEventListener('hashchange', ({ newURL }) => opened.push(decodeURIComponent(new URL(newURL).hash)));
  });
  const session = await page.context().newCDPSession(page);
  const began = Date.now() / 1_000;
  const keys = ids.flatMap((id) => [...id, 'Enter']);
  // As fast as this machine carries them; each says when the reader sent it.
  await Promise.all(
    keys.flatMap((key, at) => {
      const pressed = key === 'Enter' ? { key, code: key, windowsVirtualKeyCode: 13, text: '\r' } : { key, text: key };
      const timestamp = began + at * 0.005;
      return [
        session.send('Input.dispatchKeyEvent', { type: 'keyDown', ...pressed, timestamp }),
        session.send('Input.dispatchKeyEvent', { type: 'keyUp', key, timestamp }),
      ];
    }),
  );
  await shows(page, ids.at(-1) ?? '');
  expect(await page.evaluate(() => Reflect.get(window, 'opened'))).toEqual(
    expect.arrayContaining(ids.map((id) => `#/card/${id}`)),
  );
  await expect(page.getByRole('dialog')).toHaveCount(0);
});
