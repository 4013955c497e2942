import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Texts of one language by area and key: `board.title`. */
export type Words = { readonly [key: string]: string | Words };

/** What a source needs to be run: imports of types alone are none, and what `import()` asks for comes later. */
const NEEDED = /^(?:(?:import|export)\s(?!type\s)[^;]*?from|import) '(\.[^']+\.tsx?)';/gm;
const COMMENTS = /^\s*(?:\/\*[\s\S]*?\*\/|\/\/.*)/gm;

/** The sources that are loaded with an entry, by their paths and without their comments. */
export const sourcesOf = (entry: string): ReadonlyMap<string, string> => {
  const sources = new Map<string, string>();
  const read = (path: string): void => {
    if (sources.has(path)) return;
    const source = readFileSync(path, 'utf8');
    sources.set(path, source.replace(COMMENTS, ''));
    for (const [, needed = ''] of source.matchAll(NEEDED)) read(join(dirname(path), needed));
  };
  read(entry);
  return sources;
};

/**
 * Splits the words of a language into those that sources name and those that come later. A key counts as named where its
 * beginning stands in a literal: `board.open` names `board.open_one` as well, and `errors.${code}` all errors.
 */
export const splitWords = (
  words: Words,
  sources: Iterable<string>,
): { readonly first: Words; readonly late: Words } => {
  const literal = new RegExp(`['"\`]((?:${Object.keys(words).join('|')})\\.[\\w.]*)`, 'g');
  const named = new Set([...sources].flatMap((source) => [...source.matchAll(literal)].map(([, start = '']) => start)));
  const isNamed = (key: string): boolean => [...named].some((start) => key.startsWith(start));
  return { first: pick(words, isNamed), late: pick(words, (key) => !isNamed(key)) };
};

const pick = (words: Words, isWanted: (key: string) => boolean, above = ''): Words =>
  Object.fromEntries(
    Object.entries(words).flatMap(([key, inner]): [string, string | Words][] => {
      if (typeof inner === 'string') return isWanted(above + key) ? [[key, inner]] : [];
      const picked = pick(inner, isWanted, `${above}${key}.`);
      return Object.keys(picked).length === 0 ? [] : [[key, picked]];
    }),
  );
