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
  const offered = page.getByRole('region', { name: 'Cards whose ID ends in this:' });
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
  const ids = Array.from({ length: 12 }, (_, at) => `${at % 2 === 0 ? 'a' : 'f'}acade${String(at).padStart(2, '0')}`);
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

test('a shortcut acts also where the screen that had the focus goes away meanwhile', async ({
  page,
  console: host,
}) => {
  // Before anything of the console hears the key.
  await page.addInitScript(() => {
    addEventListener('keydown', () => document.getElementById('leaving')?.remove(), { capture: true });
  });
  await openSignedIn(page, host.address);
  await page.evaluate(() => {
    const leaving = Object.assign(document.createElement('button'), { id: 'leaving' });
    document.body.append(leaving);
    leaving.focus();
  });
  await page.keyboard.press('?');
  await expect(page.getByRole('dialog', { name: 'Keyboard shortcuts' })).toBeVisible();
  await expect(page.locator('#leaving')).toHaveCount(0);
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

/** Cards that follow each other without a pause, as fast as this machine carries them; each key says when it was sent. */
const readMany = async (page: Page, ids: readonly string[]): Promise<void> => {
  const session = await page.context().newCDPSession(page);
  const began = Date.now() / 1_000;
  const keys = ids.flatMap((id) => [...id, 'Enter']);
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
  await session.detach();
};

/** From now on the page remembers which cards it opened, and of which it said that they were read. */
const remember = (page: Page): Promise<void> =>
  page.evaluate(() => {
    const answered: string[] = [];
    Object.assign(window, { answered });
    addEventListener('hashchange', () => {
      const [, id] = /^#\/card\/(.+)$/.exec(decodeURIComponent(location.hash)) ?? [];
      if (id !== undefined) answered.push(id);
    });
    new MutationObserver(() => {
      for (const [, id] of document.body.innerText.matchAll(/Card (\S+) was read/g)) {
        if (id !== undefined && !answered.includes(id)) answered.push(id);
      }
    }).observe(document.body, { childList: true, subtree: true, characterData: true });
  });
const answered = (page: Page): Promise<string[]> => page.evaluate(() => Reflect.get(window, 'answered'));

test('two hundred cards without a pause, on every screen and over every dialog, are each opened or offered', async ({
  page,
  console: host,
}) => {
  let next = 0;
  // Each of their letters alone is a shortcut of the board.
  const some = (count: number): string[] =>
    Array.from({ length: count }, () => `face${(next++).toString(16).padStart(4, '0')}`);
  await loseMoney(host, 'fa13');
  await openSignedIn(page, host.address);
  await openAlert(page, 'fa13');
  const alert = await place(page);
  await remember(page);
  const screens = [
    ...[
      alert,
      alert.replace('board', 'runbook'),
      '#/board',
      '#/log',
      '#/card',
      '#/approvals',
      '#/handover',
      '#/runbooks',
    ],
    ...['#/drills', '#/health', '#/waiting', '#/settings/festival', '#/settings/operators', '#/settings/laptop'],
  ];
  for (const screen of screens) {
    await go(page, screen);
    await expect(page.locator('.main h1').first()).toBeVisible();
    await expect(page.locator('.main').getByText('Loading')).toHaveCount(0);
    const ids = some(9);
    await readMany(page, ids);
    await expect.poll(() => place(page)).toBe(`#/card/${ids.at(-1)}`);
    await expect.poll(() => answered(page), { message: screen }).toEqual(expect.arrayContaining(ids));
    await expect(page.getByRole('dialog')).toHaveCount(0);
  }
  // With a field that letters would go into, where there is one; what stood in it stands in it afterwards.
  const fields = ['#/history', '#/corrections', '#/database/upkeep', '#/reports', '#/connect', '#/settings/escalation'];
  for (const screen of [...fields, '#/checklists', '#/health/engine', '#/database']) {
    await go(page, screen);
    const field = page.locator('.main').getByRole('textbox').first();
    if (fields.includes(screen)) await field.focus();
    else await expect(page.locator('.main h1').first()).toBeVisible();
    const before = fields.includes(screen) ? await field.inputValue() : '';
    const ids = some(3);
    await readMany(page, ids);
    await expect.poll(() => place(page)).toBe(`#/card/${ids.at(-1)}`);
    await expect.poll(() => answered(page), { message: screen }).toEqual(expect.arrayContaining(ids));
    if (!fields.includes(screen)) continue;
    await go(page, screen);
    await expect(field, screen).toHaveValue(before);
  }
  // A room looks up to the wall: no card is shown on it, and it says which was read.
  await go(page, '#/wall');
  await expect(page.locator('.wall')).toBeVisible();
  const overWall = some(3);
  await readMany(page, overWall);
  await expect.poll(() => answered(page)).toEqual(expect.arrayContaining(overWall));
  expect(await place(page)).toBe('#/wall');
  await page.getByRole('link', { name: 'Open the card' }).click();
  await expect.poll(() => place(page)).toBe(`#/card/${overWall.at(-1)}`);

  const overlay = page.locator('.dialog, .popup');
  const key = (name: string) => () => page.keyboard.press(name);
  const button = (name: string | RegExp) => page.getByRole('button', { name }).first();
  const dialogs: readonly [string, string, () => Promise<unknown>][] = [
    ...(
      [
        ['note', 'n'],
        ['false positive', 'f'],
        ['snooze', 's'],
        ['resolve', 'e'],
        ['correction', 'c'],
      ] as const
    ).map(([name, letter]): [string, string, () => Promise<unknown>] => [name, alert, key(letter)]),
    ['more actions', alert, () => page.getByRole('article').getByRole('button', { name: 'More actions' }).click()],
    ['state', alert, () => page.locator('.status-pill').click()],
    ['training', alert, () => button('TRAINING').click()],
    [
      'own PIN',
      alert,
      async () => {
        await button('Signed in as Léa. Change').click();
        await page.getByRole('menuitem', { name: 'Change my PIN' }).click();
      },
    ],
    [
      'name of a view',
      alert,
      async () => {
        await button('Views').click();
        await page.getByRole('menuitem', { name: 'Save this view…' }).click();
      },
    ],
    ['operator', '#/settings/operators', () => page.locator('#operators ~ .row .button').first().click()],
    ['silence', '#/settings/detectors', () => button('New silence').click()],
    ['tags of the log', '#/log', () => button('Tags and templates').click()],
    ['more connections', '#/database', () => button('Allow more connections').click()],
  ];
  for (const [name, screen, open] of dialogs) {
    await go(page, screen);
    if (screen === alert) await expect(page.getByRole('article').getByRole('heading').first()).toBeVisible();
    await open();
    await expect(overlay).toBeVisible();
    await expect(overlay.getByText('Loading')).toHaveCount(0);
    const fields = () =>
      overlay.locator('input, textarea, select').evaluateAll((all) => all.map((one) => Reflect.get(one, 'value')));
    const before = await fields();
    const ids = some(7);
    await readMany(page, ids);
    await expect.poll(() => answered(page), { message: name }).toEqual(expect.arrayContaining(ids));
    await expect(overlay, name).toHaveCount(1);
    expect(await fields(), name).toEqual(before);
    expect(await place(page), name).toBe(screen);
    await page.keyboard.press('Escape');
    await expect(overlay).toHaveCount(0);
  }
  // Nothing can be lost over the search and the keys: they make room.
  for (const opens of ['Control+k', '?']) {
    await go(page, alert);
    // Until then the card has the screen, and the key would go into its field.
    await expect(page.getByRole('article').getByRole('heading').first()).toBeVisible();
    await page.keyboard.press(opens);
    await expect(overlay).toBeVisible();
    const ids = some(5);
    await readMany(page, ids);
    await expect.poll(() => place(page)).toBe(`#/card/${ids.at(-1)}`);
    await expect.poll(() => answered(page), { message: opens }).toEqual(expect.arrayContaining(ids));
    await expect(overlay).toHaveCount(0);
  }
  expect(next).toBeGreaterThanOrEqual(200);
  const { rows } = await asAdministrator(host.dataDir, (client) =>
    client.query(
      `select action from console.audit join monitoring_events on subject = 'event:' || event_id
       where card_id = 'fa13' and actor = 'Léa'`,
    ),
  );
  expect(rows).toEqual([]);
});
