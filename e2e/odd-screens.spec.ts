import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import {
  asAdministrator,
  expect,
  expectAccessible,
  openSignedIn,
  picture,
  stopFaults,
  test,
} from './support/console.ts';
import { expectNothingCut } from './support/layout.ts';

/*
 * What a festival's tables may hold and no screen expects: shown, or said in words; never a blank, nor wider than the page.
 */
test.use({ seed: '79', viewport: { width: 1920, height: 1080 } });

const main = (page: Page) => page.getByRole('main');
const at = (address: string, path: string): string => `${new URL(address).origin}/#/${path}`;

test('a card id with a line break is shown as such, beside the card without it', async ({ page, console: host }) => {
  await openSignedIn(page, host.address);
  await stopFaults(page);
  await asAdministrator(host.dataDir, async (client) => {
    await client.query(`insert into table_cards (id, amount) select id, 12 from unnest($1::text[]) as id`, [
      ['04ODD1', '04ODD1\n'],
    ]);
    await client.query(
      `insert into app_transaction_log (card_id, transaction_type, status, amount_involved, previous_balance, new_balance)
       select id, 'checkpoint_recharge', 'completed', 12, 0, 12 from unnest($1::text[]) as id`,
      [['04ODD1', '04ODD1\n']],
    );
    await client.query(
      `insert into app_transaction_log (card_id, transaction_type, status, amount_involved, previous_balance, new_balance)
       values ($1, 'bar_order', 'failed', 5, 12, 7)`,
      ['04ODD1\n'],
    );
    await client.query(`update table_cards set amount = 7 where id = $1`, ['04ODD1\n']);
  });
  const alert = page.getByRole('button', { name: /Card 04ODD1⏎ lost €5\.00/ }).first();
  await expect(alert).toBeVisible();
  await alert.click();
  await page.getByRole('tab', { name: 'Details' }).click();
  await page.getByRole('link', { name: '04ODD1⏎', exact: true }).click();
  await expect(main(page).getByText('€7.00').first()).toBeVisible();
  await main(page).getByRole('button', { name: 'Correct this card' }).click();
  await expect(page.getByRole('dialog', { name: 'Correct card 04ODD1⏎' })).toBeVisible();
  await page.getByLabel('Reason').fill('Taken by a failed order.');
  await page.getByRole('button', { name: /Apply correction/ }).click();
  await expect(page.getByText(/^Applied\./)).toBeVisible();
  const amounts = await asAdministrator(host.dataDir, (client) =>
    client.query(`select id, amount from table_cards where id like '04ODD1%' order by length(id)`),
  );
  expect(amounts.rows).toEqual([
    { id: '04ODD1', amount: '12.00' },
    { id: '04ODD1\n', amount: '12.00' },
  ]);
});

test('a card id of twelve kilobytes widens no screen', async ({ page, console: host }) => {
  await openSignedIn(page, host.address);
  const long = `04${'X'.repeat(12_000)}END`;
  await asAdministrator(host.dataDir, async (client) => {
    await client.query(
      `insert into monitoring_events (event_type, severity, detection_algorithm, confidence_score, card_id, event_data)
       values ('balance_discrepancy', 'HIGH', 'balance_mismatch_detection', 0.9, $1, '{"difference": 3}')`,
      [long],
    );
  });
  const alert = page.getByRole('button', { name: /Card 04X+…X+END \(12005\)/ }).first();
  await expect(alert).toBeVisible();
  await expectNothingCut(page, 'the board');
  await alert.click();
  await page.getByRole('tab', { name: 'Details' }).click();
  await expectNothingCut(page, 'the alert');
  await picture(page, '80-long-card');
  await page.goto(at(host.address, `card/${long}`));
  await expect(main(page).getByRole('alert')).toBeVisible();
  await expectNothingCut(page, 'the card');
  await page.goto(at(host.address, 'history'));
  // The laptop's copy has all of the id, and what the festival answers has its beginning and its hash.
  await expect(
    main(page)
      .getByRole('button', { name: /Card 04X+…(X+END \(12005\)|[0-9a-f]+ \(113\))/ })
      .first(),
  ).toBeVisible();
  await expectNothingCut(page, 'the history');
  await page.goto(at(host.address, `history?card=${long}&from=yesterday&severity=WORST`));
  await expect(main(page).getByRole('alert')).toContainText('left out: Card, From, Severity.');
  await expectAccessible(page);
});

