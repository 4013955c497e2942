import { openBooth } from './support/booth.ts';
import { asAdministrator, expect, expectAccessible, openSignedIn, picture, test } from './support/console.ts';

/* The hourly verification as the Health screen shows it, with the network and without. */
test.use({ seed: '43' });

/** Five hours: good, failed, missing, good, and the one that goes on. Regie has run since the first of them. */
const HOURS = `
  delete from console.verifications;
  insert into console.verification_start (since) values (date_trunc('hour', now(), 'UTC') - interval '4 hours')
    on conflict (singleton) do update set since = excluded.since;
  insert into console.verifications (hour, verdict, figures, made_at, duration_ms, laptop, term, login)
  select date_trunc('hour', now(), 'UTC') - ago * interval '1 hour', verdict,
    jsonb_build_object('activity', '[{"count": 12}, {"count": 2}]'::jsonb, 'snapshots', '[]'::jsonb, 'checks', jsonb_build_array(
      jsonb_build_object('figure', 'snapshot_pause_s', 'value', case verdict when 'ok' then 300 else 1500 end,
        'expect', '{"atMost": 900}'::jsonb, 'fits', verdict = 'ok'))),
    date_trunc('hour', now(), 'UTC') - (ago - 1) * interval '1 hour' + interval '2 seconds', 14, 'booth-9', 3, 'regie'
  from (values (4, 'ok'), (3, 'failed'), (1, 'ok')) as v (ago, verdict)`;

test('the Health screen has a mark for each of 24 hours, what it says in words, and a table', async ({
  page,
  console: host,
}) => {
  await openSignedIn(page, host.address);
  await asAdministrator(host.dataDir, (client) => client.query(HOURS));
  await page.getByRole('link', { name: 'Health' }).click();
  await page.getByRole('tab', { name: 'Engine and consoles' }).click();
  await page.getByRole('button', { name: 'Refresh' }).click();
  const hours = page.getByRole('region', { name: 'Hourly verification, last 24 hours' }).first();
  await expect(hours.getByRole('radio')).toHaveCount(24);
  await expect(hours.getByRole('radio', { name: /: ok$/ })).toHaveCount(2);
  await expect(hours.getByRole('radio', { name: /: not yet$/ })).toHaveCount(1);
  // The last one that is not as it should be is said at once.
  await expect(hours.getByRole('radio', { name: /: missing: nobody ran Regie$/ })).toBeChecked();
  await hours.getByRole('radio', { name: /: failed$/ }).focus();
  await page.keyboard.press('Space');
  await expect(hours).toContainText('Alerts and records: 14');
  await expect(hours).toContainText('Longest time without a snapshot: 25 min (at most 15 min)');
  await expect(hours).toContainText('by booth-9, term 3');
  await picture(page, '43-hours');
  await hours.getByText('As a table').click();
  await expect(hours.getByRole('row')).toHaveCount(25);
  await expect(hours.getByRole('row', { name: /failed Alerts and records: 14/ })).toBeVisible();
  await expectAccessible(page);
});

test('without the network it shows what it had, and how old that is', async ({ browser, console: host }) => {
  await asAdministrator(host.dataDir, (client) => client.query(HOURS));
  const booth = await openBooth(browser, host, 'booth-43', 'Léa');
  const { page } = booth;
  await page.getByRole('link', { name: 'Health' }).click();
  await page.getByRole('tab', { name: 'Engine and consoles' }).click();
  await page.getByRole('button', { name: 'Refresh' }).click();
  const hours = page.getByRole('region', { name: 'Hourly verification, last 24 hours' }).first();
  await expect(hours.getByRole('radio', { name: /: failed$/ })).toHaveCount(1);
  await booth.goOffline();
  await page.reload();
  await expect(hours.getByRole('radio', { name: /: failed$/ })).toHaveCount(1);
  await expect(hours).toContainText(/as of .* ago/);
  await booth.leave();
});
