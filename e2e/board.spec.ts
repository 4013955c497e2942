import type { Page } from '@playwright/test';
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
import { closeOthers, flood, oneMore } from './support/flood.ts';

/* Fifty alerts at once, on the screen of a booth. */
test.use({ seed: '76', viewport: { width: 1366, height: 768 } });
test.describe.configure({ mode: 'serial' });

const tile = (page: Page, name: string) =>
  page.getByRole('region', { name: 'Summary' }).getByRole('button', { name: new RegExp(name) });
const table = (page: Page) => page.getByRole('table', { name: 'Alerts, most urgent first' });
const row = (page: Page, name: string | RegExp) => table(page).getByRole('button', { name });
const bulk = (page: Page) => page.getByRole('region', { name: 'Selected alerts' });

const begin = async (page: Page, running: RunningConsole): Promise<void> => {
  await openSignedIn(page, running.address);
  await stopFaults(page);
};
const ofBar = (running: RunningConsole, place: string) =>
  asAdministrator(running.dataDir, async (client) => {
    const { rows } = await client.query(
      `select a.acknowledged_by, a.taken_by, e.status from console.alerts a join monitoring_events e using (event_id)
       where e.event_data ->> 'point_of_sale' = $1 and e.status in ('OPEN', 'INVESTIGATING')`,
      [place],
    );
    return rows;
  });

test('fifty alerts say how many are critical, what is at risk and what nobody has', async ({
  page,
  console: running,
}) => {
  await begin(page, running);
  await asAdministrator(running.dataDir, flood);
  await expect(async () => {
    // What the training festival raises meanwhile is not what this is about.
    await asAdministrator(running.dataDir, closeOthers);
    const soon = { timeout: 10_000 };
    await expect(page.getByRole('tab', { name: /^Open/ })).toContainText('50', soon);
    await expect(tile(page, 'Open criticals')).toContainText('7of 50', soon);
    await expect(tile(page, 'Without owner')).toContainText('50', soon);
    // 7 × 7.50 + 13 × 6.00 + 10 × 4.25
    await expect(tile(page, 'Euros at risk')).toContainText('€173.00', soon);
  }).toPass();
  await expect(tile(page, 'Next deadline')).toContainText(/\d:\d\d/);
  // Fourteen rows and no page that scrolls.
  await expect.poll(() => visibleRows(page)).toBeGreaterThanOrEqual(12);
  await picture(page, '40-board');
  await expectAccessible(page);
});

test('its figures follow what comes while they are being counted', async ({ page, console: running }) => {
  // Each count is followed by a push of the core before the screen has drawn it, as on a busy laptop.
  await page.addInitScript(() => {
    const { requestIdleCallback, WebSocket } = window;
    let socket: WebSocket | undefined;
    let pushes = 20;
    window.WebSocket = class extends WebSocket {
      constructor(...given: ConstructorParameters<typeof WebSocket>) {
        super(...given);
        socket = this;
      }
    };
    window.requestIdleCallback = (work, options) =>
      requestIdleCallback((deadline) => {
        work(deadline);
        pushes -= 1;
        const data = JSON.stringify({ event: { event: 'alerts', changed: [], removed: [] } });
        if (pushes >= 0) socket?.dispatchEvent(new MessageEvent('message', { data }));
      }, options);
  });
  await begin(page, running);
  const open = page.getByRole('tab', { name: /^Open/ });
  const shows = (count: number, change: typeof closeOthers) =>
    expect(async () => {
      // What the training festival raises meanwhile is not what this is about.
      await asAdministrator(running.dataDir, closeOthers);
      await asAdministrator(running.dataDir, change);
      const soon = { timeout: 10_000 };
      await expect(open).toContainText(String(count), soon);
      await expect(tile(page, 'Open criticals')).toContainText(`7of ${count}`, soon);
    }).toPass();
  await shows(50, closeOthers);
  await shows(51, oneMore);
  await shows(50, closeOthers);
});

const visibleRows = (page: Page): Promise<number> =>
  table(page)
    .getByRole('row')
    .evaluateAll((rows) => rows.filter((one) => one.getBoundingClientRect().bottom <= innerHeight).length - 1);

