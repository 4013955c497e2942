import type { Page } from '@playwright/test';
import { festivalOf } from '../electron/testing/festival.ts';
import { createOperators, PIN } from '../electron/testing/operators.ts';
import { openReceivers } from '../electron/testing/receivers.ts';
import { borrowBooth, loseMoney, tryNow } from './support/booth.ts';
import {
  asAdministrator,
  expect,
  expectAccessible,
  openSignedIn,
  picture,
  type RunningConsole,
  stopFaults,
  test,
} from './support/console.ts';
import { expectNothingCut } from './support/layout.ts';
import { openSettings } from './support/operators.ts';

/* Money that a second person approves, in bulk and one by one, its undoing and its receipt (docs/decisions/0014). */
test.use({ seed: '33' });

/** A card that lost so many euros to a failed order, and has ten left. */
const loseALot = (host: RunningConsole, cardId: string, lost: number): Promise<void> =>
  loseMoney(host, cardId, lost, { left: 10 });
const moneyOn = async (host: RunningConsole, cardId: string): Promise<string> =>
  asAdministrator(
    host.dataDir,
    async (client) => (await client.query('select amount from table_cards where id = $1', [cardId])).rows[0]?.amount,
  );
const row = (page: Page, cardId: string) => page.getByRole('button', { name: new RegExp(`Card ${cardId} lost`) });
const board = (page: Page) => page.getByRole('link', { name: 'Alerts', exact: true });

/** Signs in at a festival without automatic faults, where Nils may approve and Ola may not. */
const openQuiet = async (page: Page, host: RunningConsole): Promise<void> => {
  await openSignedIn(page, host.address);
  await stopFaults(page);
  await asAdministrator(host.dataDir, async (client) => {
    await createOperators(client, ['Nils']);
    await createOperators(client, ['Ola'], 'operator');
  });
};

