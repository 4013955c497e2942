import { join } from 'node:path';
import type { Answer } from '../../shared/contract/errors.ts';
import type { Outside } from '../../shared/contract/outside.ts';
import type { Clock } from '../../shared/domain/clock.ts';
import { isThisMachine } from '../../shared/domain/this-machine.ts';
import type { Config } from '../config.ts';
import type { Log } from '../lib/log.ts';
import type { Site } from '../site/site.ts';
import { createHeartbeatSetting, type HeartbeatSetting } from './heartbeat-setting.ts';
import { type Cycled, type MonitorServer, startMonitorServer } from './http-server.ts';
import { createReader } from './reading.ts';
import { readToken, TOKEN_FILE } from './token.ts';

/** What those who watch from outside have of this console: HTTP to ask, and a heartbeat that it sends. Both are opt-in. */
export type OutsideView = {
  view(): Outside;
  readonly heartbeat: Pick<HeartbeatSetting, 'set' | 'test'>;
  /** What whoever started the console has to know, a sentence a line; the token is in none. */
  readonly announcement: readonly string[];
  close(): Promise<void>;
};

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
  /** By the festival's clock, as the screens show times. */
  const instant = (): string => new Date(clock.now() + (festival().clockOffsetMs() ?? 0)).toISOString();
  const heartbeat = createHeartbeatSetting({
    ...{ dataDir, given: options.config.heartbeatUrl, clock, instant, log },
    displayedAt: () => festival().canary.status().lastDisplayedAt,
  });
  const reader = createReader({
    ...{ festival, inView: options.inView, clock, version },
    heartbeat: () => {
      const view = heartbeat.view().heartbeat;
      if (view === null) return null;
      return { sentAt: view.sentAt === null ? null : Date.parse(view.sentAt), failing: view.failing !== null };
    },
  });
  if (monitor === undefined) {
    heartbeat.start();
    return { ...viewOf({ heartbeat }), announcement: [] };
  }

  const server = await startMonitorServer({
    ...{ port: monitor.port, address: monitor.address, token: readToken(dataDir, monitor.token) },
    ...{ read: reader.read, runCycle: options.runCycle, clock, instant },
  });
  heartbeat.start();
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
    heartbeat,
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

const viewOf = ({ heartbeat, http }: ViewOptions): Pick<OutsideView, 'view' | 'heartbeat' | 'close'> => ({
  view: () => ({
    http: http === undefined ? null : { address: http.server.address, open: http.open, askedAt: http.server.askedAt() },
    ...heartbeat.view(),
  }),
  heartbeat,
  close: async () => {
    await http?.server.close();
    await heartbeat.close();
  },
});
type ViewOptions = {
  readonly heartbeat: HeartbeatSetting;
  readonly http?: { readonly server: MonitorServer; readonly open: boolean };
};
