import { describe, expect, it } from 'vitest';
import { boxesOf } from './boxes.ts';

const inBoxes = (rows: string, before: ReadonlyMap<string, number> = new Map()) => boxesOf([...rows], before);
const boxes = (drawn: ReadonlyMap<string, number>) => [...drawn].map(([row, box]) => `${row}${box}`).join(' ');

describe('the boxes that rows are drawn in', () => {
  it('are filled in the order of the rows', () => {
    expect(boxes(inBoxes('abc'))).toBe('a0 b1 c2');
    expect(boxes(inBoxes('def', inBoxes('abc')))).toBe('d0 e1 f2');
  });

  it('stay those of the rows that stay, and one that has become free is filled again', () => {
    const scrolled = inBoxes('bcd', inBoxes('abc'));
    expect(boxes(scrolled)).toBe('b1 c2 d0');
    expect(boxes(inBoxes('cbx', scrolled))).toBe('c2 b1 x0');
  });

  it('are as many as rows are drawn, however long the list is scrolled', () => {
    let drawn = inBoxes('abc');
    for (const rows of ['bcd', 'cdef', 'efg', 'ghij', 'jkl', 'abc']) drawn = inBoxes(rows, drawn);
    expect(Math.max(...drawn.values())).toBeLessThanOrEqual(3);
    expect(new Set(drawn.values()).size).toBe(3);
  });
});
