import type { Page } from '@playwright/test';
import { openBooth } from './support/booth.ts';
import { asAdministrator, expect, expectAccessible, picture, type RunningConsole, test } from './support/console.ts';

/* How the festival is, at a glance: the five figures of the guide, its pulse, and where each comes from. */
test.use({ seed: '45' });

/** A day of snapshots with a hole of two hours, and a success rate that was bad for a while. */
const fillDay = (host: RunningConsole): Promise<unknown> =>
  asAdministrator(host.dataDir, (client) =>
    client.query(`
      insert into system_health_snapshots (snapshot_timestamp, total_transactions_last_hour, success_rate_percent,
        avg_processing_time_ms, p95_processing_time_ms, overall_health_status, total_system_balance, metrics_data)
      select now() - make_interval(mins => m), 300, case when m between 400 and 500 then 96.5 else 99.4 end,
        20 + m % 7, 45 + m % 30, case when m between 400 and 500 then 'WARNING' else 'HEALTHY' end, 12345.60,
        jsonb_build_object('open_critical', (m between 400 and 500)::int, 'response_ms', 2 + m % 5)
      from generate_series(2, 1435, 5) as m where m not between 700 and 820`),
  );

const metric = (page: Page, name: string) => page.getByRole('main').getByRole('listitem', { name, exact: true });
const openOverview = async (page: Page): Promise<void> => {
  await page.getByRole('navigation').getByRole('link', { name: 'Health' }).click();
  await expect(page.getByRole('heading', { name: 'The five figures of health' })).toBeVisible();
};

test('the five figures stand with their thresholds, curves and tables, also while the network is cut', async ({
  console: host,
  browser,
}) => {
  await fillDay(host);
  const booth = await openBooth(browser, host, 'booth-2', 'Nils');
  const { page } = booth;
  try {
    await openOverview(page);
    await expect(metric(page, 'Transaction success rate')).toContainText('normal');
    await expect(metric(page, 'Detection processing time')).toContainText('normal');
    await expect(metric(page, 'Open critical events')).toContainText('normal');
    await expect(metric(page, 'System health status')).toContainText('HEALTHY');
    await expect(metric(page, 'Response time (API)')).toContainText('normal');
    const curve = metric(page, 'Transaction success rate').getByRole('img');
    await expect(curve).toHaveAccessibleName(/last 24 hours: lowest 96\.5\s*%, highest 99\.4\s*%/);
    await expect(curve.locator('canvas')).toBeVisible();
    await metric(page, 'Transaction success rate').getByText('The same as a table').click();
    await expect(metric(page, 'Transaction success rate').getByRole('row').nth(3)).toBeVisible();
    await expectAccessible(page);
    await picture(page, '45-overview');

    await booth.goOffline();
    await page.reload();
    await openOverview(page);
    await expect(metric(page, 'Transaction success rate')).toContainText('%');
    await expect(curve.locator('canvas')).toBeVisible();
    // What is counted every ten seconds is old by now, and says so.
    await expect(metric(page, 'Open critical events')).toContainText(/as of \d+ (s|min) ago/, { timeout: 60_000 });
    await metric(page, 'Open critical events').getByRole('link').click();
    await expect(page).toHaveURL(/#\/board\?only=critical$/);
  } finally {
    await booth.leave();
  }
});
