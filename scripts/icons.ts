// npm run icons: draws the program's icons from packaging/*.svg, for every system and for the tray.
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Browser, chromium } from 'playwright-core';
import { icnsOf, icoOf } from './packaging/icon-files.ts';

const folder = join(import.meta.dirname, '..', 'packaging');
const ICON_SIZES = [16, 24, 32, 48, 64, 128, 256, 512, 1_024] as const;
const TRAY = ['calm', 'alert', 'unsure'] as const;

const draw = async (browser: Browser, svg: string, size: number): Promise<Buffer> => {
  const page = await browser.newPage({ viewport: { width: size, height: size } });
  await page.setContent(`<style>body{margin:0}svg{display:block;width:${size}px;height:${size}px}</style>${svg}`);
  const png = await page.screenshot({ omitBackground: true });
  await page.close();
  return png;
};

const browser = await chromium.launch({
  ...(process.env.REGIE_BROWSER ? { executablePath: process.env.REGIE_BROWSER } : {}),
  args: process.getuid?.() === 0 ? ['--no-sandbox'] : [],
});
try {
  mkdirSync(join(folder, 'icons'), { recursive: true });
  mkdirSync(join(folder, 'tray'), { recursive: true });
  const icon = readFileSync(join(folder, 'icon.svg'), 'utf8');
  const drawn = new Map<number, Buffer>();
  for (const size of ICON_SIZES) {
    const png = await draw(browser, icon, size);
    drawn.set(size, png);
    if (size >= 32 && size <= 512) writeFileSync(join(folder, 'icons', `${size}x${size}.png`), png);
  }
  writeFileSync(join(folder, 'icon.ico'), icoOf(drawn));
  writeFileSync(join(folder, 'icon.icns'), icnsOf(drawn));
  for (const state of TRAY) {
    const svg = readFileSync(join(folder, `tray-${state}.svg`), 'utf8');
    writeFileSync(join(folder, 'tray', `${state}.png`), await draw(browser, svg, 16));
    writeFileSync(join(folder, 'tray', `${state}@2x.png`), await draw(browser, svg, 32));
  }
  const sources = ['icon', ...TRAY.map((state) => `tray-${state}`)];
  const hashes = sources.map((name) => [
    name,
    createHash('sha256')
      .update(readFileSync(join(folder, `${name}.svg`)))
      .digest('hex'),
  ]);
  writeFileSync(join(folder, 'drawn-from.json'), `${JSON.stringify(Object.fromEntries(hashes), null, 2)}\n`);
} finally {
  await browser.close();
}
