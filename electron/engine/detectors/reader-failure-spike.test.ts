import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { aScan } from '../../testing/log-rows.ts';
import { detectTrouble, MINUTE, mayBeInTrouble, readerFinding } from './reader-failure-spike.ts';

const settings = { minutes: 10, scans: 5, percent: 40 };
/** One scan every ten seconds: f failed, d duplicate, anything else worked. */
const scans = (pattern: string) =>
  [...pattern].map((sign, index) =>
    aScan({
      scanId: index + 1,
      at: index * 10_000_000,
      status: sign === 'f' ? 'timeout' : sign === 'd' ? 'duplicate' : 'success',
      error: sign === 'f' ? 'READER' : null,
    }),
  );
const worst = (pattern: string) => detectTrouble(scans(pattern), { since: 0, settings }).worst;

describe('a reader', () => {
  it('is in trouble with five scans of which two failed, and not with four', () => {
    expect(worst('f.f..')?.percent).toBe(40);
    expect(worst('ff..')).toBeUndefined();
    expect(worst('f....')).toBeUndefined();
  });

  it('works when it reads a card twice', () => {
    expect(worst('ddddd')).toBeUndefined();
  });

  it('is judged in a window that slides', () => {
    const apart = scans('ff...').map((scan, index) => ({ ...scan, at: index * 300_000_000 }));
    expect(detectTrouble(apart, { since: 0, settings }).worst).toBeUndefined();
  });

  it('is judged at windows that end after the last judgement', () => {
    expect(detectTrouble(scans('f.f..'), { since: 50_000_000, settings }).worst).toBeUndefined();
  });

  it('tells what went wrong', () => {
    const trouble = worst('fffff.....');
    if (trouble === undefined) throw new Error('it is in trouble');
    expect(readerFinding('reader-1', trouble, settings)).toMatchObject({
      key: 'reader_failure_spike:reader-1',
      facts: { scans: 5, failures: 5, failure_rate_percent: 100, top_errors: [{ error: 'READER', count: 5 }] },
    });
  });

  it('that is in trouble is never passed over by its minutes', () => {
    const scan = fc.record({ gap: fc.integer({ min: 0, max: 240 }), failed: fc.boolean() });
    fc.assert(
      fc.property(fc.array(scan, { minLength: 1, maxLength: 60 }), fc.nat(59), (steps, cut) => {
        let at = 0;
        const all = steps.map(({ gap, failed }, index) => {
          at += gap * 1_000_000;
          return aScan({ scanId: index + 1, at, status: failed ? 'timeout' : 'success' });
        });
        const since = all[Math.min(cut, all.length - 1)]?.at ?? 0;
        const minutes = [...Map.groupBy(all, (one) => Math.floor(one.at / MINUTE) * MINUTE)].map(([minute, ones]) => ({
          device: 'reader-1',
          minute,
          scans: ones.length,
          failed: ones.filter(({ status }) => status === 'timeout').length,
        }));
        if (detectTrouble(all, { since, settings }).worst === undefined) return;
        expect(mayBeInTrouble(minutes, { from: since, settings })).toBe(true);
      }),
      { numRuns: 500 },
    );
  });
});
