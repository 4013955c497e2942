import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { v7 as uuid } from 'uuid';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type LogFilter, WHOLE_LOG } from '../../shared/contract/log.ts';
import type { LogEntry } from '../../shared/domain/log.ts';
import { isFoundBy } from '../../shared/domain/log-words.ts';
import { type Buffer, openBuffer } from './buffer.ts';
import { createLogCopy } from './log-copy.ts';
import { LAPTOP_NUMBER } from './log-names.ts';
import { createLogNumbers } from './log-numbers.ts';

let folder: string;
let buffer: Buffer;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'regie-log-'));
  buffer = openBuffer(join(folder, 'mirror.sqlite'), 'mirror');
});
afterEach(() => {
  buffer.close();
  rmSync(folder, { recursive: true, force: true });
});

const LAPTOP = '0197c0de-0000-7000-8000-000000000001';
let made = 0;
const entry = (changes: Partial<LogEntry>): LogEntry => {
  made += 1;
  return {
    ...{
      number: made,
      entryId: uuid(),
      act: 'written',
      refersTo: null,
      kind: 'observation',
      text: 'queue',
      place: null,
    },
    ...{ tags: [], importance: 'normal', mentions: [], links: [], decision: null, followUp: null, attachments: [] },
    ...{ lateReason: null, occurredAt: '2026-07-03T21:00:00.000000Z', enteredAt: '2026-07-03T21:00:00.000000Z' },
    ...{
      clockOffsetMs: 0,
      arrivedAt: '2026-07-03T21:00:01.000000Z',
      author: 'Léa',
      authorId: uuid(),
      role: 'operator',
    },
    ...{ laptop: 'booth-2', laptopId: LAPTOP, laptopNumber: made, login: 'regie' },
    ...changes,
  };
};
const open = (entries: readonly LogEntry[], kept?: number) => {
  made = 0;
  const copy = createLogCopy(buffer, kept);
  copy.add(entries.map((one) => ({ entry: one, hash: `hash ${one.number}` })));
  return {
    copy,
    texts: (filter: Partial<LogFilter> = {}) => copy.lines({ ...WHOLE_LOG, ...filter }).map(({ text }) => text),
  };
};

