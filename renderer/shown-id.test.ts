import { expect, it } from 'vitest';
import { shownId } from './shown-id.ts';

it.each([
  ['04AA11BB22CC33', '04AA11BB22CC33'],
  ['04AA11\n', '04AA11⏎'],
  ['04AA11\r\n', '04AA11␍⏎'],
  ['\t04AA11 ', '⇥04AA11␣'],
  ['Crew card 7', 'Crew card 7'],
  ['Crew  7', 'Crew␣␣7'],
  ['04AA\u200b11', '04AA⟨200B⟩11'],
  ['04AA\u00a011', '04AA⟨00A0⟩11'],
  ['гость é 🎪', 'гость é 🎪'],
])('shows what stands unseen in an id: %j', (id, shown) => {
  expect(shownId(id)).toBe(shown);
});

it('keeps the ends of a very long one, and says how long it is', () => {
  expect(shownId(`04${'x'.repeat(12_000)}END`)).toBe(`04${'x'.repeat(10)}…${'x'.repeat(5)}END (12005)`);
});
