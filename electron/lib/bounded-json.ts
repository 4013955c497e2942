/** Deeper than anything of the contract; a reader that calls itself for each level would run out of stack. */
export const JSON_DEPTH = 64;
/** More than anything of the contract: the corrections of five thousand cards are half of it. */
export const JSON_VALUES = 80_000;

/**
 * Parses JSON from outside: no longer than `characters`, no deeper than JSON_DEPTH, and of no more values than `values`,
 * all judged before it is parsed, so that no text holds up whoever reads it.
 * @throws RangeError for what is too long, too deep or too much, SyntaxError for what is no JSON.
 */
export const parseBoundedJson = (
  text: string,
  { characters, values = JSON_VALUES }: { characters: number; values?: number },
): unknown => {
  if (text.length > characters) throw new RangeError(`JSON of more than ${characters} characters`);
  const { depth, count } = measure(text, values);
  if (depth > JSON_DEPTH) throw new RangeError(`JSON nested in more than ${JSON_DEPTH} levels`);
  if (count > values) throw new RangeError(`JSON of more than ${values} values`);
  return parseExactly(text);
};

/**
 * Parses JSON without rounding an integer: one of 2^53 and more becomes its own text, as a sharded sequence's ids are in
 * what other systems write.
 */
const parseExactly = (text: string): unknown =>
  JSON.parse(LONG_NUMBER.test(text) && MAYBE_LONG_INTEGER.test(text) ? quoteLongIntegers(text) : text);

/** The digits of a fraction mostly, as of 0.1 + 0.2: that takes a hundredth of the time of a search for what is before them. */
const LONG_NUMBER = /\d{16}/;
/** In a text as well. */
const MAYBE_LONG_INTEGER = /(?:^|[[:,\s])-?\d{16,}(?![\d.eE])/;
const LONG_INTEGER = /(?<![\d.eE+-])-?\d{16,}(?![\d.eE])/g;

/** Outside of its texts. A reviver would be told the digits as well, at fifty times the cost. */
const quoteLongIntegers = (text: string): string => {
  const parts: string[] = [];
  for (let at = 0; at < text.length; ) {
    const open = text.indexOf('"', at);
    const outside = text.slice(at, open === -1 ? text.length : open);
    parts.push(
      outside.replace(LONG_INTEGER, (digits) => (Number.isSafeInteger(Number(digits)) ? digits : `"${digits}"`)),
    );
    if (open === -1) break;
    const close = endOfText(text, open + 1);
    parts.push(text.slice(open, close + 1));
    at = close + 1;
  }
  return parts.join('');
};

const QUOTE = 34;
const COMMA = 44;
const BACKSLASH = 92;
/** Compared one by one, for each character: a set takes longer. */
const [OPENS_LIST, CLOSES_LIST, OPENS_OBJECT, CLOSES_OBJECT] = [91, 93, 123, 125];

/** How deep a text nests and how many values it has, as far as both are within their bounds; each character is read once. */
const measure = (text: string, values: number): { depth: number; count: number } => {
  let [depth, count] = [0, 1];
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) at = endOfText(text, at + 1);
    else if (code === COMMA) count += 1;
    else if (code === OPENS_LIST || code === OPENS_OBJECT) {
      depth += 1;
      count += 1;
    } else if (code === CLOSES_LIST || code === CLOSES_OBJECT) depth -= 1;
    if (depth > JSON_DEPTH || count > values) break;
  }
  return { depth, count };
};

/** Where the quote is that ends a text: the first one that is not escaped. */
const endOfText = (text: string, from: number): number => {
  for (let at = text.indexOf('"', from); at !== -1; at = text.indexOf('"', at + 1)) {
    let before = at;
    while (before > from && text.charCodeAt(before - 1) === BACKSLASH) before -= 1;
    if ((at - before) % 2 === 0) return at;
  }
  return text.length;
};

/** Whether a value that came without being text nests deeper than JSON_DEPTH, or in itself, or is of too many values. */
export const isUnbounded = (value: unknown): boolean => {
  let level: unknown[] = [value];
  let count = 0;
  for (let depth = 0; depth <= JSON_DEPTH; depth += 1) {
    const next: unknown[] = [];
    for (const one of level) {
      if (typeof one !== 'object' || one === null) continue;
      // Bytes are no values of JSON, and there may be millions of them.
      if (ArrayBuffer.isView(one)) return true;
      for (const inner of Object.values(one)) next.push(inner);
      // The same part in many places multiplies with each level.
      if (count + next.length > JSON_VALUES) return true;
    }
    if (next.length === 0) return false;
    count += next.length;
    level = next;
  }
  return true;
};
