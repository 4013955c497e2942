import { v7 as uuid } from 'uuid';
import { describe, expect, it } from 'vitest';
import { calls } from '../contract/calls.ts';
import { problemOf } from './input-problem.ts';
import { unstorableIn } from './plain-text.ts';

const NUL = 'a\0b';
const HALF = 'a\ud83d';

describe('a text of a person', () => {
  const operationId = uuid();
  const silence = { silenceId: uuid(), minutes: 5, algorithm: null, device: null, cardId: null, reason: 'noise' };
  const typed: [string, (text: string) => { readonly error?: { readonly issues: unknown[] } | undefined }][] = [
    ['a note', (text) => calls['alert.note'].input.safeParse({ operationId, eventId: '1', text })],
    ['a reason', (text) => calls['alert.falsePositive'].input.safeParse({ operationId, eventId: '1', reason: text })],
    ['a card', (cardId) => calls['card.get'].input.safeParse({ cardId })],
    ['a handover', (note) => calls['handover.offer'].input.safeParse({ operationId, handoverId: uuid(), note })],
    ['a reader', (device) => calls['silence.start'].input.safeParse({ operationId, ...silence, device })],
    [
      'a called name',
      (name) => calls['escalation.called'].input.safeParse({ operationId, eventId: '1', name, phone: '' }),
    ],
  ];

  it.each(typed)('%s with a character that nothing can keep is refused with its own sentence', (_, parse) => {
    for (const text of [NUL, HALF]) {
      const found = parse(text).error?.issues.map((issue) => problemOf(issue as never).problem);
      expect(found).toContain('not_storable');
    }
    const fine = parse('déjà 👩‍👩‍👧 🎪').error?.issues.map((issue) => problemOf(issue as never).problem) ?? [];
    expect(fine).not.toContain('not_storable');
  });

  it('is found wherever it stands in what was typed', () => {
    expect(unstorableIn({ a: [{ b: 'x' }, { b: NUL }] })).toBe('a.1.b');
    expect(unstorableIn({ a: { [HALF]: 1 } })).toBe('a');
    expect(unstorableIn({ a: ['é', '🎪', 1, null, true] })).toBeUndefined();
  });
});
