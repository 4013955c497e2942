import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { chromium, type Page } from 'playwright-core';

/*
 * npm run pictures                  the pictures of README.md and docs/: docs/images/
 * npm run pictures -- --all DIR     what every screen looks like in both languages, both themes and three sizes, for people
 *                                   to look at
 *
 * They are of the training festival on the built console, in the browser that REGIE_BROWSER names.
 */
const { values } = parseArgs({ options: { all: { type: 'string' } } });
const ROOT = join(import.meta.dirname, '..');
const IMAGES = join(ROOT, 'docs', 'images');
/** A page of documentation is loaded over a festival's network, too. */
const MOST_BYTES = 300_000;
const PIN = '246813';
/** Ends a hang. */
const HANG_MS = 180_000;
const FAULTS = [
  ...['deduction_on_failure', 'balance_mismatch', 'duplicate_scans', 'double_charge', 'chain_break'],
  ...['deduction_on_failure', 'negative_balance', 'reader_failures', 'concurrent_transactions', 'consecutive_failures'],
];

const startTraining = async (dataDir: string): Promise<{ address: string; stop: () => Promise<void> }> => {
  const child: ChildProcess = spawn(
    process.execPath,
    [join(ROOT, 'out/main/browser.js'), '--no-open', '--data-dir', dataDir, '--laptop', 'booth-1', '--seed', '11'],
    { cwd: ROOT, stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const exited = once(child, 'exit');
  await new Promise<void>((resolve, reject) => {
    child.stdout?.on('data', (chunk) => String(chunk).includes('http://') && resolve());
    child.once('exit', (code) => reject(new Error(`the console has ended with ${code}`)));
  });
  const page = readFileSync(join(dataDir, 'open-regie.html'), 'utf8');
  const address = /url=([^"]+)"/.exec(page)?.[1];
  if (address === undefined) throw new Error('the console says no address');
  return {
    address,
    stop: async () => {
      child.kill('SIGINT');
      await exited;
    },
  };
};

/** The first supervisor, a festival at its usual pace, and a dozen faults of different kinds. */
const makeFestival = async (page: Page): Promise<void> => {
  await page.getByLabel('Your name').fill('Léa');
  await page.getByLabel('Choose a PIN').fill(PIN);
  await page.getByLabel('Repeat PIN').fill(PIN);
  await page.getByRole('button', { name: 'Get started' }).click();
  await page.getByRole('button', { name: /^Signed in as/ }).waitFor();
  await page.getByRole('button', { name: 'TRAINING' }).click();
  const controls = page.getByRole('dialog', { name: 'Training controls' });
  await controls.getByLabel('Automatic faults').uncheck();
  for (const kind of FAULTS) {
    await controls.getByLabel('Fault', { exact: true }).selectOption(kind);
    await controls.getByRole('button', { name: 'Inject a fault' }).click();
    // One after the other, as faults come.
    await page.waitForTimeout(2_500);
  }
  await page.keyboard.press('Escape');
  await page.waitForFunction(
    (least) => document.querySelectorAll('.board-table [role=row]').length > least,
    FAULTS.length,
    { timeout: HANG_MS },
  );
  // Somebody works here: one alert is taken, one only acknowledged.
  await page.locator('.board-what').nth(2).click();
  await page.keyboard.press('t');
  await page.keyboard.press('j');
  await page.keyboard.press('a');
  await page.keyboard.press('Escape');
};

/** What a screen shows is there, and its fonts. */
const settle = async (page: Page): Promise<void> => {
  await page.evaluate(() => document.fonts.ready.then(() => undefined));
  // Toasts go after eight seconds.
  await page.locator('.toast').first().waitFor({ state: 'detached', timeout: HANG_MS });
  await page.mouse.move(0, 0);
  await page.waitForTimeout(600);
};

const go = async (page: Page, hash: string): Promise<void> => {
  await page.evaluate((to) => {
    location.hash = to;
  }, hash);
  await page.locator('.main h1, .main h2').first().waitFor();
};

const show = async (page: Page, { language, theme }: { language: string; theme: string }): Promise<void> => {
  await go(page, '#/settings/laptop');
  await page.getByLabel(/^(Language|Langue)$/).selectOption(language);
  await page.locator(`html[lang=${language}]`).waitFor();
  await page.getByLabel(/^(Theme|Thème)$/).selectOption(theme);
  await page.locator(`html[data-theme=${theme}]`).waitFor();
};

/** The first order that failed and took money, opened beside the board. */
const openDeduction = async (page: Page): Promise<void> => {
  await go(page, '#/board');
  await page
    .locator('.board-row-critical .board-what, .board-row-high .board-what')
    .filter({ hasText: /failed order|commande échouée|commande en échec/i })
    .first()
    .click();
  await page.locator('article h2').waitFor();
};

const take = async (page: Page, path: string): Promise<void> => {
  await settle(page);
  await page.screenshot({ path });
  const { size } = statSync(path);
  console.log(`${path} ${Math.round(size / 1_000)} kB`);
  if (size > MOST_BYTES) throw new Error(`${path} has ${size} bytes, more than ${MOST_BYTES}`);
};

type Places = { readonly alert: string; readonly card: string; readonly runbook: string };

const SIZES = [
  [1_024, 600],
  [1_366, 768],
  [1_920, 1_080],
] as const;
const SCREENS: readonly string[] = [
  ...['board', 'card', 'log', 'history', 'corrections', 'checklists', 'approvals', 'handover', 'runbooks'],
  ...['drills', 'health', 'health/engine', 'reports', 'waiting', 'connect', 'nowhere'],
  ...['now', 'store', 'upkeep', 'log'].map((section) => `database/${section}`),
  ...['festival', 'connection', 'operators', 'money', 'detectors', 'escalation', 'laptop', 'data', 'audit'].map(
    (section) => `settings/${section}`,
  ),
].map((screen) => `#/${screen}`);

const takeForDocs = async (page: Page, { alert, card, runbook }: Places): Promise<void> => {
  mkdirSync(IMAGES, { recursive: true });
  for (const theme of ['dark', 'light']) {
    await show(page, { language: 'en', theme });
    await go(page, alert);
    await take(page, join(IMAGES, `board-${theme}.png`));
  }
  await go(page, card);
  await take(page, join(IMAGES, 'card.png'));
  await go(page, runbook);
  await page.getByRole('button', { name: 'Start runbook' }).click();
  await page.getByRole('button', { name: 'Reviewed' }).click();
  await take(page, join(IMAGES, 'runbook.png'));
};

const takeAll = async (page: Page, folder: string, { alert, card, runbook }: Places): Promise<void> => {
  mkdirSync(folder, { recursive: true });
  for (const language of ['en', 'fr']) {
    for (const theme of ['dark', 'light']) {
      await show(page, { language, theme });
      for (const hash of [alert, card, runbook, ...SCREENS]) {
        await go(page, hash);
        await settle(page);
        for (const [width, height] of SIZES) {
          await page.setViewportSize({ width, height });
          const name = hash
            .replaceAll(/[^a-z0-9]+/g, ' ')
            .trim()
            .replaceAll(' ', '-');
          await page.screenshot({ path: join(folder, `${name}-${language}-${theme}-${width}.png`) });
        }
      }
    }
  }
};

const dataDir = mkdtempSync(join(tmpdir(), 'regie-pictures-'));
// The training server's system user must be able to enter it.
chmodSync(dataDir, 0o755);
const training = await startTraining(dataDir);
const browser = await chromium.launch({
  ...(process.env.REGIE_BROWSER === undefined ? {} : { executablePath: process.env.REGIE_BROWSER }),
  args: ['--disable-gpu', ...(process.getuid?.() === 0 ? ['--no-sandbox'] : [])],
});
try {
  const page = await browser.newPage({
    ...{
      viewport: { width: 1_366, height: 768 },
      reducedMotion: 'reduce',
      locale: 'en-GB',
      timezoneId: 'Europe/Paris',
    },
  });
  page.setDefaultTimeout(HANG_MS);
  await page.goto(training.address);
  await makeFestival(page);
  await openDeduction(page);
  const alert = new URL(page.url()).hash;
  await page.locator('article').getByRole('tab', { name: 'Details' }).click();
  const card = await page.locator('article a[href^="#/card/"]').first().getAttribute('href');
  await page.keyboard.press('r');
  await page.waitForURL(/#\/runbook\//);
  const places = { alert, card: card ?? '#/card', runbook: new URL(page.url()).hash };
  if (values.all === undefined) await takeForDocs(page, places);
  else await takeAll(page, values.all, places);
} finally {
  await browser.close();
  await training.stop();
  rmSync(dataDir, { recursive: true, force: true });
}
