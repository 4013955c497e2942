import type { SystemLine } from '../domain/log-system.ts';
import { detectorTexts } from './detectors.ts';
import { handoverTexts } from './handover.ts';
import { logTexts } from './log.ts';

const textOf = (texts: object, name: string): string => {
  const text = name in texts ? (texts as Readonly<Record<string, unknown>>)[name] : undefined;
  if (typeof text === 'string') return text;
  return typeof text === 'object' && text !== null ? textOf(text, 'name') : '';
};

/** Everything by which a system line is found: what is recorded, and what it is called in either language. */
export const systemWords = ({ actor, laptop, action, subject, what, words }: SystemLine): string =>
  [
    ...[actor, laptop, subject.replace(/^.*?:/, ''), what ?? '', words ?? ''],
    ...(['en', 'fr'] as const).flatMap((language) => [
      textOf(logTexts[language], `system_${action}`),
      textOf(handoverTexts[language], `action_${action}`),
      textOf(detectorTexts[language], what ?? ''),
    ]),
  ]
    .filter((text) => text !== '')
    .join('\n');
