import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { beginsAsReading, sqlPieces } from './sql-scan.ts';

const kinds = (text: string): string =>
  [...sqlPieces(text)].map(({ kind, text: piece }) => `${kind}(${piece})`).join(' ');

describe('a statement', () => {
  it('is cut where Postgres cuts it', () => {
    expect(kinds(`a=:b::c`)).toBe('word(a) other(=) parameter(:b) other(::) word(c)');
    expect(kinds(`'it''s :a' "b:""c"`)).toBe(`literal('it') literal('s :a') space( ) literal("b:") literal("c")`);
    expect(kinds('-- :a\n/* /* :b */ */:c')).toBe('comment(-- :a\n) comment(/* /* :b */ */) parameter(:c)');
    expect(kinds(`/* :a`)).toBe('comment(/* :a)');
    expect(kinds(`'open :a`)).toBe(`literal('open :a)`);
  });

  it('is all there in its pieces, whatever it is', () => {
    const texts = fc.array(fc.constantFrom('/*', '*/', '--', '\n', "'", '"', ':', '::', ':a', 'select', ' ', '$', 'é'));
    fc.assert(
      fc.property(texts, (parts) => {
        expect([...sqlPieces(parts.join(''))].map(({ text }) => text).join('')).toBe(parts.join(''));
      }),
      { seed: 1, numRuns: 2_000 },
    );
  });

  it('reads where its first word says so', () => {
    for (const text of ['select 1', ' WITH a as (select 1) select * from a', '/* a */ -- b\nselect(1)', 'select']) {
      expect(beginsAsReading(text), text).toBe(true);
    }
    for (const text of [
      '',
      'selection',
      'update a',
      '/* select',
      '-- select 1',
      '(select 1)',
      "'select'",
      '1 select',
    ]) {
      expect(beginsAsReading(text), text).toBe(false);
    }
  });
});