test('all alerts of one bar are acknowledged with three keys and clicks, as one command that can be undone', async ({
  page,
  console: running,
}) => {
  await begin(page, running);
  await page.keyboard.press('g');
  await expect(page).toHaveURL(/group=place/);
  const bar = table(page).getByRole('checkbox', { name: 'Select all of Bar Électro' });
  await expect(table(page).getByText('Bar Électro · 7 alerts · €52.50')).toBeVisible();
  await picture(page, '41-board-by-place');
  await bar.check();
  await expect(bulk(page)).toContainText('7 selected · €52.50');
  await picture(page, '42-board-selected');
  await expectAccessible(page);
  await page.keyboard.press('a');
  // The message offers the way back for some seconds, whether the database has it already or is slow.
  const undo = page.getByRole('button', { name: 'Undo' });
  await expect(undo).toBeVisible();
  const acknowledgedBy = async () => (await ofBar(running, 'Bar Électro')).map((one) => one.acknowledged_by);
  await expect.poll(acknowledgedBy).toEqual(Array(7).fill('Léa'));
  await undo.click();
  const isFree = async () => (await ofBar(running, 'Bar Électro')).every((one) => one.acknowledged_by === null);
  await expect.poll(isFree).toBe(true);
  const commands = await asAdministrator(
    running.dataDir,
    async (client) =>
      (await client.query(`select command from console.operations where command like 'alert%' order by xact`)).rows,
  );
  expect(commands).toEqual([{ command: 'alerts.acknowledge' }, { command: 'alerts.unacknowledge' }]);
});

test('rows are narrowed by tiles, tabs and words, which the address keeps, and sorted by any column', async ({
  page,
  console: running,
}) => {
  await begin(page, running);
  await tile(page, 'Euros at risk').click();
  await page.getByRole('button', { name: 'Amount' }).click();
  await page.getByRole('searchbox').fill('bar rock');
  await expect(page).toHaveURL(/sort=-amount.*only=money.*text=bar\+rock/);
  await expect(row(page, /04BARR/)).toHaveCount(await visible(page));
  await page.reload();
  await expect(page.getByRole('searchbox')).toHaveValue('bar rock');
  await expect(tile(page, 'Euros at risk')).toHaveAttribute('aria-pressed', 'true');
  await page.getByRole('button', { name: 'Views' }).click();
  await page.getByRole('menuitem', { name: 'Save this view…' }).click();
  await page.getByLabel('Name of the view').fill('Rock, money');
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByText('View saved on this laptop.')).toBeVisible();
  await page.getByRole('button', { name: 'Views' }).click();
  await page.getByRole('menuitem', { name: 'All open alerts' }).click();
  await expect(page).not.toHaveURL(/\?/);
  await page.getByRole('button', { name: 'Views' }).click();
  await page.getByRole('menuitem', { name: 'Rock, money', exact: true }).click();
  await expect(page.getByRole('searchbox')).toHaveValue('bar rock');
});

test('a row that a search hides takes the focus from nobody as it comes back, and hands it on to no other', async ({
  page,
  console: running,
}) => {
  await begin(page, running);
  await expect(row(page, /04BARR/).first()).toBeVisible();
  await typeByHand(page, 'j');
  const focused = table(page).locator(':focus');
  const name = await focused.innerText();
  await typeByHand(page, '/');
  const search = page.getByRole('searchbox');
  await search.fill('food court');
  await expect(row(page, name)).toHaveCount(0);
  await expect(row(page, /04FOOD/).first()).toBeVisible();
  await search.fill('');
  await expect(row(page, name).first()).toBeVisible();
  await expect(search).toBeFocused();
  await row(page, name).first().focus();
  await page.evaluate(() => {
    location.hash = '#/board?text=food+court';
  });
  await expect(row(page, name)).toHaveCount(0);
  await expect(row(page, /04FOOD/).first()).toBeVisible();
  await expect(focused).toHaveCount(0);
});

const visible = (page: Page): Promise<number> =>
  table(page)
    .getByRole('button', { name: /04|reader/ })
    .count();

