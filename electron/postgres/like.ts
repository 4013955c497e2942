/** A pattern of `like` and `ilike` for what contains a text: its own `%`, `_` and `\` stand for themselves. */
export const containing = (text: string): string => `%${itself(text)}%`;

/** The same for what ends with it. */
export const endingWith = (text: string): string => `%${itself(text)}`;

const itself = (text: string): string => text.replaceAll(/[\\%_]/g, '\\$&');
