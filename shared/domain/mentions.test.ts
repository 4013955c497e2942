import { describe, expect, it } from 'vitest';
import { completionOf, mentionsIn, piecesOf, unknownIn } from './mentions.ts';

const PEOPLE = ['Ana', 'Jean', 'Jean Paul', 'Léa'];

describe('a note', () => {
  it('names who stands behind an @, the longest name first, whatever its capitals', () => {
    expect(mentionsIn('@jean paul and @Léa, please', PEOPLE)).toEqual(['Jean Paul', 'Léa']);
    expect(mentionsIn('@Jean, and @Jean again', PEOPLE)).toEqual(['Jean']);
  });

  it('names nobody in an address, in a longer word, or who is not known', () => {
    expect(mentionsIn('ops@Ana.example @Anastasia @Zoé', PEOPLE)).toEqual([]);
  });

  it('says which names are nobody’s, and takes no address for one', () => {
    expect(unknownIn('@Tom, @Léa and @tom @Jean Paul @Zoé-Lou', PEOPLE)).toEqual(['Tom', 'tom', 'Zoé-Lou']);
    expect(unknownIn('ops@example.org, 3@5, @ 7, @12', PEOPLE)).toEqual([]);
  });

  it('is cut at the names and loses nothing', () => {
    const text = 'to @Ana: bar 3, and @léa!';
    const pieces = piecesOf(text, PEOPLE);
    expect(pieces.map((piece) => piece.text).join('')).toBe(text);
    expect(pieces.map(({ mention }) => mention)).toEqual([null, 'Ana', null, 'Léa', null]);
  });
});

describe('what is being typed behind an @', () => {
  it('offers who could be meant', () => {
    expect(completionOf('ask @je', 7, PEOPLE)).toEqual({ from: 4, names: ['Jean', 'Jean Paul'] });
    expect(completionOf('@', 1, PEOPLE)?.names).toEqual(PEOPLE);
  });

  it('offers nobody where it is complete, unknown, or no name', () => {
    expect(completionOf('@Ana', 4, PEOPLE)).toBeNull();
    expect(completionOf('@Zo', 3, PEOPLE)).toBeNull();
    expect(completionOf('ops@A', 5, PEOPLE)).toBeNull();
    expect(completionOf('nothing here', 5, PEOPLE)).toBeNull();
  });
});
