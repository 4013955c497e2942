import { describe, expect, it } from 'vitest';
import { lockTree } from './lock-tree.ts';

const placesOf = (...nodes: [pid: number, ...blockers: number[]][]): [number, number][] =>
  lockTree(nodes.map(([pid, ...blockers]) => ({ pid, blockers }))).map(({ node, depth }) => [node.pid, depth]);

describe('the tree of locks', () => {
  it('has the session that holds everything up first, and each other one below the one that it waits for', () => {
    expect(placesOf([3, 2], [2, 1], [1], [4, 1])).toEqual([
      [1, 0],
      [2, 1],
      [3, 2],
      [4, 1],
    ]);
  });

  it('has a session that waits for several once, below all of them', () => {
    expect(placesOf([3, 1, 2], [2, 1], [1])).toEqual([
      [1, 0],
      [2, 1],
      [3, 2],
    ]);
  });

  it('has a root of its own for each session that waits for nobody', () => {
    expect(placesOf([2, 1], [1], [4, 3], [3])).toEqual([
      [1, 0],
      [2, 1],
      [3, 0],
      [4, 1],
    ]);
  });

  it('shows every session of a deadlock once', () => {
    expect(
      placesOf([1, 2], [2, 1], [3, 2])
        .map(([pid]) => pid)
        .toSorted(),
    ).toEqual([1, 2, 3]);
  });

  it('takes a blocker that has ended meanwhile for none', () => {
    expect(placesOf([2, 99])).toEqual([[2, 0]]);
  });
});
