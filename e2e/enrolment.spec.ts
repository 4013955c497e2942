import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { openBooth } from './support/booth.ts';
import {
  enterPin,
  expect,
  expectAccessible,
  openSignedIn,
  picture,
  type RunningConsole,
  startConsoleOn,
  test,
} from './support/console.ts';
import { makeDataDir } from './support/data-dir.ts';
import { hire, nameButton, openSettings, switchTo, switchUser } from './support/operators.ts';

/* Laptops on which people may sign in (docs/decisions/0028). */
test.use({ seed: '63' });

const trainingSchema = z.object({ port: z.int(), passwords: z.object({ console: z.string() }) });
const addressOf = (host: RunningConsole): string => {
  const { port, passwords } = trainingSchema.parse(
    JSON.parse(readFileSync(join(host.dataDir, 'training.json'), 'utf8')),
  );
  return `postgres://regie:${encodeURIComponent(passwords.console)}@127.0.0.1:${port}/festival?sslmode=disable`;
};

test('a new laptop asks for a code, is enrolled, and can be removed again', async ({
  page,
  console: host,
  browser,
}) => {
  await openSignedIn(page, host.address);
  await hire(host, ['Nils'], 'operator');
  const dataDir = makeDataDir();
  const other = await startConsoleOn(addressOf(host), dataDir, '--laptop', 'new-machine');
  const context = await browser.newContext({ viewport: { width: 1280, height: 720 } });
  const there = await context.newPage();
  try {
    await there.goto(other.address);
    const dialog = there.getByRole('dialog', { name: 'This laptop is not enrolled' });
    await expect(dialog.getByLabel('Code')).toBeFocused();
    await picture(there, '80-not-enrolled');
    await expectAccessible(there);
    await there.keyboard.type('aaaa-aaaa-aaaa');
    await there.keyboard.press('Enter');
    await expect(dialog.getByText(/^This code is not right/)).toBeVisible();

    await openSettings(page);
    const laptops = page.getByRole('region', { name: 'Laptops', exact: true });
    await laptops.getByRole('button', { name: 'Add a laptop' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Show the code' }).click();
    const code = page.getByRole('dialog').getByText(/^[A-Z2-9]{4}-[A-Z2-9]{4}-[A-Z2-9]{4}$/);
    await expect(code).toBeVisible();
    await picture(page, '81-code');
    await expectAccessible(page);
    await dialog.getByLabel('Code').fill((await code.textContent()) ?? '');
    await page.getByRole('dialog').getByRole('button', { name: 'Close' }).last().click();
    await dialog.getByLabel('Name of this laptop').fill('gate');
    await dialog.getByRole('button', { name: 'Enrol this laptop' }).click();
    await there.getByRole('radio', { name: /^Nils/ }).check();
    await enterPin(there);
    await expect(nameButton(there, 'Nils')).toBeVisible();
    await there.keyboard.press('Control+l');

    const row = laptops.getByRole('row', { name: /^gate/ });
    await expect(row).toContainText('Nils');
    await expect(row).toContainText('Léa');
    await row.scrollIntoViewIfNeeded();
    await picture(page, '82-laptops');
    await expectAccessible(page);
    await row.getByRole('button', { name: 'Remove gate' }).click();
    await expect(page.getByRole('dialog')).toContainText('are asked to change their PIN: Nils.');
    await picture(page, '83-remove');
    await expectAccessible(page);
    await page.getByRole('dialog').getByRole('button', { name: 'Remove', exact: true }).click();
    await expect(page.getByText('gate was removed.')).toBeVisible();
    await expect(row).toContainText('removed by Léa');
    await there.getByRole('button', { name: 'Locked: sign in' }).click();
    await expect(there.getByRole('dialog', { name: 'This laptop was removed' })).toBeVisible();
  } finally {
    await context.close();
    await other.stop();
    rmSync(dataDir, { recursive: true, force: true });
  }
});

test('without the network only who has signed in on a laptop can; an approval asks for the PIN once more', async ({
  page,
  console: host,
  browser,
}) => {
  await openSignedIn(page, host.address);
  await hire(host, ['Sue'], 'supervisor');
  await hire(host, ['Ola'], 'operator');
  const booth = await openBooth(browser, host, 'booth-2', 'Sue');
  try {
    await booth.goOffline();
    await switchUser(booth.page, 'Sue');
    await booth.page.getByRole('radio', { name: /^Ola/ }).check();
    await enterPin(booth.page);
    await expect(booth.page.getByText(/^Ola has not signed in on this laptop/)).toBeVisible();
    await picture(booth.page, '84-needs-network');
    await booth.page.getByRole('radio', { name: /^Sue/ }).check();
    const began = performance.now();
    await enterPin(booth.page);
    await expect(booth.page.getByRole('dialog')).toHaveCount(0);
    console.log(`    signed in without the network in ${Math.round(performance.now() - began)} ms`);
    booth.proxy.forward();
    await expect(booth.page.getByRole('button', { name: /^Live/ })).toBeVisible();

    await openSettings(booth.page);
    const laptops = booth.page.getByRole('region', { name: 'Laptops', exact: true });
    await laptops.getByRole('button', { name: 'Add a laptop' }).click();
    await booth.page.getByRole('dialog').getByRole('button', { name: 'Show the code' }).click();
    const confirm = booth.page.getByRole('dialog', { name: 'Confirm with your PIN' });
    await expect(confirm.getByRole('radio')).toHaveCount(1);
    await picture(booth.page, '85-confirm');
    await expectAccessible(booth.page);
    await confirm.getByLabel('PIN', { exact: true }).fill('246813');
    await confirm.getByRole('button', { name: 'Sign in' }).click();
    await expect(booth.page.getByText(/^[A-Z2-9]{4}-[A-Z2-9]{4}-[A-Z2-9]{4}$/)).toBeVisible();
    await booth.page.getByRole('dialog').getByRole('button', { name: 'Close' }).last().click();
    await switchTo(booth, 'Sue', 'Ola');
  } finally {
    await booth.leave();
  }
});
