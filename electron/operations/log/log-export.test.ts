import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { v7 as uuid } from 'uuid';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Buffer, openBuffer } from '../../buffer/buffer.ts';
import { createLogCopy, type LogCopy } from '../../buffer/log-copy.ts';
import { createTestDatabase, type TestDatabase } from '../../testing/database.ts';
import { anEntry } from '../../testing/log-entries.ts';
import { submitTo } from '../../testing/submit.ts';
import { exportLog } from './log-export.ts';
import { createLogFollower } from './log-follower.ts';
import { verifyLog } from './log-verify.ts';

let database: TestDatabase;
let folder: string;
let buffer: Buffer;
beforeEach(async () => {
  database = await createTestDatabase();
  folder = mkdtempSync(join(tmpdir(), 'regie-export-'));
  buffer = openBuffer(join(folder, 'mirror.sqlite'), 'mirror');
});
afterEach(async () => {
  buffer.close();
  rmSync(folder, { recursive: true, force: true });
  await database.close();
});

const submit = submitTo(() => database.festival);
const copied = async (kept?: number): Promise<LogCopy> => {
  const copy = createLogCopy(buffer, kept);
  await createLogFollower({ database: database.festival, copy, log: { error: () => undefined } }).refresh();
  return copy;
};
const exported = (copy: LogCopy, format: 'csv' | 'jsonl'): string => {
  let text = '';
  for (let after: number | null = 0; after !== null; ) {
    const page = exportLog(copy, { format, after, at: '2026-07-03T22:00:00.000Z' });
    text += page.text;
    after = page.next;
  }
  return text;
};
const linesOf = (text: string): string[] => text.trimEnd().split('\n');

describe('an exported log', () => {
  it('is verified by its file alone, and says its head', async () => {
    const entryId = uuid();
    await submit('log.write', anEntry({ operationId: entryId, text: '👩‍👩‍👧 مرحبا "x"\n2' }));
    await submit('log.strike', { entryId, clockOffsetMs: null, laptopNumber: 2, text: 'no' });
    await submit('log.write', anEntry({ text: 'third', laptopNumber: 3 }));
    const { rows } = await database.admin.query(
      `select number::int, encode(hash, 'hex') as hash from console.log_head`,
    );
    expect(await verifyLog(linesOf(exported(await copied(), 'jsonl')))).toEqual({
      ...{ ok: true, entries: 3, from: 1, head: rows[0] },
    });
  });

  it('in which anything was changed, removed, moved or cut off is not intact, and its line is named', async () => {
    for (const laptopNumber of [1, 2, 3])
      await submit('log.write', anEntry({ laptopNumber, text: `note ${laptopNumber}` }));
    const lines = linesOf(exported(await copied(), 'jsonl'));
    const [first = '', one = '', two = '', three = '', end = ''] = lines;
    const tampered: readonly (readonly [readonly string[], number, string])[] = [
      [[first, one, two.replace('note 2', 'note two'), three, end], 3, 'hash'],
      [[first, one, two.replace('"author":"Léa"', '"author":"Noé"'), three, end], 3, 'hash'],
      [[first, one, three, end], 3, 'missing'],
      [[first, one, three, two, end], 3, 'missing'],
      [[first, two, three, end], 2, 'hash'],
      [[first, one, two, end], 4, 'end'],
      [[first, one, two], 4, 'end'],
      [[one, two, three, end], 1, 'unreadable'],
      [[first, one, 'note', three, end], 3, 'unreadable'],
      [[first.replace(/[0-9a-f]{64}/, 'a'.repeat(64)), one, two, three, end], 2, 'beginning'],
      [[], 1, 'end'],
    ];
    for (const [changed, line, what] of tampered) {
      expect(await verifyLog(changed)).toEqual({ ok: false, line, what });
    }
  });

  it('of a laptop that has not everything begins behind its oldest entry', async () => {
    for (const laptopNumber of [1, 2, 3, 4]) await submit('log.write', anEntry({ laptopNumber }));
    const text = exported(await copied(3), 'jsonl');
    expect(await verifyLog(linesOf(text))).toMatchObject({ ok: true, entries: 2, from: 3, head: { number: 4 } });
  });

  it('comes in pages, and as nothing at all where nothing was written', async () => {
    const copy = await copied();
    expect(await verifyLog(linesOf(exported(copy, 'jsonl')))).toMatchObject({ ok: true, entries: 0 });
    await submit('log.write', anEntry());
    await copied();
    const one = copy.entriesAfter(0, 1)[0];
    if (one === undefined) throw new Error('nothing was copied');
    copy.add(
      Array.from({ length: 1_200 }, (_, n) => ({ ...one, entry: { ...one.entry, number: n + 2, entryId: uuid() } })),
    );
    const page = exportLog(copy, { format: 'csv', after: 0, at: '' });
    expect(page).toMatchObject({ next: 500, entries: 500 });
    expect(linesOf(exported(copy, 'csv'))).toHaveLength(1_202);
  });

  it('computes nothing in a spreadsheet, and keeps its numbers', async () => {
    await submit('log.write', anEntry({ text: '=HYPERLINK("http://x")', place: '-1+1', tags: ['+a'] }));
    await submit('log.write', anEntry({ text: 'bar 3, "closed"\nuntil 2', laptopNumber: 2, clockOffsetMs: -1_200 }));
    const csv = exported(await copied(), 'csv');
    expect(csv.startsWith('\uFEFFnumber,label,act,')).toBe(true);
    expect(csv).toContain(`,"'=HYPERLINK(""http://x"")",`);
    expect(csv).toContain(`"'-1+1","'+a"`);
    expect(csv).toContain('"bar 3, ""closed""\nuntil 2"');
    expect(csv).toContain(',-1200,');
  });
});
