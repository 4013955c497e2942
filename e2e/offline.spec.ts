import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import {
  type Booth,
  borrowBooth,
  chooseInAlert,
  loseMoney,
  moneyOf,
  openAlert,
  openTab,
  rowOf,
  tryNow,
} from './support/booth.ts';
import {
  asAdministrator,
  expect,
  expectAccessible,
  picture,
  type RunningConsole,
  signIn,
  test,
} from './support/console.ts';
import { coveredOf } from './support/covered.ts';
import { openSettings } from './support/operators.ts';

/*
 * Consoles that reach the training festival of another one through a network that fails. The first console's own
 * engine runs on; what is tried is on laptops of their own.
 */
test.use({ seed: '21' });

const openCorrection = async (page: Page, cardId: string): Promise<void> => {
  await openAlert(page, cardId);
  await page.getByRole('article').getByRole('button', { name: 'Correct' }).click();
  await page.getByLabel('Reason').fill('given back at the counter');
};
const confirm = (page: Page) => page.getByRole('dialog').getByRole('button', { name: /^Apply correction/ });

let host: RunningConsole;
let booth: Booth;
test.beforeEach(async ({ console: running, browser }) => {
  host = running;
  booth = await borrowBooth(browser, host, 'booth-2', 'Nils');
});
test.afterEach(() => booth.leave());

const BOOTH = { width: 1280, height: 720 };

test('every screen opens while the network swallows everything', async () => {
  const { page, proxy } = booth;
  await loseMoney(host, 'DARK');
  await expect(rowOf(page, 'DARK')).toBeVisible();
  await page.getByRole('link', { name: 'Health' }).click();
  await page.getByRole('tab', { name: 'Engine and consoles' }).click();
  await expect(page.getByText('reach this screen')).toBeVisible();
  // Time for the copies: the card, the answers, the runbook's evidence.
  await expect
    .poll(async () => {
      await page.goto(`${page.url().split('#')[0]}#/card/DARK`);
      return page.getByText('differ by').isVisible();
    })
    .toBe(true);
  await page.waitForTimeout(3_000);
  proxy.blackhole();
  const displayed: Record<string, number> = {};
  const opens = async (name: string, act: () => Promise<unknown>, shown: () => Promise<unknown>): Promise<void> => {
    const began = performance.now();
    await act();
    await shown();
    displayed[name] = Math.round(performance.now() - began);
  };
  const go = (name: string) => () => page.getByRole('navigation').getByRole('link', { name }).click();
  await opens('board', go('Alerts'), () => rowOf(page, 'DARK').waitFor());
  await opens(
    'alert',
    () => rowOf(page, 'DARK').click(),
    () => page.getByRole('article').getByText('Timeline').waitFor(),
  );
  await opens(
    'runbook',
    () => page.keyboard.press('r'),
    () => page.getByRole('button', { name: 'Start runbook' }).waitFor(),
  );
  await opens(
    'runbook begun',
    () => page.getByRole('button', { name: 'Start runbook' }).click(),
    () => page.locator('.runbook-current table').waitFor(),
  );
  // What has just happened is said beside the navigation, and not over it.
  await expect(page.getByText('Saved on this laptop; it will be sent')).toBeVisible();
  for (const size of [BOOTH, { width: 1024, height: 600 }]) {
    await page.setViewportSize(size);
    expect(await coveredOf(page.getByRole('navigation', { name: 'Screens' }).getByRole('link'))).toEqual([]);
  }
  await page.setViewportSize(BOOTH);
  await opens('waiting', go('Outbox'), () => page.getByRole('heading', { name: 'Sending' }).waitFor());
  await opens('handover', go('Handover'), () => page.getByRole('heading', { name: 'Shift handover' }).waitFor());
  await opens('overview', go('Health'), () => page.getByText('The five figures of health').waitFor());
  await opens(
    'health',
    () => page.getByRole('tab', { name: 'Engine and consoles' }).click(),
    () => page.getByText('Laptops').first().waitFor(),
  );
  await opens(
    'settings',
    () => openSettings(page, 'Detectors'),
    () => page.getByRole('button', { name: 'Failures in a row' }).waitFor(),
  );
  await opens(
    'card',
    () => page.goto(`${page.url().split('#')[0]}#/card/DARK`),
    () => page.getByText('differ by').waitFor(),
  );
  await opens(
    'correction',
    () => page.getByRole('button', { name: 'Correct this card' }).click(),
    () => page.getByText('The festival’s database is not responding').waitFor(),
  );
  console.log(`    displayed without the network, ms: ${JSON.stringify(displayed)}`);
  await page.getByRole('button', { name: 'Cancel' }).click();
  await expect(page.getByText('No connection to the festival since')).toBeVisible();
  // What can be done stands beside what is said, and takes no line of its own.
  await page.setViewportSize({ width: 1024, height: 600 });
  const [said, retry] = [page.locator('.banner-text'), page.getByRole('button', { name: 'Retry now' })];
  expect((await retry.boundingBox())?.x).toBeGreaterThan(
    await said.evaluate((text) => text.getBoundingClientRect().right),
  );
  expect(await said.evaluate(({ clientHeight }) => clientHeight)).toBeGreaterThanOrEqual(
    (await retry.boundingBox())?.height ?? 0,
  );
  await page.setViewportSize(BOOTH);
  await picture(page, '20-offline-card');
  await page.getByRole('navigation').getByRole('link', { name: 'Outbox' }).click();
  await picture(page, '21-waiting');
  await expectAccessible(page);
  proxy.cut();
  proxy.forward();
  await tryNow(page);
  await expect(page.getByText('Nothing pending.')).toBeVisible();
});

