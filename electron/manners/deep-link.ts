import { idIn } from '../../shared/domain/row-id.ts';

export const LINK_SCHEME = 'regie';

/** Screens that a link may open; each shows, and does nothing. */
const SCREENS: readonly string[] = ['approvals', 'handover', 'log', 'checklists', 'health'];

/**
 * The screen's address for a link from outside (`regie://alert/4711`, `regie://approvals`), or undefined where it names
 * none of ours. Anybody can write a link: it shows something and does nothing.
 */
export const addressOfLink = (link: string): string | undefined => {
  const url = URL.parse(link);
  if (url === null || url.protocol !== `${LINK_SCHEME}:` || url.username !== '' || url.port !== '') return undefined;
  const [argument = '', ...rest] = url.pathname.replace(/^\//, '').split('/');
  if (rest.some((part) => part !== '')) return undefined;
  if (url.hostname === 'alert') {
    const incidentId = idIn(argument);
    return incidentId === null ? undefined : `#/board/${incidentId}`;
  }
  return argument === '' && SCREENS.includes(url.hostname) ? `#/${url.hostname}` : undefined;
};

/** The link on a command line: the system starts the program with it. */
export const linkIn = (argv: readonly string[]): string | undefined =>
  argv.find((argument) => argument.startsWith(`${LINK_SCHEME}:`));
