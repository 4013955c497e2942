import type { Params } from '../domain/primitives.ts';

/** Fills a text's `{{name}}` where no screen does: in messages and in the log. */
export const fill = (words: string, values: Params): string =>
  words.replace(/\{\{(\w+)\}\}/g, (_, name: string) => String(values[name] ?? ''));
