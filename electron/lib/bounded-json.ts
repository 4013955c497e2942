/** Deeper than anything of the contract; a reader that calls itself for each level would run out of stack. */
export const JSON_DEPTH = 64;

/**
 * Parses JSON from outside: no longer than `characters`, no deeper than JSON_DEPTH, both judged before it is parsed.
 * @throws RangeError for what is too long or too deep, SyntaxError for what is no JSON.
 */
export const parseBoundedJson = (text: string, { characters }: { characters: number }): unknown => {
  if (text.length > characters) throw new RangeError(`JSON of more than ${characters} characters`);
  if (isDeep(text)) throw new RangeError(`JSON nested in more than ${JSON_DEPTH} levels`);
  return JSON.parse(text);
};

const QUOTE = 34;
const BACKSLASH = 92;
const OPENING = new Set([91, 123]);
const CLOSING = new Set([93, 125]);

/** Whether a text nests deeper than JSON_DEPTH, reading each character once. */
export const isDeep = (text: string): boolean => {
  let depth = 0;
  let inText = false;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (inText) {
      if (code === BACKSLASH) at += 1;
      else if (code === QUOTE) inText = false;
    } else if (code === QUOTE) inText = true;
    else if (OPENING.has(code)) {
      depth += 1;
      if (depth > JSON_DEPTH) return true;
    } else if (CLOSING.has(code)) depth -= 1;
  }
  return false;
};

/** Whether a value that came without being text nests deeper than JSON_DEPTH, or in itself. */
export const isDeepValue = (value: unknown): boolean => {
  let level: unknown[] = [value];
  for (let depth = 0; depth <= JSON_DEPTH; depth += 1) {
    const next: unknown[] = [];
    for (const one of level) {
      if (typeof one === 'object' && one !== null) for (const inner of Object.values(one)) next.push(inner);
    }
    if (next.length === 0) return false;
    level = next;
    // The same part in many places multiplies with each level.
    if (level.length > MOST_VALUES) return true;
  }
  return true;
};

const MOST_VALUES = 1_000_000;
