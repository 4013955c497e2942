import { foldedWords } from '../../../shared/domain/log-words.ts';
import { detectorTexts } from '../../../shared/i18n/detectors.ts';

/** Each detector with every word that screens say of its alerts, in both languages. */
const detectorWords = ((): readonly (readonly [algorithm: string, words: readonly string[]])[] => {
  const words = new Map<string, string[]>();
  for (const texts of [detectorTexts.en, detectorTexts.fr]) {
    for (const [algorithm, said] of Object.entries(texts)) {
      if (typeof said !== 'object' || !('sentence' in said)) continue;
      const { name, sentence } = said as { name?: string; sentence?: string };
      const known = words.get(algorithm) ?? [];
      // What is filled in is among the facts of the alert.
      known.push(...foldedWords(`${name ?? ''} ${sentence ?? ''}`.replaceAll(/\{\{\w+\}\}/g, ' ')));
      words.set(algorithm, known);
    }
  }
  return [...words];
})();

/** The detectors that say a word beginning like that. */
export const detectorsSaying = (beginning: string): string[] =>
  detectorWords.flatMap(([algorithm, words]) => (words.some((word) => word.startsWith(beginning)) ? [algorithm] : []));

/**
 * What is typed, as console.history.words is asked for it: each word is the beginning of one of the alert's own, or of one
 * that its detector says. Null where no word is typed.
 */
export const tsqueryOf = (typed: string): string | null => {
  const words = foldedWords(typed);
  if (words.length === 0) return null;
  return words
    .map((word) => {
      // Letters and digits alone, or the name of a detector of ours: nothing of the query's own language.
      const begins = `'${word}':*`;
      const said = detectorsSaying(word).map((algorithm) => `'=${algorithm}'`);
      return `(${[begins, ...said].join(' | ')})`;
    })
    .join(' & ');
};

/** The number that is asked for as `#12`. */
export const numberIn = (typed: string): string | null => /^\s*#(-?\d{1,19})\s*$/.exec(typed)?.[1] ?? null;
