/** Characters that nobody sees, or that change how others are shown: controls, formats, breaks, blanks of other widths. */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Co}\p{Zl}\p{Zp}\u00a0\u2000-\u200a\u202f\u205f\u3000]/gu;
const SIGNS: Readonly<Record<string, string>> = { '\n': '⏎', '\r': '␍', '\t': '⇥' };

/** A word of somebody else's system with what cannot be seen in it: `completed⟨200B⟩` is another word than `completed`. */
export const visibleText = (text: string): string => {
  let start = 0;
  let end = text.length;
  while (text[start] === ' ') start += 1;
  while (end > start && text[end - 1] === ' ') end -= 1;
  const inner = text
    .slice(start, end)
    .replace(
      UNSEEN,
      (one) => SIGNS[one] ?? `⟨${(one.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}⟩`,
    );
  return '␣'.repeat(start) + inner + '␣'.repeat(text.length - end);
};
