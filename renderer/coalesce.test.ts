import { describe, expect, it, vi } from 'vitest';
import { eventually } from '../electron/testing/eventually.ts';
import { createCoalescer } from './coalesce.ts';

/** Work that ends when it is told to. */
const makeWork = () => {
  const ends: (() => void)[] = [];
  const started: string[] = [];
  return {
    started,
    endFirst: () => ends.shift()?.(),
    work: (key: string) => {
      started.push(key);
      return new Promise<void>((resolve) => ends.push(resolve));
    },
  };
};

describe('work that is wished for by events', () => {
  it('begins at once, and once more after it when it was wished for meanwhile, however often', async () => {
    const { work, started, endFirst } = makeWork();
    const wish = createCoalescer(work);
    wish('a');
    expect(started).toEqual(['a']);
    wish('a');
    wish('a');
    expect(started).toEqual(['a']);
    endFirst();
    await eventually(() => expect(started).toEqual(['a', 'a']));
    endFirst();
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(started).toEqual(['a', 'a']);
    wish('a');
    await eventually(() => expect(started).toEqual(['a', 'a', 'a']));
  });

  it('keeps keys apart, and lets each rest between two runs', async () => {
    vi.useFakeTimers();
    const started: string[] = [];
    const wish = createCoalescer(
      async (key: string) => {
        started.push(key);
      },
      (key) => (key === 'slow' ? 1_000 : 0),
    );
    wish('slow');
    wish('quick');
    expect(started).toEqual(['slow', 'quick']);
    wish('slow');
    await vi.advanceTimersByTimeAsync(900);
    expect(started).toEqual(['slow', 'quick']);
    await vi.advanceTimersByTimeAsync(200);
    expect(started).toEqual(['slow', 'quick', 'slow']);
    vi.useRealTimers();
  });
});
