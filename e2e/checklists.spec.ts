import type { Page } from '@playwright/test';
import { type Booth, openBooth, tryNow } from './support/booth.ts';
import {
  asAdministrator,
  expect,
  expectAccessible,
  picture,
  type RunningConsole,
  signIn,
  test,
} from './support/console.ts';

/* The morning's checklist on a good festival, on one with faults, and on two laptops without the network. */
test.use({ seed: '41' });

/* The tests share a festival, and a morning has one run: each begins without. */
test.beforeEach(({ console: host }) =>
  asAdministrator(host.dataDir, (client) =>
    client.query(`
      alter table console.checklist_entries disable trigger regie_append_only;
      alter table console.checklist_runs disable trigger regie_append_only;
      truncate console.checklist_runs cascade;
      alter table console.checklist_entries enable always trigger regie_append_only;
      alter table console.checklist_runs enable always trigger regie_append_only`),
  ),
);

const openLists = async (page: Page): Promise<void> => {
  await page.getByRole('navigation').getByRole('link', { name: 'Checklists' }).click();
  await expect(page.getByRole('heading', { name: 'Checklists', exact: true })).toBeVisible();
};
const item = (page: Page, name: string) => page.getByRole('main').getByRole('listitem', { name, exact: true });
const confirm = (page: Page, name: string) =>
  item(page, name)
    .getByRole('button', { name: /^Confirm/ })
    .click();
const startMorning = async (page: Page): Promise<void> => {
  await openLists(page);
  await page.getByRole('button', { name: 'Start: Morning, before opening' }).click();
  await expect(page.getByRole('heading', { name: /^Morning, before opening · \d+ \w+ \d{4}$/ })).toBeVisible();
};
const overrideItem = async (page: Page, name: string, reason: string): Promise<void> => {
  await item(page, name).getByRole('button', { name: 'Override' }).click();
  await page.getByRole('dialog').getByLabel('Reason').fill(reason);
  await page.getByRole('dialog').getByRole('button', { name: 'Override' }).click();
  await expect(item(page, name)).toContainText(reason);
};
const ticked = (host: RunningConsole) =>
  asAdministrator(host.dataDir, async (client) => {
    const { rows } = await client.query(
      `select act || ' ' || item_id || ' ' || actor as said from console.checklist_entries
       where act in ('ticked', 'overridden') order by 1`,
    );
    return rows.map(({ said }) => said);
  });

