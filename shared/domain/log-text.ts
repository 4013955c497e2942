import { GROUPED_CARD, groupedCards, ungrouped } from './grouped-card.ts';
import type { LogLink, ShownEntry } from './log.ts';
import { mentionsIn, piecesOf } from './mentions.ts';

/** What a typed line says beside its text: `#tag`, `#12` (an alert), `@name`, `!important`. The text stays as typed. */
export type ReadLine = Pick<ShownEntry, 'tags' | 'mentions' | 'importance' | 'links'>;

const TAG = /(?<![\p{L}\p{N}_#&/])#([\p{L}\p{N}_-]{1,40})/gu;
const IMPORTANT = /(?<!\S)!(important|urgent)(?![\p{L}\p{N}])/iu;
/** A word with a digit in it that is long enough to be a card's id. */
const CARD = /[\p{L}\p{N}][\p{L}\p{N}:_-]{3,49}/gu;
const MOST_CARDS = 20;
const MOST_TAGS = 20;

const isNumber = (word: string): boolean => /^\d+$/.test(word);
/** An id of 64 bits as it is written everywhere. */
const plain = (id: string): string => String(BigInt(id));

/** Which tag a word in small letters means: itself, unless it is the name of one in the language of the screen. */
export type TagMeant = (word: string) => string;
const itself: TagMeant = (word) => word;

/** Reads a line as it is typed. @param people who may be named */
export const readLine = (text: string, people: readonly string[], tagMeant: TagMeant = itself): ReadLine => {
  const words = [...text.matchAll(TAG)].flatMap(([, word]) => word ?? []);
  const tags = words.filter((word) => !isNumber(word)).map((word) => tagMeant(word.toLowerCase()));
  const alerts = words.filter((word) => isNumber(word) && word.length < 20).map(plain);
  return {
    tags: [...new Set(tags)].slice(0, MOST_TAGS),
    mentions: mentionsIn(text, people).slice(0, 50),
    importance: IMPORTANT.test(text) ? 'important' : 'normal',
    links: [...new Set(alerts)]
      .filter((id) => id !== '0')
      .slice(0, MOST_CARDS)
      .map((id) => ({ kind: 'alert', id })),
  };
};

/** Words that may be ids of cards, each once. */
export const cardCandidates = (text: string): readonly string[] =>
  [...new Set([...groupedCards(text), ...[...text.matchAll(CARD)].map(([word]) => word)])]
    .filter((word) => /\d/.test(word))
    .slice(0, MOST_CARDS);

/** A piece of an entry's text: plain, or what it names. */
export type LogPiece =
  | { readonly text: string; readonly is: 'text' | 'mention' | 'tag' }
  | { readonly text: string; readonly is: 'link'; readonly link: LogLink };

/** Cuts a text at what it names: people, tags, alerts and cards that the entry links to. */
export const logPiecesOf = (
  text: string,
  entry: Pick<ShownEntry, 'mentions' | 'tags' | 'links'>,
  tagMeant: TagMeant = itself,
): readonly LogPiece[] => {
  const isTag = (name: string): boolean => {
    const word = name.toLowerCase();
    return entry.tags.includes(word) || entry.tags.includes(tagMeant(word));
  };
  return piecesOf(text, entry.mentions).flatMap((piece): LogPiece[] =>
    piece.mention === null ? cut(piece.text, isTag, entry.links) : [{ text: piece.text, is: 'mention' }],
  );
};

const WORDS = /(?<![\p{L}\p{N}_#&/])#[\p{L}\p{N}_-]{1,40}|[\p{L}\p{N}][\p{L}\p{N}:_-]{3,49}/gu;

const cut = (text: string, isTag: (name: string) => boolean, links: readonly LogLink[]): LogPiece[] => {
  const pieces: LogPiece[] = [];
  let from = 0;
  // An id in groups is longer than the first of them, which begins where it does.
  const words = [...text.matchAll(GROUPED_CARD), ...text.matchAll(WORDS)].sort((a, b) => a.index - b.index);
  for (const { 0: word, index } of words) {
    const piece = index < from ? undefined : named(word, isTag, links);
    if (piece === undefined) continue;
    if (index > from) pieces.push({ text: text.slice(from, index), is: 'text' });
    pieces.push(piece);
    from = index + word.length;
  }
  if (from < text.length) pieces.push({ text: text.slice(from), is: 'text' });
  return pieces;
};

const named = (word: string, isTag: (name: string) => boolean, links: readonly LogLink[]): LogPiece | undefined => {
  if (!word.startsWith('#')) {
    const card = links.find(({ kind, id }) => kind === 'card' && id === ungrouped(word));
    return card && { text: word, is: 'link', link: card };
  }
  const name = word.slice(1);
  const alert = links.find(({ kind, id }) => kind === 'alert' && isNumber(name) && id === plain(name));
  if (alert !== undefined) return { text: word, is: 'link', link: alert };
  return isTag(name) ? { text: word, is: 'tag' } : undefined;
};
