import type { Page } from '@playwright/test';
import { DATABASE_SECTIONS, SETTINGS_SECTIONS } from '../renderer/routes.ts';
import { builtinChecklist } from '../shared/checklists/index.ts';
import { loseMoney, openAlert } from './support/booth.ts';
import { asAdministrator, expect, expectAccessible, openSignedIn, picture, test } from './support/console.ts';
import { expectNothingCut, SIZES } from './support/layout.ts';
import { mostRestyled } from './support/restyled.ts';

/*
 * Every screen that is listed here holds at every size, in both languages and both themes: nothing that carries meaning is
 * cut, the page does not scroll sideways, and there is one vertical scrollbar. A screen joins by its address.
 */
const WINDOW = '2026-07-03';
const SCREENS: readonly string[] = [
  ...[
    '#/card',
    '#/card/LOCKED',
    '#/log',
    '#/history',
    '#/corrections',
    '#/corrections?kind=theft&place=Bar+3',
    '#/history?words=nothing&least=12.50&from=nonsense',
    '#/checklists',
    `#/checklists/morning/${WINDOW}`,
    '#/approvals',
    '#/handover',
    '#/runbooks',
    '#/runbooks/read/deduction-on-failure',
  ],
  ...[
    '#/drills',
    '#/health',
    '#/health/engine',
    ...DATABASE_SECTIONS.map((section) => `#/database/${section}`),
    '#/reports',
    '#/waiting',
    '#/nowhere',
  ],
  ...SETTINGS_SECTIONS.map((section) => `#/settings/${section}`),
];

/** What opens over a screen: by what key or click, and what is there then. */
const DIALOGS: readonly { readonly name: string; readonly open: (page: Page) => Promise<void> }[] = [
  { name: 'keys', open: (page) => page.keyboard.press('?') },
  { name: 'search', open: (page) => page.keyboard.press('Control+k') },
  {
    name: 'state',
    open: (page) => page.getByRole('banner').locator('.status-pill').click(),
  },
  { name: 'operator', open: (page) => page.locator('#operators ~ .row .button').first().click() },
];

test.use({ seed: '73' });

const show = async (page: Page, address: string): Promise<void> => {
  await page.evaluate((hash) => {
    location.hash = hash;
  }, address);
  // Below an alert that covers its list, the list's own heading is hidden.
  await expect(page.locator('.main h1, .main h2').filter({ visible: true }).first()).toBeVisible();
};

/** What a log looks like that is used: important, with places, a decision, something asked for, and a word without end. */
const fillLog = async (page: Page): Promise<void> => {
  await page.keyboard.press('l');
  const line = page.locator('.log-line');
  const write = async (text: string): Promise<void> => {
    await line.locator('.log-line-text').fill(text);
    await line.locator('.log-line-text').press('Enter');
    await expect(line.locator('.log-line-text')).toHaveValue('');
  };
  await write(`Stromausfall am Nordtor #security #network !important ${'x'.repeat(300)}`);
  await line.locator('select, [role="combobox"]').first().selectOption('decision');
  for (const [at, text] of [
    '2020-07-03T21:04',
    'radio',
    'Nordtor, Kasse 3',
    'a',
    'b',
    'c',
    'Anna',
    '2020-07-03T22:00',
  ].entries())
    await line.locator('.log-fields input').nth(at).fill(text);
  await write('bar 3 fermé jusqu’à nouvel ordre #crowd');
  await page.keyboard.press('Escape');
};

/** No column of what was found stands beyond the edge of the open alert. */
const expectEvidenceToFit = async (page: Page): Promise<void> => {
  const evidence = page.getByRole('article').locator('.scroll-x').first();
  await expect(evidence.getByRole('row').nth(1)).toBeVisible();
  expect(await evidence.evaluate(({ scrollWidth, clientWidth }) => scrollWidth - clientWidth)).toBeLessThanOrEqual(0);
};

/** A run of the longest list, with something open of every kind. */
const startMorning = (dataDir: string): Promise<unknown> =>
  asAdministrator(dataDir, (client) =>
    client.query(
      `insert into console.checklist_runs (list_id, window_key, list, started_at, started_by, started_by_id, laptop,
         operation_id, hash)
       values ('morning', $1, $2, now(), 'Léa', gen_random_uuid(), 'booth-2', gen_random_uuid(), sha256('')) on conflict do nothing`,
      [WINDOW, JSON.stringify(builtinChecklist('morning'))],
    ),
  );

for (const language of ['en', 'fr'] as const) {
  test(`nothing is cut at any size, in ${language}`, async ({ page, console: host }) => {
    await openSignedIn(page, host.address);
    // A long place, and an id of its own for each language: both have one console.
    const card = `LAYOUT-${language}-04FA3059493050`;
    await loseMoney(host, card, 12.5);
    await openAlert(page, card);
    const alert = new URL(page.url()).hash;
    const ofAlert = ['#/board', alert, alert.replace('board', 'runbook'), `#/card/${card}`];
    await show(page, '#/settings/laptop');
    if (language === 'fr') {
      await page.getByLabel('Language', { exact: true }).selectOption('fr');
      await page.getByLabel('Thème', { exact: true }).selectOption('light');
      await expect(page.locator('html')).toHaveAttribute('lang', 'fr');
    }
    await fillLog(page);
    await startMorning(host.dataDir);
    for (const { name: size, ...viewport } of SIZES) {
      await page.setViewportSize(viewport);
      for (const address of [...ofAlert, ...SCREENS]) {
        await show(page, address);
        await expectNothingCut(page, `${address} at ${size}`);
        if (address === alert) await expectEvidenceToFit(page);
        if (language === 'en' && size === SIZES[0]?.name) {
          // What comes in by itself meanwhile, such as a panel of the database, is not what was added.
          await expect
            .poll(() => mostRestyled(page), { message: `what one more element on ${address} gives a style anew` })
            .toBeLessThan(40);
        }
        await picture(page, `layout-${language}-${size}${address.replaceAll('/', '-').replace('#', '')}`);
      }
      await show(page, '#/settings/operators');
      for (const dialog of DIALOGS) {
        await dialog.open(page);
        await expect(page.locator('.dialog, .popup')).toBeVisible();
        await expectNothingCut(page, `${dialog.name} at ${size}`);
        await picture(page, `layout-${language}-${size}-${dialog.name}`);
        await page.keyboard.press('Escape');
        await expect(page.locator('.dialog, .popup')).toHaveCount(0);
      }
      await page.keyboard.press('l');
      await page.locator('.log-line [aria-expanded="false"]').click();
      await expectNothingCut(page, `the log's line at ${size}`);
      await picture(page, `layout-${language}-${size}-log-line`);
      await page.locator('.log-line [aria-expanded="true"]').click();
      await page.keyboard.press('Escape');
      await expectAccessible(page);
    }
  });
}
