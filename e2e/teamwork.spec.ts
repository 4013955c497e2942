import type { Browser, Page } from '@playwright/test';
import { insertEvent } from '../electron/testing/alerts.ts';
import { openReceivers } from '../electron/testing/receivers.ts';
import type { RowId } from '../shared/domain/row-id.ts';
import {
  type Booth,
  borrowBooth,
  chooseInAlert,
  loseMoney,
  openAlert,
  openTab,
  rowOf,
  tryNow,
} from './support/booth.ts';
import { asAdministrator, expect, expectAccessible, picture, type RunningConsole, test } from './support/console.ts';
import { openSettings } from './support/operators.ts';

/* Two laptops, two people: what one silences, joins, parts, writes or hands over, the other sees. */
test.use({ seed: '35' });

const article = (page: Page) => page.getByRole('article');
const button = (page: Page, name: string | RegExp) => article(page).getByRole('button', { name });
const dialog = (page: Page) => page.getByRole('dialog');

/** Nils on booth-2 and Ana on booth-3. */
const two = async (
  browser: Browser,
  host: RunningConsole,
): Promise<{ nils: Booth; ana: Booth; leave(): Promise<void> }> => {
  const nils = await borrowBooth(browser, host, 'booth-2', 'Nils');
  const ana = await borrowBooth(browser, host, 'booth-3', 'Ana');
  return {
    nils,
    ana,
    leave: async () => {
      await nils.leave();
      await ana.leave();
    },
  };
};

/** An alert about a failing reader, as the engine raises it. */
const failReader = (host: RunningConsole, device: string): Promise<RowId> =>
  asAdministrator(host.dataDir, (admin) =>
    insertEvent(
      { admin },
      {
        ...{ eventType: 'system_health', severity: 'MEDIUM', algorithm: 'reader_failure_spike' },
        facts: {
          ...{ device_identifier: device, scans: 12, failures: 8 },
          ...{ failure_rate_percent: 66.7, time_window_minutes: 10 },
        },
      },
    ),
  );
const readerRow = (page: Page, device: string) => page.getByRole('button', { name: new RegExp(device) }).first();
const openReader = async (page: Page, device: string) => {
  await page.getByRole('link', { name: 'Alerts', exact: true }).click();
  await readerRow(page, device).click();
  await expect(article(page).getByRole('heading', { name: new RegExp(device) })).toBeVisible();
};

