import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SECOND, type TrafficSecond } from '../detector.ts';
import { percentOf, spikeEpisodes } from './system-failure-spike.ts';

describe('failure spikes', () => {
  const settings = { minutes: 15, transactions: 10, percent: 5, highPercent: 10 };
  const width = 15 * 60 * SECOND;

  it('are found exactly where counting every window by hand finds them', () => {
    const second = fc.record({
      gap: fc.integer({ min: 1, max: 200 }),
      total: fc.integer({ min: 1, max: 6 }),
      failed: fc.integer({ min: 0, max: 2 }),
    });
    fc.assert(
      fc.property(fc.array(second, { maxLength: 60 }), (gaps) => {
        let at = 0;
        const seconds: TrafficSecond[] = gaps.map(({ gap, total, failed }) => {
          at += gap * SECOND;
          return { at, total, failed: Math.min(failed, total) };
        });
        const above = seconds.some((end) => {
          const window = seconds.filter((one) => one.at > end.at - width && one.at <= end.at);
          const total = window.reduce((sum, one) => sum + one.total, 0);
          const failed = window.reduce((sum, one) => sum + one.failed, 0);
          return total > 10 && percentOf(failed, total) > 5;
        });
        const { open, ended } = spikeEpisodes(seconds, { from: 0, open: null, settings });
        expect(open !== null || ended.length > 0).toBe(above);
      }),
    );
  });

  it('judged in two halves are the same as judged at once', () => {
    const seconds = Array.from(
      { length: 40 },
      (_, n): TrafficSecond => ({ at: n * 120 * SECOND, total: 5, failed: n % 9 === 0 ? 4 : 0 }),
    );
    const whole = spikeEpisodes(seconds, { from: 0, open: null, settings });
    const cut = 17 * 120 * SECOND;
    const first = spikeEpisodes(
      seconds.filter(({ at }) => at < cut),
      { from: 0, open: null, settings },
    );
    const second = spikeEpisodes(seconds, { from: cut, open: first.open, settings });
    expect(second.open).toEqual(whole.open);
  });
});
