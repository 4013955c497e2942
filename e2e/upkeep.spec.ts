import { readFileSync } from 'node:fs';
import { asAdministrator, expect, expectAccessible, openSignedIn, picture, test } from './support/console.ts';

/*
 * Backup and maintenance, from the screen to the file and the night's row; what was archived is found in the history; a report is
 * made, saved and signed.
 */
test.use({ seed: '66' });

test('somebody backs up, verifies the file, runs the maintenance, and finds what it has archived', async ({
  page,
  console: host,
}) => {
  await asAdministrator(host.dataDir, (client) =>
    client.query(
      `insert into monitoring_events (event_type, severity, card_id, affected_amount, detection_timestamp, detection_algorithm,
         event_data, status, resolved_at, resolution_notes)
       values ('transaction_failure', 'HIGH', 'LASTYEAR', 12.5, now() - interval '60 days', 'duplicate_charge',
         '{"point_of_sale": "Bar Électro"}', 'RESOLVED', now() - interval '60 days', 'refunded at the counter');
       -- Too young for the night's own maintenance, which may be done by now.
       insert into monitoring_events (event_type, severity, detection_timestamp, detection_algorithm, event_data, status, resolved_at)
       select 'race_condition', 'LOW', now() - interval '20 days', 'temporal_duplicate_detection', '{}', 'RESOLVED',
         now() - interval '20 days' from generate_series(1, 3)`,
    ),
  );
  await openSignedIn(page, `${host.address}`);
  await page.evaluate(() => {
    location.hash = '#/settings/data';
  });
  const backups = page.getByRole('region', { name: 'Backups' });
  await expect(backups).toContainText('No backup has been made yet.');
  await backups.getByRole('button', { name: 'Back up now' }).click();
  await expect(page.getByText('The file was read again and is intact.')).toBeVisible();
  await expect(backups).toContainText('File read again and intact at');
  await backups.getByRole('button', { name: 'Verify' }).click();
  await expect(backups.getByRole('status')).toContainText('Intact:');
  await expectAccessible(page);
  await picture(page, '66-backups');
  await page.evaluate(() => {
    location.hash = '#/database/upkeep';
  });
  const days = page.getByLabel('Keep closed alerts for (days)');
  await days.fill('5');
  await expect(page.getByRole('alert').getByText('whole number of days between 7 and 3,650')).toBeVisible();
  await days.fill('25');
  await expect(
    page.getByText(/^The next run, .*, would archive [01] alerts? and [\d,]+ health snapshots?\.$/),
  ).toBeVisible();
  await days.fill('15');
  await expect(
    page.getByText(/^The next run, .*, would archive [34] alerts and [\d,]+ health snapshots?\.$/),
  ).toBeVisible();
  await picture(page, '66-retention');
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByText(/^Set by Léa, /)).toBeVisible();
  await expect(days).toHaveValue('15');
  await page.getByRole('button', { name: 'Run maintenance now' }).click();
  await expect(page.getByRole('row', { name: /done/ }).first()).toBeVisible();
  await expectAccessible(page);
  await picture(page, '66-maintenance');

  await page.getByRole('navigation').getByRole('link', { name: 'History' }).click();
  await page.keyboard.press('/');
  await expect(page.getByRole('searchbox', { name: 'Search' })).toBeFocused();
  await page.keyboard.type('electro counter twice');
  const row = page.getByRole('table', { name: 'Alerts that ever were' }).getByRole('row', { name: /LASTYEAR/ });
  await expect(row).toContainText('archived');
  await expect(page.getByRole('status').getByText('1 alert', { exact: true })).toBeVisible();
  await picture(page, '66-history');
  await asAdministrator(host.dataDir, (client) =>
    client.query(
      `insert into monitoring_events (event_type, severity, detection_algorithm, confidence_score, card_id, affected_amount, event_data)
       values ('race_condition', 'HIGH', 'temporal_duplicate_detection', 0.9, 'TONIGHT', 3, '{"point_of_sale": "Électro counter, twice"}')`,
    ),
  );
  await expect(page.getByRole('status').getByText('2 alerts', { exact: true })).toBeVisible();
  await expect(
    page.getByRole('table', { name: 'Alerts that ever were' }).getByRole('row', { name: /TONIGHT/ }),
  ).toBeVisible();
  await row.getByRole('button', { name: /Card LASTYEAR was charged €12\.50 twice/ }).click();
  await expect(page.getByRole('note')).toContainText('From the archive of the maintenance');
  await expect(page.getByRole('article')).toContainText('refunded at the counter');
  await expect(page).toHaveURL(/#\/history\/\d+\?words=electro\+counter\+twice$/);
  await expectAccessible(page);
  await picture(page, '66-history-opened');
  await page.evaluate(() => {
    location.hash = '#/reports';
  });
  await page.getByRole('button', { name: 'Make the report' }).click();
  const reports = page.getByRole('region', { name: 'Reports on this laptop' });
  await expect(reports.getByText('Not signed')).toBeVisible();
  await expectAccessible(page);
  await picture(page, '66-reports');
  const saved = page.waitForEvent('download');
  await reports.getByRole('button', { name: 'Download' }).click();
  await page.getByRole('menuitem', { name: 'PDF (A4)' }).click();
  const file = await saved;
  expect(file.suggestedFilename()).toMatch(/^regie-final-\d{4}-\d\d-\d\d-[0-9a-f]{8}-en\.pdf$/);
  expect(readFileSync(await file.path(), 'latin1')).toMatch(/^%PDF-1\.7[\s\S]+%%EOF\s*$/);
  await reports.getByRole('button', { name: 'Sign' }).click();
  await expect(reports.getByText(/^Signed by /)).toBeVisible();
  await expect(reports.getByRole('button', { name: 'Sign' })).toBeHidden();
});
