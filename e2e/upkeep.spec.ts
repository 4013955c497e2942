import { expect, expectAccessible, openSignedIn, picture, test } from './support/console.ts';

/* Backup and maintenance, from the screen to the file and the night's row. */
test.use({ seed: '66' });

test('somebody backs up, verifies the file and runs the maintenance', async ({ page, console: host }) => {
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
  await page.getByRole('button', { name: 'Run maintenance now' }).click();
  await expect(page.getByRole('row', { name: /done/ }).first()).toBeVisible();
  await expectAccessible(page);
  await picture(page, '66-maintenance');
});
