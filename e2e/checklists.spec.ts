import { confirm, heightOf, item, overrideItem, startList, startMorning } from './support/checklist.ts';
import { asAdministrator, expect, expectAccessible, picture, signIn, test } from './support/console.ts';

/* The morning's checklist on a festival with faults; on two laptops without the network: log.spec.ts. */
test.use({ seed: '41' });

test('the morning of a festival with faults cannot be ticked away, only overridden with a reason', async ({
  console: host,
  page,
}) => {
  await page.goto(host.address);
  await signIn(page, 'Léa');
  await startMorning(page);
  await expect(item(page, 'The circuit breaker is closed')).toContainText('As it should be');
  // In words, and not as the database writes it.
  await expect(item(page, 'The circuit breaker is closed')).toContainText(/closed · [\d:]+.*Expected\s*closed/);
  await expect(item(page, 'Every detector runs')).toContainText('As it should be');
  // Nobody can confirm what Regie measures.
  await expect(item(page, 'The circuit breaker is closed').getByRole('button', { name: /^Confirm/ })).toHaveCount(0);
  await expect(item(page, 'The monitoring data is backed up')).toContainText('Not known to Regie');
  // It leads to where one is made.
  const toBackups = item(page, 'The monitoring data is backed up').getByRole('link', {
    name: 'Open Settings › Data',
  });
  await expect(toBackups).toHaveAttribute('href', '#/settings/data');

  await asAdministrator(host.dataDir, async (client) => {
    await client.query(`insert into console.detector_state (algorithm, last_run_at, last_error, last_error_at)
      values ('gone', now() - interval '1 day', 'it broke', now() - interval '1 day')`);
    await client.query(`insert into monitoring_events (event_type, severity, detection_algorithm, event_data)
      values ('transaction_failure', 'CRITICAL', 'balance_deduction_on_failure', '{}')`);
  });
  for (const name of ['Every detector runs', 'No detector fails']) {
    await expect(item(page, name)).toContainText('Not as it should be');
    await expect(item(page, name)).toContainText('has turned');
  }
  await expect(item(page, 'No critical event is open')).toContainText('Not as it should be');
  const height = await heightOf(page, 'The last 24 hours are read');
  await confirm(page, 'The last 24 hours are read');
  await expect(item(page, 'The last 24 hours are read')).toContainText('Confirmed by');
  // Whoever clicks twice does not meet another item.
  expect(await heightOf(page, 'The last 24 hours are read')).toBe(height);
  await expect(page.getByRole('button', { name: 'Sign off' })).toBeDisabled();
  await overrideItem(page, 'No critical event is open', 'a test of the tills, known');
  await expect(page.getByText('1 item passes by an override:')).toBeVisible();
  await page.getByRole('button', { name: 'Go to the next open item' }).click();
  // How healthy the festival is at its start is not this test's: the first of what is not as it should be.
  await expect(page.locator('.checklist-item').filter({ hasText: 'Not as it should be' }).first()).toBeFocused();
  // Where no message can be sent, it leads to where a channel is set up.
  await expect(
    item(page, 'A test message has arrived').getByRole('link', { name: 'Open Settings › Escalation' }),
  ).toHaveAttribute('href', '#/settings/escalation');
  await expect(page.getByRole('button', { name: 'Sign off' })).toBeDisabled();
  await expectAccessible(page);
  await picture(page, '44-checklist');

  // An answer that was mistyped is corrected, and stays beside the one that counts. Neither moves what is below.
  await startList(page, 'Festival start');
  const points = item(page, 'Points of the drill');
  const before = await heightOf(page, 'Points of the drill');
  await points.getByLabel(/^Answer/).fill('8');
  await points.getByRole('button', { name: 'Save' }).dblclick();
  await expect(points).toContainText('8 – Léa');
  await points.getByLabel(/^Answer/).fill('80');
  await points.getByRole('button', { name: 'Correct the answer' }).click();
  await expect(points).toContainText(/80 – Léa.*Before it was corrected: 8 – Léa [^–]*$/);
  expect(await heightOf(page, 'Points of the drill')).toBe(before);
  await points.scrollIntoViewIfNeeded();
  await picture(page, '45-checklist-answer');
});