/** What is printed of the screen: numbered A4 pages with these words, and nothing of the console around them. */
const expectOnPaper = async (
  page: Page,
  { title, words, pages }: { title: string | RegExp; words: readonly (string | RegExp)[]; pages: number },
): Promise<void> => {
  const sheet = page.getByRole('article', { name: title });
  await page.emulateMedia({ media: 'print' });
  await page.evaluate(() => dispatchEvent(new Event('beforeprint')));
  for (const word of words) await expect(sheet).toContainText(word);
  await expect(page.getByRole('navigation')).toBeHidden();
  await picture(page, `48-paper-${pages}`);
  await page.evaluate(() => dispatchEvent(new Event('afterprint')));
  await page.emulateMedia({ media: null });
  await expect(sheet).toHaveCount(0);
  const pdf = (await page.pdf({ preferCSSPageSize: true })).toString('latin1');
  expect([...pdf.matchAll(/\/Type\s*\/Page\b/g)].length).toBeGreaterThanOrEqual(pages);
  const sizes = [...pdf.matchAll(/\/MediaBox\s*\[0 0 (\d+)[.\d]* (\d+)/g)].map(([, wide, high]) => `${wide} × ${high}`);
  expect([...new Set(sizes)]).toEqual(['594 × 841']);
};

test('the morning of a festival with faults cannot be ticked away, only overridden with a reason', async ({
  console: host,
  page,
}) => {
  await page.goto(host.address);
  await signIn(page, 'Léa');
  await startMorning(page);
  await expect(item(page, 'The circuit breaker is closed')).toContainText('As it should be');
  // In words, and not as the database writes it.
  await expect(item(page, 'The circuit breaker is closed')).toContainText(/closed \(.*Expected\s*closed/);
  await expect(item(page, 'Every detector runs')).toContainText('As it should be');
  // Nobody can confirm what Regie measures.
  await expect(item(page, 'The circuit breaker is closed').getByRole('button', { name: /^Confirm/ })).toHaveCount(0);
  await expect(item(page, 'The monitoring data is backed up')).toContainText('Not known to Regie');

  await asAdministrator(host.dataDir, async (client) => {
    await client.query(`insert into console.detector_state (algorithm, last_run_at, last_error, last_error_at)
      values ('gone', now() - interval '1 day', 'it broke', now() - interval '1 day')`);
    await client.query(`insert into monitoring_events (event_type, severity, detection_algorithm, event_data)
      values ('transaction_failure', 'CRITICAL', 'balance_deduction_on_failure', '{}')`);
  });
  for (const name of ['Every detector runs', 'No detector fails']) {
    await expect(item(page, name)).toContainText('Not as it should be');
    await expect(item(page, name)).toContainText('has turned');
  }
  await expect(item(page, 'No critical event is open')).toContainText('Not as it should be');
  await confirm(page, 'The last 24 hours are read');
  await expect(item(page, 'The last 24 hours are read')).toContainText('Confirmed by');
  await expect(page.getByRole('button', { name: 'Sign off' })).toBeDisabled();
  await overrideItem(page, 'No critical event is open', 'a test of the tills, known');
  await expect(page.getByRole('button', { name: 'Sign off' })).toBeDisabled();
  await expectAccessible(page);
  await picture(page, '44-checklist');
});

test('half of the morning on one laptop and half on the other, without the network: together once, and signed', async ({
  console: host,
  browser,
}) => {
  const booth: Booth = await openBooth(browser, host, 'booth-2', 'Nils');
  const other: Booth = await openBooth(browser, host, 'booth-3', 'Ana');
  try {
    for (const one of [booth, other]) await one.goOffline();
    // Each starts it without knowing of the other.
    for (const { page } of [booth, other]) await startMorning(page);
    await confirm(booth.page, 'The last 24 hours are read');
    await expect(item(booth.page, 'A test message has arrived')).toContainText('Without the network no message leaves');
    await confirm(other.page, 'The last 24 hours are read');
    await confirm(other.page, 'The night’s events are reviewed');
    await confirm(other.page, 'The servers have room');
    await expect(item(other.page, 'The servers have room')).toContainText('pending');
    await expect(other.page.getByText('Signing off needs the network')).toBeVisible();

    for (const { page, proxy } of [booth, other]) {
      proxy.forward();
      await tryNow(page);
    }
    await expect
      .poll(() => ticked(host))
      .toEqual([
        ...['ticked last-day Ana', 'ticked last-day Nils'],
        ...['ticked overnight Ana', 'ticked resources Ana'],
      ]);
    for (const { page } of [booth, other]) {
      await expect(item(page, 'The last 24 hours are read')).toContainText('Confirmed by Nils');
      await expect(item(page, 'The last 24 hours are read')).toContainText('Confirmed by Ana');
      await expect(item(page, 'The servers have room')).toContainText('Confirmed by Ana');
    }

    // What is left is overridden, whatever it is on this festival at this moment.
    const open = () => booth.page.getByRole('button', { name: 'Override' });
    while ((await open().count()) > 0) {
      const name = await open().first().locator('xpath=ancestor::li[1]').getAttribute('aria-label');
      await overrideItem(booth.page, name ?? '', 'not there on a training festival');
    }
    await booth.page.getByRole('button', { name: 'Sign off' }).click();
    for (const { page } of [booth, other]) await expect(page.getByText(/signed by Nils/)).toBeVisible();
    await expect(booth.page.getByRole('button', { name: /^(Confirm|Override)/ })).toHaveCount(0);
    await expectOnPaper(booth.page, {
      title: /^Morning, before opening/,
      words: [
        ...['Items and evidence', 'not there on a training festival'],
        ...['Nils · supervisor · booth-2', 'Ana · supervisor · booth-3', 'select '],
        ...[/SHA-256 over the list.*[0-9a-f]{64}/, /Newest row of the audit trail.*[0-9a-f]{64}/],
      ],
      // The screen itself would be one.
      pages: 2,
    });
    await booth.page.getByRole('navigation').getByRole('link', { name: 'Log', exact: true }).click();
    await expect(booth.page.getByRole('list', { name: 'Entries' })).toContainText('Checklist signed');
    const words = ['Checklist signed', /Newest row of the audit trail.*[0-9a-f]{64}/];
    await expectOnPaper(booth.page, { title: 'Log', words, pages: 1 });
  } finally {
    await booth.leave();
    await other.leave();
  }
});
