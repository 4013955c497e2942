import type { Page } from '@playwright/test';
import { loseMoney, openAlert } from './support/booth.ts';
import { expect, expectAccessible, openSignedIn, picture, test } from './support/console.ts';
import { coveredOf } from './support/covered.ts';
import { SIZES } from './support/layout.ts';

/* What has just happened is said over the screen, and covers nothing that somebody wants to click. */
test.use({ seed: '80' });

const CARDS = ['TOAST-1', 'TOAST-2', 'TOAST-3', 'TOAST-4', 'TOAST-5'];
/** Where actions stand at the foot of a long screen. */
const SCREENS = ['checklists', 'health/engine', 'waiting', 'runbooks'].concat(
  ['connection', 'operators', 'money', 'detectors', 'escalation', 'laptop'].map((section) => `settings/${section}`),
);

const show = async (page: Page, hash: string): Promise<void> => {
  await page.evaluate((to) => {
    location.hash = to;
  }, hash);
  // Below an alert that covers its list, the list's own heading is hidden.
  await expect(page.locator('.main h1, .main h2').filter({ visible: true }).first()).toBeVisible();
};

test('several messages at once leave every action in reach, and each undo', async ({ page, console: host }) => {
  // They stay for as long as the test looks.
  await page.addInitScript(() => {
    const { setTimeout: real } = window;
    window.setTimeout = ((act: () => void, ms?: number) => real(act, ms === 8_000 ? 10_000_000 : ms)) as typeof real;
  });
  await openSignedIn(page, host.address);
  for (const card of CARDS) await loseMoney(host, card);
  for (const card of CARDS) {
    await openAlert(page, card);
    await page.keyboard.press('a');
    await expect(page.getByRole('status').getByRole('button', { name: 'Undo' }).last()).toBeVisible();
    await expect(page.getByRole('article').getByText('Acknowledged').first()).toBeVisible();
  }
  const toasts = page.locator('.toasts');
  const undo = toasts.getByRole('button', { name: 'Undo' });
  await expect(undo).toHaveCount(3);
  const alert = new URL(page.url()).hash;
  const actions = page.locator('.main, .navigation').locator('button, a');
  for (const { name, ...size } of SIZES.slice(0, 2)) {
    await page.setViewportSize(size);
    await show(page, alert);
    await expect(page.locator('.alert-foot')).toBeVisible();
    await picture(page, `toasts-${name}-alert`);
    expect(await coveredOf(page.locator('.alert-foot button, .detail-body button')), name).toEqual([]);
    for (const screen of SCREENS) {
      await show(page, `#/${screen}`);
      expect(await coveredOf(actions), `${screen} at ${name}`).toEqual([]);
      await picture(page, `toasts-${name}-${screen.replace('/', '-')}`);
    }
    await show(page, alert);
    await page.getByRole('article').getByRole('button', { name: 'Correct' }).click();
    await expect(page.getByLabel('Reason')).toBeVisible();
    expect(await coveredOf(page.locator('.dialog button, .dialog input, .dialog textarea')), name).toEqual([]);
    await picture(page, `toasts-${name}-dialog`);
    await page.getByRole('dialog').getByRole('button', { name: 'Cancel' }).click();
    await expect(page.getByRole('dialog')).toHaveCount(0);
    await page.keyboard.press('l');
    await expect(page.locator('.log-line-text')).toBeFocused();
    expect(await coveredOf(page.locator('.log-line button, .log-line textarea, .alert-foot button')), name).toEqual([]);
    await picture(page, `toasts-${name}-log-line`);
    await page.keyboard.press('Escape');
    await expect(page.locator('.log-line')).toHaveCount(0);
  }
  await expectAccessible(page);
  await toasts.getByRole('button', { name: '2 earlier messages' }).click();
  await expect(undo).toHaveCount(CARDS.length);
  // Each is the way back of its own.
  await undo.first().click();
  await expect(undo).toHaveCount(CARDS.length - 1);
});
