import { rmSync } from 'node:fs';
import type { Page } from '@playwright/test';
import {
  borrowBooth,
  chooseInAlert,
  leaveFields,
  loseMoney,
  openAlert,
  openBooth,
  openTab,
  rowOf,
} from './support/booth.ts';
import { asAdministrator, expect, expectAccessible, picture, readCard, startConsole, test } from './support/console.ts';
import { makeDataDir } from './support/data-dir.ts';
import { copyTemplate } from './support/festival-template.ts';

/* Several laptops on one festival: who is there, who has what, who runs the engine
(docs/offline.md, "Several laptops"). */
test.use({ seed: '22' });

const article = (page: Page) => page.getByRole('article');

test('two laptops see each other, and take an alert over from each other', async ({ console: host, browser }) => {
  // It is switched off in the end.
  const nils = await openBooth(browser, host, 'booth-2', 'Nils');
  const ana = await borrowBooth(browser, host, 'booth-3', 'Ana');
  try {
    await loseMoney(host, 'SHARED');
    for (const { page } of [nils, ana]) {
      await openAlert(page, 'SHARED');
      await openTab(page, 'Timeline');
    }
    await expect(article(ana.page).getByText('Also viewing: Nils (booth-2)')).toBeVisible();
    await expect(article(nils.page).getByText('Also viewing: Ana (booth-3)')).toBeVisible();

    const spread: number[] = [];
    /** What one laptop does is on the other one's screen, and when. */
    const reaches = async (act: () => Promise<void>, seen: () => Promise<unknown>): Promise<void> => {
      await act();
      const began = performance.now();
      await seen();
      spread.push(Math.round(performance.now() - began));
    };
    const button = (page: Page, name: string) => article(page).getByRole('button', { name });
    await reaches(
      () => button(nils.page, 'Assign to me').click(),
      () => article(ana.page).getByText('Assigned to Nils, booth-2').waitFor(),
    );
    await expect(rowOf(ana.page, 'SHARED').getByText('Nils, booth-2')).toBeVisible();
    await picture(ana.page, '27-assigned-to-another');
    await reaches(
      () => button(ana.page, 'Take over from Nils').click(),
      () => article(nils.page).getByText('Assigned to Ana, booth-3').waitFor(),
    );
    await expect(article(nils.page).getByText('Taken over from Nils')).toBeVisible();
    for (let note = 1; note <= 5; note += 1) {
      await button(nils.page, 'Note').click();
      await nils.page.getByRole('dialog').getByRole('textbox').fill(`note ${note}`);
      await reaches(
        () => nils.page.getByRole('dialog').getByRole('button', { name: 'Save' }).click(),
        () => article(ana.page).getByText(`note ${note}`).waitFor(),
      );
    }
    await reaches(
      () => nils.page.getByRole('link', { name: 'Settings' }).click(),
      () => article(ana.page).getByText('Also viewing').waitFor({ state: 'hidden' }),
    );
    console.log(`    from one laptop's click to the other's screen, ms: ${spread.join(', ')}`);

    await ana.page.getByRole('button', { name: '3 laptops' }).click();
    const list = ana.page.getByRole('region', { name: 'Laptops on this festival' });
    await expect(list.getByText('booth-2')).toBeVisible();
    await expect(list.getByText('runs the engine')).toBeVisible();
    await picture(ana.page, '28-laptops');
    await expectAccessible(ana.page);
    await nils.running.stop();
    await expect(list.getByText('booth-2')).toBeHidden();
  } finally {
    await nils.leave();
    await ana.leave();
  }
});

