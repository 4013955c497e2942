/** What a reader that thinks it writes to an American keyboard writes on a French one: digits without Shift, letters moved. */
const FRENCH_ROW: Readonly<Record<string, string>> = {
  ...{ '&': '1', é: '2', '"': '3', "'": '4', '(': '5', '-': '6', '§': '6', è: '7', _: '8', '!': '8', ç: '9', à: '0' },
  ...{ q: 'a', a: 'q', w: 'z', z: 'w', Q: 'A', A: 'Q', W: 'Z', Z: 'W', M: ':', ')': '-' },
};
/** Signs of that row that stand in no card's id, or hardly: a `-` alone is a dash. */
const FRENCH_SIGN = /[&é"'(§è_!çà]/;

const asAmerican = (read: string): string => [...read].map((sign) => FRENCH_ROW[sign] ?? sign).join('');

/** A card's id without what readers and people write between its parts, in one case. */
export const compactCardId = (id: string): string => id.replace(/[\s:-]+/g, '').toUpperCase();

export type CardIdReadings = {
  /** Ids as they may be stored, the one that was read first: it is taken as it is wherever a card has it. */
  readonly exact: readonly string[];
  /** The same ids as `compactCardId` writes them. */
  readonly compact: readonly string[];
};

/** Fewer characters are the end of too many ids. */
export const SHORTEST_ENDING = 4;

/** What an id may mean that was typed, pasted or read, in the order in which it is looked for. */
export const cardIdReadings = (read: string): CardIdReadings => {
  const texts = FRENCH_SIGN.test(read) ? [read, asAmerican(read)] : [read];
  const exact = texts.flatMap((text) => {
    const compact = compactCardId(text);
    const pairs = compact.match(/.{1,2}/gu) ?? [];
    const upper = [compact, pairs.join(':'), pairs.join('-'), pairs.join(' ')];
    return [text, text.trim(), text.trim().toUpperCase(), text.trim().toLowerCase()].concat(
      upper,
      upper.map((id) => id.toLowerCase()),
    );
  });
  return {
    exact: [...new Set(exact)].filter((id) => id !== ''),
    compact: [...new Set(texts.map(compactCardId))].filter((id) => id !== ''),
  };
};