test('a silence holds back mail and sound, shows on both laptops, and what it held back alerts when it ends', async ({
  console: host,
  browser,
}) => {
  const receivers = await openReceivers();
  const { nils, ana, leave } = await two(browser, host);
  try {
    await openSettings(nils.page, 'Escalation');
    const panel = nils.page.getByRole('region', { name: 'Escalation' });
    await panel.getByLabel('Name', { exact: true }).nth(2).fill('Support');
    await panel.getByLabel('E-mail', { exact: true }).nth(2).fill('support@festival.example');
    await panel.getByLabel('E-mail through a mail server').check();
    await panel.getByLabel('Server', { exact: true }).fill(receivers.smtp.host);
    await panel.getByLabel('Port', { exact: true }).fill(String(receivers.smtp.port));
    await panel.getByLabel('Sender', { exact: true }).fill('regie@festival.example');
    // MEDIUM: the fifth step of the guide's ladder.
    await panel.getByLabel('After (minutes)').nth(4).fill('0');
    await panel.getByRole('button', { name: 'Save' }).click();
    await expect(panel.getByText(/^Version 1, saved by Nils\./)).toBeVisible();
    const mails = (device: string) => receivers.mails.filter((mail) => mail.includes(device)).length;

    // The first of its kind tells that the way works; from it the kind is silenced on its reader.
    const first = await failReader(host, 'reader-21');
    await expect.poll(() => receivers.mails.length).toBe(1);
    await openReader(nils.page, 'reader-21');
    await chooseInAlert(nils.page, 'Silence');
    await dialog(nils.page).getByLabel('What', { exact: true }).selectOption('Everything on reader reader-21');
    await dialog(nils.page).getByLabel('Why?').fill('the reader is being changed');
    await picture(nils.page, '40-silence');
    await expectAccessible(nils.page);
    await dialog(nils.page).getByRole('button', { name: 'Silence', exact: true }).click();
    const mark = /^silenced until (?:\d{1,2} \D+)?\d\d:\d\d by Nils: the reader is being changed$/;
    await expect(article(nils.page).getByText(mark)).toBeVisible();
    await ana.page.getByRole('link', { name: 'Alerts', exact: true }).click();
    await expect(readerRow(ana.page, 'reader-21').getByText(mark)).toBeVisible();
    await picture(ana.page, '41-silenced-on-the-other');
    await expectAccessible(ana.page);

    // Another alert of the same reader: on both boards, and in no mailbox.
    const held = await failReader(host, 'reader-21');
    await expect(ana.page.getByRole('button', { name: '1 silence', exact: true })).toBeVisible();
    await expect(ana.page.getByText(mark)).toHaveCount(2);
    // Another reader is not silenced: its mail comes after all that could have come before it.
    await failReader(host, 'reader-22');
    await expect.poll(() => receivers.mails.length).toBe(2);
    const deliveriesOf = (eventId: RowId) =>
      asAdministrator(host.dataDir, async (client) => {
        const { rows } = await client.query(
          `select state from console.deliveries where event_id = $1 order by called_at`,
          [eventId],
        );
        return rows.map(({ state }) => state);
      });
    expect(await deliveriesOf(held)).toEqual([]);
    // The one that was sent before the silence, which names its reader.
    expect(mails('reader-21')).toBe(1);

    // Money is refused: in words on the screen, and money on the same laptop calls as ever.
    await loseMoney(host, 'LOUD');
    await openAlert(ana.page, 'LOUD');
    await chooseInAlert(ana.page, 'Silence');
    await expect(dialog(ana.page).getByText('This alert is about money: it cannot be silenced.')).toBeVisible();
    await picture(ana.page, '42-money-refuses');
    await dialog(ana.page).getByRole('button', { name: 'Cancel' }).click();

    // Ana ends it: what is not acknowledged alerts, on both boards and by mail.
    await ana.page.getByRole('button', { name: '1 silence', exact: true }).click();
    const list = ana.page.getByRole('dialog', { name: 'Silences' });
    await expect(list.getByText('the reader is being changed · Nils (booth-2)')).toBeVisible();
    await picture(ana.page, '43-silences');
    await list.getByRole('button', { name: /^End now/ }).click();
    await expect(list.getByText('Nothing is silenced.')).toBeVisible();
    await expect.poll(() => deliveriesOf(held)).toEqual(['sent']);
    await expect.poll(() => deliveriesOf(first)).toEqual(['sent', 'sent']);
    await openReader(nils.page, 'reader-21');
    await openTab(nils.page, 'Timeline');
    await expect(article(nils.page).getByText('Silence by Nils ended')).toBeVisible();
    await expect(article(nils.page).getByText(/^alerting again since/)).toBeVisible();
  } finally {
    await leave();
    await receivers.close();
  }
});

test('a silence made and ended without the network holds on its laptop at once, and waits', async ({
  console: host,
  browser,
}) => {
  const { nils, ana, leave } = await two(browser, host);
  try {
    await failReader(host, 'reader-31');
    await openReader(nils.page, 'reader-31');
    nils.proxy.cut();
    await expect(nils.page.getByText('No connection to the festival since')).toBeVisible();
    await chooseInAlert(nils.page, 'Silence');
    await dialog(nils.page).getByLabel('Why?').fill('no network at bar 3');
    await dialog(nils.page).getByRole('button', { name: 'Silence', exact: true }).click();
    await expect(article(nils.page).getByText(/^silenced until .* by Nils: no network at bar 3/)).toBeVisible();
    await expect(article(nils.page).getByText('not sent yet; already in effect on this laptop')).toBeVisible();
    await picture(nils.page, '44-silence-waits');
    await expectAccessible(nils.page);
    // Over a restart as well.
    await nils.running.stop();
    await nils.again();
    await openReader(nils.page, 'reader-31');
    await expect(article(nils.page).getByText('not sent yet; already in effect on this laptop')).toBeVisible();
    nils.proxy.forward();
    await tryNow(nils.page);
    await ana.page.getByRole('link', { name: 'Alerts', exact: true }).click();
    await expect(readerRow(ana.page, 'reader-31').getByText(/no network at bar 3/)).toBeVisible();
    await expect(article(nils.page).getByText('not sent yet; already in effect on this laptop')).toBeHidden();

    nils.proxy.cut();
    await expect(nils.page.getByText('No connection to the festival since')).toBeVisible();
    await button(nils.page, 'End now').click();
    await expect(article(nils.page).getByText(/^silenced until/)).toBeHidden();
    await expect(readerRow(ana.page, 'reader-31').getByText(/no network at bar 3/)).toBeVisible();
    nils.proxy.forward();
    await tryNow(nils.page);
    await expect(readerRow(ana.page, 'reader-31').getByText(/no network at bar 3/)).toBeHidden();
  } finally {
    await leave();
  }
});