test('what another laptop took while this one was away comes back as its word against ours', async ({
  console: host,
  browser,
}) => {
  const nils = await borrowBooth(browser, host, 'booth-2', 'Nils');
  const ana = await borrowBooth(browser, host, 'booth-3', 'Ana');
  try {
    await loseMoney(host, 'AWAY');
    for (const { page } of [nils, ana]) await openAlert(page, 'AWAY');
    await nils.goOffline();
    await article(nils.page).getByRole('button', { name: 'Assign to me' }).click();
    await expect(nils.page.getByText('1 action from this laptop is pending')).toBeVisible();
    await article(ana.page).getByRole('button', { name: 'Assign to me' }).click();
    await expect(article(ana.page).getByText('Assigned to Ana, booth-3')).toBeVisible();
    nils.proxy.forward();
    await nils.page.getByRole('link', { name: '1 action needs your decision' }).click();
    await expect(nils.page.getByText('This alert is assigned to Ana (booth-3).')).toBeVisible();
    await nils.page.getByRole('button', { name: 'Take over from Ana' }).click();
    await expect(nils.page.getByText('No conflicts.')).toBeVisible();
    await expect(article(ana.page).getByText('Assigned to Nils, booth-2')).toBeVisible();
  } finally {
    await nils.leave();
    await ana.leave();
  }
});

test('when the laptop that runs the engine is killed, another one takes over and shows it', async ({ browser }) => {
  const dataDir = makeDataDir();
  await copyTemplate(dataDir);
  const leader = await startConsole(dataDir, '--seed', '23', '--laptop', 'booth-1');
  const nils = await openBooth(browser, leader, 'booth-2', 'Nils');
  try {
    await expect(nils.page.getByRole('button', { name: /^Live, detecting on booth-1/ })).toBeVisible();
    // Its Postgres is left behind and goes on, as the festival's does.
    await leader.stop('SIGKILL');
    const began = performance.now();
    await expect(nils.page.getByRole('button', { name: /^Live, detecting on booth-2/ })).toBeVisible();
    console.log(`    the engine moved in ${Math.round(performance.now() - began)} ms`);
    await loseMoney(leader, 'AFTER');
    await expect(rowOf(nils.page, 'AFTER')).toBeVisible();
  } finally {
    await nils.leave();
    // Takes its server over, to stop it.
    await (await startConsole(dataDir)).stop();
    rmSync(dataDir, { recursive: true, force: true });
  }
});

test('an alert is snoozed, alerts again, is closed and reopened', async ({ console: host, browser }) => {
  const nils = await borrowBooth(browser, host, 'booth-2', 'Nils');
  try {
    const { page } = nils;
    await loseMoney(host, 'LATER');
    await openAlert(page, 'LATER');
    const button = (name: string) => article(page).getByRole('button', { name });
    const say = async (words: string) => {
      await page.getByRole('dialog').getByRole('textbox').fill(words);
      await page
        .getByRole('dialog')
        .getByRole('button', { name: /^(Snooze|Reopen|Resolve)$/ })
        .click();
    };
    await openTab(page, 'Timeline');
    await chooseInAlert(page, 'Snooze');
    await page.getByLabel('For how long?').selectOption('5 min');
    await picture(page, '31-put-off');
    await expectAccessible(page);
    await say('the bar is being asked');
    await expect(
      article(page).getByText(/^Snoozed until (?:\d{1,2} \D+)?\d\d:\d\d, or until something new happens\.$/),
    ).toBeVisible();
    await expect(rowOf(page, 'LATER').getByText(/snoozed until/)).toBeVisible();
    // The screen shows it as soon as it is in the outbox: the time is over once the database has it.
    const end = () =>
      asAdministrator(host.dataDir, async (client) => {
        const { rowCount } = await client.query(
          `update console.alerts a set acknowledged_until = now() - interval '1 second'
           from monitoring_events e
           where e.event_id = a.event_id and e.card_id = 'LATER' and a.acknowledged_until > now() + interval '4 minutes'`,
        );
        return rowCount;
      });
    await expect.poll(end).toBeGreaterThan(0);
    // With the next scheduled cycle.
    await expect(rowOf(page, 'LATER').getByText(/alerting again since/)).toBeVisible();
    await expect(article(page).getByText('Acknowledgement by Nils expired')).toBeVisible();
    await chooseInAlert(page, 'Resolve');
    await say('it was a test order');
    await expect(article(page).getByText('Closed: it was a test order')).toBeVisible();
    await button('Reopen').click();
    await say('the visitor has come back');
    await expect(button('Assign to me')).toBeVisible();
    await expect(article(page).getByText('Reopened')).toBeVisible();
  } finally {
    await nils.leave();
  }
});