test('a correction whose answer is lost waits, and is applied exactly once', async () => {
  const { page, proxy } = booth;
  await loseMoney(host, 'LOST');
  await openCorrection(page, 'LOST');
  await expect(confirm(page)).toBeEnabled();
  // It arrives and is applied; the answer is lost.
  proxy.muteServer();
  await confirm(page).click();
  await expect(page.getByText('Pending: saved on this laptop')).toBeVisible();
  await picture(page, '22-correction-waits');
  await page.getByRole('dialog').getByRole('button', { name: 'Close' }).first().click();
  await expect(rowOf(page, 'LOST').getByText('pending')).toBeVisible();
  await expect(page.getByText('No connection to the festival since')).toBeVisible();
  proxy.cut();
  proxy.forward();
  await expect(rowOf(page, 'LOST')).toBeHidden();
  const closed = 'balance_deduction_on_failure RESOLVED, balance_mismatch_detection RESOLVED';
  expect(await moneyOf(host, 'LOST')).toEqual({ amount: '20.00', corrections: 1, alerts: closed });
});

test('a proposal whose figures moved comes back to be redone on today’s', async () => {
  const { page, proxy } = booth;
  await loseMoney(host, 'MOVED');
  await openCorrection(page, 'MOVED');
  proxy.cut();
  await confirm(page).click();
  await expect(page.getByText('Pending: saved on this laptop')).toBeVisible();
  await page.getByRole('dialog').getByRole('button', { name: 'Close' }).first().click();
  await asAdministrator(host.dataDir, (client) =>
    client.query(`update table_cards set amount = 13 where id = 'MOVED'`),
  );
  proxy.forward();
  await page.getByRole('link', { name: '1 action needs your decision' }).click();
  await expect(page.getByText('card €15.00, expected €20.00')).toBeVisible();
  await expect(page.getByText('card €13.00, expected €20.00')).toBeVisible();
  await picture(page, '23-conflict');
  await expectAccessible(page);
  await page.getByRole('button', { name: 'Redo with current figures' }).click();
  await expect(page.getByLabel('Reason')).toHaveValue('given back at the counter');
  await confirm(page).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Close' }).first().click();
  await expect(page.getByText('No conflicts.')).toBeVisible();
  // A conflict is decided as soon as its successor is in the outbox, and that is still on its way.
  await expect.poll(() => moneyOf(host, 'MOVED')).toMatchObject({ amount: '20.00', corrections: 1 });
});

