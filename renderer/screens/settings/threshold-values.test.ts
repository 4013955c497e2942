import { describe, expect, it } from 'vitest';
import type { ThresholdField } from '../../../shared/contract/detectors.ts';
import { changesBetween, problemOf, thresholdsFrom, typedFrom } from './threshold-values.ts';

const count: ThresholdField = { name: 'count', whole: true, minimum: 2, maximum: 20, standard: 3, value: 4 };
const minutes: ThresholdField = { name: 'minutes', whole: false, minimum: 0, maximum: null, standard: 10, value: 10 };

describe('typed thresholds', () => {
  it('begin with what is in use', () => {
    expect(thresholdsFrom([count, minutes], typedFrom([count, minutes]))).toEqual({ count: 4, minutes: 10 });
  });

  it('are refused outside their bounds, broken where whole, and where nothing can be read', () => {
    expect([2, 20, 2.5, 1, 21, null].map((typed) => problemOf(count, typed))).toEqual([
      null,
      null,
      'whole',
      'outside',
      'outside',
      'outside',
    ]);
    expect(problemOf(minutes, 0.5)).toBe(null);
    expect(thresholdsFrom([count, minutes], { count: 3, minutes: -1 })).toBe(null);
  });

  it('differ only where they are other than before', () => {
    expect(changesBetween({ count: 4, minutes: 10 }, { count: 3, minutes: 10 })).toEqual([
      { name: 'count', before: 4, after: 3 },
    ]);
    expect(changesBetween({}, { count: 3 })).toEqual([{ name: 'count', before: null, after: 3 }]);
  });
});
