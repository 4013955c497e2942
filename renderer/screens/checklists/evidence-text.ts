import type { TFunction } from 'i18next';
import type { ChecklistItem, Expectation } from '../../../shared/domain/checklist.ts';
import { type ChecklistEntry, type Sensed, sensedSchema } from '../../../shared/domain/checklist-run.ts';
import { formatList, formatNumber, i18n } from '../../i18n.ts';

/** A value that was kept with what somebody confirmed, or with what was measured. */
export const writtenOf = (evidence: ChecklistEntry['evidence'] | undefined, sense: string): Sensed | undefined => {
  const figures: readonly unknown[] = Array.isArray(evidence?.figures) ? evidence.figures : [evidence];
  return figures.flatMap((one) => sensedSchema.safeParse(one).data ?? []).find((one) => one.sense === sense);
};

/** A value in words. */
export const valueText = (sense: string, value: string | number): string | number =>
  sense === 'channel_names' ? channelNames(value) : wordOf(value);

/** The ways in which messages leave, in words. */
const channelNames = (value: string | number): string =>
  formatList(
    String(value)
      .split(',')
      .map((name) => i18n.t(`escalation.channel_${name}`)),
  );

/** A state that the database names, in words; one that a festival's own list names is shown as it is. */
const wordOf = (value: string | number): string | number =>
  i18n.exists(`checklists.value_${value}`) ? i18n.t(`checklists.value_${value}`) : value;

/** An answer in words: a choice by its label, a number in the form of the screen's language. */
export const answerText = (
  item: ChecklistItem | undefined,
  answer: string | number,
  words: (of: Words) => string,
): string => {
  const choice =
    item?.kind === 'answered' && item.answer.type === 'choice'
      ? item.answer.choices.find(({ id }) => id === answer)
      : undefined;
  if (choice !== undefined) return words(choice.label);
  return typeof answer === 'number' ? formatNumber(answer) : answer;
};
type Words = { readonly en: string; readonly fr: string };

export const expectedText = (expect: Expectation, t: TFunction): string => {
  if ('equals' in expect) return String(wordOf(expect.equals));
  return 'atMost' in expect
    ? t('checklists.atMost', { value: expect.atMost })
    : t('checklists.atLeast', { value: expect.atLeast });
};
