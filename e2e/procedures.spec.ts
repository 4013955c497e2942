import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { borrowBooth, loseMoney, openBooth, tryNow } from './support/booth.ts';
import { asAdministrator, expect, expectAccessible, openSignedIn, picture, test } from './support/console.ts';
import { openSettings } from './support/operators.ts';

/*
 * Runbooks without an alert: begun by hand, for the whole festival, on any laptop, with and without the network; and the
 * festival's own, from files.
 */
test.use({ seed: '34' });

const main = (page: Page) => page.getByRole('main');
const press = (page: Page, name: string | RegExp) => main(page).getByRole('button', { name, exact: true }).click();
const looked = (page: Page) => press(page, 'Reviewed, next step');
const openRunbooks = (page: Page) => page.getByRole('link', { name: 'Runbooks', exact: true }).click();
const begin = async (page: Page, title: string): Promise<void> => {
  await openRunbooks(page);
  await press(page, `Start: ${title}`);
  await expect(main(page).getByRole('heading', { name: title, level: 1 })).toBeVisible();
};
const tickAll = async (page: Page): Promise<void> => {
  await expect(main(page).getByRole('checkbox').first()).toBeVisible();
  for (const box of await main(page).getByRole('checkbox').all()) await box.check();
};
const step = (page: Page, title: string) => main(page).getByRole('heading', { name: title, exact: true, level: 2 });

test('monitoring is stopped and restarted by a runbook that two laptops share, and nothing of the gap is missed', async ({
  page,
  console: host,
  browser,
}) => {
  await openSignedIn(page, host.address);
  const nils = await borrowBooth(browser, host, 'booth-2', 'Nils');
  const other = nils.page;
  const banner = (on: Page) => on.getByRole('alert').filter({ hasText: 'Monitoring stopped by Léa since' });
  try {
    await openRunbooks(page);
    await picture(page, '40-runbooks');
    await expectAccessible(page);
    await press(page, 'Start: Stop and restart monitoring');

    await expect(step(page, 'The engine’s last cycles')).toBeVisible();
    await expect(
      main(page)
        .getByRole('cell', { name: /critical|tail|medium/ })
        .first(),
    ).toBeVisible();
    await picture(page, '41-run');
    await looked(page);
    await press(page, 'Yes: stop it');
    await tickAll(page);
    await expect(main(page).getByText('Léa,').first()).toBeVisible();
    await press(page, 'Done, next step');
    await expect(main(page).getByText('Festival Operations Manager')).toBeVisible();
    await picture(page, '42-run-notify');
    await press(page, 'I have notified them');
    await press(page, 'Stop monitoring');
    await page.getByRole('dialog').getByLabel('Why?').fill('the provider moves the database');
    await page.getByRole('dialog').getByRole('button', { name: 'Stop monitoring' }).click();

    for (const on of [page, other]) {
      await expect(banner(on)).toBeVisible();
      await expect(on.getByRole('banner').getByText('Monitoring stopped')).toBeVisible();
    }
    await expect(banner(other)).toContainText('“the provider moves the database”');
    await picture(other, '43-stopped');
    await expectAccessible(other);
    await expect(step(page, 'Do the work')).toBeVisible();

    // Nobody runs the engine, and a fault is not found: not by a cycle that somebody asks for either.
    const before = Date.now();
    await loseMoney(host, 'GAPCARD');
    const after = Date.now();
    await other.getByRole('link', { name: 'Health' }).click();
    await other.getByRole('tab', { name: 'Engine and consoles' }).click();
    await press(other, 'Run a cycle now');
    await expect(other.getByText('Léa has stopped monitoring. Restart it first.')).toBeVisible();
    const state = () =>
      asAdministrator(host.dataDir, async (client) => {
        const { rows } = await client.query(
          `select (select holder is null from console.engine_lease) as no_leader,
             (select count(*)::int from console.cycles c, console.monitoring_state m where c.started_at > m.stopped_at) as cycles,
             (select count(*)::int from monitoring_events where card_id = 'GAPCARD') as found`,
        );
        return rows[0];
      });
    await expect.poll(state).toEqual({ no_leader: true, cycles: 0, found: 0 });

    // The other laptop goes on with the run.
    await openRunbooks(other);
    await main(other).getByRole('link', { name: 'Stop and restart monitoring' }).first().click();
    await expect(step(other, 'Do the work')).toBeVisible();
    await press(other, 'Done, next step');
    await press(other, 'Restart monitoring');
    for (const on of [page, other]) await expect(banner(on)).toBeHidden();
    await press(other, 'Run a cycle now');
    // What one order did may be found in two ways: each is a line.
    await expect(main(other).getByRole('cell', { name: 'GAPCARD' }).first()).toBeVisible();
    await looked(other);
    await tickAll(other);
    await press(other, 'Done, next step');
    await expect(step(other, 'Finished')).toBeVisible();

    const found = await asAdministrator(host.dataDir, async (client) => {
      const { rows } = await client.query(
        `select a.occurred_at, e.detection_timestamp > m.restarted_at as after_the_restart
         from monitoring_events e join console.alerts a using (event_id) cross join console.monitoring_state m
         where e.card_id = 'GAPCARD' and e.detection_algorithm = 'balance_deduction_on_failure'`,
      );
      return rows;
    });
    expect(found).toHaveLength(1);
    expect(found[0]?.after_the_restart).toBe(true);
    expect(found[0]?.occurred_at.getTime()).toBeGreaterThanOrEqual(before);
    expect(found[0]?.occurred_at.getTime()).toBeLessThanOrEqual(after);

    // The first laptop has seen it end, and what was seen then is kept.
    await expect(step(page, 'Finished')).toBeVisible();
    await main(page).getByRole('button', { name: 'What happened during the stop?' }).click();
    await expect(main(page).getByRole('cell', { name: 'GAPCARD' }).first()).toBeVisible();
    await picture(page, '44-run-finished');
    await openRunbooks(page);
    await expect(
      main(page).getByRole('region', { name: 'Past runs' }).first().getByRole('cell', { name: 'Completed' }),
    ).toBeVisible();
    const kept = await asAdministrator(host.dataDir, async (client) => {
      const { rows } = await client.query(
        `select r.outcome, r.event_id, r.started_by, array_agg(distinct s.actor order by s.actor) as actors,
           (select array_agg(action order by seq) from console.audit where action like 'monitoring_%') as stops
         from console.runbook_runs r join console.runbook_steps s using (run_id)
         where r.runbook_id = 'stop-and-restart' group by r.run_id`,
      );
      return rows;
    });
    expect(kept).toEqual([
      {
        outcome: 'completed',
        event_id: null,
        started_by: 'Léa',
        actors: ['Léa', 'Nils'],
        stops: ['monitoring_stopped', 'monitoring_restarted'],
      },
    ]);
  } finally {
    await nils.leave();
  }
});