test('two laptops resolve the same alert offline: one is applied, the other sees whose and why', async ({
  browser,
}) => {
  const other = await borrowBooth(browser, host, 'booth-3', 'Ana');
  try {
    await loseMoney(host, 'BOTH');
    for (const { page } of [booth, other]) await openAlert(page, 'BOTH');
    for (const one of [booth, other]) await one.goOffline();
    for (const [{ page }, words] of [
      [booth, 'the till was wrong'],
      [other, 'the visitor was paid in cash'],
    ] as const) {
      await chooseInAlert(page, 'Resolve');
      await page.getByRole('dialog').getByRole('textbox').fill(words);
      await page.getByRole('dialog').getByRole('button', { name: 'Resolve' }).click();
      await expect(page.getByText('1 action from this laptop is pending')).toBeVisible();
    }
    other.proxy.forward();
    await expect(rowOf(other.page, 'BOTH')).toBeHidden();
    booth.proxy.forward();
    await booth.page.getByRole('link', { name: '1 action needs your decision' }).click();
    await expect(booth.page.getByText(/Ana \(booth-3\) already closed this alert.*paid in cash/)).toBeVisible();
    await picture(booth.page, '24-two-laptops');
    await booth.page.getByRole('button', { name: 'Add my text as a note' }).click();
    await expect(booth.page.getByText('No conflicts.')).toBeVisible();
    const reported = () =>
      asAdministrator(host.dataDir, async (client) => {
        const { rows } = await client.query(
          `select kind, actor from console.timeline join monitoring_events using (event_id)
           where card_id = 'BOTH' and kind in ('resolved', 'note') order by entry_id`,
        );
        return rows;
      });
    // The conflict is decided as soon as the note is in the outbox, and that is still on its way.
    await expect.poll(reported).toEqual([
      { kind: 'resolved', actor: 'Ana' },
      { kind: 'note', actor: 'Nils' },
    ]);
  } finally {
    await other.leave();
  }
});

test('damaged files on a laptop’s disk end in a clear word and a working console', async () => {
  const { page, running } = booth;
  await loseMoney(host, 'DAMAGE');
  await openAlert(page, 'DAMAGE');
  booth.proxy.cut();
  await page.getByRole('article').getByRole('button', { name: 'Note' }).click();
  await page.getByRole('dialog').getByRole('textbox').fill('before the damage');
  await page.getByRole('dialog').getByRole('button', { name: 'Save' }).click();
  await expect(page.getByText('1 action from this laptop is pending')).toBeVisible();
  await running.stop();
  const folder = join(running.dataDir, 'festivals');
  const files = readdirSync(folder).filter((name) => name.endsWith('.sqlite'));
  for (const name of files) {
    const bytes = readFileSync(join(folder, name));
    // A page in the middle of the copy is overwritten; the outbox loses its end.
    if (name.endsWith('.outbox.sqlite')) writeFileSync(join(folder, name), bytes.subarray(0, bytes.length - 4_096));
    else writeFileSync(join(folder, name), bytes.fill(0x5a, 4_096 * 3, 4_096 * 4));
  }
  expect(files).toHaveLength(2);
  await booth.again();
  // Without the network that is the worst, and has the line.
  await page.getByRole('button', { name: 'more notices · Damaged files' }).click();
  await expect(page.getByText('This laptop’s copy of the festival data was damaged')).toBeVisible();
  await expect(page.getByText('The file with this laptop’s pending actions was damaged')).toBeVisible();
  await picture(page, '26-damaged');
  expect(readdirSync(join(folder, 'damaged')).filter((name) => name.endsWith('.sqlite'))).toHaveLength(2);
  await page.keyboard.press('Escape');
  booth.proxy.forward();
  await expect(page.getByRole('button', { name: /^Live/ })).toBeVisible();
  await page.getByRole('button', { name: 'Dismiss' }).first().click();
  await expect(page.getByText('was damaged')).toHaveCount(0);
  await openAlert(page, 'DAMAGE');
  await page.getByRole('article').getByRole('button', { name: 'Note' }).click();
  await page.getByRole('dialog').getByRole('textbox').fill('after the damage');
  await page.getByRole('dialog').getByRole('button', { name: 'Save' }).click();
  await openTab(page, 'Timeline');
  await expect(page.getByRole('article').getByText('after the damage')).toBeVisible();
});

