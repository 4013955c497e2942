import { z } from 'zod';
import { instantSchema } from './primitives.ts';
import { type RowId, rowIdSchema } from './row-id.ts';
import type { Waiting } from './waiting.ts';

/** Somebody's name in a note, which is for them to read. */
export const mentionSchema = z.object({
  /** The command that wrote the note, or the entry of the incident log. */
  operationId: z.uuid(),
  operator: z.string(),
  /** The alert; null: it stands in the incident log. */
  eventId: rowIdSchema.nullable(),
  author: z.string(),
  laptop: z.string(),
  words: z.string(),
  at: instantSchema,
  readAt: instantSchema.nullable(),
});
export type Mention = z.infer<typeof mentionSchema>;

/** A piece of a note: words, or somebody's name. */
export type Piece = { readonly text: string; readonly mention: string | null };

const WORD = /[\p{L}\p{N}_]/u;

/**
 * Cuts a note at the names of known people behind an @, the longest name first: "@Jean Paul" is not "@Jean". Capital
 * letters do not count; a letter in front of the @ (an address) or behind the name does.
 */
export const piecesOf = (text: string, names: readonly string[]): readonly Piece[] => {
  const longestFirst = [...names].filter((name) => name !== '').sort((a, b) => b.length - a.length);
  const pieces: Piece[] = [];
  let plain = '';
  const say = (): void => {
    if (plain !== '') pieces.push({ text: plain, mention: null });
    plain = '';
  };
  for (let at = 0; at < text.length; ) {
    const name =
      text[at] === '@' && !WORD.test(text[at - 1] ?? ' ')
        ? longestFirst.find((one) => isNamed(text, at + 1, one))
        : undefined;
    if (name === undefined) {
      plain += text[at];
      at += 1;
    } else {
      say();
      pieces.push({ text: text.slice(at, at + 1 + name.length), mention: name });
      at += 1 + name.length;
    }
  }
  say();
  return pieces;
};

const isNamed = (text: string, at: number, name: string): boolean =>
  text.slice(at, at + name.length).toLowerCase() === name.toLowerCase() && !WORD.test(text[at + name.length] ?? ' ');

/** Words behind an @ that are nobody's name, each once: whoever is meant would not hear of it. */
export const unknownIn = (text: string, names: readonly string[]): readonly string[] => [
  ...new Set(
    piecesOf(text, names)
      .filter(({ mention }) => mention === null)
      .flatMap((piece) => [...piece.text.matchAll(/(?<![\p{L}\p{N}_.@])@(\p{L}[\p{L}\p{N}_-]{0,59})/gu)])
      .flatMap(([, name]) => name ?? []),
  ),
];

/** Whom a note names, each once. */
export const mentionsIn = (text: string, names: readonly string[]): readonly string[] => [
  ...new Set(piecesOf(text, names).flatMap(({ mention }) => mention ?? [])),
];

/** What is being typed behind an @ up to the caret, and who could be meant; null where no one is. */
export const completionOf = (
  text: string,
  caret: number,
  names: readonly string[],
): { readonly from: number; readonly names: readonly string[] } | null => {
  const from = text.lastIndexOf('@', caret - 1);
  if (from === -1 || WORD.test(text[from - 1] ?? ' ')) return null;
  const typed = text.slice(from + 1, caret).toLowerCase();
  const fitting = names.filter((name) => name.toLowerCase().startsWith(typed) && name.toLowerCase() !== typed);
  return fitting.length === 0 ? null : { from, names: fitting };
};

/** A note's mentions as they wait on this laptop, unread; authors are not notified of their own notes. */
export const withMentions = (
  mentions: readonly Mention[],
  {
    input,
    author,
  }: Waiting<{ operationId: string; eventId: RowId | null; text: string; mentions?: readonly string[] | undefined }>,
  at: string,
): readonly Mention[] => {
  const { operationId, eventId, text: words } = input;
  const named = [...new Set(input.mentions)].filter((operator) => operator !== author.operator);
  if (named.length === 0) return mentions;
  const others = mentions.filter((one) => one.operationId !== operationId || !named.includes(one.operator));
  const added = named.map((operator) => ({
    ...{ operationId, operator, eventId, author: author.operator, laptop: author.laptop, words },
    ...{ at, readAt: null },
  }));
  return [...others, ...added];
};

/** The mentions with those that their reader has read. */
export const withRead = (
  mentions: readonly Mention[],
  { input, author }: Waiting<{ notes: readonly string[] }>,
  at: string,
): readonly Mention[] =>
  mentions.map((one) =>
    one.operator === author.operator && one.readAt === null && input.notes.includes(one.operationId)
      ? { ...one, readAt: at }
      : one,
  );
