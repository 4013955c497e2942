import { describe, expect, it } from 'vitest';
import { fittingColumns } from './fitting-columns.ts';

const COLUMNS = [
  { id: 'at', width: '100px' },
  { id: 'what', width: 'minmax(120px, 1fr)' },
  { id: 'card', width: '136px', leaves: 1 },
  { id: 'reason', width: 'minmax(80px, 2fr)', leaves: 3 },
  { id: 'place', width: 'minmax(60px, 1fr)', leaves: 2 },
];
const shown = (room: number): string[] => fittingColumns(COLUMNS, room, 10).map(({ id }) => id);

describe('the columns of a table', () => {
  it('are all there while their least widths and the gaps between them have room', () => {
    expect(shown(536)).toEqual(['at', 'what', 'card', 'reason', 'place']);
  });

  it('leave by what can be missed first, and keep their order', () => {
    expect(shown(535)).toEqual(['at', 'what', 'card', 'place']);
    expect(shown(445)).toEqual(['at', 'what', 'card']);
    expect(shown(300)).toEqual(['at', 'what']);
  });

  it('stay where nothing else can leave: the table is scrolled', () => {
    expect(shown(100)).toEqual(['at', 'what']);
  });
});
