import { visibleText } from './visible-text.ts';

/** Ids of cards are some 14 characters; of one that is far longer, its two ends are told apart well enough. */
const LONGEST = 32;
const [HEAD, TAIL] = [12, 8];

/**
 * An id as a sentence shows it: what stands in it unseen is shown (`04AA11⏎` is another card than `04AA11`), and a very
 * long one keeps its ends.
 */
export const shownId = (id: string): string => {
  const signs = Array.from(visibleText(id).replace(/ {2,}/g, (blanks) => '␣'.repeat(blanks.length)));
  return signs.length <= LONGEST
    ? signs.join('')
    : `${signs.slice(0, HEAD).join('')}…${signs.slice(-TAIL).join('')} (${signs.length})`;
};
