import { z } from 'zod';
import { customParams } from './input-problem.ts';

/**
 * Whether Postgres and SQLite can keep a text as it is: neither holds NUL, and half of a character (a lone surrogate) has
 * no place in UTF-8. Both come from programs that cut texts, and from keyboards' drivers.
 */
export const isStorable = (text: string): boolean => !text.includes('\0') && text.isWellFormed();

/** A text of a person. What cannot be kept is refused at entry, where it can still be mended. */
export const textSchema = z.string().refine(isStorable, {
  error: 'it contains NUL or half of a character',
  params: customParams('not_storable'),
});

/**
 * Where in what was typed a text stands that cannot be kept; undefined where none does. Names count too: `a.b.0`.
 * @param value as deep as JSON that was checked for its depth
 */
export const unstorableIn = (value: unknown, path: readonly string[] = []): string | undefined => {
  if (typeof value === 'string') return isStorable(value) ? undefined : path.join('.');
  if (typeof value !== 'object' || value === null) return undefined;
  for (const [key, inner] of Object.entries(value)) {
    if (!isStorable(key)) return path.join('.');
    const found = unstorableIn(inner, [...path, key]);
    if (found !== undefined) return found;
  }
  return undefined;
};