test('a run continues without the network, on the laptop’s stored results, and reaches the festival afterwards', async ({
  console: host,
  browser,
}) => {
  // A laptop that has no results of an earlier test.
  const nils = await openBooth(browser, host, 'booth-5', 'Nils');
  const { page, proxy } = nils;
  try {
    // The results of its queries are fetched in advance.
    await begin(page, 'Force a detection cycle');
    await expect(main(page).getByText(/^Live at/)).toBeVisible();
    proxy.cut();
    await expect(page.getByText('No connection to the festival since')).toBeVisible();
    await page.reload();
    await expect(main(page).getByText(/^(Live at|As of)/)).toBeVisible();
    await looked(page);
    await expect(step(page, 'Run a cycle now')).toBeVisible();
    await press(page, 'Run a cycle now');
    await expect(main(page).getByRole('alert')).toContainText('is not responding');
    await press(page, 'Skip');
    await page.getByRole('dialog').getByRole('textbox').fill('no network');
    await page.getByRole('dialog').getByRole('button', { name: 'Skip' }).click();
    await press(page, 'Yes');
    await expect(step(page, 'Finished')).toBeVisible();
    await expect(main(page).getByText('The last step needs a connection to the festival.')).toBeVisible();
    await picture(page, '45-run-offline');

    // Another one is begun in the dark.
    await begin(page, 'Data recovery');
    await expect(main(page).getByText('pending').first()).toBeVisible();
    await looked(page);
    await expect(step(page, 'Copy the events first')).toBeVisible();

    proxy.forward();
    await tryNow(page);
    await expect(page.getByRole('button', { name: /^Live/ })).toBeVisible();
    await press(page, 'Copy the events now');
    await expect(step(page, 'Which copies exist?')).toBeVisible();
    await expect(main(page).getByRole('cell', { name: /^events_backup_/ })).toBeVisible();
    await picture(page, '46-data-recovery');
    const runs = () =>
      asAdministrator(host.dataDir, async (client) => {
        const { rows } = await client.query(
          `select runbook_id, outcome, (select count(*)::int from console.runbook_steps s where s.run_id = r.run_id) as steps
           from console.runbook_runs r where runbook_id in ('force-cycle', 'data-recovery') order by runbook_id`,
        );
        return rows;
      });
    await expect.poll(runs).toEqual([
      { runbook_id: 'data-recovery', outcome: null, steps: 2 },
      { runbook_id: 'force-cycle', outcome: 'completed', steps: 3 },
    ]);
    await press(page, 'End run');
    await page.getByRole('dialog').getByLabel('Why?').fill('only tried');
    await page.getByRole('dialog').getByRole('button', { name: 'End run' }).click();
    await expect(step(page, 'Ended early')).toBeVisible();
  } finally {
    await nils.leave();
  }
});

