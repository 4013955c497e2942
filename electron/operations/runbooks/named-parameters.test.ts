import { describe, expect, it } from 'vitest';
import { bindNamed } from './named-parameters.ts';

describe('named parameters', () => {
  it('are bound by position, each value once', () => {
    expect(bindNamed('select :a, :b, :a', { a: 1, b: 'two' })).toEqual({
      text: 'select $1, $2, $1',
      values: [1, 'two'],
    });
  });

  it('leave casts, literals, quoted names and comments alone', () => {
    const text = `select ':a', "b:a", x::text -- :a\n/* :a */ where y = :a::bigint`;
    expect(bindNamed(text, { a: 1 })).toEqual({
      text: `select ':a', "b:a", x::text -- :a\n/* :a */ where y = $1::bigint`,
      values: [1],
    });
  });

  it('that nobody gave a value are refused', () => {
    expect(() => bindNamed('select :card', {})).toThrow(/:card/);
    expect(() => bindNamed('select :constructor', {})).toThrow(/:constructor/);
  });
});
