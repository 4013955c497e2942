import type { RegieEvent } from '../../shared/contract/events.ts';
import { backoffMs, createPause } from '../lib/backoff.ts';
import type { Log } from '../lib/log.ts';
import { publishOnChange } from '../lib/publish-on-change.ts';
import { coalesced } from '../lib/single-flight.ts';

/** Something of the festival that this laptop keeps up with. */
export type Watcher<T = unknown> = {
  /** Its name, also in the log. */
  readonly what: string;
  /** The payload of a notification after which it is refreshed; `*`: every one that no other watcher names. */
  readonly channel?: string;
  /** Milliseconds between two refreshes without a notification, which is only ever a hint. */
  readonly every?: number;
  /** Also while the festival does not answer. */
  readonly offline?: true;
  /** Never runs twice at the same time. Its result counts where it is cached or published. */
  refresh(): Promise<T> | T;
  /** The name under which the result is shown while the festival does not answer. */
  readonly cacheAs?: string;
  /** The part of the result whose change is published; without it, the whole. */
  keyOf?(value: T): unknown;
  /** Told to the screens when the result has changed. */
  readonly event?: RegieEvent;
  /** Done when the result has changed, before the event. */
  changed?(value: T): void;
};

export type Watch = {
  /** A notification came. Null: the connection was reopened, and some may have been missed. */
  notify(payload: string | null): void;
  /** Refreshes these by name and waits for it, with what has happened until now. Never rejects. */
  refresh(...names: readonly string[]): Promise<void>;
  /** The festival answers again: everything is refreshed now. */
  wake(): void;
  /** Waits for refreshes that still run after the signal. */
  settled(): Promise<void>;
};

/** After failures a watcher waits longer and longer, up to this. */
const LONGEST_MS = 15_000;

/** Keeps up with everything in the table until the signal aborts. A failure is logged and tried again. */
export const startWatch = (options: {
  watchers: readonly Watcher[];
  /** Whether the festival answers. */
  reachable: () => boolean;
  cache: { set(name: string, value: unknown): void };
  publish: (event: RegieEvent) => void;
  /** 0 ≤ random() < 1 */
  random: () => number;
  log: Pick<Log, 'warn'>;
  signal: AbortSignal;
}): Watch => {
  const running = options.watchers.map((watcher) => watchOne(watcher, options));
  const named = new Set(options.watchers.map(({ channel }) => channel));
  return {
    notify: (payload) => {
      for (const { watcher, refresh } of running) {
        const { channel } = watcher;
        if (channel === undefined) continue;
        const meant = payload === null || channel === payload || (channel === '*' && !named.has(payload));
        if (meant) void refresh();
      }
    },
    refresh: async (...names) => {
      await Promise.all(running.map(({ watcher, refresh }) => (names.includes(watcher.what) ? refresh() : undefined)));
    },
    wake: () => {
      for (const { wake } of running) wake();
    },
    settled: async () => {
      await Promise.all(running.map(({ settled }) => settled()));
    },
  };
};

const watchOne = (
  watcher: Watcher,
  { reachable, cache, publish, random, log, signal }: Parameters<typeof startWatch>[0],
) => {
  const { what, every, cacheAs, event } = watcher;
  const pause = createPause(signal);
  let failures = 0;
  const publishChange = publishOnChange<unknown>(
    (value) => {
      watcher.changed?.(value);
      if (event !== undefined) publish(event);
    },
    { keyOf: (value) => (watcher.keyOf === undefined ? value : watcher.keyOf(value)) },
  );
  const published = event !== undefined || watcher.changed !== undefined;

  const refresh = coalesced(async () => {
    if (signal.aborted || !(watcher.offline || reachable())) return;
    try {
      const value = await watcher.refresh();
      failures = 0;
      if (signal.aborted) return;
      if (cacheAs !== undefined) cache.set(cacheAs, value);
      if (published) publishChange(value);
    } catch (error) {
      if (signal.aborted) return;
      failures += 1;
      log.warn('the festival could not be followed', { what, error });
    }
  });

  const poll = async (everyMs: number): Promise<void> => {
    const bounds = { firstMs: everyMs, longestMs: Math.max(everyMs, LONGEST_MS) };
    while (!signal.aborted) {
      await refresh();
      await pause.sleep(failures === 0 ? everyMs : backoffMs(failures, random, bounds));
    }
  };
  const polling = every === undefined ? undefined : poll(every);

  return {
    watcher,
    refresh,
    wake: () => {
      failures = 0;
      pause.wake();
    },
    settled: async () => {
      await polling;
      await refresh.settled();
    },
  };
};
