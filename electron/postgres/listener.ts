import { z } from 'zod';
import type { ConnectionSettings } from '../../shared/contract/connection.ts';
import { type BackoffBounds, backoffMs, createPause, RECONNECT } from '../lib/backoff.ts';
import type { Log } from '../lib/log.ts';
import { explainConnectionError } from '../lib/postgres-errors.ts';
import type { Servers } from './servers.ts';
import { openSession } from './session.ts';
import { sql } from './sql.ts';

/** LISTEN that notices its own death. Only ever a hint: whoever listens polls as well. */
export type Listener = {
  status(): ListenerStatus;
  retryNow(): void;
  close(): Promise<void>;
};

/** `reason` is a code of i18n `doctor.*`. */
export type ListenerStatus =
  | { readonly state: 'connecting' }
  | { readonly state: 'listening' }
  | { readonly state: 'lost'; readonly reason: string };

type ListenerTimings = {
  readonly heartbeatEveryMs: number;
  /** A heartbeat that has not come back after so long: the connection is destroyed. */
  readonly heartbeatTimeoutMs: number;
  readonly reconnect: BackoffBounds;
};

/** A NOTIFY of its own every 10 s, which has 5 s to arrive. */
const TIMINGS: ListenerTimings = { heartbeatEveryMs: 10_000, heartbeatTimeoutMs: 5_000, reconnect: RECONNECT };

export type ListenerOptions = {
  settings: ConnectionSettings;
  /** Shared by all connections of a site. */
  servers?: Servers;
  applicationName: string;
  /** Normally `regie_changes` (migrations/functions/changes.sql). */
  channel: string;
  /** 0 ≤ random() < 1, for the jitter and the name of the private channel. */
  random?: () => number;
  log?: Pick<Log, 'warn'>;
  /** A notification came, or the connection was made anew and something may have been missed. */
  onNotify: (payload: string | null) => void;
  onStatus?: (status: ListenerStatus) => void;
  timings?: Partial<ListenerTimings>;
};

/** Listens from now until closed, reconnecting for ever. */
export const createListener = (options: ListenerOptions): Listener => {
  const timings: ListenerTimings = { ...TIMINGS, ...options.timings };
  const { random = Math.random } = options;
  const abort = new AbortController();
  const pause = createPause(abort.signal);
  // Nobody else listens here, so a heartbeat wakes no other laptop.
  const heartbeat = `regie_heartbeat_${Math.floor(random() * 2 ** 48).toString(36)}`;
  let status: ListenerStatus = { state: 'connecting' };
  let attempts = 0;

  const become = (next: ListenerStatus): void => {
    if (abort.signal.aborted) return;
    const repeated = next.state === 'lost' && status.state === 'lost' && next.reason === status.reason;
    if (repeated) return;
    status = next;
    options.onStatus?.(next);
    if (next.state === 'lost') options.log?.warn('notifications are lost; changes are found by polling', { ...next });
  };

  const listenUntilLost = async (): Promise<void> => {
    const session = await openSession({
      settings: options.settings,
      ...(options.servers === undefined ? {} : { servers: options.servers }),
      applicationName: options.applicationName,
      connectTimeoutMs: timings.heartbeatTimeoutMs,
      answerTimeoutMs: timings.heartbeatTimeoutMs,
      signal: abort.signal,
    });
    const lost = Promise.withResolvers<never>();
    // Whoever awaits it hears of it; before that it must not count as unhandled.
    lost.promise.catch(() => undefined);
    let arrived = () => {};
    session.onEnd((error) => lost.reject(error ?? new Error('Connection terminated')));
    session.onNotification((channel, payload) => {
      if (channel === heartbeat) arrived();
      else if (channel === options.channel && !abort.signal.aborted) options.onNotify(payload);
    });
    const beat = async (): Promise<void> => {
      const back = Promise.withResolvers<void>();
      const timer = setTimeout(
        () => back.reject(new Error('Query read timeout', { cause: 'the heartbeat did not come back' })),
        timings.heartbeatTimeoutMs,
      );
      arrived = back.resolve;
      back.promise.catch(() => undefined);
      try {
        await session.rows(z.unknown(), sql`/* regie:heartbeat */ select pg_notify(${heartbeat}, '')`);
        await Promise.race([back.promise, lost.promise]);
      } finally {
        clearTimeout(timer);
      }
    };
    try {
      await session.listen(options.channel);
      await session.listen(heartbeat);
      // A pooler accepts LISTEN and forgets it: only a heartbeat that came back proves that somebody listens.
      await beat();
      attempts = 0;
      become({ state: 'listening' });
      if (!abort.signal.aborted) options.onNotify(null);
      while (!abort.signal.aborted) {
        await Promise.race([pause.sleep(timings.heartbeatEveryMs), lost.promise]);
        if (!abort.signal.aborted) await beat();
      }
    } finally {
      session.destroy();
    }
  };

  const run = async (): Promise<void> => {
    while (!abort.signal.aborted) {
      try {
        await listenUntilLost();
      } catch (error) {
        if (abort.signal.aborted) return;
        become({ state: 'lost', reason: explainConnectionError(error).code });
      }
      await pause.sleep(backoffMs(attempts, random, timings.reconnect));
      attempts += 1;
    }
  };
  const running = run();

  return {
    status: () => status,
    retryNow: () => {
      attempts = 0;
      pause.wake();
    },
    close: async () => {
      abort.abort();
      await running;
    },
  };
};
