/** A French sign of two parts, or a quotation mark, never begins a line: the blank beside it does not break. */
export const frenchSpaces = (text: string): string => text.replace(/ (?=[?!:;»])/g, '\u00a0').replace(/« /g, '«\u00a0');
