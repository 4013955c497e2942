import { describe, expect, it } from 'vitest';
import { createMutex } from './mutex.ts';
import { publishOnChange } from './publish-on-change.ts';
import { coalesced, singleFlight } from './single-flight.ts';

/** Work whose runs the test ends one by one. */
const controlled = () => {
  const runs: PromiseWithResolvers<void>[] = [];
  const work = (): Promise<void> => {
    const run = Promise.withResolvers<void>();
    runs.push(run);
    return run.promise;
  };
  return { runs, work };
};

describe('single-flight work', () => {
  it('is joined while it runs, and runs again afterwards, also after a failure', async () => {
    const { runs, work } = controlled();
    const run = singleFlight(work);
    const first = run();
    expect(run()).toBe(first);
    expect(runs).toHaveLength(1);
    runs[0]?.reject(new Error('no'));
    await expect(first).rejects.toThrow('no');
    const second = run();
    expect(runs).toHaveLength(2);
    runs[1]?.resolve();
    await second;
    await run.settled();
  });

  it('that is coalesced runs once more for all who asked meanwhile, and they wait for that run', async () => {
    const { runs, work } = controlled();
    const run = coalesced(work);
    const first = run();
    const second = run();
    const third = run();
    expect(runs).toHaveLength(1);
    runs[0]?.resolve();
    await expect.poll(() => runs.length).toBe(2);
    let ended = false;
    const all = Promise.all([first, second, third]).then(() => {
      ended = true;
    });
    await Promise.resolve();
    expect(ended).toBe(false);
    runs[1]?.resolve();
    await all;
    expect(runs).toHaveLength(2);
  });
});

describe('a mutex', () => {
  it('runs one after the other, in order, past a failure', async () => {
    const order: string[] = [];
    const mutex = createMutex();
    const failing = mutex.run(async () => {
      await Promise.resolve();
      order.push('first');
      throw new Error('no');
    });
    const second = mutex.run(async () => {
      order.push('second');
      return 2;
    });
    await expect(failing).rejects.toThrow('no');
    expect(await second).toBe(2);
    await mutex.settled();
    expect(order).toEqual(['first', 'second']);
  });
});

describe('publishing on change', () => {
  it('publishes the first value and then only what differs', () => {
    const published: unknown[] = [];
    const offer = publishOnChange<{ at: number; name: string }>((value) => published.push(value.at), {
      keyOf: ({ name }) => name,
    });
    expect(offer({ at: 1, name: 'a' })).toBe(true);
    expect(offer({ at: 2, name: 'a' })).toBe(false);
    expect(offer({ at: 3, name: 'b' })).toBe(true);
    expect(published).toEqual([1, 3]);
  });

  it('counts an initial value as published', () => {
    const published: (string | null)[] = [];
    const offer = publishOnChange<string | null>((value) => published.push(value), { initial: null });
    offer(null);
    offer('stop');
    expect(published).toEqual(['stop']);
  });
});
