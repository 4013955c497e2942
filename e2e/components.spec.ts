import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import react from '@vitejs/plugin-react';
import { build, type InlineConfig, type PreviewServer, preview } from 'vite';
import { textsPlugin } from '../scripts/texts-plugin.ts';
import { expect, expectAccessible, test } from './support/console.ts';

/* The parts of the screen by themselves (renderer/components), which only a build for development shows. */
let server: PreviewServer;
let outDir: string;
test.beforeAll(async () => {
  outDir = mkdtempSync(join(tmpdir(), 'regie-components-'));
  const config: InlineConfig = {
    root: join(import.meta.dirname, '../renderer'),
    configFile: false,
    plugins: [react(), textsPlugin()],
    define: { 'import.meta.env.DEV': 'true' },
    build: { outDir, assetsInlineLimit: 0 },
    logLevel: 'error',
  };
  await build(config);
  server = await preview(config);
});
test.afterAll(async () => {
  await server.close();
  rmSync(outDir, { recursive: true, force: true });
});

test('every part looks as it did in both themes, and axe finds nothing', async ({ page }) => {
  await page.setViewportSize({ width: 1366, height: 768 });
  await page.goto(`${server.resolvedUrls?.local[0]}#/components`);
  await expect(page.getByRole('heading', { name: 'Over the screen' })).toHaveCount(2);
  await expectAccessible(page);
  // The page scrolls in itself: a picture has what a window has.
  await page.setViewportSize({ width: 1366, height: 2_300 });
  for (const theme of ['dark', 'light']) {
    await expect(page.getByRole('region', { name: theme })).toHaveScreenshot(`components-${theme}.png`);
  }
  await page.setViewportSize({ width: 1366, height: 768 });
  const dark = page.getByRole('region', { name: 'dark' });

  await dark.getByRole('button', { name: 'Menu' }).click();
  await expect(page.getByRole('menuitem', { name: 'Snooze' })).toContainText('Money has moved');
  await page.getByRole('menuitem', { name: 'Snooze' }).click({ force: true });
  await expect(page.getByRole('menu')).toBeVisible();
  await expectAccessible(page);
  await page.keyboard.press('Escape');
  await expect(page.getByRole('menu')).toHaveCount(0);

  await dark.getByRole('button', { name: 'Popover' }).click();
  await expect(page.getByRole('dialog', { name: 'Link and engine' })).toBeVisible();
  await page.keyboard.press('Escape');

  await dark.getByRole('button', { name: 'Dialog' }).click();
  const dialog = page.getByRole('dialog', { name: /^Note on card/ });
  await expect(dialog.getByLabel('Subject')).toBeFocused();
  // Its actions are in sight however long it is.
  await expect(dialog.getByRole('button', { name: 'Save note' })).toBeInViewport({ ratio: 1 });
  await expectAccessible(page);
  await expect(dialog).toHaveScreenshot('components-dialog.png');
  await page.keyboard.press('Escape');
  await expect(dialog).toHaveCount(0);
  await expect(dark.getByRole('button', { name: 'Dialog' })).toBeFocused();
});

test('a table of thousands draws what can be seen, and sorts them all', async ({ page }) => {
  await page.goto(`${server.resolvedUrls?.local[0]}#/components`);
  const table = page.getByRole('region', { name: 'dark' }).getByRole('table', { name: 'Alerts' });
  await expect(table).toHaveAttribute('aria-rowcount', '2001');
  expect(await table.getByRole('row').count()).toBeLessThan(60);
  const amount = table.getByRole('columnheader', { name: 'Amount' });
  await amount.getByRole('button').click();
  await expect(amount).toHaveAttribute('aria-sort', 'descending');
  await expect(table.getByRole('row').nth(1)).toContainText('€89.');
  await amount.getByRole('button').click();
  await expect(amount).toHaveAttribute('aria-sort', 'ascending');
  await expect(table.getByRole('row').nth(1)).toContainText('€0.');
});

test('an amount stands in the language’s form once it is left', async ({ page }) => {
  await page.goto(`${server.resolvedUrls?.local[0]}#/components`);
  const amount = page.getByRole('region', { name: 'dark' }).getByLabel('Amount');
  await amount.fill('15,5');
  await amount.blur();
  await expect(amount).toHaveValue('15.50');
});
