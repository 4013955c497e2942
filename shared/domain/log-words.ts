import type { ShownEntry } from './log.ts';

type Searched = Pick<ShownEntry, 'number' | 'text' | 'place' | 'tags' | 'author' | 'mentions' | 'links' | 'decision'> &
  Partial<Pick<ShownEntry, 'followUp' | 'lateReason'>>;

/** Everything by which an entry is found. */
export const wordsOf = (entry: Searched, label: string): string =>
  [
    ...[entry.text, entry.place, ...entry.tags, entry.author, ...entry.mentions, ...entry.links.map(({ id }) => id)],
    ...[entry.decision?.options, entry.decision?.why, entry.decision?.agreed, entry.followUp?.who, entry.lateReason],
    ...[label, entry.number === null ? '' : String(entry.number)],
  ]
    .filter((text) => text != null && text !== '')
    .join('\n');

const MARKS = /\p{M}/gu;
const WORD = /[\p{L}\p{N}]+/gu;
const folded = (text: string): string[] => text.normalize('NFD').replace(MARKS, '').toLowerCase().match(WORD) ?? [];

/** Whether every word that is typed begins a word of a text, as the laptop's index of words finds it. */
export const containsWords = (text: string, typed: string): boolean => {
  const wanted = folded(typed);
  if (wanted.length === 0) return true;
  const words = folded(text);
  return wanted.every((beginning) => words.some((word) => word.startsWith(beginning)));
};