test('the keyboard alone moves, selects, opens, takes and closes', async ({ page, console: running }) => {
  await begin(page, running);
  await expect(row(page, /04BAR/).first()).toBeVisible();
  await typeByHand(page, 'jx');
  await expect(bulk(page)).toContainText('1 selected');
  await page.keyboard.press('ArrowDown');
  await typeByHand(page, 'x');
  await expect(bulk(page)).toContainText('2 selected');
  // A key that acts at once is taken back where it turns out to be a reader's, also of a card that was not read to its end.
  const rows = table(page).getByRole('row');
  // How many are drawn beyond the edge is the list's own; what is marked is somebody's.
  const marks = () =>
    rows.evaluateAll((all) =>
      all
        .filter((one) => one.ariaSelected === 'true' || /-(current|active)/.test(one.className))
        .map((one) => `${one.getAttribute('aria-rowindex')} ${one.ariaSelected} ${one.className}`),
    );
  const before = await marks();
  expect(before).toHaveLength(2);
  const focused = page.locator('[role=row]:has(:focus)');
  const focusedIndex = (await focused.getAttribute('aria-rowindex')) ?? '';
  for (const read of ['jx41', 'xj41', 'kkxx']) {
    await readCard(page, read, null);
    await expect.poll(marks).toEqual(before);
    await expect(focused).toHaveAttribute('aria-rowindex', focusedIndex);
  }
  // Nor is anything acknowledged, taken or grouped by a card whose first letter would do that, though it is shown at once.
  const answeredFor = () =>
    asAdministrator(running.dataDir, async (client) => {
      const { rows: all } = await client.query(
        'select event_id from console.alerts where coalesce(acknowledged_by, taken_by) is not null order by event_id',
      );
      return all;
    });
  const answeredBefore = await answeredFor();
  for (const read of ['aface1', 'tface1', 'gface1']) {
    await readCard(page, read, null);
    await expect.poll(marks).toEqual(before);
    await expect.poll(() => page.url()).not.toContain('group');
  }
  expect(await answeredFor()).toEqual(answeredBefore);
  await typeByHand(page, 's');
  await page.getByLabel('Why can it wait?').fill('The bar is being asked.');
  await page.getByRole('dialog').getByRole('button', { name: 'Snooze' }).click();
  await expect(page.getByRole('tab', { name: /^Snoozed/ })).toContainText('2');
  await typeByHand(page, 'j');
  await page.keyboard.press('Enter');
  const article = page.getByRole('article');
  await expect(article).toBeVisible();
  await picture(page, '43-alert');
  await expectAccessible(page);
  await page.keyboard.press('t');
  await expect(article.getByRole('button', { name: /Start runbook|Resolve/ })).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(article).toHaveCount(0);
});

test('whoever takes an alert reads that it is theirs', async ({ page, console: running }) => {
  await begin(page, running);
  await row(page, /04FOOD/)
    .first()
    .click();
  await expect(page.getByRole('article')).toBeVisible();
  await page.keyboard.press('t');
  await expect(page.getByText('Assigned to you.')).toBeVisible();
});

test('what has an accent is found by who leaves it out, on the board and by Ctrl K', async ({
  page,
  console: running,
}) => {
  await begin(page, running);
  await page.getByRole('searchbox').fill('electro');
  await expect(row(page, /Bar Électro/).first()).toBeVisible();
  await page.keyboard.press('Control+k');
  await page.keyboard.type('bar electro');
  const found = page.getByRole('dialog', { name: 'Search' }).getByRole('option', { name: /Bar Électro/ });
  await expect(found.first()).toBeVisible();
});

test('a search while rows are selected is typed into its field, and Escape leaves it', async ({
  page,
  console: running,
}) => {
  await begin(page, running);
  await expect(row(page, /04BAR/).first()).toBeVisible();
  const search = page.getByRole('searchbox');
  await typeByHand(page, 'jx');
  await expect(bulk(page)).toContainText('1 selected');
  await typeByHand(page, '/bar');
  await expect(search).toBeFocused();
  await expect(search).toHaveValue('bar');
  await page.keyboard.press('Escape');
  await expect(bulk(page)).toContainText('1 selected');
  // The field is another one after each selection.
  await page.keyboard.press('Escape');
  await expect(bulk(page)).toHaveCount(0);
  await typeByHand(page, '/');
  await expect(search).toBeFocused();
  await page.keyboard.press('Escape');
  await expect(search).not.toBeFocused();
});

