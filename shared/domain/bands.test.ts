import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Band, bandAfter, bandOf, bandOfCritical, DASHBOARD_LINES, type Lines } from './bands.ts';

const bandsOf = (values: readonly number[], lines: Lines): Band[] => {
  let band: Band = 'normal';
  return values.map((value) => {
    band = bandOf(value, band, lines);
    return band;
  });
};
const changes = (bands: readonly Band[]): number => bands.filter((band, at) => at > 0 && band !== bands[at - 1]).length;

describe('bands of health', () => {
  const rate = DASHBOARD_LINES.success_rate_percent;

  it('change only when the next line is crossed', () => {
    expect(bandsOf([99.5, 98.5, 97.9, 98.5, 94.9, 96, 98.5, 99.1], rate)).toEqual([
      ...['normal', 'normal', 'warning', 'warning', 'critical', 'warning', 'warning', 'normal'],
    ]);
  });

  it('leave critical only when it is clearly over', () => {
    expect(bandsOf([94.9, 95.1, 95.7, 95.8], rate)).toEqual(['critical', 'critical', 'critical', 'warning']);
    expect(bandsOf([10.1, 9.9, 8.8, 8.7], DASHBOARD_LINES.detection_seconds)).toEqual([
      ...['critical', 'critical', 'critical', 'warning'],
    ]);
  });

  it('count open critical events', () => {
    expect([0, 1, 2, 3].map(bandOfCritical)).toEqual(['normal', 'warning', 'warning', 'critical']);
  });

  it('follow what was measured, and nothing else', () => {
    expect(bandAfter([], rate)).toBe('normal');
    expect(bandAfter([97, null, 98.5], rate)).toBe('warning');
  });
});

const metric = fc.constantFrom<Lines>(...Object.values(DASHBOARD_LINES));
const line = fc.constantFrom('normal', 'warning', 'critical');
const trembling = fc.array(fc.double({ min: -1, max: 1, noNaN: true }), { minLength: 2, maxLength: 200 });

describe('a figure that trembles at a line', () => {
  it('changes its band once at most, whatever it was before', () => {
    fc.assert(
      fc.property(metric, line, trembling, (lines, at, noise) => {
        const around = lines[at];
        // A fifth of the way between two lines, to both sides.
        const width = 0.2 * Math.min(Math.abs(lines.warning - lines.normal), Math.abs(lines.critical - lines.warning));
        const values = noise.map((one) => around + one * width);
        for (const before of [lines.normal, lines.warning, lines.critical].flatMap((one) => [
          one - width,
          one + width,
        ])) {
          expect(changes(bandsOf([before, ...values], lines).slice(1))).toBeLessThanOrEqual(1);
        }
      }),
    );
  });
});

describe('any figure', () => {
  it('is never shown better than the guide has it, nor worse than one line', () => {
    fc.assert(
      fc.property(
        metric,
        fc.array(fc.double({ min: -50, max: 1_500, noNaN: true }), { minLength: 1 }),
        (lines, values) => {
          const beyond = (value: number, of: number) => (lines.worse === 'above' ? value > of : value < of);
          for (const [at, band] of bandsOf(values, lines).entries()) {
            const value = values[at] ?? 0;
            if (beyond(value, lines.critical)) expect(band).toBe('critical');
            else if (beyond(value, lines.warning)) expect(band).not.toBe('normal');
            else if (beyond(lines.normal, value)) expect(band).toBe('normal');
            else expect(band).not.toBe('critical');
          }
        },
      ),
    );
  });
});
