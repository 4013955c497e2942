import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { z } from 'zod';
import { DRILLS } from '../shared/domain/drills.ts';
import { type FaultKind, faultKindSchema } from '../shared/domain/fault.ts';
import { drillTexts } from '../shared/i18n/drills.ts';
import { trainingTexts } from '../shared/i18n/training.ts';
import { openAlert } from './support/booth.ts';
import {
  asAdministrator,
  atTraining,
  expect,
  expectAccessible,
  openSignedIn,
  picture,
  type RunningConsole,
  startConsole,
  test,
} from './support/console.ts';
import { makeDataDir } from './support/data-dir.ts';
import { copyTemplate } from './support/festival-template.ts';
import { followRunbook } from './support/runbook.ts';

test.use({ seed: '31' });

const say = drillTexts.en;
const labelSchema = z.object({
  id: z.uuid(),
  kind: faultKindSchema,
  cardId: z.string().nullable(),
  about: z.string().nullable(),
});

/** The fault of the newest drill, from the training festival's own record; only a test looks into it. */
const faultOf = ({ dataDir }: RunningConsole) =>
  asAdministrator(dataDir, async (client) => {
    const { rows } = await client.query('select fault_id from console.drills order by begun_at desc limit 1');
    const { fault_id: id } = z.object({ fault_id: z.uuid() }).parse(rows[0]);
    const done = readFileSync(join(dataDir, 'training-faults.jsonl'), 'utf8')
      .split('\n')
      .find((line) => line.includes(id) && line.includes('"done"'));
    return labelSchema.parse(JSON.parse(done ?? ''));
  });

const expectFaults = (page: Page, on: boolean): Promise<void> =>
  atTraining(page, (controls) => expect(controls.getByLabel(trainingTexts.en.autoFaults)).toBeChecked({ checked: on }));
const bar = (page: Page) => page.getByRole('region', { name: say.bar, exact: true });
const reached = (page: Page, stage: string) =>
  bar(page)
    .getByRole('listitem')
    .filter({ hasText: `${stage} ` });

const beginDrill = async (page: Page, kind: FaultKind | 'surprise', options: { quiet?: boolean } = {}) => {
  await page.getByRole('link', { name: say.title, exact: true }).click();
  await page.getByLabel(say.fault).selectOption(kind);
  if (options.quiet) await page.getByLabel(say.quiet).check();
  await page.getByRole('button', { name: say.start }).click();
  await expect(bar(page)).toBeVisible();
  await expect(reached(page, say.stage_raised)).toHaveText(/\d/);
};

const ended = (page: Page) => bar(page).getByText(/^Drill finished: \d+ of 100 points\.$/);

/** The alert of a fault, whatever it is about: a card, a reader, a word. Another finding on the same card may come first. */
const alertOf = (host: RunningConsole, { kind, cardId, about }: z.infer<typeof labelSchema>): Promise<number> =>
  asAdministrator(host.dataDir, async (client) => {
    const find = async (): Promise<number> => {
      const { rows } = await client.query(
        `select coalesce(a.incident_id, e.event_id)::int as id
         from monitoring_events e left join console.alerts a using (event_id)
         where e.detection_algorithm = $1 and ($2::text is null or $2 = e.card_id
           or exists (select from jsonb_each_text(e.event_data) where value = $2))
         order by e.event_id desc limit 1`,
        [DRILLS[kind].algorithm, about ?? cardId],
      );
      return Number(rows[0]?.id ?? 0);
    };
    await expect.poll(find, { message: `the alert of ${kind}` }).toBeGreaterThan(0);
    return find();
  });

test('a drill of the deduction, followed rightly, gets full points and names its times', async ({
  page,
  console: host,
}) => {
  await openSignedIn(page, host.address);
  await beginDrill(page, 'deduction_on_failure', { quiet: true });
  await expectFaults(page, false);
  await picture(page, '60-drill-running');
  await openAlert(page, (await faultOf(host)).cardId ?? '');
  await page.keyboard.press('a');
  await expect(reached(page, say.stage_acknowledged)).toHaveText(/\d/);
  await bar(page).getByRole('link', { name: say.toRunbook }).click();
  await followRunbook(page, 'balance_deduction_on_failure', 'yes');
  await expect(ended(page)).toHaveText('Drill finished: 100 of 100 points.');
  await expectFaults(page, true);
  await bar(page).getByRole('link', { name: say.why }).click();
  const score = page.getByRole('region', { name: /100 of 100/ });
  for (const reason of [say.why_acknowledged_kept, say.why_steps_kept, say.why_decision_right, say.why_money_once]) {
    await expect(score.getByText(reason)).toBeVisible();
  }
  for (const stage of [say.stage_raised, say.shown, say.stage_acknowledged, say.stage_corrected, say.stage_closed]) {
    await expect(score.locator('dl > div').filter({ hasText: new RegExp(`^${stage}[\\d.]+ `) })).toHaveCount(1);
  }
  await picture(page, '61-drill-score');
  await expectAccessible(page);
});

