import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { backupsOf, createBackups } from './backup.ts';
import { isDiskFull, openBuffer } from './buffer.ts';
import { createOutbox, type NewCommand } from './outbox.ts';
import { openOrRepair } from './repair.ts';

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'regie-repair-'));
  file = join(folder, 'festival.outbox.sqlite');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const ROWS = 2_000;
const idOf = (index: number): string => `0190a5d0-0000-7000-8000-${index.toString(16).padStart(12, '0')}`;
const command = (index: number): NewCommand => ({
  operationId: idOf(index),
  command: 'alert.note',
  input: { operationId: idOf(index), eventId: 1 + (index % 50), text: `note ${index} ${'x'.repeat(60)}` },
  author: { operator: 'Léa', operatorId: '', laptop: 'booth-1', laptopId: null, laptopAt: '2026-07-03T21:00:00.000Z' },
  body: '',
  keyId: null,
  proof: 'f'.repeat(64),
  contentHash: index.toString(16).padStart(64, '0'),
  keys: [`event:${1 + (index % 50)}`],
  snapshot: { status: 'OPEN' },
});
const fill = (rows = ROWS): void => {
  const buffer = openBuffer(file, 'outbox');
  const outbox = createOutbox(buffer);
  buffer.transaction(() => {
    for (let index = 0; index < rows; index += 1) outbox.add(command(index));
  })();
  buffer.close();
};
const repair = (kind: 'outbox' | 'mirror' = 'outbox') => openOrRepair({ file, kind, name: kind, now: Date.now });
const quiet = { info: () => undefined, warn: () => undefined, error: () => undefined };

/** The console can work with it: what is there is read, and a new action is stored. */
const expectUsable = (buffer: ReturnType<typeof openBuffer>): number => {
  const outbox = createOutbox(buffer);
  const rows = outbox.unsettled();
  expect(outbox.add(command(9_999))).toBeTypeOf('number');
  return rows.length;
};

describe('a file that', () => {
  it('is whole is opened as it is', () => {
    fill();
    const { buffer, finding } = repair();
    expect(finding).toBeNull();
    expect(expectUsable(buffer)).toBe(ROWS);
    buffer.close();
  });

  it('was cut off at any length gives back what is in front of the cut, and lies aside', () => {
    fill();
    const whole = readFileSync(file);
    for (const share of [0.999, 0.9, 0.5, 0.1, 0.01, 0.001, 0]) {
      rmSync(folder, { recursive: true });
      mkdirSync(folder);
      writeFileSync(file, whole);
      truncateSync(file, Math.floor(whole.length * share));
      const { buffer, finding } = repair();
      expect(finding, `cut at ${share}`).not.toBeNull();
      expect(existsSync(finding?.movedTo ?? '')).toBe(true);
      expect(statSync(finding?.movedTo ?? '').size).toBe(Math.floor(whole.length * share));
      expect(expectUsable(buffer)).toBe(finding?.salvaged);
      buffer.close();
    }
  });

  it('has a flipped bit anywhere ends as a usable one, with every row saved, refused or reported as unreadable', () => {
    fill();
    const whole = readFileSync(file);
    let damaged = 0;
    for (let place = 0; place < 200; place += 1) {
      const at = Math.floor((place / 200) * whole.length) + ((place * 7_919) % 97);
      const flipped = Buffer.from(whole);
      flipped[at] = (flipped[at] ?? 0) ^ (1 << (place % 8));
      rmSync(folder, { recursive: true });
      mkdirSync(folder);
      writeFileSync(file, flipped);
      const { buffer, finding } = repair();
      const rows = buffer.prepare('select count(*) as count from outbox').get() as { count: number };
      if (finding === null) expect(rows.count).toBe(ROWS);
      else {
        damaged += 1;
        if (finding.whole) expect(finding.salvaged + finding.refused).toBeGreaterThanOrEqual(ROWS);
        expect(rows.count).toBe(finding.salvaged);
      }
      buffer.close();
    }
    expect(damaged).toBeGreaterThan(10);
  });

  it('is no database, or empty, is moved aside and replaced', () => {
    for (const content of [
      '',
      'not a database, but long enough to look like something that was there before'.repeat(40),
    ]) {
      writeFileSync(file, content);
      const { buffer, finding } = repair();
      expect(finding).toMatchObject({ file: 'outbox', salvaged: 0 });
      expect(readFileSync(finding?.movedTo ?? '', 'utf8')).toBe(content);
      expect(expectUsable(buffer)).toBe(0);
      buffer.close();
      rmSync(file);
    }
  });

  it('cannot be opened for another reason is not touched', () => {
    mkdirSync(file);
    expect(() => repair()).toThrow(/unable to open/);
    expect(readdirSync(folder)).toEqual(['festival.outbox.sqlite']);
  });
});

describe('backups', () => {
  it('give back what the damaged file no longer has', async () => {
    fill();
    const buffer = openBuffer(file, 'outbox');
    const backups = createBackups({ buffer, file, now: Date.now, log: quiet });
    await backups.runNow();
    await backups.close();
    createOutbox(buffer).add(command(ROWS));
    buffer.close();
    truncateSync(file, 8_192);
    const { buffer: repaired, finding } = repair();
    expect((finding?.salvaged ?? 0) + (finding?.fromBackup ?? 0)).toBe(ROWS);
    expect(expectUsable(repaired)).toBe(ROWS);
    repaired.close();
  });

  it('are retained for 24 hours, then the oldest is removed', async () => {
    fill(3);
    const buffer = openBuffer(file, 'outbox');
    let now = Date.parse('2026-07-03T10:00:00Z');
    const backups = createBackups({ buffer, file, now: () => now, log: quiet });
    for (let hour = 0; hour < 30; hour += 1) {
      await backups.runNow();
      now += 3_600_000;
    }
    await backups.close();
    buffer.close();
    const names = backupsOf(file);
    expect(names).toHaveLength(24);
    expect(names[0]).toContain('2026-07-04T15');
    expect(readdirSync(join(folder, 'backups')).filter((name) => !name.endsWith('Z.sqlite'))).toEqual([]);
  });
});

it('a full disk refuses an action by name, keeps what is there, and works again when there is room', () => {
  fill(100);
  const buffer = openBuffer(file, 'outbox');
  const outbox = createOutbox(buffer);
  const pages = Number(buffer.pragma('page_count', { simple: true }));
  buffer.pragma(`max_page_count = ${pages}`);
  let refused: unknown;
  for (let index = 100; refused === undefined; index += 1) {
    try {
      outbox.add(command(index));
    } catch (error) {
      refused = error;
    }
  }
  expect(isDiskFull(refused)).toBe(true);
  const before = outbox.counts().waiting;
  expect(before).toBeGreaterThanOrEqual(100);
  buffer.pragma(`max_page_count = ${pages + 1_000}`);
  expect(outbox.add(command(5_000))).toBeTypeOf('number');
  expect(outbox.counts().waiting).toBe(before + 1);
  buffer.close();
});
