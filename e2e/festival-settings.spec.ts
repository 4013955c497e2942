import type { Page } from '@playwright/test';
import { borrowBooth, loseMoney, moneyOf, openAlert, tryNow } from './support/booth.ts';
import {
  asAdministrator,
  expect,
  expectAccessible,
  openSignedIn,
  picture,
  stopFaults,
  test,
} from './support/console.ts';
import { openSettings } from './support/operators.ts';

/* What holds for the whole festival: set on one laptop, the same on every other. */
test.use({ seed: '71' });

const panelOf = (page: Page, name = 'Festival') => page.getByRole('region', { name, exact: true });
const dialogOf = (page: Page) => page.getByRole('dialog');
const openCorrection = async (page: Page, cardId: string): Promise<void> => {
  await openAlert(page, cardId);
  await page.getByRole('article').getByRole('button', { name: 'Correct', exact: true }).click();
  await dialogOf(page).getByLabel('Reason').fill('The bar confirms it.');
};

test('a supervisor names the festival, its zone and its limit, and every laptop goes by them', async ({
  page,
  console: host,
  browser,
}) => {
  await openSignedIn(page, host.address);
  await stopFaults(page);
  const nils = await borrowBooth(browser, host, 'booth-2', 'Nils');
  const other = nils.page;
  try {
    await page.getByRole('link', { name: 'Settings' }).click();
    const panel = panelOf(page);
    await expect(panel.getByText('Not set: this laptop uses')).toBeVisible();
    await panel.getByLabel('Festival name').fill('Nuits du Lac');
    await panel.getByLabel('Time zone').selectOption('Pacific/Auckland');
    await expect(panel.getByText(/^The time there is/)).toBeVisible();
    await panel.getByLabel('Message language').selectOption('Français');
    await panel.scrollIntoViewIfNeeded();
    await picture(page, '90-festival-settings');
    await expectAccessible(page);
    await panel.getByRole('button', { name: 'Save' }).click();
    await expect(panel.getByText(/^Version 1, saved by Léa/)).toBeVisible();
    await openSettings(page, 'Money');
    const limits = panelOf(page, 'Money limits');
    await limits.getByLabel('Approval limit').fill('a lot');
    await expect(limits.getByText('Enter an amount from 0 to')).toBeVisible();
    await expect(limits.getByRole('button', { name: 'Save' })).toBeDisabled();
    await limits.getByLabel('Approval limit').fill('20');
    await limits.getByRole('button', { name: 'Save' }).click();
    await expect(limits.getByText(/^Version 2, saved by Léa/)).toBeVisible();
    await openSettings(page, 'Festival');
    for (const one of [page, other]) await expect(one.getByRole('banner').getByText('Nuits du Lac')).toBeVisible();
    const auckland = new Intl.DateTimeFormat('en-GB', { timeZone: 'Pacific/Auckland', hour: '2-digit' });
    for (const one of [page, other]) {
      await expect(one.locator('.top-clock')).toHaveText(new RegExp(`^${auckland.format(Date.now())}:`));
    }

    // Somebody changes it while somebody else is at it.
    await other.getByRole('link', { name: 'Settings' }).click();
    await panelOf(other).getByLabel('Festival name').fill('Les Eaux');
    await panel.getByLabel('Festival name').fill('Nuits du Grand Lac');
    await panel.getByRole('button', { name: 'Save' }).click();
    await expect(panelOf(other).getByText('Léa has changed these settings in the meantime.')).toBeVisible();
    await panelOf(other).getByRole('button', { name: 'Save' }).click();
    await expect(other.getByText('Léa has changed the festival’s settings in the meantime. Review')).toBeVisible();
    await panelOf(other).getByRole('button', { name: 'Cancel' }).click();
    await expect(panelOf(other).getByLabel('Festival name')).toHaveValue('Nuits du Grand Lac');

    await openSettings(page, 'This laptop');
    await page.getByRole('region', { name: 'Appearance' }).getByLabel('Language', { exact: true }).selectOption('fr');
    await page.getByRole('link', { name: 'Festival', exact: true }).click();
    await expect(panelOf(page)).toBeVisible();
    await picture(page, '91-festival-settings-fr');
    await expectAccessible(page);
    await page.getByRole('link', { name: 'Ce poste' }).click();
    const appearance = page.getByRole('region', { name: 'Apparence' });
    await appearance.getByLabel('Langue', { exact: true }).selectOption('en');
  } finally {
    await nils.leave();
  }
});

test('a limit that was lowered behind a laptop’s back leads to a second person, at once and after an outage', async ({
  page,
  console: host,
  browser,
}) => {
  const asAdmin = (text: string) => asAdministrator(host.dataDir, (client) => client.query(text));
  await openSignedIn(page, host.address);
  const nils = await borrowBooth(browser, host, 'booth-2', 'Nils');
  const { page: other, proxy } = nils;
  const dialog = dialogOf(other);
  try {
    await loseMoney(host, 'STALE');
    await openCorrection(other, 'STALE');
    // This laptop does not hear of it.
    await asAdmin('revoke select on console.festival_settings from regie_console');
    await asAdmin('update console.festival_settings set approval_limit = 3');
    await dialog.getByRole('button', { name: /^Apply correction of €5\.00|^Apply correction of \+€5\.00/ }).click();
    await expect(dialog.getByText('A second person must approve this correction.')).toBeVisible();
    await picture(other, '92-limit-lowered');
    await dialog.getByRole('button', { name: /^Request approval for/ }).click();
    await expect(dialog.getByText('A second person has to approve this:')).toBeVisible();
    await other.keyboard.press('Escape');
    expect(await moneyOf(host, 'STALE')).toMatchObject({ amount: '15.00', corrections: 0 });

    await asAdmin('update console.festival_settings set approval_limit = 50');
    await asAdmin('grant select on console.festival_settings to regie_console');
    await loseMoney(host, 'LATER');
    await openCorrection(other, 'LATER');
    await expect(dialog.getByText('Above €', { exact: false })).toBeHidden();
    proxy.cut();
    await dialog.getByRole('button', { name: /^Apply correction of/ }).click();
    await asAdmin('update console.festival_settings set approval_limit = 3');
    await expect(dialog.getByText('Pending: saved on this laptop')).toBeVisible();
    await other.keyboard.press('Escape');
    proxy.forward();
    await tryNow(other);
    await other.getByRole('navigation').getByRole('link', { name: 'Outbox' }).click();
    await other.getByRole('button', { name: 'Redo with current figures' }).click();
    await expect(dialog.getByText('Above €3.00 a second person must approve')).toBeVisible();
    await dialog.getByRole('button', { name: /^Request approval for/ }).click();
    await expect(dialog.getByText('A second person has to approve this:')).toBeVisible();
    expect(await moneyOf(host, 'LATER')).toMatchObject({ amount: '15.00', corrections: 0 });
  } finally {
    await asAdmin('grant select on console.festival_settings to regie_console');
    await nils.leave();
  }
});