describe('the laptop’s copy of the log', () => {
  it('finds words by their beginnings, in places, tags, links, numbers and what was said later', () => {
    const first = entry({ text: 'Panne générale', place: 'Entrée nord', tags: ['power'] });
    const second = entry({ text: 'card 04A1B2 swapped', links: [{ kind: 'card', id: '04A1B2' }] });
    const third = entry({ act: 'corrected', refersTo: second.entryId, text: 'it was the reader' });
    const { texts } = open([first, second, third]);
    expect(texts({ words: 'gener' })).toEqual(['Panne générale']);
    expect(texts({ words: 'NORD power' })).toEqual(['Panne générale']);
    expect(texts({ words: '04a1' })).toEqual(['card 04A1B2 swapped']);
    expect(texts({ words: 'booth-2·2' })).toEqual(['card 04A1B2 swapped']);
    expect(texts({ words: 'reader' })).toEqual(['card 04A1B2 swapped']);
    expect(texts({ words: 'anne' })).toEqual([]);
    for (const words of ['"', '*', 'a OR', 'NEAR(', '-x', 'text:queue', '('])
      expect(() => texts({ words })).not.toThrow();
  });

  it('finds a card whichever way its id was written and is typed, as a line that waits beside it does', () => {
    const entries = [entry({ text: '04A1B2C3D4 is blocked' }), entry({ text: 'card 04A1 B2C3 D4 given back' })];
    const { texts } = open([...entries, entry({ text: 'D4 is at bar 04A1' })]);
    for (const words of ['04a1 b2c3 d4', '04A1B2C3D4', 'card 04a1 b2c3 d4', '04A1B2C3D4 blocked']) {
      const waiting = entries.filter((one) => isFoundBy(one, '', words)).map(({ text }) => text);
      expect([words, texts({ words })]).toEqual([words, waiting.toReversed()]);
    }
    expect(texts({ words: '04a1 b2c3 d4' })).toHaveLength(2);
    expect(texts({ words: '04A1B2C3D4' })).toHaveLength(2);
    expect(texts({ words: '04a1 b2c3 d4 blocked' })).toEqual(['04A1B2C3D4 is blocked']);
  });

  it('filters by kind, tag, author, place and time, the newest first, however late it arrived', () => {
    const early = entry({ text: 'early', occurredAt: '2026-07-03T20:00:00.000000Z', kind: 'action', tags: ['crowd'] });
    const late = entry({ text: 'late', author: 'Noé', place: 'bar 3' });
    // A laptop whose clock was a day ahead: nothing occurred after it had arrived.
    const ahead = entry({ text: 'ahead', occurredAt: '2026-07-04T21:00:00.000000Z' });
    const { copy, texts } = open([late, early, ahead]);
    expect(texts()).toEqual(['ahead', 'late', 'early']);
    expect(texts({ kind: 'action' })).toEqual(['early']);
    expect(texts({ tag: 'crowd' })).toEqual(['early']);
    expect(texts({ author: 'Noé' })).toEqual(['late']);
    expect(texts({ place: 'bar 3' })).toEqual(['late']);
    expect(texts({ until: '2026-07-03T20:30:00.000Z' })).toEqual(['early']);
    expect(copy.lines({ ...WHOLE_LOG, limit: 1 })).toHaveLength(2);
    expect(copy.known()).toEqual({ authors: ['Léa', 'Noé'], places: ['bar 3'], tags: ['crowd'] });
  });

  it('knows what arrived since a time, of others, and goes on knowing what can be filtered by', () => {
    const old = entry({ text: 'old', arrivedAt: '2026-07-03T21:00:01.000000Z' });
    const fresh = entry({ text: 'fresh', arrivedAt: '2026-07-03T22:00:01.000000Z', author: 'Noé' });
    const own = entry({ text: 'own', arrivedAt: '2026-07-03T22:00:02.000000Z' });
    const { copy, texts } = open([old, fresh, own]);
    const since = '2026-07-03T22:00:00.000Z';
    expect(texts({ since })).toEqual(['own', 'fresh']);
    expect([copy.unread(since, 'Léa'), copy.unread(since, 'Ana')]).toEqual([1, 2]);
    expect(copy.unread('2026-07-03T22:00:02.000Z', 'Ana')).toBe(0);
    expect(copy.oldest()).toBe(1);
    expect(copy.known().authors).toEqual(['Léa', 'Noé']);
    expect(copy.laptopNumber(LAPTOP)).toBe(3);
    const plan = JSON.stringify(buffer.prepare(`explain query plan ${LAPTOP_NUMBER}`).all(LAPTOP));
    expect(plan).toContain('USING COVERING INDEX mirror_log_laptop');
    copy.add([
      { entry: entry({ number: 4, laptopNumber: 4, author: 'Ana', tags: ['gate'], place: 'gate 4' }), hash: 'x' },
    ]);
    expect(copy.known()).toEqual({ authors: ['Ana', 'Léa', 'Noé'], places: ['gate 4'], tags: ['gate'] });
    expect(copy.laptopNumber(LAPTOP)).toBe(4);
    copy.clear();
    expect([copy.known().authors, copy.laptopNumber(LAPTOP), copy.oldest()]).toEqual([[], 0, null]);
  });

  it('knows what is still asked for', () => {
    const followUp = { who: 'Noé', by: '2026-07-03T22:00:00.000Z' };
    const [asked, done, struck] = [1, 2, 3].map((n) => entry({ text: `asked ${n}`, followUp }));
    if (!asked || !done || !struck) throw new Error('no entries');
    const { copy, texts } = open([
      ...[asked, done, struck],
      entry({ act: 'finished', refersTo: done.entryId, text: '' }),
      entry({ act: 'struck', refersTo: struck.entryId, text: 'no' }),
    ]);
    expect(copy.followUps().map(({ text }) => text)).toEqual(['asked 1']);
    expect(texts({ open: true })).toEqual(['asked 1']);
    expect(copy.line(done.entryId)?.later).toMatchObject([{ act: 'finished' }]);
  });

  it('finds one among thousands and the newest of thousands, in the order in which they occurred', () => {
    // The higher its number, the longer ago it occurred.
    const many = Array.from({ length: 2_500 }, (_, n) =>
      entry({
        text: `queue at bar${n % 1_250}`,
        occurredAt: new Date(Date.UTC(2026, 6, 3, 20) - n * 1_000).toISOString(),
      }),
    );
    const corrected = entry({ act: 'corrected', refersTo: many[1]?.entryId ?? null, text: 'a queue of camels' });
    const { texts } = open([...many, corrected]);
    expect(texts({ words: 'bar7 queue' }).length).toBe(WHOLE_LOG.limit + 1);
    expect(texts({ words: 'bar1249' })).toEqual(['queue at bar1249', 'queue at bar1249']);
    expect(texts({ words: 'bar1249', until: '2026-07-03T19:30:00.000Z' })).toEqual(['queue at bar1249']);
    expect(texts({ words: 'camels' })).toEqual(['queue at bar1']);
    expect(texts({ words: 'queue', limit: 2 })).toEqual(['queue at bar0', 'queue at bar1', 'queue at bar2']);
    expect(texts({ words: 'queue', author: 'Noé' })).toEqual([]);
  });

  it('lets the oldest go where there are too many, with the words that they were found by', () => {
    const { copy, texts } = open(
      [1, 2, 3, 4].map((n) => entry({ text: `note${n}` })),
      2,
    );
    expect(texts()).toEqual(['note4', 'note3']);
    expect(texts({ words: 'note1' })).toEqual([]);
    expect(
      buffer.prepare('select count(*) as count from mirror_log_words where mirror_log_words match ?').get('note1'),
    ).toEqual({ count: 0 });
    expect(copy.head()).toEqual({ number: 4, hash: 'hash 4' });
    copy.clear();
    expect(copy.head()).toBeUndefined();
  });
});

describe('what a laptop calls its entries', () => {
  it('is one number each, the same when it is asked for again, and goes on after a lost file', () => {
    const outbox = openBuffer(join(folder, 'outbox.sqlite'), 'outbox');
    try {
      const numbers = createLogNumbers(outbox);
      expect([numbers.numberOf('a', 0), numbers.numberOf('b', 0), numbers.numberOf('a', 0)]).toEqual([1, 2, 1]);
      expect([numbers.numberOf('c', 17), numbers.numberOf('d', 3)]).toEqual([18, 19]);
      const { copy } = open([entry({ laptopNumber: 41 }), entry({ laptopNumber: 99, laptopId: uuid() })]);
      expect(copy.laptopNumber(LAPTOP)).toBe(41);
    } finally {
      outbox.close();
    }
  });
});