test('what waits goes to another laptop in a file, and is done once wherever it is opened', async ({ browser }) => {
  const other = await borrowBooth(browser, host, 'booth-3', 'Ana');
  try {
    await loseMoney(host, 'CARRY');
    const { page } = booth;
    await openAlert(page, 'CARRY');
    booth.proxy.cut();
    await page.getByRole('article').getByRole('button', { name: 'Note' }).click();
    await page.getByRole('dialog').getByRole('textbox').fill('seen at the bar');
    await page.getByRole('dialog').getByRole('button', { name: 'Save' }).click();
    await page.getByRole('link', { name: 'Outbox' }).first().click();
    await page.getByLabel('Passphrase', { exact: true }).first().fill('pommes frites');
    await page.getByLabel('Repeat passphrase').fill('pommes frites');
    const saving = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Export file' }).click();
    const file = await (await saving).path();
    await expect(page.getByText(/1 action exported to/)).toBeVisible();

    const there = other.page;
    await there.getByRole('link', { name: 'Outbox' }).first().click();
    await expect(there.getByText('No file chosen')).toBeVisible();
    await there.getByLabel('File from another laptop').setInputFiles(file);
    await expect(there.getByText('No file chosen')).toHaveCount(0);
    await there.getByLabel('Passphrase', { exact: true }).last().fill('not the one');
    await there.getByRole('button', { name: 'Import file' }).click();
    await expect(there.getByText('Wrong passphrase for this file.')).toBeVisible();
    await there.getByLabel('Passphrase', { exact: true }).last().fill('pommes frites');
    await there.getByRole('button', { name: 'Import file' }).click();
    await expect(there.getByText('Imported: 1. Already here: 0.')).toBeVisible();
    await picture(there, '25-carried');
    booth.proxy.forward();
    await expect(page.getByText('Nothing pending.')).toBeVisible();
    const notes = await asAdministrator(host.dataDir, async (client) => {
      const { rows } = await client.query(
        `select actor, laptop, data ->> 'text' as text from console.timeline join monitoring_events using (event_id)
         where card_id = 'CARRY' and kind = 'note'`,
      );
      return rows;
    });
    expect(notes).toEqual([{ actor: 'Nils', laptop: 'booth-2', text: 'seen at the bar' }]);
  } finally {
    await other.leave();
  }
});

/** How many actions pile up; docs/performance.md has the figures of 10,000. */
const PILED_UP = Number(process.env.REGIE_PILED_UP ?? 400);

test('what has piled up is sent with progress, and the screen answers meanwhile', async () => {
  const { page, proxy } = booth;
  const cards = Array.from({ length: 20 }, (_, index) => `PILE${String(index).padStart(2, '0')}`);
  for (const card of cards) await loseMoney(host, card);
  await expect(page.getByRole('button', { name: /Card PILE\d\d lost/ })).not.toHaveCount(0);
  const events = await asAdministrator(host.dataDir, async (client) => {
    await expect
      .poll(
        async () =>
          (
            await client.query(`select from console.alerts a join monitoring_events e using (event_id)
         where card_id like 'PILE%' and detection_algorithm = 'balance_deduction_on_failure'`)
          ).rowCount,
      )
      .toBe(20);
    const { rows } = await client.query(
      `select event_id as id from monitoring_events
       where card_id like 'PILE%' and detection_algorithm = 'balance_deduction_on_failure'`,
    );
    return rows.map(({ id }) => id as string);
  });
  proxy.cut();
  await expect(page.getByText('No connection to the festival since')).toBeVisible();
  // As the screen gives them, through its own socket.
  await page.evaluate(
    ([ids, count]) =>
      new Promise<void>((resolve) => {
        // The tab's own secret lets it in (renderer/entry.ts).
        const offer = `session.${sessionStorage.getItem('regie-session')}`;
        const socket = new WebSocket(`${location.origin.replace('http', 'ws')}/socket`, ['regie', offer]);
        let answered = 0;
        socket.addEventListener('open', () => {
          for (let id = 1; id <= count; id += 1) {
            const input = { operationId: crypto.randomUUID(), eventId: ids[id % ids.length], text: `note ${id}` };
            socket.send(JSON.stringify({ id, call: 'alert.note', input }));
          }
        });
        socket.addEventListener('message', ({ data }) => {
          if ('answer' in JSON.parse(String(data))) answered += 1;
          if (answered === count) resolve();
        });
      }),
    [events, PILED_UP] as const,
  );
  await page.getByRole('link', { name: 'Outbox' }).click();
  await expect(page.getByRole('link', { name: `${PILED_UP} actions pending` })).toBeVisible();
  const began = performance.now();
  proxy.forward();
  await tryNow(page);
  await expect(page.getByRole('progressbar')).toBeVisible();
  await picture(page, '29-sending');
  // Somebody works meanwhile: each click is timed until its screen is there.
  const clicks: number[] = [];
  const screens = [
    ['Health', 'The five figures of health'],
    ['Alerts', 'Open criticals'],
    ['Outbox', 'Conflicts'],
  ] as const;
  const left = () =>
    page
      .getByRole('banner')
      .getByText(/actions? pending$/)
      .isVisible();
  for (let round = 0; await left(); round += 1) {
    const [link, words] = screens[round % screens.length] ?? screens[0];
    const clicked = performance.now();
    await page.getByRole('navigation').getByRole('link', { name: link }).click();
    await page.getByText(words).first().waitFor();
    clicks.push(Math.round(performance.now() - clicked));
    await page.waitForTimeout(100);
  }
  const seconds = (performance.now() - began) / 1_000;
  clicks.sort((a, b) => a - b);
  console.log(
    `    ${PILED_UP} actions in ${seconds.toFixed(1)} s, ${Math.round(PILED_UP / seconds)}/s; ${clicks.length} clicks meanwhile, ` +
      `median ${clicks[Math.floor(clicks.length / 2)]} ms, longest ${clicks.at(-1)} ms`,
  );
  const notes = await asAdministrator(host.dataDir, async (client) => {
    const { rows } = await client.query(
      `select count(*)::int as notes, count(distinct data ->> 'text')::int as texts from console.timeline
       where kind = 'note' and data ->> 'text' like 'note %'`,
    );
    return rows[0];
  });
  expect(notes).toEqual({ notes: PILED_UP, texts: PILED_UP });
});

