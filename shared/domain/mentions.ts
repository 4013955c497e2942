/** A piece of a note: words, or somebody's name. */
export type Piece = { readonly text: string; readonly mention: string | null };

const WORD = /[\p{L}\p{N}_]/u;

/**
 * Cuts a note at the names of known people behind an @, the longest name first: "@Jean Paul" is not "@Jean". Capital
 * letters do not count; a letter in front of the @ (an address) or behind the name does.
 */
export const piecesOf = (text: string, names: readonly string[]): readonly Piece[] => {
  const known = [...names].filter((name) => name !== '').sort((a, b) => b.length - a.length);
  const pieces: Piece[] = [];
  let plain = '';
  const say = (): void => {
    if (plain !== '') pieces.push({ text: plain, mention: null });
    plain = '';
  };
  for (let at = 0; at < text.length; ) {
    const name =
      text[at] === '@' && !WORD.test(text[at - 1] ?? ' ') ? known.find((one) => isNamed(text, at + 1, one)) : undefined;
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

/** Whom a note names, each once. */
export const mentionsIn = (text: string, names: readonly string[]): readonly string[] => [
  ...new Set(piecesOf(text, names).flatMap(({ mention }) => mention ?? [])),
];

/** What is being typed behind an @ up to the caret, and who could be meant; null where nobody is. */
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
