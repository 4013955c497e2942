/**
 * What lets this page in at the browser host (electron/browser/entry.ts): the token of its address, once, and from then on
 * a secret of this tab's own. No other page and no other port of this machine can read either; a reload finds the secret.
 */
const KEY = 'regie-session';
const TOKEN = '#token=';

let token: string | null = null;

/** Takes the token out of the address, if there is one, and leaves the address without it. */
export const takeToken = (): boolean => {
  if (!location.hash.startsWith(TOKEN)) return false;
  // A handshake takes letters, digits and these two signs, and a token has no others.
  token = location.hash.slice(TOKEN.length).replace(/[^\w-]/g, '');
  history.replaceState(null, '', `${location.pathname}#/`);
  return true;
};

/** What the handshake offers. */
export const offered = (): string =>
  token === null ? `session.${sessionStorage.getItem(KEY) ?? ''}` : `token.${token}`;

/** The host let this tab in. */
export const keepSecret = (secret: string): void => {
  token = null;
  sessionStorage.setItem(KEY, secret);
};

/** The host did not. @returns whether there is something else to offer. */
export const refused = (): boolean => {
  const again = token !== null && sessionStorage.getItem(KEY) !== null;
  token = null;
  return again;
};