test('a drill closed as a false positive explains why that is wrong', async ({ page, console: host }) => {
  await openSignedIn(page, host.address);
  await beginDrill(page, 'deduction_on_failure');
  await openAlert(page, (await faultOf(host)).cardId ?? '');
  await page.keyboard.press('f');
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('textbox').fill('looks fine to me');
  await dialog.getByRole('button', { name: /Save|False positive/ }).click();
  await expect(ended(page)).toHaveText('Drill finished: 15 of 100 points.');
  await bar(page).getByRole('link', { name: say.why }).click();
  const score = page.getByRole('region', { name: /15 of 100/ });
  for (const reason of [say.why_ending_false_positive, say.why_money_not_moved, say.better_ending_false_positive]) {
    await expect(score.getByText(reason)).toBeVisible();
  }
  await picture(page, '62-drill-wrong');
  await expectAccessible(page);
});

test('a surprise is named only at its end', async ({ page, console: host }) => {
  await openSignedIn(page, host.address);
  await beginDrill(page, 'surprise', { quiet: true });
  await expect(bar(page)).toContainText(say.surprise);
  const fault = await faultOf(host);
  const { kind } = fault;
  await expect(bar(page)).not.toContainText(trainingTexts.en[`fault_${kind}`]);
  await page.goto(`${page.url().split('#')[0]}#/runbook/${await alertOf(host, fault)}`);
  await followRunbook(page, DRILLS[kind].algorithm, DRILLS[kind].choices[0] ?? '');
  await expect(ended(page)).toHaveText('Drill finished: 100 of 100 points.');
  await bar(page).getByRole('link', { name: say.why }).click();
  await expect(page.getByRole('region', { name: new RegExp(trainingTexts.en[`fault_${kind}`]) }).first()).toBeVisible();
});

test('a drill can be abandoned, has no score, and makes room for the next', async ({ page, console: host }) => {
  await openSignedIn(page, host.address);
  await beginDrill(page, 'unknown_card');
  await page.getByRole('link', { name: say.title, exact: true }).click();
  await expect(page.getByRole('button', { name: say.start })).toBeDisabled();
  await bar(page).getByRole('button', { name: say.abandon }).click();
  await expect(bar(page).getByText(say.gaveUp)).toBeVisible();
  await bar(page).getByRole('button', { name: 'Close' }).click();
  const newest = page.getByRole('table').first().getByRole('row').nth(1);
  await expect(newest).toContainText(say.abandoned_operator);
  await expect(newest).toContainText(trainingTexts.en.fault_unknown_card);
  await expect(page.getByRole('button', { name: say.start })).toBeEnabled();
});

test('a drill goes on after the laptop died, and the list is still there', async ({ page }) => {
  const dataDir = makeDataDir();
  await copyTemplate(dataDir);
  let running = await startConsole(dataDir, '--seed', '32');
  try {
    await openSignedIn(page, running.address);
    await beginDrill(page, 'reader_failures');
    await bar(page).getByRole('button', { name: say.abandon }).click();
    await beginDrill(page, 'deduction_on_failure', { quiet: true });
    const { cardId } = await faultOf(running);
    await running.stop('SIGKILL');
    running = await startConsole(dataDir, '--seed', '32');
    await openSignedIn(page, running.address);
    await expect(bar(page)).toContainText(trainingTexts.en.fault_deduction_on_failure);
    await expectFaults(page, false);
    await openAlert(page, cardId ?? '');
    await page.keyboard.press('a');
    await bar(page).getByRole('link', { name: say.toRunbook }).click();
    await followRunbook(page, 'balance_deduction_on_failure', 'yes');
    await expect(ended(page)).toHaveText('Drill finished: 100 of 100 points.');
    await page.getByRole('link', { name: say.title, exact: true }).click();
    await expect(page.getByRole('table').first().getByRole('row')).toHaveCount(3);
  } finally {
    await running.stop();
    rmSync(dataDir, { recursive: true, force: true });
  }
});
