import { describe, expect, it } from 'vitest';
import { sharedBy } from './shared-by.ts';

describe('a newer list', () => {
  it('has the items of the older one that are as they were, wherever they stand now', () => {
    const before = [
      { id: 'a', attempts: 0 },
      { id: 'b', attempts: 0 },
      { id: 'c', attempts: 0 },
    ];
    const after = [
      { id: 'c', attempts: 0 },
      { id: 'b', attempts: 1 },
      { id: 'd', attempts: 0 },
    ];
    const shared = sharedBy(before, after, ({ id }) => id);
    expect(shared).toEqual(after);
    expect(shared[0]).toBe(before[2]);
    expect(shared[1]).not.toBe(before[1]);
  });
});