/** Proposes to give the whole difference back. */
const propose = async (page: Page, cardId: string): Promise<void> => {
  await board(page).click();
  await row(page, cardId).click();
  await page.getByRole('article').getByRole('button', { name: 'Correct', exact: true }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Reason').fill('The bar confirms that nothing was served.');
  await dialog.getByRole('button', { name: /^Request approval for/ }).click();
  await expect(dialog.getByText('A second person has to approve this:')).toBeVisible();
};

test('above the limit a second person approves on another laptop, live', async ({ page, console: host, browser }) => {
  await openQuiet(page, host);
  const nils = await borrowBooth(browser, host, 'booth-2', 'Nils');
  try {
    await loseALot(host, 'BIG1', 60);
    await expect(row(page, 'BIG1')).toBeVisible();
    await propose(page, 'BIG1');
    await expect(nils.page.getByRole('link', { name: 'Approvals' })).toHaveAccessibleDescription('1 to approve');
    await picture(page, '40-asked');
    await expectAccessible(page);
    await expect(nils.page.getByText('Léa requests approval for a correction.')).toBeVisible();
    await picture(nils.page, '41-banner');
    await expectAccessible(nils.page);
    await nils.page.getByRole('link', { name: 'Review' }).click();
    const panel = nils.page.getByRole('region', { name: /€60\.00 on card BIG1/ });
    await expect(panel.getByText('The bar confirms that nothing was served.')).toBeVisible();
    await expect(panel.getByText('by Léa on')).toBeVisible();
    await expect(panel.getByText(/^expires in \d+:\d\d$/)).toBeVisible();
    await panel.getByText('Rows to be written').click();
    await picture(nils.page, '42-to-approve');
    await expectAccessible(nils.page);
    expect(await moneyOn(host, 'BIG1')).toBe('10.00');
    await panel.getByRole('button', { name: 'Approve', exact: true }).click();
    // The dialog of whoever asked shows it without a refresh.
    await expect(page.getByRole('dialog').getByText('Approved by Nils and applied')).toBeVisible();
    expect(await moneyOn(host, 'BIG1')).toBe('70.00');
    await picture(page, '43-approved-elsewhere');
    await page.getByRole('dialog').getByRole('button', { name: 'Close' }).last().click();
    await expect(row(page, 'BIG1')).toHaveCount(0);

    // The author cannot approve, also as a supervisor; somebody else can say no.
    await loseALot(host, 'BIG2', 75);
    await expect(row(page, 'BIG2')).toBeVisible();
    await propose(page, 'BIG2');
    await page.getByRole('dialog').getByRole('link', { name: 'Approvals' }).click();
    // A dialog belongs to the screen that it was opened on.
    await expect(page.getByRole('dialog')).toHaveCount(0);
    const own = page.getByRole('region', { name: /on card BIG2/ });
    await expect(own.getByText('You submitted this')).toBeVisible();
    await expect(own.getByRole('button', { name: 'Approve', exact: true })).toHaveCount(0);
    const other = nils.page.getByRole('region', { name: /on card BIG2/ });
    await other.getByRole('button', { name: 'Reject' }).click();
    await other.getByLabel('Why?').fill('Ask the bar first.');
    await other.getByRole('button', { name: 'Reject' }).click();
    await expect(own.getByText('Rejected by Nils')).toBeVisible();
    await expect(own.getByText('“Ask the bar first.”')).toBeVisible();
    expect(await moneyOn(host, 'BIG2')).toBe('10.00');
  } finally {
    await nils.leave();
  }
});

test('approving needs the network, and an expired proposal writes nothing', async ({
  page,
  console: host,
  browser,
}) => {
  await openQuiet(page, host);
  const nils = await borrowBooth(browser, host, 'booth-2', 'Nils');
  try {
    await loseALot(host, 'BIG3', 80);
    await expect(row(page, 'BIG3')).toBeVisible();
    await propose(page, 'BIG3');
    const cut = nils.page.getByRole('region', { name: /on card BIG3/ });
    await nils.page.getByRole('link', { name: 'Review' }).click();
    await expect(cut).toBeVisible();
    nils.proxy.cut();
    await expect(nils.page.getByText('No connection to the festival since')).toBeVisible();
    await expect(nils.page.getByText('nothing can be approved now')).toBeVisible();
    await cut.getByRole('button', { name: 'Approve', exact: true }).click();
    await expect(nils.page.getByText('The festival’s database is not responding.').first()).toBeVisible();
    await picture(nils.page, '44-offline');
    nils.proxy.forward();
    await tryNow(nils.page);
    await expect(nils.page.getByText('No connection to the festival since')).toBeHidden();

    // Time is over.
    await asAdministrator(host.dataDir, (client) =>
      client.query(`update console.proposals set expires_at = now() - interval '1 second' where state = 'pending'`),
    );
    await expect(page.getByRole('dialog').getByText('Expired: nothing was written')).toBeVisible();
    await picture(page, '45-expired');
    expect(await moneyOn(host, 'BIG3')).toBe('10.00');
    await page.getByRole('dialog').getByRole('button', { name: 'Close' }).last().click();
  } finally {
    await nils.leave();
  }
});

test('at the same laptop the second person types a PIN, and the author stays signed in', async ({
  page,
  console: host,
}) => {
  await openQuiet(page, host);
  await loseALot(host, 'DESK', 80);
  await propose(page, 'DESK');
  const dialog = page.getByRole('dialog');
  // Who may not approve is not offered, and neither is the author.
  await expect(dialog.getByRole('radio')).toHaveCount(1);
  await dialog.getByRole('radio', { name: /^Nils/ }).check();
  await dialog.getByLabel('Their PIN').fill('0000');
  await dialog.getByRole('button', { name: 'Approve with this PIN' }).click();
  await expect(dialog.getByText('Wrong PIN for Nils. 9 attempts left.')).toBeVisible();
  await picture(page, '46-wrong-pin');
  await expectAccessible(page);
  expect(await moneyOn(host, 'DESK')).toBe('10.00');
  await dialog.getByLabel('Their PIN').fill(PIN);
  await dialog.getByRole('button', { name: 'Approve with this PIN' }).click();
  await expect(dialog.getByText('Approved by Nils and applied')).toBeVisible();
  expect(await moneyOn(host, 'DESK')).toBe('90.00');
  await dialog.getByRole('button', { name: 'Close' }).last().click();
  await expect(page.getByRole('button', { name: 'Signed in as Léa. Change' })).toBeVisible();
});

test('a correction is undone, and its visitor gets a receipt', async ({ page, console: host }) => {
  const receivers = await openReceivers();
  try {
    await openQuiet(page, host);
    await loseALot(host, 'SMALL', 8);
    await expect(row(page, 'SMALL')).toBeVisible();
    await row(page, 'SMALL').click();
    await page.getByRole('article').getByRole('button', { name: 'Correct', exact: true }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Reason').fill('Order failed, money taken.');
    await dialog.getByRole('button', { name: /^Apply correction/ }).click();
    await expect(dialog.getByText(/^Applied\./)).toBeVisible();
    await dialog.getByRole('button', { name: 'Receipt' }).click();
    const receipt = page.getByRole('region', { name: 'Receipt for a correction' });
    await expect(receipt.getByText('+€8.00')).toBeVisible();
    await expect(receipt.getByText('SMALL')).toBeVisible();
    // A visitor comes back with it and reads out its number.
    const number = (await receipt.getByText(/^R-\d+$/).textContent()) ?? '';
    await page.keyboard.press('Escape');
    await expect(receipt).toHaveCount(0);
    // The alert may be closed by then: the focus is back at what opened the first dialog, or at what it was about.
    await expect(page.getByRole('article').locator(':focus')).toHaveCount(1);
    await page.keyboard.press('Control+k');
    await page.getByPlaceholder('Card id, alert, screen or action').fill(number.toLowerCase().replace('-', ''));
    await page.getByRole('option', { name: `Open receipt ${number}` }).click();
    await expect(receipt.getByText('SMALL')).toBeVisible();
    await dialog.getByLabel('Visitor’s e-mail address').fill('nobody');
    await dialog.getByRole('button', { name: 'Send' }).click();
    await expect(dialog.getByText('Not a valid e-mail address.')).toBeVisible();
    await dialog.getByLabel('Visitor’s e-mail address').fill('visitor@example.org');
    await dialog.getByRole('button', { name: 'Send' }).click();
    await expect(dialog.getByText('No mail server is configured')).toBeVisible();
    await picture(page, '47-receipt');
    await expectAccessible(page);
    await page.emulateMedia({ media: 'print' });
    await picture(page, '48-receipt-printed');
    await expect(page.getByRole('button', { name: 'Print' })).toBeHidden();
    await expect(receipt).toBeVisible();
    await page.emulateMedia({ media: 'screen' });

    const settings = {
      contacts: [],
      ladder: { CRITICAL: [], HIGH: [], MEDIUM: [], LOW: [] },
      quiet: null,
      smtp: { ...receivers.smtp, secure: false, user: '', password: '', from: 'regie@festival.example' },
      slack: null,
      twilio: { url: `${receivers.http}`, account: 'AC1', token: 't', from: '+33600000000' },
      webhook: null,
    };
    await asAdministrator(host.dataDir, (client) =>
      client.query(
        `with secrets as (
           insert into console.channel_secrets (secrets) values (console.secrets_of($1)))
         insert into console.escalation_settings (version, settings, changed_by)
         values (1, console.replace_secrets($1, ''), 'Léa')`,
        [JSON.stringify(settings)],
      ),
    );
    await dialog.getByLabel('Visitor’s language').selectOption('fr');
    await expect(page.getByRole('region', { name: 'Reçu d’une correction' })).toBeVisible();
    await dialog.getByLabel('Visitor’s e-mail address').fill('visitor2@example.org');
    await dialog.getByRole('button', { name: 'Send' }).click();
    await expect(dialog.getByText('Sent to v…@example.org.')).toBeVisible();
    const [mail = ''] = receivers.mails;
    expect(mail).toContain('To: visitor2@example.org');
    expect(mail).toContain('SMALL');
    await dialog.getByLabel('Send by').selectOption('sms');
    await dialog.getByLabel('Visitor’s phone number').fill('+33 6 12 34 56 78');
    await dialog.getByRole('button', { name: 'Send' }).click();
    await expect(dialog.getByText('Sent to +33…78.')).toBeVisible();
    expect(receivers.requests.map(({ path }) => path)).toEqual(['/2010-04-01/Accounts/AC1/Messages.json']);
    const audit = await asAdministrator(host.dataDir, async (client) => {
      const { rows } = await client.query(
        `select actor, data ->> 'to' as to, data ->> 'language' as language from console.audit where action = 'receipt_sent' order by seq`,
      );
      return rows;
    });
    expect(audit).toEqual([
      { actor: 'Léa', to: 'v…@example.org', language: 'fr' },
      { actor: 'Léa', to: '+33…78', language: 'fr' },
    ]);
    await page.keyboard.press('Escape');

    await page.goto(`${new URL(host.address).origin}/#/card/SMALL`);
    await page.getByRole('cell').getByRole('button', { name: 'Undo' }).click();
    await expect(dialog.getByText('This undoes what Léa did')).toBeVisible();
    await dialog.getByRole('button', { name: /^Apply correction/ }).click();
    await expect(dialog.getByText('Enter a reason.')).toBeVisible();
    await dialog.getByLabel('Reason').fill('It was another card.');
    await picture(page, '49-undo');
    await expectAccessible(page);
    await dialog.getByRole('button', { name: /^Apply correction/ }).click();
    await expect(dialog.getByText('Applied. The card now holds €10.00.')).toBeVisible();
    expect(await moneyOn(host, 'SMALL')).toBe('10.00');
    await dialog.getByRole('button', { name: 'Close' }).last().click();
    // A second time it says that it was done.
    await page.goto(`${new URL(host.address).origin}/#/board`);
    await page.goto(`${new URL(host.address).origin}/#/card/SMALL`);
    await page.getByRole('cell').getByRole('button', { name: 'Undo' }).click();
    await expect(dialog.getByText('This correction has already been undone.')).toBeVisible();
    await page.keyboard.press('Escape');
    await picture(page, '50-card-after-undo');
    await expectAccessible(page);

    // From the card to the register, to what belongs to it, and to whether all of it agrees.
    await page.getByRole('link', { name: 'Register', exact: true }).last().click();
    const register = page.getByRole('table', { name: 'Corrections that were applied' });
    await expect(register.getByRole('row', { name: /\+€8\.00/ })).toContainText('undone');
    await register.getByRole('button', { name: 'Card restored' }).click();
    const detail = page.getByRole('complementary', { name: 'Correction' });
    await detail.getByText(/^row \d+: Corrected, Léa on/).click();
    await expect(detail.getByRole('definition').filter({ hasText: /^Card restored$/ })).toBeVisible();
    await expectNothingCut(page, 'the register beside an open correction');
    await detail.getByRole('link', { name: /^[0-9a-f-]{36}$/ }).click();
    await expect(register.getByRole('row')).toHaveCount(3);
    await page.getByRole('button', { name: 'Clear filters' }).click();
    await page.getByRole('button', { name: 'Reconcile', exact: true }).click();
    // Those of the tests before it as well.
    const made = await asAdministrator(host.dataDir, async (client) => {
      const { rows } = await client.query(
        `select count(*)::int as count from app_transaction_log where transaction_type = 'manual_correction'`,
      );
      return rows[0].count as number;
    });
    await expect(page.getByText(new RegExp(`^All of it holds, as of .* Compared: ${made} `))).toBeVisible();
    await picture(page, '51-register');
    await expectAccessible(page);
  } finally {
    await receivers.close();
  }
});

test('what an empty card cannot give back is recorded in its history', async ({ page, console: host }) => {
  await openQuiet(page, host);
  // Two orders overlapped, and the second overwrote what the first had taken: more than the card held.
  await asAdministrator(host.dataDir, async (admin) => {
    const festival = festivalOf({ admin });
    await festival.card('TWICE', 10, { secondsAgo: 600 });
    await festival.order('TWICE', 8, { secondsAgo: 500 });
    await festival.changeCard('TWICE', 8);
    await festival.order('TWICE', 7.5, { secondsAgo: 499 });
  });
  await page.goto(`${page.url().split('#')[0]}#/card/TWICE`);
  const dialog = page.getByRole('dialog');
  const correct = async (reason: string): Promise<void> => {
    await page.getByRole('button', { name: 'Correct this card' }).click();
    await dialog.getByLabel('Reason').fill(reason);
  };
  const apply = async (): Promise<void> => {
    await dialog.getByRole('button', { name: /^Apply correction/ }).click();
    await expect(dialog.getByText(/^Applied\./)).toBeVisible();
    await dialog.getByRole('button', { name: 'Close', exact: true }).last().click();
  };
  await correct('Two orders at once.');
  await expect(dialog.getByText('at most €2.50 can be taken from it')).toBeVisible();
  await picture(page, '49-overdrawn');
  await dialog.getByLabel('Amount').fill('2.50');
  await apply();
  await correct('Served twice and paid once.');
  await expect(dialog.getByLabel('What is wrong?')).toHaveValue('record_missing');
  await apply();
  expect(await moneyOn(host, 'TWICE')).toBe('0.00');
  await expect(page.getByText('differ by')).toHaveCount(0);
});

test('opening balances of sixty cards are approved together, and applied while every screen follows', async ({
  page,
  console: host,
  browser,
}) => {
  await openQuiet(page, host);
  const nils = await borrowBooth(browser, host, 'booth-2', 'Nils');
  try {
    await asAdministrator(host.dataDir, async (client) => {
      await client.query(
        `insert into table_cards (id, amount) select 'OPEN' || lpad(n::text, 2, '0'), 20 + n from generate_series(1, 60) as n`,
      );
      // What they did since the log began: this is how the engine gets to know them.
      await client.query(
        `insert into app_transaction_log (card_id, transaction_type, status, amount_involved, previous_balance, new_balance)
         select 'OPEN' || lpad(n::text, 2, '0'), 'bar_order', 'completed', 1, 21 + n, 20 + n from generate_series(1, 60) as n`,
      );
    });
    const storm = page.getByRole('button', { name: /^60 cards/ });
    await expect(storm).toBeVisible();
    await storm.click();
    await page.getByRole('article').getByRole('button', { name: 'Correct all cards' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('What is wrong?').selectOption('opening_balance');
    await expect(dialog.getByText(/^60 cards: €0\.00 on cards/)).toBeVisible();
    await dialog.getByLabel('Reason').fill('Charged before the log began.');
    await picture(page, '51-bulk');
    await expectAccessible(page);
    await dialog.getByRole('button', { name: 'Request approval for 60 cards' }).click();
    await expect(page.getByRole('heading', { name: 'Approvals' })).toBeVisible();
    await nils.page.getByRole('link', { name: 'Approvals' }).click();
    const panel = nils.page.getByRole('region', { name: /^60 cards/ });
    await expect(panel.getByRole('listitem').first()).toContainText('awaiting approval');
    await picture(nils.page, '52-bulk-to-approve');
    await expectAccessible(nils.page);
    // One of them moves meanwhile: it stays, with today's figures.
    await asAdministrator(host.dataDir, (client) =>
      client.query(`update table_cards set amount = amount - 3 where id = 'OPEN02'`),
    );
    await panel.getByRole('button', { name: 'Approve', exact: true }).click();
    const progress = page.getByRole('region', { name: /^60 cards/ });
    await expect(progress.getByText('Approved by Nils, applying').or(progress.getByText('59 of 60'))).toBeVisible();
    await expect(progress.getByText('59 of 60 applied, 1 changed meanwhile, 0 rejected')).toBeVisible();
    await progress.getByText('All 60 cards').click();
    await expect(progress.getByText(/^changed: €19\.00 on the card/)).toBeVisible();
    await picture(page, '53-bulk-done');
    await expectAccessible(page);
    const sums = await asAdministrator(host.dataDir, async (client) => {
      const { rows } = await client.query(
        `select count(*)::int as rows, count(distinct card_id)::int as cards from app_transaction_log
         where card_id like 'OPEN%' and transaction_type = 'manual_correction'`,
      );
      return rows[0];
    });
    expect(sums).toEqual({ rows: 59, cards: 59 });
    await progress.getByRole('button', { name: 'Submit the rest again' }).click();
    await dialog.getByLabel('What is wrong?').selectOption('opening_balance');
    await expect(dialog.getByText(/^1 card: /)).toBeVisible();
    await dialog.getByLabel('Reason').fill('Charged before the log began; it moved meanwhile.');
    await dialog.getByRole('button', { name: 'Request approval for 1 card' }).click();
    await nils.page
      .getByRole('region', { name: /^1 card,/ })
      .getByRole('button', { name: 'Approve', exact: true })
      .click();
    await expect
      .poll(() =>
        asAdministrator(host.dataDir, async (client) => {
          const { rows } = await client.query(
            `select count(*)::int as open from monitoring_events where card_id like 'OPEN%' and status in ('OPEN', 'INVESTIGATING')`,
          );
          return rows[0]?.open;
        }),
      )
      .toBe(0);
    // In French and in the light.
    await openSettings(page, 'This laptop');
    await page.getByLabel('Language', { exact: true }).selectOption('fr');
    await page.getByLabel('Thème', { exact: true }).selectOption('light');
    await page.getByRole('link', { name: 'Approbations' }).click();
    // The longest name of the navigation stays inside it.
    const navigation = page.getByRole('navigation', { name: 'Écrans' });
    expect(await navigation.evaluate(({ clientWidth, scrollWidth }) => scrollWidth - clientWidth)).toBe(0);
    await picture(page, '54-approvals-fr-light');
    await expectAccessible(page);
  } finally {
    await nils.leave();
  }
});
