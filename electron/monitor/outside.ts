import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Answer } from '../../shared/contract/errors.ts';
import type { Outside } from '../../shared/contract/outside.ts';
import type { Clock } from '../../shared/domain/clock.ts';
import { isThisMachine } from '../../shared/domain/this-machine.ts';
import type { Config } from '../config.ts';
import type { Log } from '../lib/log.ts';
import type { Site } from '../site/site.ts';
import { type Heartbeat, startHeartbeat } from './heartbeat.ts';
import { type Cycled, type MonitorServer, startMonitorServer } from './http-server.ts';
import { createReader } from './reading.ts';
import { readToken, TOKEN_FILE } from './token.ts';

/** What those who watch from outside have of this console: HTTP to ask, and a heartbeat that it sends. Both are opt-in. */
export type OutsideView = {
  view(): Outside;
  /** What whoever started the console has to know, a sentence a line; the token is in none. */
  readonly announcement: readonly string[];
  close(): Promise<void>;
};

/** A file of the data directory, which is closed to other users when Regie starts. */
const HEARTBEAT_FILE = 'heartbeat-url';
/** How often that is read which answers come from. */
const REFRESH_MS = 5_000;

/** @throws PortInUse, or a sentence about the token's file */
export const openOutside = async (options: {
  config: Pick<Config, 'monitor' | 'heartbeatUrl' | 'dataDir' | 'version'>;
  festival: () => Pick<Site, 'status' | 'cache' | 'canary' | 'clockOffsetMs' | 'copiedAt' | 'troubles'>;
  inView: () => boolean;
  runCycle: () => Promise<Answer<Cycled>>;
  clock: Clock;
  log: Log;
}): Promise<OutsideView> => {
  const { festival, clock, log } = options;
  const { monitor, dataDir, version } = options.config;
  const heartbeatUrl = options.config.heartbeatUrl ?? readHeartbeatUrl(dataDir);
  /** By the festival's clock, as the screens show times. */
  const instant = (): string => new Date(clock.now() + (festival().clockOffsetMs() ?? 0)).toISOString();
  let heartbeat: Heartbeat | undefined;
  const startBeating = (): void => {
    if (heartbeatUrl === undefined) return;
    const displayedAt = () => festival().canary.status().lastDisplayedAt;
    heartbeat = startHeartbeat({ url: heartbeatUrl, displayedAt, clock, instant, log });
  };
  const reader = createReader({
    ...{ festival, inView: options.inView, clock, version },
    heartbeat: () => {
      const view = heartbeat?.view();
      if (view === undefined) return null;
      return { sentAt: view.sentAt === null ? null : Date.parse(view.sentAt), failing: view.failing !== null };
    },
  });
  if (monitor === undefined) {
    startBeating();
    return { ...viewOf({ heartbeat }), announcement: [] };
  }

  const server = await startMonitorServer({
    ...{ port: monitor.port, address: monitor.address, token: readToken(dataDir, monitor.token) },
    ...{ read: reader.read, runCycle: options.runCycle, clock, instant },
  });
  startBeating();
  const refresh = (): void => {
    try {
      reader.refresh();
    } catch (error) {
      // The festival's files are closed for a moment while another festival is opened.
      log.warn('what watchers are told could not be read', { error });
    }
  };
  refresh();
  const timer = setInterval(refresh, REFRESH_MS);
  timer.unref();
  const open = !isThisMachine(monitor.address);
  log.info('watchers can ask over HTTP', { address: server.address });
  if (open) log.warn('other machines can ask over HTTP, and nothing of it is encrypted');

  const { view, close } = viewOf({ heartbeat, http: { server, open } });
  return {
    view,
    announcement: [
      `Watchers can ask at ${server.address}; ${
        monitor.token === undefined ? `the token is in ${join(dataDir, TOKEN_FILE)}` : 'the token is the given one'
      }`,
      ...(open
        ? ['Warning: other machines can reach this address, and the token travels unencrypted: no TLS is spoken here.']
        : []),
    ],
    close: async () => {
      clearInterval(timer);
      await close();
    },
  };
};

/** Where no environment is at hand: the first line of a file of the data directory. What it is not good for, Health says. */
const readHeartbeatUrl = (dataDir: string): string | undefined => {
  try {
    return readFileSync(join(dataDir, HEARTBEAT_FILE), 'utf8').split(/\r?\n/, 1)[0]?.trim() || undefined;
  } catch {
    return undefined;
  }
};

const viewOf = ({ heartbeat, http }: ViewOptions): Pick<OutsideView, 'view' | 'close'> => ({
  view: () => ({
    http: http === undefined ? null : { address: http.server.address, open: http.open, askedAt: http.server.askedAt() },
    heartbeat: heartbeat?.view() ?? null,
  }),
  close: async () => {
    await http?.server.close();
    await heartbeat?.close();
  },
});
type ViewOptions = {
  readonly heartbeat: Heartbeat | undefined;
  readonly http?: { readonly server: MonitorServer; readonly open: boolean };
};
