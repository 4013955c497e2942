import { describe, expect, it } from 'vitest';
import { checklistCalls } from '../contract/checklists.ts';
import { checklistSchema } from './checklist.ts';
import {
  type ChecklistEntry,
  type ChecklistRun,
  notCounted,
  openItems,
  progressOf,
  standingAnswers,
  testCodeIn,
  writtenEvidence,
} from './checklist-run.ts';

const AT = '2026-07-03T10:00:00.000Z';
const words = { en: 'words', fr: 'mots' };
const runOf = (item: object, ...entries: Partial<ChecklistEntry>[]): ChecklistRun => ({
  ...{ listId: 'ours', windowKey: '2026-07-03', startedAt: AT, startedBy: 'Léa', laptop: 'booth-1', hash: null },
  list: checklistSchema.parse({
    ...{ id: 'ours', version: 1, title: words, source: 'ours', window: 'week' },
    items: [{ id: 'one', title: words, text: words, ...item }],
  }),
  entries: entries.map((entry, at) => ({
    ...{ listId: 'ours', windowKey: '2026-07-03', seq: at + 1, entryId: null, act: 'ticked', itemId: 'one' },
    ...{ state: null, answer: null, reason: null, evidence: {}, at: AT, enteredAt: AT, actor: 'Léa', actorId: 'léa' },
    ...{ role: 'supervisor', laptop: 'booth-1', login: 'regie', ...entry },
  })),
});
const first = (run: ChecklistRun) => {
  const [progress] = progressOf(run, []);
  if (progress === undefined) throw new Error('no item');
  return progress;
};

describe('a signed run', () => {
  const sensed = { kind: 'sensed', sense: 'verification', expect: { equals: 'OK' }, maxAgeS: 60 };
  const when = { sense: 'hours_over_24h', expect: { atLeast: 1 } };
  const signed = (evidence: ChecklistEntry['evidence']) => ({ act: 'signed' as const, itemId: null, evidence });

  it('leaves out what it left out when it was signed, although nothing is measured for it any more', () => {
    const run = runOf({ ...sensed, when }, signed({ leftOut: ['one'] }));
    expect(openItems(progressOf(run, []))).toEqual([]);
  });

  it('shows what was measured at the signature, else the last that was written down', () => {
    const measured = { act: 'measured' as const, state: 'bad' as const, evidence: { value: 2 } };
    const overridden = { act: 'overridden' as const, evidence: { value: 5 } };
    expect(writtenEvidence(runOf(sensed, measured, overridden), 'one')).toEqual({ value: 5 });
    const run = runOf(sensed, measured, overridden, signed({ leftOut: [], measured: { one: { value: 7 } } }));
    expect(writtenEvidence(run, 'one')).toEqual({ value: 7 });
    expect(writtenEvidence(runOf(sensed, measured, signed({ leftOut: [] })), 'one')).toEqual({ value: 2 });
  });
});

it('does not count what was good and is older by now than its item allows', () => {
  const item = { kind: 'sensed', sense: 'breaker', expect: { equals: 'CLOSED' }, maxAgeS: 120 };
  const value = { sense: 'breaker' as const, value: 'CLOSED', at: AT, readAt: AT, query: null };
  const run = runOf(item, { act: 'measured', state: 'good' });
  const after = (seconds: number) => progressOf(run, [value], Date.parse(AT) + seconds * 1_000)[0];
  expect(after(60)).toMatchObject({ state: 'good', done: true });
  expect(after(151)).toMatchObject({ state: 'old', done: false, turned: false });
  const signed = runOf(item, { act: 'measured', state: 'good' }, { act: 'signed', itemId: null });
  expect(progressOf(signed, [value], Date.parse(AT) + 86_400_000)[0]).toMatchObject({ state: 'good', done: true });
});

describe('an item of two signatures', () => {
  const by = (actor: string, second?: boolean) => ({
    ...{ actor, actorId: actor, evidence: second === undefined ? {} : { second } },
  });
  const two = (...ticks: Partial<ChecklistEntry>[]) => first(runOf({ kind: 'two_person' }, ...ticks));

  it('is done by a second person whom the database counts, or of whom it has not said yet', () => {
    expect(two(by('Léa', false)).done).toBe(false);
    expect(two(by('Léa', false), by('Noé', true)).done).toBe(true);
    expect(two(by('Léa', false), by('Noé')).done).toBe(true);
    expect(two(by('Léa', false), by('Léa')).done).toBe(false);
    expect(two(by('Léa'), by('Noé')).done).toBe(true);
  });

  it('says who does not count, until somebody does', () => {
    const puppet = two(by('Léa', false), by('Noé', false));
    expect([puppet.done, notCounted(puppet)?.actor]).toEqual([false, 'Noé']);
    expect(notCounted(two(by('Léa', false), by('Léa', false)))).toBeUndefined();
    expect(notCounted(two(by('Léa', false), by('Noé', false), by('Ana', true)))).toBeUndefined();
  });
});

describe('an answer', () => {
  const item = { kind: 'answered', answer: { type: 'number' } };
  const waiting = (operationId: string, answer: number, replaces?: string[]): ChecklistEntry => {
    const author = { operator: 'Léa', operatorId: 'léa', laptop: 'booth-1', laptopId: 'one', laptopAt: AT };
    const input = { operationId, listId: 'ours', windowKey: '2026-07-03', itemId: 'one', answer, ...{ replaces } };
    const entry = checklistCalls['checklist.answer'].optimistic?.checklistEntry?.({ input, author });
    if (entry === undefined) throw new Error('an answer that waits is not shown');
    return entry;
  };
  const standing = (...entries: ChecklistEntry[]) =>
    standingAnswers(first({ ...runOf(item), entries }).confirmed).map(({ answer }) => answer);

  it('is corrected without the network too, and also where it waits itself', () => {
    const entries = [waiting('a', 8), waiting('b', 80, ['a'])];
    expect(standing(...entries)).toEqual([80]);
    expect(standing(...entries, waiting('c', 81, ['b']))).toEqual([81]);
  });

  it('stands beside that of somebody who has not seen it', () => {
    expect(standing(waiting('a', 8), waiting('b', 80), waiting('c', 81, ['a']))).toEqual([80, 81]);
  });
});

it('takes a code as people type it, and nothing that can be none', () => {
  for (const typed of ['123456', ' 123 456 ', '123-456', '12.34.56', '123\u00a0456'])
    expect(testCodeIn(typed)).toBe('123456');
  for (const typed of ['', 'abc', '12345', '1234567', '12345a', '٦٥٧٧٩٩', '🎪']) expect(testCodeIn(typed)).toBeNull();
});
