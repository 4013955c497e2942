import { z } from 'zod';
import { festivalOf } from '../electron/testing/festival.ts';
import { loseMoney } from './support/booth.ts';
import { asAdministrator, expect, expectAccessible, openSignedIn, picture, test } from './support/console.ts';
import { openSettings } from './support/operators.ts';

// What happens here must not stand on the board of another file's operator.
test.use({ seed: '8' });

test('a threshold is tried on recorded history, switched on, and remembered with its author', async ({
  page,
  console: running,
}) => {
  await openSignedIn(page, running.address);
  await asAdministrator(running.dataDir, async (admin) => {
    const festival = festivalOf({ admin });
    await festival.wrongCard('E2EFAILS', { actual: 0, expected: 0 });
    for (const secondsAgo of [180, 120, 60]) await festival.failedOrder('E2EFAILS', 5, { secondsAgo });
  });
  await expect(page.getByRole('button', { name: /Card E2EFAILS failed 3 times in a row/ })).toBeVisible();
  await openSettings(page, 'Detectors');
  const detectors = page.getByRole('region', { name: 'Detectors and thresholds' });
  await expect(detectors.getByRole('row')).toHaveCount(25);
  await page.getByRole('button', { name: 'Failures in a row' }).click();
  const count = page.locator('.threshold-field').first().getByRole('textbox');
  await count.fill('1');
  await expect(page.getByText('Outside the allowed range.').first()).toBeVisible();
  await count.fill('4');
  await page.getByLabel('Over the last').selectOption({ label: '1 hour' });
  await page.getByRole('button', { name: 'Run backtest', exact: true }).click();
  await expect(page.getByText(/would have found 0/)).toBeVisible();
  await expect(page.getByText(/Would have missed 1 of those found now \(1 still open\)/)).toBeVisible();
  await expect(page.getByRole('link', { name: 'E2EFAILS' })).toBeVisible();
  await picture(page, '15-thresholds');
  await expectAccessible(page);
  await page.getByRole('button', { name: 'Apply' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Apply' }).click();
  await expect(page.getByRole('row', { name: /Failures in a row.*Léa/ })).toBeVisible();
  await picture(page, '16-threshold-changed');
  await asAdministrator(running.dataDir, async (client) => {
    const { rows } = await client.query(
      `select c.author, c.before, c.after, a.actor from console.detector_setting_changes c
       join console.audit a on a.action = 'thresholds_changed' where c.algorithm = 'consecutive_failures'`,
    );
    expect(rows).toEqual([{ author: 'Léa', before: null, after: { count: 4, minutes: 10 }, actor: 'Léa' }]);
  });
});

test('health shows a probe that reached this very screen, and the ledger is recomputed on demand', async ({
  page,
  console: running,
}) => {
  await openSignedIn(page, running.address);
  // The renderer's own confirmation, in the database.
  const displayed = () =>
    asAdministrator(running.dataDir, async (client) => {
      const { rows } = await client.query(
        `select extract(epoch from s.displayed_at - p.planted_at)::float8 as seconds
         from console.canary_sightings s join console.canary_probes p using (probe_id) order by probe_id desc limit 1`,
      );
      return z.array(z.object({ seconds: z.number() })).parse(rows)[0]?.seconds;
    });
  await expect.poll(displayed).toBeGreaterThan(0);
  console.log(`    from the planted probe to this screen, s: ${await displayed()}`);
  await page.getByRole('link', { name: 'Health' }).click();
  await expect(page.getByRole('heading', { name: 'Health', exact: true })).toBeVisible();
  await page.getByRole('tab', { name: 'Engine and consoles' }).click();
  await page.getByRole('button', { name: 'Refresh' }).click();
  await expect(page.getByText('reach this screen')).toBeVisible();
  await page.getByRole('button', { name: 'Recompute now' }).click();
  await expect(page.getByText(/Recomputed in .*; all match\./)).toBeVisible();
  await picture(page, '17-health');
  await expectAccessible(page);
});

test('an alert keeps when it was committed, detected, and displayed on this screen', async ({
  page,
  console: running,
}) => {
  await openSignedIn(page, running.address);
  await loseMoney(running, 'E2ESTAGES');
  await expect(page.getByRole('button', { name: /Card E2ESTAGES lost/ })).toBeVisible();
  const stages = () =>
    asAdministrator(running.dataDir, async (client) => {
      const { rows } = await client.query(
        `select a.occurred_at <= a.committed_at and a.committed_at <= e.detection_timestamp
           and e.detection_timestamp <= a.shown_at as in_order
         from console.alerts a join monitoring_events e using (event_id) where e.card_id = 'E2ESTAGES'`,
      );
      return rows[0]?.in_order;
    });
  await expect.poll(stages).toBe(true);
});
