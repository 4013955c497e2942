import { describe, expect, it } from 'vitest';
import type { LogLine, ShownEntry } from '../domain/log.ts';
import type { SystemLine } from '../domain/log-system.ts';
import { type LogFilter, type LogView, WHOLE_LOG } from './log.ts';
import { firstOfBoth, fitsLog, newestLineFirst, sharedWith, withLine } from './log-view.ts';

const instant = (minute: number): string => new Date(Date.UTC(2026, 6, 3, 21, minute)).toISOString();
const line = (minute: number, changes: Partial<LogLine> = {}): LogLine => ({
  ...{ number: minute, entryId: `entry-${minute}`, act: 'written', refersTo: null, kind: 'observation' },
  ...{ text: `note ${minute}`, place: null, tags: [], importance: 'normal', mentions: [], links: [], decision: null },
  ...{ followUp: null, attachments: [], lateReason: null, occurredAt: instant(minute), enteredAt: instant(minute) },
  ...{ clockOffsetMs: 0, arrivedAt: instant(minute), author: 'Nils', role: 'operator', laptop: 'booth-2' },
  ...{ laptopNumber: minute, later: [] },
  ...changes,
});
const written = (minute: number, changes: Partial<LogLine> = {}): LogLine =>
  line(minute, { number: null, arrivedAt: null, role: null, ...changes });
const recorded = (minute: number): SystemLine => ({
  ...{ key: `audit:${minute}`, at: instant(minute), actor: 'Regie', laptop: 'booth-1', action: 'event_raised' },
  ...{ subject: 'event:1', what: null, words: null },
});

/** As the core answers: everything that fits, the newest of it. */
const answer = (lines: readonly LogLine[], system: readonly SystemLine[], filter: LogFilter): LogView => ({
  ...firstOfBoth(lines.filter((one) => fitsLog(one, filter)).sort(newestLineFirst), system, filter.limit),
  ...{ older: false, settings: { version: 1, tags: [], templates: [] }, head: null, at: null },
  authors: [...new Set(lines.map(({ author }) => author))].sort(),
  places: [...new Set(lines.flatMap(({ place }) => place ?? []))].sort(),
  tags: [...new Set(lines.flatMap(({ tags }) => tags))].sort(),
});

describe('a newer answer', () => {
  it('has the very lines of the older one, wherever they stand now, but for those that say something else', () => {
    const before = answer([line(1), line(2), line(3)], [recorded(1), recorded(2)], WHOLE_LOG);
    const said = { ...line(20), act: 'struck', refersTo: 'entry-2' } as ShownEntry;
    const fresh = [written(30), line(3), line(2, { later: [said] }), line(1)];
    const after = answer(fresh, [recorded(1), recorded(2), recorded(40)], WHOLE_LOG);
    const shared = sharedWith(before, after);
    expect(shared).toEqual(after);
    const by = (view: LogView) => new Map(view.lines.map((one) => [one.entryId, one]));
    expect(['entry-1', 'entry-2', 'entry-3'].map((id) => by(shared).get(id) === by(before).get(id))).toEqual([
      ...[true, false, true],
    ]);
    expect(shared.system.filter((one) => before.system.includes(one))).toHaveLength(2);
    expect(shared.authors).toBe(before.authors);
  });
});

describe('a line that was written a moment ago', () => {
  const lines = Array.from({ length: 12 }, (_, minute) => line(minute));
  const system = [recorded(11), recorded(9), recorded(5)];
  const filters: Partial<LogFilter>[] = [
    {},
    { source: 'both', limit: 5 },
    { words: 'queue' },
    { words: 'note 7' },
    { tag: 'crowd', limit: 3 },
    { author: 'Ana' },
    { until: instant(8) },
    { since: instant(8) },
    { open: true },
  ];
  const additions: LogLine[] = [
    written(20, { text: 'queue at bar 3', tags: ['crowd'], place: 'Bar 3', author: 'Ana' }),
    // What occurred earlier stands where it belongs.
    written(7, { entryId: 'late', laptopNumber: 40 }),
    written(1, { entryId: 'first', followUp: { who: 'Ana', by: instant(59) } }),
  ];
  it.each(filters)('stands where the core’s own answer has it: %o', (changes) => {
    const filter = { ...WHOLE_LOG, ...changes };
    for (const added of additions) {
      const before = answer(lines, system, filter);
      expect(withLine(before, filter, added)).toEqual(answer([...lines, added], system, filter));
    }
  });

  it('is one line when it comes twice, and as it is now when something was said of it', () => {
    const struck: ShownEntry = { ...written(21), act: 'struck', refersTo: 'entry-11', entryId: 'strike', text: 'no' };
    const after = { ...line(11), later: [struck] };
    const view = answer(lines, [], WHOLE_LOG);
    const once = withLine(view, WHOLE_LOG, after);
    expect(withLine(once, WHOLE_LOG, after)).toEqual(once);
    expect(once.lines.map(({ later }) => later.length)).toEqual([1, ...Array.from({ length: 11 }, () => 0)]);
  });

  it('leaves a list for which it does not ask any more', () => {
    const open: LogFilter = { ...WHOLE_LOG, open: true };
    const asked = line(4, { followUp: { who: 'Ana', by: instant(50) } });
    const done: ShownEntry = { ...written(22), act: 'finished', refersTo: 'entry-4', entryId: 'done', text: '' };
    const view = answer([asked], [], open);
    expect(view.lines).toHaveLength(1);
    expect(withLine(view, open, { ...asked, later: [done] }).lines).toEqual([]);
  });

  it('is not shown among what the console recorded alone', () => {
    const filter: LogFilter = { ...WHOLE_LOG, source: 'system' };
    const view = answer([], system, filter);
    expect(withLine(view, filter, written(20)).lines).toEqual([]);
  });
});
