import { describe, expect, it } from 'vitest';
import { cardCandidates, logPiecesOf, readLine } from './log-text.ts';
import { containsWords } from './log-words.ts';

describe('a line of the log', () => {
  it('says by its signs which tags, alerts and people it is about, and whether it is important', () => {
    expect(readLine('#Crowd at bar 3, @Noé Blanc has alert #12 !important #crowd', ['Noé', 'Noé Blanc'])).toEqual({
      tags: ['crowd'],
      mentions: ['Noé Blanc'],
      importance: 'important',
      links: [{ kind: 'alert', id: '12' }],
    });
  });

  it('takes nothing for a sign that is none', () => {
    const nothing = { tags: [], mentions: [], importance: 'normal', links: [] };
    for (const text of ['C# and a#b', 'https://x.org/#top', 'mail noe@festival.org', 'wow!important', '#', '# 12']) {
      expect([text, readLine(text, ['festival'])]).toEqual([text, nothing]);
    }
  });

  it('may name cards: words with a digit that are long enough', () => {
    expect(cardCandidates('card 04A1B2C3 at bar 3, again 04A1B2C3, LOST-7 by 21:04')).toEqual([
      ...['04A1B2C3', 'LOST-7', '21:04'],
    ]);
  });

  it('knows a card by its id in groups of four, as the board shows it', () => {
    const text = 'card 0421 45F0 ABAE ED refunded';
    expect(cardCandidates(text)[0]).toBe('042145F0ABAEED');
    const links = [{ kind: 'card' as const, id: '042145F0ABAEED' }];
    const pieces = logPiecesOf(text, { mentions: [], tags: [], links });
    expect(pieces.map((piece) => [piece.text, piece.is])).toEqual([
      ...[
        ['card ', 'text'],
        ['0421 45F0 ABAE ED', 'link'],
        [' refunded', 'text'],
      ],
    ]);
    expect(cardCandidates('0421 45F0 fewer, and a045 1234 5678 9')).not.toContain('042145F0');
  });

  it('is cut at what it names', () => {
    const links = [
      { kind: 'card' as const, id: '04A1' },
      { kind: 'alert' as const, id: '12' },
    ];
    const pieces = logPiecesOf('card 04A1 (#12) #crowd @Noé #other', { mentions: ['Noé'], tags: ['crowd'], links });
    expect(pieces.map((piece) => [piece.text, piece.is])).toEqual([
      ['card ', 'text'],
      ['04A1', 'link'],
      [' (', 'text'],
      ['#12', 'link'],
      [') ', 'text'],
      ['#crowd', 'tag'],
      [' ', 'text'],
      ['@Noé', 'mention'],
      [' #other', 'text'],
    ]);
  });

  it('is found by the beginnings of its words, whatever their accents and capitals', () => {
    expect(containsWords('Panne générale à l’entrée, booth-2·17', 'GENERALE ent')).toBe(true);
    expect(containsWords('Panne générale, booth-2·17', 'booth-2·17')).toBe(true);
    expect(containsWords('seen at booth-2·1, 7 times', 'booth-2·17')).toBe(false);
    expect(containsWords('Panne générale', 'anne')).toBe(false);
    expect(containsWords('anything', ' "*- ')).toBe(true);
  });
});
