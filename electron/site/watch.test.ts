import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import type { RegieEvent } from '../../shared/contract/events.ts';
import { startWatch, type Watch, type Watcher } from './watch.ts';

let stop: AbortController;
let reachable: boolean;
const published: RegieEvent[] = [];
const cached: [string, unknown][] = [];
const warned: unknown[] = [];

beforeEach(() => {
  stop = new AbortController();
  reachable = true;
  for (const list of [published, cached, warned]) list.length = 0;
});
afterEach(() => stop.abort());

const watch = (...watchers: readonly Watcher[]): Watch =>
  startWatch({
    watchers,
    reachable: () => reachable,
    cache: { set: (name, value) => cached.push([name, value]) },
    publish: (event) => published.push(event),
    random: () => 0.5,
    log: { warn: (_message, facts) => warned.push(facts) },
    signal: stop.signal,
  });

/** A source that counts how often it was read. */
const source = (some: Partial<Watcher> = {}) => {
  const read = { times: 0, value: 'one' };
  return { read, watcher: { what: 'source', refresh: () => ({ at: ++read.times, value: read.value }), ...some } };
};

describe('a watcher', () => {
  it('is refreshed on its time, caches each result, and publishes what has changed', async () => {
    const { read, watcher } = source({
      every: 10,
      cacheAs: 'source',
      keyOf: (value) => (value as { value: string }).value,
      event: { event: 'operators' },
    });
    watch(watcher);
    await expect.poll(() => read.times).toBeGreaterThan(3);
    expect(cached.length).toBeGreaterThan(2);
    expect(cached[0]).toEqual(['source', { at: 1, value: 'one' }]);
    expect(published).toEqual([{ event: 'operators' }]);
    read.value = 'two';
    await expect.poll(() => published).toHaveLength(2);
  });

  it('is refreshed by the notifications that name it, by all after a new connection, and by name', async () => {
    const [named, rest, silent] = [
      source({ what: 'named', channel: 'team' }),
      source({ what: 'rest', channel: '*' }),
      source({ what: 'silent' }),
    ];
    const watching = watch(named.watcher, rest.watcher, silent.watcher);
    const times = async () => {
      await sleep(5);
      return [named, rest, silent].map(({ read }) => read.times);
    };
    expect(await times()).toEqual([0, 0, 0]);
    watching.notify('team');
    expect(await times()).toEqual([1, 0, 0]);
    watching.notify('event 7');
    expect(await times()).toEqual([1, 1, 0]);
    watching.notify(null);
    expect(await times()).toEqual([2, 2, 0]);
    await watching.refresh('silent', 'named');
    expect(await times()).toEqual([3, 2, 1]);
  });

  it('that is asked for during a run runs once more, and the caller waits for that', async () => {
    const runs: PromiseWithResolvers<void>[] = [];
    const watching = watch({
      what: 'slow',
      channel: 'slow',
      refresh: () => {
        const run = Promise.withResolvers<void>();
        runs.push(run);
        return run.promise;
      },
    });
    watching.notify('slow');
    watching.notify('slow');
    let refreshed = false;
    const asked = watching.refresh('slow').then(() => {
      refreshed = true;
    });
    expect(runs).toHaveLength(1);
    runs[0]?.resolve();
    await expect.poll(() => runs.length).toBe(2);
    expect(refreshed).toBe(false);
    runs[1]?.resolve();
    await asked;
    expect(runs).toHaveLength(2);
  });

  it('rests while the festival does not answer, unless it is about this laptop, and wakes with it', async () => {
    reachable = false;
    const [far, own] = [source({ every: 60_000 }), source({ what: 'own', every: 10, offline: true })];
    const watching = watch(far.watcher, own.watcher);
    await expect.poll(() => own.read.times).toBeGreaterThan(2);
    expect(far.read.times).toBe(0);
    reachable = true;
    watching.wake();
    await expect.poll(() => far.read.times).toBe(1);
  });

  it('that fails is logged, waits longer each time, and goes on at once when the festival is back', async () => {
    vi.useFakeTimers();
    onTestFinished(() => {
      vi.useRealTimers();
    });
    let times = 0;
    let broken = true;
    const watching = watch({
      what: 'broken',
      every: 20,
      refresh: () => {
        times += 1;
        if (broken) throw new Error('no');
      },
    });
    const timesAfter = async (ms: number) => {
      await vi.advanceTimersByTimeAsync(ms);
      return times;
    };
    expect(await timesAfter(29)).toBe(1);
    expect(await timesAfter(1)).toBe(2);
    expect(await timesAfter(59)).toBe(2);
    expect(await timesAfter(1)).toBe(3);
    expect(await timesAfter(119)).toBe(3);
    expect(await timesAfter(1)).toBe(4);
    expect(warned).toHaveLength(4);
    expect(warned[0]).toMatchObject({ what: 'broken' });
    broken = false;
    watching.wake();
    expect(await timesAfter(0)).toBe(5);
    expect(await timesAfter(20)).toBe(6);
    expect(warned).toHaveLength(4);
  });

  it('stops with the signal, in the middle of a refresh, and publishes nothing more', async () => {
    const run = Promise.withResolvers<string>();
    let times = 0;
    const watching = watch({
      what: 'stopped',
      every: 1,
      cacheAs: 'stopped',
      event: { event: 'team' },
      refresh: () => {
        times += 1;
        return run.promise;
      },
    });
    stop.abort();
    let settled = false;
    const settling = watching.settled().then(() => {
      settled = true;
    });
    await sleep(5);
    expect(settled).toBe(false);
    run.resolve('late');
    await settling;
    watching.notify(null);
    await sleep(10);
    expect([times, cached, published]).toEqual([1, [], []]);
  });
});
