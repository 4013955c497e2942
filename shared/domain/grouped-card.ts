/** A card's id as screens show it, in groups of four: `04A1 B2C3 D4`. */
export const GROUPED_CARD = /(?<![\p{L}\p{N}])(?:[\dA-F]{4} ){2,11}[\dA-F]{1,4}(?![\p{L}\p{N}])/giu;

/** An id as it is stored, without the blanks of its groups. */
export const ungrouped = (id: string): string => id.replaceAll(' ', '');

/** The ids that stand in groups in a text, as they are stored. */
export const groupedCards = (text: string): string[] => [...text.matchAll(GROUPED_CARD)].map(([id]) => ungrouped(id));

/** What is looked for where this is typed: itself, and with each id in groups as it is stored. */
export const searchSpellings = (typed: string): string[] => [
  ...new Set([typed, typed.replace(GROUPED_CARD, ungrouped)]),
];
