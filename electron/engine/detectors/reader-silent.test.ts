import { describe, expect, it } from 'vitest';
import { isSilent } from './reader-silent.ts';

const MINUTE = 60_000_000;
const settings = { silentMinutes: 10, usualScans: 20, otherScans: 20 };
const use = { device: 'r', firstMinute: 0, lastAt: 40 * MINUTE, activeMinutes: 30, scans: 60, othersSince: 50 };

describe('a reader that worked steadily', () => {
  it('is silent after ten minutes while others work', () => {
    expect(isSilent(use, 50 * MINUTE, settings)).toBe(true);
    expect(isSilent(use, 49 * MINUTE, settings)).toBe(false);
  });

  it('does not count as silent when the festival is, when it was used little, or in one rush', () => {
    expect(isSilent({ ...use, othersSince: 19 }, 60 * MINUTE, settings)).toBe(false);
    expect(isSilent({ ...use, scans: 19 }, 60 * MINUTE, settings)).toBe(false);
    expect(isSilent({ ...use, activeMinutes: 9 }, 60 * MINUTE, settings)).toBe(false);
  });

  it('may be silent for ten of its usual intervals', () => {
    const slow = { ...use, scans: 20, lastAt: 60 * MINUTE };
    expect(isSilent(slow, 89 * MINUTE, settings)).toBe(false);
    expect(isSilent(slow, 90 * MINUTE, settings)).toBe(true);
  });
});
