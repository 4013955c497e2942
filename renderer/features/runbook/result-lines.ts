import type { StepResult } from '../../../shared/domain/run.ts';
import { formatNumber, i18n } from '../../i18n.ts';
import { visibleText } from '../../visible-text.ts';

/** `as`: how it is set. */
export type ResultLine = { readonly name: string; readonly text: string; readonly as: 'words' | 'code' };

const textOf = (name: string, value: StepResult[string]): Omit<ResultLine, 'name'> => {
  if (name === 'durationMs') return { text: i18n.t('common.cycleTook', { ms: value }), as: 'words' };
  if (typeof value === 'number') return { text: formatNumber(value), as: 'words' };
  return { text: visibleText(String(value)), as: 'code' };
};

const sentenceOf = (name: string): string => `runbook.result_done_${name}`;

/**
 * What an action of a runbook has answered, as it is said elsewhere: a sentence for what was done, a line with its label for
 * what was counted. A name that nobody knows stands as it is.
 */
export const resultLines = (result: StepResult): { done: string[]; lines: ResultLine[] } => {
  const entries = Object.entries(result);
  const isDone = ([name, value]: (typeof entries)[number]): boolean => value === true && i18n.exists(sentenceOf(name));
  return {
    done: entries.filter(isDone).map(([name]) => i18n.t(sentenceOf(name))),
    lines: entries
      .filter((entry) => !isDone(entry))
      .map(([name, value]) => ({
        name: i18n.t(`runbook.result_${name}`, { defaultValue: visibleText(name) }),
        ...textOf(name, value),
      })),
  };
};
