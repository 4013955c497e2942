import { describe, expect, it } from 'vitest';
import { cents } from '../../../shared/domain/money.ts';
import { iso } from '../time.ts';
import { factsToJson } from './facts.ts';

describe('facts', () => {
  it('write money from its digits and moments with their microseconds', () => {
    const text = factsToJson({
      a: { cents: cents(-1_550) },
      at: { micros: 1_751_576_645_123_456 },
      list: [1, null, 'x"'],
    });
    expect(text).toBe('{"a":-15.50,"at":"2025-07-03T21:04:05.123456Z","list":[1,null,"x\\""]}');
    expect(iso(1_751_576_645_000_001)).toBe('2025-07-03T21:04:05.000001Z');
  });
});
