import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalJson, readBody, writeBody } from './command-body.ts';

const author = {
  operator: 'Léa',
  operatorId: '6f1f0d8e-3a55-4f0e-9d0d-7f3f6f1c2b11',
  laptop: 'booth-1',
  laptopId: null,
  laptopAt: '2026-07-03T21:00:00.000Z',
};

describe('a body', () => {
  it('is one text for one meaning, whatever the order in which it was put together', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.dictionary(fc.string(), fc.jsonValue()), (value, more) => {
        const text = canonicalJson({ value, ...more });
        const turned = Object.fromEntries(Object.entries({ ...more, value }).reverse());
        expect(canonicalJson({ ...turned, value: 'value' in more ? more.value : value })).toBe(text);
        expect(canonicalJson(JSON.parse(text))).toBe(text);
      }),
    );
  });

  it('says the operation once and leaves out what is undefined', () => {
    const input = { operationId: 'A0000000-0000-4000-8000-000000000001', text: 'a', mentions: undefined };
    const body = writeBody({ name: 'alert.note', input, author });
    expect(body).toBe(
      '{"author":{"laptop":"booth-1","laptopAt":"2026-07-03T21:00:00.000Z","laptopId":null,"operator":"Léa",' +
        '"operatorId":"6f1f0d8e-3a55-4f0e-9d0d-7f3f6f1c2b11"},"command":"alert.note","input":{"text":"a"},' +
        '"operationId":"a0000000-0000-4000-8000-000000000001"}',
    );
    expect(readBody(body)).toEqual({
      author,
      command: 'alert.note',
      input: { text: 'a' },
      operationId: 'a0000000-0000-4000-8000-000000000001',
    });
    expect([readBody(''), readBody('{}'), readBody('{"author":1}')]).toEqual([undefined, undefined, undefined]);
  });

  it.each([
    [1e21, '1000000000000000000000'],
    [-1.5e22, '-15000000000000000000000'],
    [1e-7, '0.0000001'],
    [-1.25e-9, '-0.00000000125'],
    [12.5, '12.5'],
    [-0, '0'],
  ])('spells out the number %d', (value, text) => {
    expect(canonicalJson(value)).toBe(text);
  });
});
