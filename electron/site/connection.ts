import type { ConnectionSettings } from '../../shared/contract/connection.ts';
import type { LinkStatus } from '../../shared/contract/status.ts';
import type { Clock } from '../../shared/domain/clock.ts';
import type { Log } from '../lib/log.ts';
import { createLink, type Link, type LinkOptions } from '../postgres/link.ts';
import { createListener, type Listener } from '../postgres/listener.ts';
import { type FestivalDatabase, openFestivalDatabase } from '../postgres/pool.ts';
import { createServers } from '../postgres/servers.ts';

/** The ways in which a site talks to its festival's Postgres. */
export type Connection = {
  readonly database: FestivalDatabase;
  /** One connection beside all others, for looking at the database itself: a slow answer there holds nothing up. */
  readonly observer: FestivalDatabase;
  /** What is there was compared with what this laptop knows: from now on work is done on it. */
  recognise(incarnation: string): void;
  link(onStatus: LinkOptions['onStatus']): Link;
  listen(onNotify: (payload: string | null) => void): Pick<Listener, 'retryNow' | 'close'>;
};

const CONNECTIONS = 6;
/** Of one statement about the database itself. */
const OBSERVED_MS = 2_000;

/** Connections to a festival. Nothing is tried yet; `settings` are read at each attempt. */
export const connectionTo = (
  settings: ConnectionSettings,
  { applicationName, clock, random, log }: { applicationName: string; clock: Clock; random: () => number; log: Log },
): Connection => {
  const servers = createServers(settings);
  /** What the link has reached: the observer asks it before anything else is done there. */
  let seen: string | null = null;
  return {
    recognise: servers.recognise,
    database: openFestivalDatabase({
      settings,
      servers,
      applicationName,
      size: CONNECTIONS,
      onError: (error) => log.warn('an idle connection broke', { error }),
      onBadRow: (error) => log.warn('a row that does not fit was left out', { why: error.message }),
    }),
    observer: openFestivalDatabase({
      settings,
      servers: {
        ...servers,
        admits: ({ incarnation }) => seen === null || incarnation === seen,
        recognised: () => seen,
      },
      applicationName,
      size: 1,
      statementTimeoutMs: OBSERVED_MS,
      onError: (error) => log.warn('an idle connection broke', { error }),
    }),
    link: (onStatus) =>
      createLink({
        ...{ settings, servers, applicationName, clock, random },
        onStatus: (status, offsetMs, reached) => {
          seen = reached?.incarnation ?? null;
          onStatus(status, offsetMs, reached);
        },
      }),
    listen: (onNotify) =>
      createListener({ settings, servers, applicationName, channel: 'regie_changes', random, onNotify }),
  };
};

/** For a festival that could not be opened: what this laptop has of it can be seen, and nothing is tried. */
export const noConnection = (clock: Clock): Connection => {
  const status: LinkStatus = {
    state: 'offline',
    since: new Date(clock.now()).toISOString(),
    roundTripMs: null,
    knownUpTo: null,
    reason: null,
    server: null,
  };
  const refuse = () => Promise.reject(new Error('Connection terminated: the festival could not be opened'));
  const database: FestivalDatabase = {
    ...{ read: refuse, write: refuse, readForeign: refuse },
    close: async () => undefined,
  };
  return {
    database,
    observer: database,
    recognise: () => undefined,
    link: (onStatus) => {
      queueMicrotask(() => onStatus(status, 0, null));
      return {
        status: () => status,
        clockOffsetMs: () => null,
        retryNow: () => undefined,
        close: async () => undefined,
      };
    },
    listen: () => ({ retryNow: () => undefined, close: async () => undefined }),
  };
};
