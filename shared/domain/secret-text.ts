const IN_ADDRESS = /(\b[a-z][a-z0-9+.-]{0,20}:\/\/[^\s:/@]{1,100}:)[^\s@/]{1,300}@/gi;
const BEARER = /\b(Bearer|Basic)\s+[A-Za-z0-9._~+/=-]{8,}/g;
const AFTER_WORD =
  /((?:password|passwd|secret|token|api[_-]?key|authorization|passphrase|\bpwd|\bpin)"?\s{0,5}[=:\s]\s{0,5})(?:E?'(?:[^'\\]|''|\\.){0,1000}'?|"(?:[^"\\]|\\.){0,1000}"?|[^\s,;&'")}]{1,1000})/gi;

/**
 * Texts in which others may have written secrets, without them: what follows the word password or the like, in SQL, in an
 * address or in JSON.
 */
export const withoutSecrets = (text: string): string =>
  text
    .replaceAll(IN_ADDRESS, '$1…@')
    .replaceAll(BEARER, '$1 …')
    .replaceAll(AFTER_WORD, (_, before: string) => `${before}…`);
