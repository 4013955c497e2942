import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isUnbounded, JSON_DEPTH, JSON_VALUES, parseBoundedJson } from './bounded-json.ts';

const parse = (text: string, values?: number) =>
  parseBoundedJson(text, { characters: 1_000, ...(values !== undefined && { values }) });

/** What JSON.stringify wrote: an integer that a number may have rounded is expected as its own text. */
const exact = (value: unknown): unknown => {
  if (typeof value === 'number') return Number.isSafeInteger(value) || !/^-?\d+$/.test(`${value}`) ? value : `${value}`;
  if (Array.isArray(value)) return value.map(exact);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, exact(inner)]));
};

describe('JSON from outside', () => {
  it('within its bounds is read as it is, whatever its texts hold', () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        expect(parseBoundedJson(text, { characters: 1e6 })).toEqual(exact(JSON.parse(text)));
      }),
    );
    for (const text of ['"[[[[,,,,"', '"\\""', '"\\\\"', '["\\\\\\"[",1]', '{"a\\\\":"{"}']) {
      expect(parse(text, 4)).toEqual(JSON.parse(text));
    }
  });

  it('keeps every digit of an integer beyond 2^53, and leaves other numbers as they are', () => {
    expect(parse('[-9007199254740992,9007199254740991,7301234567890123457]')).toEqual([
      '-9007199254740992',
      9_007_199_254_740_991,
      '7301234567890123457',
    ]);
    expect(parse('[1e21,0.1234567890123456789,-0]')).toEqual([1e21, 0.123_456_789_012_345_68, -0]);
    const long = '7301234567890123457';
    // Wherever a number may stand, beside fractions as long.
    expect(parse(long)).toBe(long);
    expect(parse(`\n-${long}`)).toBe(`-${long}`);
    expect(parse(`{"a":0.${long},"b":${long},"c": ${long},"d":[${long}],"e":"0,${long}"}`)).toEqual({
      ...{ a: Number(`0.${long}`), b: long, c: long, d: [long], e: `0,${long}` },
    });
  });

  it('beyond one of them is refused before it is read', () => {
    expect(() => parse(`"${'x'.repeat(1_000)}"`)).toThrow('more than 1000 characters');
    expect(() => parse('['.repeat(JSON_DEPTH + 1))).toThrow(`more than ${JSON_DEPTH} levels`);
    expect(parse('[1,{"a":2}]', 4)).toEqual([1, { a: 2 }]);
    expect(() => parse('[1,{"a":2},3]', 4)).toThrow('more than 4 values');
    // What follows on an escaped quote is still a text.
    expect(parse('"\\\\\\",[,[,[,[,["', 2)).toBe('\\",[,[,[,[,[');
    expect(() => parse('["\\\\",1,1,1]', 4)).toThrow('more than 4 values');
  });

  it('that is none is refused', () => {
    for (const text of ['', '"', '"\\', '[', ']', '{"a"']) expect(() => parse(text)).toThrow(SyntaxError);
  });
});

describe('a value that came without being text', () => {
  it('is bounded in depth and in number', () => {
    const circle: Record<string, unknown> = {};
    circle.self = circle;
    const shared = Array.from({ length: 400 }, () => 0);
    expect(isUnbounded(circle)).toBe(true);
    expect(isUnbounded(Array.from({ length: 400 }, () => shared))).toBe(true);
    expect(isUnbounded(new Uint8Array(4))).toBe(true);
    expect(isUnbounded(Array.from({ length: JSON_VALUES + 1 }, () => 0))).toBe(true);
    expect(isUnbounded({ a: [1, 'x', null, { b: {} }] })).toBe(false);
  });
});
