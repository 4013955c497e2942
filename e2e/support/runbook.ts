import type { Page } from '@playwright/test';
import { runbookProgress } from '../../shared/domain/runbook-progress.ts';
import { runbookTexts } from '../../shared/i18n/runbook.ts';
import { runbookFor } from '../../shared/runbooks/index.ts';
import { expect } from './console.ts';

const say = runbookTexts.en;
const label = (words: string) => ({ name: words, exact: true });

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
        for (const item of current.items) await main.getByRole('checkbox', label(item.label.en)).check();
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
