import { describe, expect, it } from 'vitest';
import { instantOf, localOf } from './zoned-time.ts';

const PARIS = 'Europe/Paris';

describe('a date and time of a zone', () => {
  it.each([
    ['2026-07-03T21:04', PARIS, '2026-07-03T19:04:00.000Z'],
    ['2026-01-03T00:30', PARIS, '2026-01-02T23:30:00.000Z'],
    ['2026-07-03T21:04', 'Asia/Kolkata', '2026-07-03T15:34:00.000Z'],
    // The hour that comes twice, and the one that is left out.
    ['2026-10-25T02:30', PARIS, '2026-10-25T00:30:00.000Z'],
    ['2026-03-29T02:30', PARIS, '2026-03-29T01:30:00.000Z'],
    ['2026-10-25T03:30', PARIS, '2026-10-25T02:30:00.000Z'],
  ])('%s in %s is %s', (local, zone, instant) => {
    expect(instantOf(local, zone)).toBe(instant);
  });

  it('is shown as it was typed, and is nothing where it is none', () => {
    expect(localOf(Date.parse('2026-07-03T19:04:31.000Z'), PARIS)).toBe('2026-07-03T21:04');
    expect(localOf(Date.parse('2026-12-31T23:30:00.000Z'), PARIS)).toBe('2027-01-01T00:30');
    expect(instantOf('', PARIS)).toBeNull();
    expect(instantOf('tomorrow', PARIS)).toBeNull();
  });
});
