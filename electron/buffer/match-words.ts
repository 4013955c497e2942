import { searchSpellings } from '../../shared/domain/grouped-card.ts';

/**
 * Words as FTS5 asks for them, the last part of each as a beginning; a card's id in groups of four also as it is stored.
 * Nothing that is typed is of its own language.
 */
export const matchOf = (words: string): string | null => {
  const spellings = searchSpellings(words).map((spelling) =>
    spelling.split(/[\s"\0]+/).filter((word) => /[\p{L}\p{N}]/u.test(word)),
  );
  if (spellings.every((typed) => typed.length === 0)) return null;
  return spellings.map((typed) => `(${typed.map((word) => `"${word}"*`).join(' ')})`).join(' OR ');
};
