import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { lineForSupport, parseConsoleLine, shownConsoleLine } from './console-log.ts';

/** Card ids and secrets as festivals have them. */
const private_ = fc.oneof(
  fc.constantFrom(
    '04A1B2C3D4E5F6',
    'guest:4711',
    'LOCKED-CARD',
    'ÉLODIE 12',
    'geheim!',
    'hunter2-hunter2',
    'a@b.example',
  ),
  fc.stringMatching(/^[0-9A-F]{8,14}$/),
);
const around = fc.constantFrom(
  (id: string) => id,
  (id: string) => `duplicate key value violates unique constraint "k": Key (id)=(${id}) already exists.`,
  (id: string) => `update table_cards set amount = 1 where id = '${id}'`,
  (id: string) => `postgres://regie:${id}@db.example/festival`,
  (id: string) => `Error: card ${id} is not there\n    at run (file:///app/electron/x.ts:1:2)\n    at ${id}`,
);
const KEYS = [
  'card',
  'cardId',
  'why',
  'error',
  'detail',
  'password',
  'statement',
  'message',
  'stack',
  'cause',
  'hint',
  'query',
];

const facts = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    fc.integer(),
    fc.tuple(private_, around).map(([id, place]) => ({ id, text: place(id) })),
    fc.dictionary(fc.constantFrom(...KEYS), tie('value'), { maxKeys: 4 }),
    fc.array(tie('value'), { maxLength: 3 }),
  ),
})).value;

/** Texts in place of their markers, with the ids that stand in them. */
const planted = (value: unknown, ids: string[]): unknown => {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((inner) => planted(inner, ids));
  if ('id' in value && 'text' in value) {
    ids.push(String(value.id));
    return value.text;
  }
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, planted(inner, ids)]));
};

describe('a line for support', () => {
  it('holds no card id and no secret, wherever one stood', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom(...KEYS), facts, { minKeys: 1 }), (generated) => {
        const ids: string[] = [];
        const written = planted(generated, ids) as object;
        const raw = parseConsoleLine(
          JSON.stringify({ level: 50, time: '2026-07-03T21:04:05.000Z', msg: 'a call failed', ...written }),
        );
        const line = raw === undefined ? '' : lineForSupport(raw);
        for (const id of ids) expect(line).not.toContain(id);
      }),
      { numRuns: 300 },
    );
  });

  it('still says when, what, by which code, and where in the program', () => {
    const raw = parseConsoleLine(
      JSON.stringify({
        ...{ level: 40, time: '2026-07-03T21:04:05.000Z', msg: 'the festival could not be followed', what: 'copies' },
        ms: 12,
        error: {
          ...{ type: 'DatabaseError', message: 'Key (id)=(04A1)', code: '23505', detail: 'Key (id)=(04A1)' },
          stack: 'error: x\n    at run (file:///opt/regie/electron/site/watch.ts:104:21)',
        },
      }),
    );
    expect(JSON.parse(lineForSupport(raw ?? { level: 0, time: '', msg: '' }))).toEqual({
      ...{ at: '2026-07-03T21:04:05.000Z', level: 'warn', message: 'the festival could not be followed' },
      ...{ what: 'copies', ms: 12 },
      error: { type: 'DatabaseError', code: '23505', stack: ['electron/site/watch.ts:104:21'] },
    });
  });
});

describe('a line on the screen', () => {
  it('is whole but for secrets, and one that was cut off is left out', () => {
    const raw = parseConsoleLine(
      JSON.stringify({ level: 30, time: 't', msg: 'read', card: '04A1', address: 'postgres://a:geheim@b/c' }),
    );
    expect(shownConsoleLine(raw ?? { level: 0, time: '', msg: '' })).toEqual({
      ...{ at: 't', level: 'info', message: 'read' },
      facts: '{"card":"04A1","address":"postgres://a:…@b/c"}',
    });
    expect(parseConsoleLine('{"level":30,"time":"t","ms')).toBeUndefined();
  });
});
