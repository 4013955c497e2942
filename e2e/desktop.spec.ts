import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { _electron, expect, test } from '@playwright/test';
import { makeDataDir } from './support/data-dir.ts';

const root = join(import.meta.dirname, '..');
const pathFile = join(root, 'node_modules/electron/path.txt');
const program = existsSync(pathFile)
  ? join(root, 'node_modules/electron/dist', readFileSync(pathFile, 'utf8').trim())
  : '';

test('the desktop opens the training festival in a locked-down window', async () => {
  if (!existsSync(program))
    console.warn("SKIPPED: Electron's program is not on this machine; the desktop was not run.");
  test.skip(!existsSync(program), "Electron's program is not on this machine");
  const dataDir = makeDataDir();
  const app = await _electron.launch({
    executablePath: program,
    args: [...(process.getuid?.() === 0 ? ['--no-sandbox'] : []), root, '--data-dir', dataDir],
  });
  const page = await app.firstWindow();
  await expect(page.getByLabel('Your name')).toBeVisible();
  expect(page.url()).toMatch(/^app:\/\/regie\//);
  expect(await page.evaluate(() => typeof Reflect.get(globalThis, 'require'))).toBe('undefined');
  expect(await page.evaluate(() => window.open('https://example.org'))).toBeNull();
  await app.close();
  rmSync(dataDir, { recursive: true, force: true });
});
