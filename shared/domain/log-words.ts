import { groupedCards, searchSpellings } from './grouped-card.ts';
import type { ShownEntry } from './log.ts';

type Searched = Pick<ShownEntry, 'number' | 'text' | 'place' | 'tags' | 'author' | 'mentions' | 'links' | 'decision'> &
  Partial<Pick<ShownEntry, 'followUp' | 'lateReason'>>;

/** Everything by which an entry is found; a card that stands there in groups as it is stored, too. */
export const wordsOf = (entry: Searched, label: string): string =>
  [
    ...[entry.text, entry.place, ...entry.tags, entry.author, ...entry.mentions, ...entry.links.map(({ id }) => id)],
    ...[entry.decision?.options, entry.decision?.why, entry.decision?.agreed, entry.followUp?.who, entry.lateReason],
    ...groupedCards(entry.text),
    ...[label, entry.number === null ? '' : String(entry.number)],
  ]
    .filter((text) => text != null && text !== '')
    .join('\n');

const MARKS = /\p{M}/gu;
const WORD = /[\p{L}\p{N}]+/gu;
/** A text without accents and capitals. */
export const folded = (text: string): string => text.normalize('NFD').replace(MARKS, '').toLowerCase();
/** The words of a text, folded. */
export const foldedWords = (text: string): string[] => folded(text).match(WORD) ?? [];

/** Whether every word that is typed begins one of a text, as the laptop's index of words finds it. */
export const containsWords = (text: string, typed: string): boolean => hasWords(() => foldedWords(text), typed);

/** The same of an entry, whose words are taken once. */
export const isFoundBy = (entry: Searched, label: string, typed: string): boolean =>
  hasWords(() => {
    const words = known.get(entry) ?? foldedWords(wordsOf(entry, label));
    known.set(entry, words);
    return words;
  }, typed);
const known = new WeakMap<Searched, readonly string[]>();

/** @param of is asked for the words where there are any to look for: without, every text fits, and none is taken apart */
const hasWords = (of: () => readonly string[], typed: string): boolean =>
  searchSpellings(typed).some((spelling) => hasAll(of, spelling));

const hasAll = (of: () => readonly string[], typed: string): boolean => {
  const wanted = typed
    .split(/[\s"]+/)
    .map(foldedWords)
    .filter((parts) => parts.length > 0);
  if (wanted.length === 0) return true;
  const words = of();
  return wanted.every((parts) =>
    // Parts of one word, as `booth-2·17`, stand one after the other; the last is a beginning.
    words.some((_, at) =>
      parts.every((part, index) =>
        index === parts.length - 1 ? (words[at + index] ?? '').startsWith(part) : words[at + index] === part,
      ),
    ),
  );
};
