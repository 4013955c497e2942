import type { Locator, Page } from '@playwright/test';
import { runbookProgress } from '../../shared/domain/runbook-progress.ts';
import { runbookTexts } from '../../shared/i18n/runbook.ts';
import { runbookFor } from '../../shared/runbooks/index.ts';
import { expect } from './console.ts';

const say = runbookTexts.en;
const label = (words: string) => ({ name: words, exact: true });

/** Ticks each item as soon as the one before it: none of them moves meanwhile. */
const tickAll = async (main: Locator, items: readonly { readonly label: { readonly en: string } }[]): Promise<void> => {
  const boxes = main.locator('.ticks').getByRole('checkbox');
  const places = () =>
    boxes.evaluateAll((all) =>
      all.map((one) => one.getBoundingClientRect().y - (all[0]?.getBoundingClientRect().y ?? 0)),
    );
  const before = await places();
  for (const item of items) await boxes.and(main.getByRole('checkbox', label(item.label.en))).check();
  await expect(main.locator('.tick-stamp').filter({ hasText: /\d/ })).toHaveCount(items.length);
  expect(await places()).toEqual(before);
};

/** Follows the steps of a runbook on the screen, choosing `choice` where it decides. */
export const followRunbook = async (page: Page, algorithm: string, choice: string): Promise<void> => {
  const runbook = runbookFor(algorithm);
  if (runbook === undefined) throw new Error(`${algorithm} has no runbook`);
  const main = page.getByRole('main');
  const dialog = page.getByRole('dialog');
  const records: { stepId: string; state: 'done'; choice: string | null }[] = [];
  await main.getByRole('button', label(say.start)).click();
  for (;;) {
    const { current } = runbookProgress(runbook, records);
    if (current === null) break;
    await expect(main.getByRole('heading', { name: current.title.en, exact: true, level: 2 })).toBeVisible();
    const chosen = current.kind === 'decision' ? current.choices.find(({ id }) => id === choice) : undefined;
    switch (current.kind) {
      case 'query':
        await main.getByRole('button', label(say.reviewed)).click();
        break;
      case 'instruction':
        await main.getByRole('button', label(say.next)).click();
        break;
      case 'decision':
        await main.getByRole('button', label(chosen?.label.en ?? choice)).click();
        break;
      case 'notify':
      case 'escalate': {
        const visitor = current.kind === 'notify' && current.to === 'visitor';
        await main.getByRole('button', label(visitor ? say.visitorInformed : say.notifiedThem)).click();
        break;
      }
      case 'checklist':
        await tickAll(main, current.items);
        await main.getByRole('button', label(say.next)).click();
        break;
      case 'action':
        if (current.action === 'correct') {
          await main.getByRole('button', label(say.openCorrection)).click();
          await dialog.getByLabel('Reason').fill('found by its runbook');
          const amount = dialog.getByLabel('Amount');
          if ((await amount.inputValue()) === '') await amount.fill('1.00');
          await dialog.getByRole('button', { name: /^Apply correction/ }).click();
          await expect(dialog.getByText(/^Applied\. The card now holds/)).toBeVisible();
          await dialog.getByRole('button', label('Close')).last().click();
        } else if (current.action === 'run_cycle') {
          await main.getByRole('button', label(say.do_run_cycle)).click();
        } else {
          const words = current.action === 'resolve' ? say.openResolve : say.openFalsePositive;
          await main.getByRole('button', label(words)).click();
          await dialog.getByRole('textbox').fill('found by its runbook');
          await dialog.getByRole('button', { name: /Save|Resolve|False positive/ }).click();
        }
    }
    records.push({ stepId: current.id, state: 'done', choice: chosen?.id ?? null });
  }
  await expect(main.getByRole('heading', label(say.finished))).toBeVisible();
};
