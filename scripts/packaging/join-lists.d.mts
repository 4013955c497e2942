export function joinLists(texts: readonly string[]): string;
