import { describe, expect, it } from 'vitest';
import { type Band, bandOf, bandOfCritical } from './health.ts';

describe('bands of health', () => {
  const rate = { worse: 'below', normal: 99, warning: 98, critical: 95 } as const;
  const through = (values: number[]): Band[] => {
    let band: Band = 'normal';
    return values.map((value) => {
      band = bandOf(value, band, rate);
      return band;
    });
  };

  it('change only when the next line is crossed', () => {
    expect(through([99.5, 98.5, 97.9, 98.5, 94.9, 96, 98.5, 99.1])).toEqual([
      'normal',
      'normal',
      'warning',
      'warning',
      'critical',
      'warning',
      'warning',
      'normal',
    ]);
  });

  it('count open critical events', () => {
    expect([0, 1, 2, 3].map(bandOfCritical)).toEqual(['normal', 'warning', 'warning', 'critical']);
  });
});
