import { createHash } from 'node:crypto';
import type { Page } from '@playwright/test';
import { festivalOf } from '../electron/testing/festival.ts';
import {
  asAdministrator,
  expect,
  expectAccessible,
  openSignedIn,
  picture,
  type RunningConsole,
  stopFaults,
  test,
} from './support/console.ts';

/* More alerts than anybody can take in, at one bar of the training festival. */
test.use({ seed: '47', viewport: { width: 1366, height: 768 } });
test.describe.configure({ mode: 'serial' });

const cardOf = (name: string): string => createHash('md5').update(name).digest('hex').slice(0, 14);
const banner = (page: Page) => page.getByRole('status').filter({ hasText: /^Flood:/ });
const table = (page: Page) => page.getByRole('table', { name: 'Alerts, most urgent first' });

/** Orders of as many cards fail at a bar and take their money. */
const lose = (running: RunningConsole, { from, count }: { from: number; count: number }): Promise<void> =>
  asAdministrator(running.dataDir, async (admin) => {
    const festival = festivalOf({ admin });
    for (let n = from; n < from + count; n += 1) {
      await festival.card(cardOf(`flood ${n}`), 50);
      await festival.failedOrder(cardOf(`flood ${n}`), 2 + (n % 5), { takes: 2 + (n % 5), pointOfSale: 'Bar 3' });
    }
  });

/** Orders at other bars go through: what the lost ones are compared with. */
const sell = (running: RunningConsole, count: number): Promise<void> =>
  asAdministrator(running.dataDir, async (admin) => {
    const festival = festivalOf({ admin });
    for (let n = 0; n < count; n += 1) {
      const card = cardOf(`sold ${n}`);
      const euros = 2 + (n % 5);
      await festival.card(card, 50);
      await admin.query('begin');
      await festival.changeCard(card, -euros);
      const row = { card, type: 'bar_order', status: 'completed', amount: euros, previous: 50, next: 50 - euros };
      await festival.log({ ...row, pointOfSale: `Bar ${10 + (n % 9)}`, secondsAgo: 60 });
      await admin.query('commit');
    }
  });

/** Writes down what is played: the pitch of each tone. */
const listen = async (page: Page): Promise<void> => {
  await page.addInitScript(() => {
    const tones: number[] = [];
    Object.assign(globalThis, { tones });
    const { start } = OscillatorNode.prototype;
    OscillatorNode.prototype.start = function (this: OscillatorNode, ...when) {
      tones.push(Math.round(this.frequency.value));
      start.apply(this, when);
    };
  });
};
const tones = (page: Page): Promise<number[]> =>
  page.evaluate(() => (globalThis as unknown as { tones: number[] }).tones.slice());
/** The first tone of the flood's sound is no other sound's. */
const floodsHeard = async (page: Page): Promise<number> =>
  (await tones(page)).filter((tone) => tone === 988).length / 2;

/** Rows of the board that appeared in the last minutes, as the database has them. */
const alarms = (running: RunningConsole, minutes: number): Promise<number> =>
  asAdministrator(running.dataDir, async (client) => {
    const { rows } = await client.query(
      `select count(*)::int as alarms from monitoring_events e left join console.alerts a using (event_id)
       where e.severity <> 'INFO' and e.detection_timestamp > now() - make_interval(mins => $1)
         and coalesce(a.incident_id, e.event_id) = e.event_id`,
      [minutes],
    );
    return rows[0].alarms;
  });

test('twenty alerts: the flood is said with its cause, stands by causes, and has one sound', async ({
  page,
  console: running,
}) => {
  await listen(page);
  await openSignedIn(page, running.address);
  await stopFaults(page);
  await sell(running, 60);
  await lose(running, { from: 0, count: 12 });
  await expect(banner(page)).toBeVisible();
  await expect.poll(() => floodsHeard(page)).toBe(1);
  const heard = (await tones(page)).length;
  await lose(running, { from: 12, count: 8 });
  await expect(
    table(page).getByRole('row', { name: /Money taken by a failed order · Bar 3 · 20 alerts/ }),
  ).toBeVisible();
  // Of the first cause, on top.
  await expect(table(page).getByRole('row').nth(1)).toContainText('Money taken by a failed order · Bar 3');
  expect((await tones(page)).length).toBe(heard);
  await expect(banner(page)).toContainText(/% of them \(\d+ cards\) were at Bar 3, as were/);
  await picture(page, '48-flood');
  await expectAccessible(page);

  await banner(page).getByRole('button', { name: 'Show one by one' }).click();
  await expect(table(page).getByText('Before the flood')).toBeHidden();
  await expect(table(page).getByText('Money taken by a failed order · Bar 3')).toBeHidden();
  await banner(page).getByRole('button', { name: 'Group by cause' }).click();
  await expect(table(page).getByText('Money taken by a failed order · Bar 3')).toBeVisible();
});

test('a CRITICAL of another cause is heard in the flood', async ({ page, console: running }) => {
  await listen(page);
  await openSignedIn(page, running.address);
  await expect(banner(page)).toBeVisible();
  await asAdministrator(running.dataDir, async (admin) => {
    const festival = festivalOf({ admin });
    await festival.card(cardOf('changed'), 50);
    await festival.changeCard(cardOf('changed'), -7);
  });
  // The sound of a CRITICAL, once.
  await expect.poll(async () => (await tones(page)).filter((tone) => tone === 880).length).toBe(3);
  expect(await floodsHeard(page)).toBe(0);
  await page
    .getByRole('searchbox', { name: /Search/ })
    .first()
    .fill('differs from its history');
  await expect(table(page).getByText(/differs from its history by/)).toBeVisible();
});

test('alarm quality counts that hour to the unit', async ({ page, console: running }) => {
  await openSignedIn(page, running.address);
  await page.evaluate(() => {
    location.hash = '#/health';
  });
  const panel = page.getByRole('region', { name: 'Alarm quality', exact: true }).first();
  const value = (name: RegExp) => panel.getByRole('row', { name }).locator('strong');
  await expect(async () => {
    const expected = await alarms(running, 60);
    expect(expected).toBeGreaterThanOrEqual(21);
    await expect(value(/last hour/)).toHaveText(String(expected), { timeout: 12_000 });
    expect(await alarms(running, 60)).toBe(expected);
  }).toPass();
  await expect(panel.getByRole('row', { name: /per person, last hour/ })).toContainText('Far too many');
  await panel.getByText('The loudest sources, last 24 hours').click();
  await expect(
    panel.getByRole('row', { name: /Money taken by a failed order · Bar 3 \(chattering\) 20/ }),
  ).toBeVisible();
  await picture(page, '49-alarm-quality');
  await expectAccessible(page);
});
