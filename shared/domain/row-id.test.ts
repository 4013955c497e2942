import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareIds, isRowId, rowId, rowIdSchema } from './row-id.ts';

const anyId = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });

describe('an id of 64 bits', () => {
  it('is every bigint of Postgres, in its one text', () => {
    fc.assert(fc.property(anyId, (id) => isRowId(String(id)) && BigInt(rowId(id)) === id));
    for (const text of ['0', '-1', '9007199254740993', '9223372036854775807', '-9223372036854775808']) {
      expect(rowIdSchema.parse(text)).toBe(text);
    }
  });

  it('is no other text, and no number in JSON', () => {
    for (const text of [
      '',
      '-',
      '-0',
      '01',
      '+1',
      ' 1',
      '1\n',
      '1.0',
      '1e3',
      '9223372036854775808',
      '-9223372036854775809',
      '１',
    ]) {
      expect(isRowId(text), text).toBe(false);
      expect(() => rowId(text)).toThrow(RangeError);
    }
    expect(rowIdSchema.safeParse(7).success).toBe(false);
  });

  it('is not made of a number that may have lost digits', () => {
    expect(rowId(4_711)).toBe('4711');
    expect(() => rowId(2 ** 53)).toThrow(RangeError);
  });

  it('is sorted as the number that it is', () => {
    fc.assert(
      fc.property(anyId, anyId, (a, b) => Math.sign(compareIds(rowId(a), rowId(b))) === (a < b ? -1 : a > b ? 1 : 0)),
    );
    expect(['10', '9', '-2', '7301234567890123457', '7301234567890123456', '-10'].map(rowId).sort(compareIds)).toEqual([
      '-10',
      '-2',
      '9',
      '10',
      '7301234567890123456',
      '7301234567890123457',
    ]);
  });
});