/** Takes a copy of the festival's database while nobody is connected to it. @returns puts the copy in its place */
const copyFestival = async ({ dataDir }: RunningConsole): Promise<() => Promise<void>> => {
  const run = (...statements: string[]) =>
    asAdministrator(
      dataDir,
      async (client) => {
        for (const statement of statements) await client.query(statement);
      },
      'postgres',
    );
  const alone = [
    'alter database festival allow_connections false',
    `select pg_terminate_backend(pid) from pg_stat_activity where datname = 'festival'`,
  ];
  await run(
    ...alone,
    'create database earlier template festival strategy file_copy',
    'alter database festival allow_connections true',
  );
  return () =>
    run(
      ...alone,
      'drop database festival with (force)',
      'alter database earlier rename to festival',
      'alter database festival allow_connections true',
    );
};

// The last of this file: the festival of the others is gone after it.
test('what a restored database has lost is listed with its money, and all of it is discarded with one reason', async () => {
  const { page, proxy } = booth;
  // Room for all that piled up before: only rows that can be seen are drawn.
  await page.setViewportSize({ width: 1_280, height: 2_000 });
  for (const card of ['UNDONE', 'UNSEEN']) {
    await loseMoney(host, card);
    await expect(rowOf(page, card)).toBeVisible();
  }
  const restore = await copyFestival(host);
  await expect(page.getByRole('button', { name: /^Live/ })).toBeVisible();
  await openCorrection(page, 'UNDONE');
  await confirm(page).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Close' }).first().click();
  await expect(rowOf(page, 'UNDONE')).toBeHidden();
  await openAlert(page, 'UNSEEN');
  await page.getByRole('article').getByRole('button', { name: 'Assign to me' }).click();
  await page.getByRole('link', { name: 'Outbox' }).click();
  await expect(page.getByText('Nothing pending.')).toBeVisible();
  await booth.goOffline();
  await restore();
  proxy.forward();
  await tryNow(page);
  // Their session may be gone as well: nobody is signed in after it.
  await expect(page.getByText('2 confirmed actions of this laptop are missing there')).toBeVisible();
  await signIn(page, 'Nils');
  await page.getByRole('link', { name: 'Decide in the outbox' }).click();
  await expect(page.getByRole('heading', { name: 'Lost by the database' })).toBeVisible();
  await picture(page, '30-lost');
  await expectAccessible(page);
  await page.getByRole('button', { name: 'Discard all 2' }).click();
  const dialog = page.getByRole('dialog');
  await expect(dialog.getByText('1 of them is about money: €5.00 onto cards')).toBeVisible();
  await expect(dialog.getByRole('button', { name: 'Discard all 2' })).toBeDisabled();
  await dialog.getByLabel('Why are they no longer needed?').fill('paid out in cash meanwhile');
  await picture(page, '31-discard-lost');
  await dialog.getByRole('button', { name: 'Discard all 2' }).click();
  await expect(page.getByText('2 actions discarded')).toBeVisible();
  await expect(page.getByRole('heading', { name: 'Lost by the database' })).toBeHidden();
  // The board and the money are as the database has them, and the audit trail says who gave up what.
  await page.getByRole('link', { name: 'Alerts', exact: true }).click();
  await expect(rowOf(page, 'UNDONE')).toBeVisible();
  // Its amount says less: the training festival reads the restored cards again, and may sell to this one.
  expect(await moneyOf(host, 'UNDONE')).toMatchObject({ corrections: 0 });
  await expect
    .poll(() =>
      asAdministrator(host.dataDir, async (client) => {
        const { rows } = await client.query(
          `select actor, data ->> 'reason' as reason from console.audit where action = 'command_dropped'`,
        );
        return rows;
      }),
    )
    .toEqual(Array(2).fill({ actor: 'Nils', reason: 'paid out in cash meanwhile' }));
});
