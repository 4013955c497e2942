import { festivalOf } from '../electron/testing/festival.ts';
import {
  asAdministrator,
  expect,
  expectAccessible,
  openSignedIn,
  picture,
  stopFaults,
  test,
} from './support/console.ts';
import { openSettings } from './support/operators.ts';

/* Words of the festival's log: what does “payout” mean? */
test.use({ seed: '72' });

test('guests are paid out under a type that nobody has explained: one question, and its answer ends what it explains', async ({
  page,
  console: host,
}) => {
  await openSignedIn(page, host.address);
  await stopFaults(page);
  await asAdministrator(host.dataDir, async (admin) => {
    const festival = festivalOf({ admin });
    for (const card of ['E2EOUT1', 'E2EOUT2', 'E2EOUT3']) {
      await festival.card(card, 12);
      await admin.query('begin');
      await admin.query('update table_cards set amount = 0 where id = $1', [card]);
      await festival.log({ card, type: 'Payout', status: 'completed', amount: 12, previous: 12, next: 0 });
      await admin.query('commit');
    }
  });
  const row = page.getByRole('button', { name: /Unknown transaction type “payout”: 3 rows, €36\.00/ });
  await expect(row).toBeVisible();
  await row.click();
  const alert = page.getByRole('article');
  await expect(alert.getByText('E2EOUT3')).toBeVisible();
  const alone = page
    .getByRole('button', { name: /Card E2EOUT\d differs from its history/ })
    .and(page.locator(':not(article *)'));
  await expect(alone).toHaveCount(0);

  const question = alert.getByRole('region', { name: 'What does “payout” mean?' });
  const save = question.getByRole('button', { name: 'Save' });
  await question.getByLabel('It takes money from the card (−)').check();
  await expect(question.getByText('Try it on the log first.')).toBeVisible();
  await expect(save).toBeDisabled();
  await question.getByRole('button', { name: 'Try it on the log' }).click();
  await expect(question.getByText('3 rows, €36.00. Nothing was written.')).toBeVisible();
  await expect(question.getByText(/With this meaning 3 open mismatches are explained \(€36\.00\)/)).toBeVisible();
  await picture(page, '95-word-question');
  await expectAccessible(page);
  await save.click();
  await expect(page.getByText('“payout” is explained.')).toBeVisible();
  await expect(row).toHaveCount(0);
  await expect(alone).toHaveCount(0);

  await openSettings(page, 'Detectors');
  const words = page.getByRole('region', { name: 'Words of the log' });
  await expect(words.getByRole('row', { name: /payout type 3 €36\.00 .* takes \(−\) \(Léa/ })).toBeVisible();
  await words.scrollIntoViewIfNeeded();
  await picture(page, '96-words-of-the-log');
  await expectAccessible(page);
  await asAdministrator(host.dataDir, async (admin) => {
    const { rows } = await admin.query(
      `select status, resolution_notes, count(*)::int from monitoring_events
       where card_id like 'E2EOUT%' or detection_algorithm = 'unknown_transaction_type' group by 1, 2`,
    );
    expect(rows).toEqual([{ status: 'RESOLVED', resolution_notes: 'Explained: payout = takes (Léa)', count: 4 }]);
  });
});
