import { createHash, randomBytes } from 'node:crypto';
import type { Client } from '../core.ts';

/**
 * Who comes in. A token opens one browser once and is replaced by another; what the browser gets for it is a secret of
 * its own, with a screen of its own behind it, on which somebody signs in and which they lock. Neither is ever a cookie:
 * browsers give cookies to every port of a machine.
 */
export type Entry = {
  /** Opens one browser, once. */
  token(): string;
  /** @param offered of the socket's handshake: `token.…` or `session.…` @returns undefined where it opens nothing */
  enter(offered: string): Entered | undefined;
  close(): void;
};

export type Entered = {
  readonly client: Client;
  /** The secret of a browser that came with a token; null: it has it already. */
  readonly secret: string | null;
  /** The socket is closed. */
  leave(): void;
};

/** A tab that has been closed for so long does not come back. */
const LEFT_MS = 15 * 60_000;
/** Tabs that are remembered; of those that are closed, the one that was closed first goes. */
const TABS = 50;

type Tab = { readonly client: Client; sockets: number; timer: NodeJS.Timeout | undefined };

export const createEntry = (options: {
  connect: () => Client;
  /** The token has been used, and there is another one. */
  onToken: (token: string) => void;
}): Entry => {
  const tabs = new Map<string, Tab>();
  let token = newSecret();

  const forget = (key: string): void => {
    const tab = tabs.get(key);
    clearTimeout(tab?.timer);
    tabs.delete(key);
    tab?.client.close();
  };
  const join = (key: string, tab: Tab, secret: string | null): Entered => {
    clearTimeout(tab.timer);
    tab.sockets += 1;
    let left = false;
    const leave = (): void => {
      if (left) return;
      left = true;
      tab.sockets -= 1;
      if (tab.sockets === 0) tab.timer = setTimeout(() => forget(key), LEFT_MS).unref();
    };
    return { client: tab.client, secret, leave };
  };

  return {
    token: () => token,
    enter: (offered) => {
      const [kind, given = ''] = offered.split('.', 2);
      if (kind === 'session') {
        const tab = tabs.get(hashOf(given));
        return tab === undefined ? undefined : join(hashOf(given), tab, null);
      }
      if (kind !== 'token' || hashOf(given) !== hashOf(token)) return undefined;
      const closed = [...tabs].find(([, tab]) => tab.sockets === 0);
      if (tabs.size >= TABS && closed !== undefined) forget(closed[0]);
      token = newSecret();
      options.onToken(token);
      const secret = newSecret();
      const tab: Tab = { client: options.connect(), sockets: 0, timer: undefined };
      tabs.set(hashOf(secret), tab);
      return join(hashOf(secret), tab, secret);
    },
    close: () => {
      for (const key of [...tabs.keys()]) forget(key);
    },
  };
};

const newSecret = (): string => randomBytes(32).toString('base64url');

/** Secrets are compared and looked up by their hashes: how long that takes says nothing about them. */
const hashOf = (secret: string): string => createHash('sha256').update(secret).digest('hex');