test('two alerts become one on both laptops, part again, and what happened meanwhile comes back with both sides', async ({
  console: host,
  browser,
}) => {
  const { nils, ana, leave } = await two(browser, host);
  try {
    for (const card of ['MAIN', 'PART', 'ELSE']) await loseMoney(host, card);
    for (const { page } of [nils, ana]) {
      await openAlert(page, 'PART');
      await openTab(page, 'Timeline');
    }
    await chooseInAlert(nils.page, 'Merge into…');
    await dialog(nils.page).getByPlaceholder('Card, place, type or number').fill('MAIN');
    await picture(nils.page, '45-merge');
    await expectAccessible(nils.page);
    await dialog(nils.page)
      .getByRole('option', { name: /Card MAIN lost/ })
      .click();
    // Both screens follow it to where it is.
    for (const { page } of [nils, ana]) {
      await expect(article(page).getByRole('heading', { name: /Card MAIN lost/ })).toBeVisible();
      await expect(article(page).getByText(/^Alert \d+ merged into this one$/)).toBeVisible();
      await expect(rowOf(page, 'PART')).toBeHidden();
    }
    await picture(ana.page, '46-merged');
    await expectAccessible(ana.page);
    await openTab(ana.page, 'Evidence');
    await button(ana.page, 'Split off with its related findings').click();
    for (const { page } of [nils, ana]) await expect(rowOf(page, 'PART')).toBeVisible();
    await expect(article(nils.page).getByText(/^Alert \d+ split off$/)).toBeVisible();

    // Nils joins it without the network; meanwhile Ana has joined it to another one.
    for (const { page } of [nils, ana]) await openAlert(page, 'PART');
    nils.proxy.cut();
    await expect(nils.page.getByText('No connection to the festival since')).toBeVisible();
    const into = async (page: Page, card: string) => {
      await chooseInAlert(page, 'Merge into…');
      await dialog(page).getByPlaceholder('Card, place, type or number').fill(card);
      await dialog(page)
        .getByRole('option', { name: new RegExp(`Card ${card} lost`) })
        .click();
    };
    await into(nils.page, 'MAIN');
    await expect(nils.page.getByText('1 action from this laptop is pending')).toBeVisible();
    await into(ana.page, 'ELSE');
    await expect(article(ana.page).getByRole('heading', { name: /Card ELSE lost/ })).toBeVisible();
    nils.proxy.forward();
    await nils.page.getByRole('link', { name: '1 action needs your decision' }).click();
    await expect(
      nils.page.getByText(/^Meanwhile Ana \(booth-3\) merged it into alert \d+, or split it off\./),
    ).toBeVisible();
    await expect(
      nils.page.getByText(/^Merge “Card PART lost .* failed order” into “Card MAIN lost .* failed order”/),
    ).toBeVisible();
    await picture(nils.page, '47-merge-conflict');
    await nils.page.getByRole('button', { name: 'Merge anyway' }).click();
    await expect(nils.page.getByText('No conflicts.')).toBeVisible();
    // It goes with the incident in which it is today.
    await expect(article(ana.page).getByRole('heading', { name: /Card MAIN lost/ })).toBeVisible();
  } finally {
    await leave();
  }
});