test('a row says whole who has acknowledged it, is marked at its edge, and has its deadline in line', async ({
  page,
  console: running,
}) => {
  await begin(page, running);
  await asAdministrator(running.dataDir, async (client) => {
    await client.query('begin');
    await oneMore(client);
    await client.query(
      `update monitoring_events set detection_timestamp = now() - interval '20 minutes'
       where event_id = (select max(event_id) from monitoring_events)`,
    );
    await client.query('commit');
  });
  await page.getByRole('searchbox').fill('reader-1');
  const late = row(page, /reader-1:/).locator('xpath=ancestor::*[@role="row"]');
  const middleOf = (what: string) =>
    late.locator(what).evaluate((element) => {
      const { top, height } = element.getBoundingClientRect();
      return top + height / 2;
    });
  await expect(late.locator('.badge-red')).toBeVisible();
  expect(Math.abs((await middleOf('.badge-red')) - (await middleOf('.severity')))).toBeLessThanOrEqual(1);

  await row(page, /reader-1:/).click();
  await page.keyboard.press('Escape');
  await page.keyboard.press('a');
  const owner = late.locator('[data-column="owner"]');
  await expect(owner).toHaveText('Léa · acknowledged');
  expect(await owner.evaluate((cell) => cell.scrollWidth - cell.clientWidth)).toBe(0);

  // The ring around what has the focus would be cut by its cell.
  const ring = () => page.locator(':focus').evaluate((one) => getComputedStyle(one).outlineStyle);
  await page.keyboard.press('ArrowDown');
  await expect(page.locator('.board-row-current :focus')).toHaveCount(1);
  expect(await ring()).toBe('none');
  // Whoever takes over reads the same: nobody has taken it.
  await page.goto(page.url().replace(/#.*/, '#/handover'));
  await expect(page.getByText('acknowledged by Léa').first()).toBeVisible();
});

test('an alert that covers the list on the smallest laptop has the keys to itself', async ({
  page,
  console: running,
}) => {
  await begin(page, running);
  await page.setViewportSize({ width: 1_024, height: 600 });
  await expect(row(page, /04BAR/).first()).toBeVisible();
  await typeByHand(page, 'j');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('article')).toBeVisible();
  await expect(table(page)).toBeHidden();
  await page.keyboard.press('Tab');
  await expect(page.locator('.drawer :focus')).toHaveCount(1);
  // The first one is the button's, whose name stands beside it.
  await page.keyboard.press('Escape');
  await page.keyboard.press('Escape');
  await expect(row(page, /04BAR/).first()).toBeVisible();
});

test('what can be searched for is said whole, in French on the smallest laptop too', async ({
  page,
  console: running,
}) => {
  await begin(page, running);
  await page.goto(new URL('#/settings/laptop', page.url()).href);
  await page.getByLabel('Language', { exact: true }).selectOption('fr');
  await page.setViewportSize({ width: 1024, height: 600 });
  await page.goto(new URL('#/board', page.url()).href);
  const field = page.getByRole('searchbox', { name: 'Rechercher carte, lieu, type' });
  // The count of each tab takes of its room.
  await expect(page.getByRole('tab', { name: /^Ouvertes/ })).toContainText(/\d\d/);
  const spare = await field.evaluate((element: HTMLInputElement) => {
    const words = document.createElement('span');
    words.textContent = element.placeholder;
    const { font, paddingLeft, paddingRight } = getComputedStyle(element);
    words.style.cssText = `font: ${font}; position: fixed; white-space: nowrap`;
    document.body.append(words);
    const { width } = words.getBoundingClientRect();
    words.remove();
    return element.clientWidth - Number.parseFloat(paddingLeft) - Number.parseFloat(paddingRight) - width;
  });
  expect(spare).toBeGreaterThanOrEqual(0);
  await page.goto(new URL('#/settings/laptop', page.url()).href);
  await page.getByLabel('Langue', { exact: true }).selectOption('en');
  await expect(page.locator('html')).toHaveAttribute('lang', 'en');
});

test('every picture of it, in both languages, themes and sizes', async ({ page, console: running }) => {
  test.skip(!process.env.REGIE_PICTURES, 'pictures are for people to look at');
  await begin(page, running);
  await page.goto(new URL('#/settings/laptop', page.url()).href);
  for (const [language, theme, label, themeLabel] of [
    ['fr', 'light', 'Language', 'Thème'],
    ['fr', 'dark', 'Langue', 'Thème'],
    ['en', 'light', 'Langue', 'Theme'],
  ] as const) {
    await page.getByLabel(label, { exact: true }).selectOption(language);
    await page.getByLabel(themeLabel, { exact: true }).selectOption(theme);
    for (const [width, height] of [
      [1366, 768],
      [1024, 600],
    ] as const) {
      await page.setViewportSize({ width, height });
      for (const [name, hash] of [
        ['list', '#/board'],
        ['groups', '#/board?group=place'],
      ] as const) {
        await page.evaluate((to) => {
          location.hash = to;
        }, hash);
        await page.waitForTimeout(400);
        await picture(page, `44-board-${language}-${theme}-${width}-${name}`);
      }
      await page.locator('.board-what').first().click();
      await page.waitForTimeout(600);
      await picture(page, `44-board-${language}-${theme}-${width}-alert`);
    }
    await page.setViewportSize({ width: 1366, height: 768 });
    await page.evaluate(() => {
      location.hash = '#/settings/laptop';
    });
  }
});
