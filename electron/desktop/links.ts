import type { App } from 'electron';
import { addressOfLink, linkIn } from '../manners/deep-link.ts';

/** Whoever asks for the window: another start of the program, a link of ours, the dock. */
export type Links = {
  /** From now on each asking is told; a link that came before comes at once. @param show at this screen, or as it is */
  onAsked(show: (address: string | undefined) => void): void;
};

/** Listens before the program is ready: macOS hands a link over as soon as it starts it. */
export const createLinks = (app: App, argv: readonly string[]): Links => {
  let show: ((address: string | undefined) => void) | undefined;
  let before = linkIn(argv);
  const ask = (link: string | undefined): void => {
    if (show === undefined) before = link ?? before;
    else show(link === undefined ? undefined : addressOfLink(link));
  };
  app.on('second-instance', (_event, others) => ask(linkIn(others)));
  app.on('open-url', (event, url) => {
    event.preventDefault();
    ask(url);
  });
  app.on('activate', () => ask(undefined));
  return {
    onAsked: (listener) => {
      show = listener;
      const address = before === undefined ? undefined : addressOfLink(before);
      if (address !== undefined) listener(address);
    },
  };
};
