/** A piece of a statement as Postgres reads it: what has a meaning of its own, and everything else. */
export type SqlPiece = {
  /** `literal`: quoted text and quoted names, in which nothing else counts; `parameter`: `:name`. */
  readonly kind: 'comment' | 'literal' | 'space' | 'word' | 'parameter' | 'other';
  readonly text: string;
};

/**
 * Cuts a statement into its pieces. A scanner and no pattern: statements come from files and from other laptops, and a
 * pattern that tries comments in several ways stands still on a few hundred characters. Each character is read once or
 * twice, whatever the text is; what is not closed ends with the text.
 */
export const sqlPieces = function* (text: string): Generator<SqlPiece> {
  for (let at = 0; at < text.length; ) {
    const [kind, end] = pieceAt(text, at);
    yield { kind, text: text.slice(at, end) };
    at = end;
  }
};

const pieceAt = (text: string, at: number): [SqlPiece['kind'], number] => {
  const char = text.charAt(at);
  const two = text.slice(at, at + 2);
  if (two === '--') return ['comment', endOf(text, text.indexOf('\n', at), 1)];
  if (two === '/*') return ['comment', endOfComment(text, at)];
  if (char === "'" || char === '"') return ['literal', endOf(text, text.indexOf(char, at + 1), 1)];
  if (two === '::') return ['other', at + 2];
  if (char === ':' && isNameStart(text.charAt(at + 1))) return ['parameter', endOfRun(text, at + 1, isName)];
  if (isSpace(char)) return ['space', endOfRun(text, at, isSpace)];
  if (isName(char)) return ['word', endOfRun(text, at, isName)];
  return ['other', at + 1];
};

/** Comments of Postgres stand in each other. */
const endOfComment = (text: string, from: number): number => {
  let depth = 1;
  let at = from + 2;
  while (at < text.length && depth > 0) {
    const two = text.slice(at, at + 2);
    if (two === '/*') depth += 1;
    else if (two === '*/') depth -= 1;
    at += two === '/*' || two === '*/' ? 2 : 1;
  }
  return Math.min(at, text.length);
};

const endOf = (text: string, found: number, length: number): number => (found === -1 ? text.length : found + length);

const endOfRun = (text: string, from: number, fits: (char: string) => boolean): number => {
  let at = from;
  while (at < text.length && fits(text.charAt(at))) at += 1;
  return at;
};

const isSpace = (char: string): boolean => char !== '' && ' \t\r\n\f\v'.includes(char);
const isNameStart = (char: string): boolean => (char >= 'a' && char <= 'z') || char === '_';
const isName = (char: string): boolean =>
  isNameStart(char) || (char >= 'A' && char <= 'Z') || (char >= '0' && char <= '9');

/** Whether a statement begins as one that only reads. What it does besides is refused where it runs. */
export const beginsAsReading = (text: string): boolean => {
  for (const piece of sqlPieces(text)) {
    if (piece.kind === 'space' || piece.kind === 'comment') continue;
    const word = piece.text.toLowerCase();
    return piece.kind === 'word' && (word === 'select' || word === 'with');
  }
  return false;
};