test('a name in a note reaches that person’s laptop, also one that was away, and the handover gathers everything', async ({
  console: host,
  browser,
}) => {
  const { nils, ana, leave } = await two(browser, host);
  try {
    await loseMoney(host, 'TELL');
    await openAlert(nils.page, 'TELL');
    await openTab(nils.page, 'Timeline');
    await button(nils.page, 'Assign to me').click();
    const write = async (words: string, name: string) => {
      await button(nils.page, 'Note').click();
      const text = dialog(nils.page).getByRole('textbox');
      await text.pressSequentially(`${words} @${name.slice(0, 2)}`);
      await expect(dialog(nils.page).getByRole('option', { name: `@${name}` })).toBeVisible();
      await picture(nils.page, '48-note-names');
      await expectAccessible(nils.page);
      await text.press('Enter');
      await expect(text).toHaveValue(`${words} @${name} `);
      await dialog(nils.page).getByRole('button', { name: 'Save' }).click();
    };
    await write('the visitor is with you', 'Ana');
    await expect(ana.page.getByText('Nils mentioned you: the visitor is with you @Ana')).toBeVisible();
    await expect(article(nils.page).locator('mark', { hasText: '@Ana' })).toBeVisible();
    await expect(ana.page.getByRole('button', { name: '1 mention', exact: true })).toBeVisible();
    await picture(ana.page, '49-mentioned');
    await expectAccessible(ana.page);

    ana.proxy.cut();
    await expect(ana.page.getByText('No connection to the festival since')).toBeVisible();
    await write('and once more', 'Ana');
    // She reads the first one without the network, and hears of the second one when it is back.
    await ana.page.getByRole('button', { name: '1 mention', exact: true }).click();
    const mentions = ana.page.getByRole('dialog', { name: 'Mentions' });
    await mentions.getByRole('button', { name: 'Mark as read', exact: true }).click();
    await expect(ana.page.getByRole('button', { name: 'Mentions', exact: true })).toBeVisible();
    ana.proxy.forward();
    await tryNow(ana.page);
    await expect(ana.page.getByText('Nils mentioned you: and once more @Ana')).toBeVisible();
    await expect(ana.page.getByRole('button', { name: '1 mention', exact: true })).toBeVisible();
    await picture(ana.page, '50-mentions');
    await ana.page.keyboard.press('Escape');

    // The shift: what is open, held back, waiting, decided; offered by one and accepted by the other.
    await failReader(host, 'reader-41');
    await openReader(nils.page, 'reader-41');
    await chooseInAlert(nils.page, 'Silence');
    await dialog(nils.page).getByLabel('Why?').fill('new cable at 23:00');
    await dialog(nils.page).getByRole('button', { name: 'Silence', exact: true }).click();
    await nils.page.getByRole('link', { name: 'Handover' }).click();
    const yours = nils.page.getByRole('region', { name: 'What you hand over' });
    await expect(yours.getByRole('link', { name: /Card TELL lost/ })).toBeVisible();
    await expect(yours.getByText('new cable at 23:00 · Nils (booth-2)')).toBeVisible();
    await yours.getByLabel('Note for the next operator').fill('the visitor waits');
    await picture(nils.page, '51-handover-gathers');
    await expectAccessible(nils.page);
    await yours.getByRole('button', { name: 'Offer handover' }).click();
    await ana.page.getByRole('link', { name: 'Handover' }).click();
    const offer = ana.page.getByRole('region', { name: 'Handover offered' });
    await expect(offer.getByText('the visitor waits')).toBeVisible();
    await expect(offer.getByText('new cable at 23:00 · Nils (booth-2)')).toBeVisible();
    await offer.getByRole('button', { name: 'Accept handover' }).click();
    const signed = /^Handed over by Nils on booth-2, .* · accepted by Ana on booth-3, /;
    for (const { page } of [nils, ana]) await expect(page.getByText(signed)).toBeVisible();
    await picture(ana.page, '52-signed-by-both');
    await expectAccessible(ana.page);
  } finally {
    await leave();
  }
});