test('rows without a time, or with one that cannot be, say so', async ({ page, console: host }) => {
  await asAdministrator(host.dataDir, async (client) => {
    await client.query(`insert into table_cards (id, amount) values ('04NOTIME', 30)`);
    await client.query(
      `insert into app_transaction_log (card_id, transaction_type, status, amount_involved, previous_balance, new_balance, timestamp)
       select '04NOTIME', 'checkpoint_recharge', 'completed', 10, 10 * n - 10, 10 * n, at
       from unnest(array[now(), null, 'infinity']::timestamptz[]) with ordinality as row (at, n)`,
    );
    await client.query(
      `insert into nfc_scan_log (card_id_scanned, scan_status, scan_timestamp) values ('04NOTIME', 'success', null)`,
    );
  });
  await openSignedIn(page, host.address);
  await page.goto(at(host.address, 'card/04NOTIME'));
  await expect(main(page).getByRole('cell', { name: 'no time' })).toHaveCount(2);
  await expect(main(page).getByRole('listitem').filter({ hasText: 'no time' })).toHaveCount(1);
  await expect(main(page).getByText('1970')).toHaveCount(0);
  await picture(page, '81-no-time');
  await expectAccessible(page);
});

test('an address that cannot be read says so, and leads back', async ({ page, console: host }) => {
  await openSignedIn(page, host.address);
  await page.goto(at(host.address, 'card/100%'));
  await expect(main(page).getByText('#/card/100%')).toBeVisible();
  await main(page).getByRole('button', { name: 'Back to the alerts' }).click();
  await expect(page.getByRole('heading', { name: 'Alerts', exact: true })).toBeVisible();
});

const runbook = (sql: string): string => `id: odd-result
version: 1
title: { en: An odd result, fr: Un résultat étrange }
source: our own
algorithms: []
steps:
  - id: odd
    kind: query
    window: [0, 5]
    title: { en: What is there?, fr: Qu’y a-t-il ? }
    text: { en: Look., fr: Regardez. }
    sql: ${sql}
`;

test('a query of a runbook shows NaN, columns of one name, empty texts, and the first of three million rows', async ({
  page,
  console: host,
}) => {
  await openSignedIn(page, host.address);
  const file = join(host.dataDir, 'runbooks', 'odd.yaml');
  writeFileSync(
    file,
    runbook(
      `select 'NaN'::float8 as amount, 'Infinity'::float8 as amount, '' as nothing, null as missing from generate_series(1, 3000000)`,
    ),
  );
  await page.getByRole('link', { name: 'Runbooks', exact: true }).click();
  await main(page).getByRole('button', { name: 'Start: An odd result', exact: true }).click();
  const result = main(page).getByRole('table');
  await expect(result.getByRole('columnheader')).toHaveText(['amount', 'amount', 'nothing', 'missing']);
  await expect(result.getByRole('row')).toHaveCount(21);
  await expectNothingCut(page, 'the first of a result');
  await main(page).getByRole('button', { name: 'Show all rows (200)' }).click();
  await expect(result.getByRole('row')).toHaveCount(201);
  await expect(result.getByRole('row').nth(200).getByRole('cell')).toHaveText(['NaN', 'Infinity', '“”', '–']);
  await expect(main(page).getByText('Only the first rows are shown.')).toBeVisible();
  await expectNothingCut(page, 'a result');
  await picture(page, '82-odd-result');
  await expectAccessible(page);
  await main(page).getByRole('button', { name: 'Reviewed, next step' }).click();
  await expect(main(page).getByRole('heading', { name: 'Finished' })).toBeVisible();
});