test('a shift is offered, accepted on another laptop, and its alerts change hands', async ({
  console: host,
  browser,
}) => {
  const nils = await borrowBooth(browser, host, 'booth-2', 'Nils');
  const ana = await borrowBooth(browser, host, 'booth-3', 'Ana');
  try {
    await loseMoney(host, 'SHIFT');
    await openAlert(nils.page, 'SHIFT');
    await article(nils.page).getByRole('button', { name: 'Assign to me' }).click();
    await openAlert(ana.page, 'SHIFT');
    await expect(article(ana.page).getByText('Assigned to Nils, booth-2')).toBeVisible();
    for (const { page } of [nils, ana]) await page.getByRole('link', { name: 'Handover' }).click();
    await nils.page.getByLabel('Note for the next operator').fill('the visitor waits at bar 3');
    await nils.page.getByRole('button', { name: 'Offer handover' }).click();
    await expect(nils.page.getByText('Waiting for the next operator')).toBeVisible();
    const offer = ana.page.getByRole('region', { name: 'Handover offered' });
    await expect(offer.getByText('the visitor waits at bar 3')).toBeVisible();
    await expect(offer.getByText('Card SHIFT lost €5.00 on a failed order')).toBeVisible();
    await picture(ana.page, '34-handover');
    await expectAccessible(ana.page);
    await offer.getByRole('button', { name: 'Accept handover' }).click();
    await expect(ana.page.getByText(/^Nils → Ana, /)).toBeVisible();
    await expect(nils.page.getByText(/^Nils → Ana, /)).toBeVisible();
    await openAlert(nils.page, 'SHIFT');
    await openTab(nils.page, 'Timeline');
    await expect(article(nils.page).getByText('Assigned to Ana, booth-3')).toBeVisible();
    await expect(article(nils.page).getByText('Handed over by Nils')).toBeVisible();
  } finally {
    await nils.leave();
    await ana.leave();
  }
});

test('a card reader that types like a keyboard opens the card, with the sentence for the visitor', async ({
  console: host,
  browser,
}) => {
  const nils = await borrowBooth(browser, host, 'booth-2', 'Nils');
  try {
    const { page } = nils;
    await loseMoney(host, 'fac0ffee');
    await openAlert(page, 'fac0ffee');
    // Each of these letters alone is a shortcut of the board.
    await leaveFields(page);
    await readCard(page, 'fac0ffee');
    await expect(page.getByRole('heading', { name: 'Card', exact: true })).toBeVisible();
    await expect(page.getByRole('dialog')).toHaveCount(0);
    const say = page.getByRole('region', { name: 'What to tell the visitor' });
    await expect(
      say.getByText(/^“Your order at a bar at (?:\d{1,2} \D+)?\d\d:\d\d failed.*€5\.00 is missing/),
    ).toBeVisible();
    await expect(
      say.getByText(/^«\sVotre commande à un bar à (?:\d{1,2} \D+)?\d\d:\d\d a échoué.*Il manque 5,00\s€/),
    ).toBeVisible();
    await picture(page, '35-visitor');
    await expectAccessible(page);
    // A hand is slower, and its keys are still shortcuts.
    await openAlert(page, 'fac0ffee');
    await leaveFields(page);
    await page.keyboard.press('n');
    await expect(page.getByRole('dialog', { name: 'Add a note' })).toBeVisible();
  } finally {
    await nils.leave();
  }
});
