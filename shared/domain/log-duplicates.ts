import { placeInTime, type ShownEntry } from './log.ts';
import { foldedWords } from './log-words.ts';

/** Two people who saw the same thing write it down within so long. */
export const DUPLICATE_MS = 10 * 60_000;
/** Of the words of both, so many are common to them. */
const SAME_SHARE = 0.6;
/** "ok" and "done" are nearly the same as each other, and say nothing. */
const FEWEST_WORDS = 2;

type Written = Pick<ShownEntry, 'text' | 'occurredAt' | 'arrivedAt'>;

/** Whether two texts say nearly the same: most of their words are the same ones. */
export const nearlySame = (one: string, other: string): boolean => haveMostInCommon(wordsOf(one), wordsOf(other));

type Words = ReadonlySet<string>;
const wordsOf = (text: string): Words => new Set(foldedWords(text));

const haveMostInCommon = (a: Words, b: Words): boolean => {
  if (Math.min(a.size, b.size) < FEWEST_WORDS) return false;
  const common = [...a].filter((word) => b.has(word)).length;
  return common / (a.size + b.size - common) >= SAME_SHARE;
};

/** The words of lines, whose text stays as it is: with each key of a new entry all of them are compared with it. */
const known = new WeakMap<Written, Words>();
const wordsIn = (line: Written): Words => {
  const words = known.get(line) ?? wordsOf(line.text);
  known.set(line, words);
  return words;
};

/** The entry that says nearly the same within ten minutes, the nearest first; a hint, for two people may be right. */
export const duplicateOf = <Line extends Written>(text: string, atMs: number, others: readonly Line[]): Line | null => {
  const apart = (line: Line): number => Math.abs(placeInTime(line) - atMs);
  const near = others.filter((line) => apart(line) <= DUPLICATE_MS);
  if (near.length === 0) return null;
  const words = wordsOf(text);
  return near.filter((line) => haveMostInCommon(wordsIn(line), words)).sort((a, b) => apart(a) - apart(b))[0] ?? null;
};
