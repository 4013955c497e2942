import { describe, expect, it } from 'vitest';
import { cardIdReadings, compactCardId } from './card-id.ts';

describe('an id that was read', () => {
  it('is taken as it is first', () => {
    for (const read of ['04a1B2', '04 A1:B2', 'LOCKED', 'é&-b', ' 04A1 '])
      expect(cardIdReadings(read).exact[0]).toBe(read);
  });

  it('is looked for in either case, with and without what stands between its parts', () => {
    const { exact } = cardIdReadings('04:a1:b2:c3');
    expect(exact).toEqual(
      expect.arrayContaining(['04A1B2C3', '04a1b2c3', '04-A1-B2-C3', '04 A1 B2 C3', '04:A1:B2:C3']),
    );
  });

  it('is read back from a French keyboard: digits without Shift, and A where Q is', () => {
    expect(cardIdReadings(`à'q&b"`).exact).toContain('04A1B3');
    expect(cardIdReadings('éàQ-Bç').exact).toContain('20A6B9');
    // A colon is Shift and a key that is M there.
    expect(cardIdReadings('à\'M&&M"é').exact).toContain('04:11:32');
  });

  it('keeps its dashes and its letters where no sign says that the keyboard is French', () => {
    expect(cardIdReadings('AQ-12').compact).toEqual(['AQ12']);
  });

  it('has a form in which all of these are the same', () => {
    for (const id of ['04:A1:b2', '04-a1-B2', ' 04 a1 b2', '04A1B2']) expect(compactCardId(id)).toBe('04A1B2');
  });
});