const own = (sql: string) => `id: gate-closed
version: 1
title: { en: The gate is closed, fr: La porte est fermée }
source: our own
algorithms: []
steps:
  - id: who
    kind: query
    window: [0, 5]
    title: { en: Who is inside?, fr: Qui est dedans ? }
    text: { en: Count them., fr: Comptez-les. }
    sql: ${sql}
  - id: told
    kind: checklist
    window: [0, 5]
    title: { en: Everybody knows, fr: Tous le savent }
    text: { en: Ask., fr: Demandez. }
    items:
      - id: bars
        label: { en: The bars know it, fr: Les bars le savent }
`;

test('the festival’s own runbooks come from files; a bad one is refused with its line, a query that writes as well', async ({
  page,
  console: host,
  browser,
}) => {
  await openSignedIn(page, host.address);
  const nils = await borrowBooth(browser, host, 'booth-2', 'Nils');
  try {
    const file = join(host.dataDir, 'runbooks', 'gate.yaml');
    await openRunbooks(page);
    const panel = main(page).getByRole('region', { name: 'Custom runbooks' });
    await expect(panel.getByText('None.')).toBeVisible();

    writeFileSync(file, own('delete from table_cards'));
    await expect(panel.getByText('gate.yaml, line 12')).toBeVisible();
    await expect(panel.getByText('must start with select or with: a query may only read')).toBeVisible();
    await panel.scrollIntoViewIfNeeded();
    await picture(page, '47-runbook-refused');
    await expectAccessible(page);

    // It reads like a query, and would write: the database itself refuses it.
    writeFileSync(file, own('with gone as (delete from monitoring_events returning event_id) select * from gone'));
    await expect(panel.getByText('gate.yaml · The gate is closed')).toBeVisible();
    await press(page, 'Start: The gate is closed');
    await expect(main(page).getByRole('alert')).toContainText('must not contain data-modifying statements');
    await press(page, 'Skip');
    await page.getByRole('dialog').getByRole('textbox').fill('it wants to write');
    await page.getByRole('dialog').getByRole('button', { name: 'Skip' }).click();
    await expect(step(page, 'Everybody knows')).toBeVisible();

    // The other laptop has not the file, and resumes the run all the same.
    await openRunbooks(nils.page);
    await main(nils.page).getByRole('link', { name: 'The gate is closed' }).click();
    await main(nils.page).getByRole('checkbox', { name: 'The bars know it' }).check();
    await expect(main(page).getByRole('checkbox', { name: 'The bars know it' })).toBeChecked();
    await press(nils.page, 'Done, next step');
    await expect(step(page, 'Finished')).toBeVisible();

    // French, in daylight.
    await openSettings(page, 'This laptop');
    await page.getByLabel('Theme').selectOption('light');
    await page.getByLabel('Language', { exact: true }).selectOption('fr');
    await page.getByRole('link', { name: 'Procédures', exact: true }).click();
    await expect(main(page).getByRole('heading', { name: 'Exécutions passées' })).toBeVisible();
    await picture(page, '48-runbooks-french');
    await expectAccessible(page);
    await main(page).getByRole('link', { name: 'La base est lente' }).first().click();
    await expect(main(page).getByText('from pg_stat_user_indexes')).toBeVisible();
    await picture(page, '49-runbook-reading');
    await expectAccessible(page);
  } finally {
    await nils.leave();
  }
});
