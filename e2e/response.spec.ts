import { chooseInAlert, leaveFields, openTab } from './support/booth.ts';
import {
  asAdministrator,
  expect,
  expectAccessible,
  injectFault,
  openSignedIn,
  picture,
  stopFaults,
  test,
} from './support/console.ts';
import { openSettings } from './support/operators.ts';

test.describe.configure({ mode: 'serial' });
test.use({ seed: '7' });

test('who opens a festival first is asked for a name and a PIN once', async ({ page, console: running }) => {
  const problems: string[] = [];
  page.on('console', (message) => message.type() === 'error' && problems.push(message.text()));
  await page.goto(running.address);
  await expect(page).toHaveURL(/\/$|#/);
  await expect(page.getByRole('dialog', { name: 'Welcome to Regie' })).toBeVisible();
  await expect(page.getByLabel('Your name')).toBeVisible();
  await picture(page, '01-sign-in');
  await expectAccessible(page);
  await openSignedIn(page, running.address);
  await page.reload();
  await expect(page.getByRole('button', { name: /Signed in as Léa/ })).toBeVisible();
  await expect(page.getByRole('dialog')).toHaveCount(0);
  // Also what the browser says of the policy: nothing may break it.
  expect(problems).toEqual([]);
});

test('a deduction reaches the board, and is put right by its runbook', async ({ page, console: running }) => {
  await openSignedIn(page, running.address);
  await stopFaults(page);
  // An automatic fault may have appeared before the box was unchecked: this is about the one injected now.
  const deductions = (after: number) =>
    asAdministrator(
      running.dataDir,
      async (client) =>
        (
          await client.query(
            `select log_id::int, transaction_id, card_id, previous_balance - new_balance as lost, previous_balance,
             extract(epoch from timestamp) * 1000 as at
           from app_transaction_log where status = 'failed' and new_balance <> previous_balance and log_id > $1 order by log_id`,
            [after],
          )
        ).rows,
    );
  const before = Math.max(0, ...(await deductions(0)).map((row) => row.log_id));
  await injectFault(page);
  await expect.poll(async () => (await deductions(before)).length, { intervals: [100] }).toBeGreaterThan(0);
  const [fault] = await deductions(before);
  const row = page.getByRole('button', { name: new RegExp(`Card ${fault.card_id} lost €.* on a failed order`) });
  await expect(row).toBeVisible();
  console.log(`    from the fault to the board, ms: ${Date.now() - Number(fault.at)}`);
  await picture(page, '02-board');
  await expectAccessible(page);

  await row.click();
  await expect(page.getByRole('heading', { name: new RegExp(`Card ${fault.card_id} lost`) })).toBeVisible();
  await expect(page.getByText('this one')).toBeVisible();
  await picture(page, '03-alert');
  await expectAccessible(page);
  await page.getByRole('button', { name: 'Note', exact: true }).click();
  await page.getByRole('textbox', { name: 'Note' }).fill('The bar called.');
  await page.getByRole('button', { name: 'Save' }).click();
  await openTab(page, 'Timeline');
  await expect(page.getByText('The bar called.')).toBeVisible();

  await chooseInAlert(page, 'Runbook');
  await page.getByRole('button', { name: 'Start runbook' }).click();
  for (const step of [
    'Which transactions are affected?',
    'The failed transaction',
    'The card against its history',
    'What else happened on this card',
  ]) {
    await expect(page.getByRole('heading', { name: step })).toBeVisible();
    await expect(page.getByText(/^Live at/)).toBeVisible();
    if (step === 'The failed transaction') {
      await expect(page.getByRole('cell', { name: fault.transaction_id })).toBeVisible();
      await page.getByText('Show SQL').click();
      await expect(page.getByText(/^select .*\bfrom app_transaction_log\b/s)).toBeVisible();
      await expect(page.getByRole('button', { name: 'Copy SQL' })).toBeVisible();
      await picture(page, '04-runbook');
      await expectAccessible(page);
    }
    await page.getByRole('button', { name: 'Reviewed, next step' }).click();
  }
  await page.getByRole('button', { name: 'Yes: refund it' }).click();
  await page.getByRole('button', { name: 'Open the correction' }).click();
  await expect(page.getByLabel('Amount in euros')).toHaveValue(Number(fault.lost).toFixed(2));

  // Wrong inputs first.
  await page.getByLabel('Amount in euros').fill('9999');
  await expect(page.getByText('The amount is more than the difference.')).toBeVisible();
  await page.getByLabel('Amount in euros').fill('a few');
  await expect(page.getByText('Enter an amount, for example 15.50.')).toBeVisible();
  await page.getByLabel('Amount in euros').fill(Number(fault.lost).toFixed(2).replace('.', ','));
  await page.getByRole('button', { name: /Apply correction/ }).click();
  await expect(page.getByText('Enter a reason.')).toBeVisible();
  await page.getByText('Rows to be written').click();
  await picture(page, '05-correction');
  await expectAccessible(page);
  await page.getByLabel('Reason').fill('Order failed at the bar, money taken.');
  await page.getByRole('button', { name: /Apply correction/ }).dblclick();
  await expect(page.getByText(/^Applied\. The card now holds/)).toBeVisible();
  await picture(page, '06-applied');
  await page.getByRole('dialog').getByRole('button', { name: 'Close' }).last().click();
  // The step ticks itself; until it has, its own button stands in the same place.
  await expect(page.getByRole('heading', { name: 'Inform the visitor' })).toBeVisible();
  await page.getByRole('button', { name: 'Visitor informed' }).click();
  await expect(page.getByRole('heading', { name: 'Watch for a second case' })).toBeVisible();
  for (const box of await page.getByRole('main').getByRole('checkbox').all()) await box.check();
  await page.getByRole('button', { name: 'Done, next step' }).click();
  await expect(page.getByRole('heading', { name: 'Finished' })).toBeVisible();
  await picture(page, '07-finished');

  const after = await asAdministrator(running.dataDir, async (client) => ({
    card: (await client.query('select amount from table_cards where id = $1', [fault.card_id])).rows,
    corrections: (
      await client.query(
        `select amount_involved, details ->> 'kind' as kind, details ->> 'operator' as operator,
           details ->> 'original_transaction' as original, details ->> 'reason' as reason
         from app_transaction_log where card_id = $1 and transaction_type = 'manual_correction'`,
        [fault.card_id],
      )
    ).rows,
    events: (await client.query('select distinct status from monitoring_events where card_id = $1', [fault.card_id]))
      .rows,
    history: (
      await client.query(
        `select h.acknowledged_by, h.resolved_at is not null as resolved from alert_history h
         join monitoring_events e on e.event_id = h.monitoring_event_id
         where e.card_id = $1 and e.detection_algorithm = 'balance_deduction_on_failure'`,
        [fault.card_id],
      )
    ).rows,
    audit: (
      await client.query(`select actor from console.audit where action = 'correction' and subject = $1`, [
        `card:${fault.card_id}`,
      ])
    ).rows,
  }));
  expect(after).toEqual({
    card: [{ amount: fault.previous_balance }],
    corrections: [
      {
        amount_involved: fault.lost,
        kind: 'restore_card',
        operator: 'Léa',
        original: fault.transaction_id,
        reason: 'Phase4_monitoring_correction',
      },
    ],
    events: [{ status: 'RESOLVED' }],
    history: [{ acknowledged_by: 'Léa', resolved: true }],
    audit: [{ actor: 'Léa' }],
  });

  await page.getByRole('link', { name: 'Alerts', exact: true }).click();
  await expect(page.getByRole('button', { name: new RegExp(`Card ${fault.card_id} lost`) })).toHaveCount(0);
  await page.goto(`${new URL(running.address).origin}/#/card/${fault.card_id}`);
  await expect(page.getByText('The card matches its history.')).toBeVisible();
  await expect(page.getByRole('cell', { name: 'Correction' })).toBeVisible();
  await picture(page, '08-card');
  await expectAccessible(page);
});

test('figures that moved while the operator looked come back as today’s figures', async ({
  page,
  console: running,
}) => {
  await openSignedIn(page, running.address);
  await injectFault(page, 'balance_mismatch');
  const row = page.getByRole('button', { name: /differs from its history/ }).first();
  await expect(row).toBeVisible();
  await row.click();
  await openTab(page, 'Details');
  const card = await page.locator('dd a.mono').textContent();
  await page.getByRole('button', { name: 'Correct', exact: true }).click();
  await page.getByLabel('Reason').fill('Checked with the bar.');
  await asAdministrator(running.dataDir, (client) =>
    client.query('update table_cards set amount = amount - 0.37 where id = $1', [card]),
  );
  await page.getByRole('button', { name: /Apply correction/ }).click();
  await expect(page.getByText(/The figures have changed/)).toBeVisible();
  await picture(page, '09-stale');
  await page.getByRole('button', { name: 'Use current figures' }).click();
  await expect(page.getByText(/The figures have changed/)).toHaveCount(0);
  await expect(page.getByLabel('Reason')).toHaveValue('Checked with the bar.');
  await page.getByRole('button', { name: /Apply correction/ }).click();
  await expect(page.getByText(/^Applied\./)).toBeVisible();
});

test('keyboard, false positive, palette and an unknown card', async ({ page, console: running }) => {
  await openSignedIn(page, running.address);
  await injectFault(page, 'duplicate_scans');
  await expect(page.getByRole('button', { name: /was scanned/ }).first()).toBeVisible();
  await leaveFields(page);
  await page.keyboard.press('?');
  await expect(page.getByRole('dialog', { name: 'Keyboard' })).toBeVisible();
  await expectAccessible(page);
  await page.keyboard.press('Escape');
  await page
    .getByRole('button', { name: /was scanned/ })
    .first()
    .click();
  await page.keyboard.press('a');
  await expect(page.getByText('Acknowledged.')).toBeVisible();
  await page.getByRole('status').getByRole('button', { name: 'Undo' }).click();
  await page.keyboard.press('f');
  await expect(page.getByRole('dialog').getByRole('button', { name: 'False positive' })).toBeDisabled();
  await page.getByRole('dialog').getByRole('textbox').fill('A test at the reader.');
  await page.getByRole('dialog').getByRole('button', { name: 'False positive' }).click();
  await expect(page.getByText('Closed: A test at the reader.')).toBeVisible();

  await page.keyboard.press('Control+k');
  await page.getByPlaceholder('Card id, alert, screen or action').fill('04NOSUCHCARD');
  await picture(page, '10-palette');
  await page.keyboard.press('Enter');
  await expect(page.getByText('has no card with this ID')).toBeVisible();
});

test('settings examine a connection, say what is wrong, and speak French', async ({ page, console: running }) => {
  await openSignedIn(page, running.address);
  await openSettings(page, 'Connection');
  await page.getByRole('button', { name: 'Test current connection' }).click();
  await expect(page.getByText('Test results')).toBeVisible();
  await expect(page.getByText(/^Postgres 1/)).toBeVisible();
  await picture(page, '11-settings');
  await expectAccessible(page);
  await page.getByLabel('Host').fill('127.0.0.1');
  await page.getByLabel('Port', { exact: true }).fill('1');
  await page.getByRole('button', { name: 'Test', exact: true }).click();
  await expect(page.getByText('Nothing is listening on this port.')).toBeVisible();
  await openSettings(page, 'This laptop');
  await page.getByLabel('Language', { exact: true }).selectOption('fr');
  await expect(page.getByRole('heading', { name: 'Réglages' })).toBeVisible();
  await page.getByLabel('Thème', { exact: true }).selectOption('light');
  await expectAccessible(page);
  await picture(page, '12-settings-fr-light');
  await page.getByRole('link', { name: 'Alertes', exact: true }).click();
  await picture(page, '13-board-fr-light');
  await expectAccessible(page);
  await page.getByRole('link', { name: 'Réglages' }).click();
  await page.getByRole('link', { name: 'Ce poste' }).click();
  await page.getByLabel('Langue', { exact: true }).selectOption('en');
  await page.getByLabel('Theme', { exact: true }).selectOption('dark');
});

test('the engine shows its state, and runs a cycle on demand', async ({ page, console: running }) => {
  await openSignedIn(page, running.address);
  await page.getByRole('button', { name: /^Live, detecting/ }).click();
  await expect(page.getByRole('cell', { name: 'Card scanned twice' })).toBeVisible();
  await page.getByRole('button', { name: 'Run a cycle now' }).click();
  await expect(page.getByText(/Cycle done in/)).toBeVisible();
  await picture(page, '14-engine');
  await expectAccessible(page);
});
