/** Ids of cards are some 14 characters; of one that is far longer, its two ends are told apart well enough. */
const LONGEST = 32;
const [HEAD, TAIL] = [12, 8];

const NAMED: Readonly<Record<string, string>> = { '\n': '⏎', '\r': '␍', '\t': '⇥', '\u00a0': '⍽' };

/**
 * An id as a sentence shows it: what stands in it unseen is shown (`04AA11⏎` is another card than `04AA11`), and a very
 * long one keeps its ends.
 */
export const shownId = (id: string): string => {
  const seen = id
    .replace(/^ +| +$|(?<= ) +| +(?= )/g, (blanks) => '␣'.repeat(blanks.length))
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]|(?! )\p{Zs}/gu, (sign) => NAMED[sign] ?? codeOf(sign));
  const signs = [...seen];
  return signs.length <= LONGEST
    ? seen
    : `${signs.slice(0, HEAD).join('')}…${signs.slice(-TAIL).join('')} (${signs.length})`;
};

const codeOf = (sign: string): string => `⟨${sign.codePointAt(0)?.toString(16).toUpperCase().padStart(4, '0')}⟩`;
