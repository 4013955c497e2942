import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Buffer, openBuffer } from './buffer.ts';
import { createOutbox, type Outbox } from './outbox.ts';
import { createRetention, type Retention, SETTLED_RETENTION_MS } from './retention.ts';

const NOW = Date.parse('2026-07-03T21:00:00.000Z');
const OLD = new Date(NOW - SETTLED_RETENTION_MS - 1).toISOString();
const YOUNG = new Date(NOW - SETTLED_RETENTION_MS + 1).toISOString();

let folder: string;
let outboxFile: Buffer;
let mirrorFile: Buffer;
let outbox: Outbox;
let retention: Retention;
const lines: string[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'regie-retention-'));
  outboxFile = openBuffer(join(folder, 'outbox.sqlite'), 'outbox');
  mirrorFile = openBuffer(join(folder, 'mirror.sqlite'), 'mirror');
  outbox = createOutbox(outboxFile);
  lines.length = 0;
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval'] });
  retention = createRetention({
    outbox: outboxFile,
    mirror: mirrorFile,
    now: () => NOW,
    log: { info: (line) => void lines.push(line), error: (line) => void lines.push(line) },
  });
});
afterEach(async () => {
  vi.useRealTimers();
  await retention.close();
  outboxFile.close();
  mirrorFile.close();
  rmSync(folder, { recursive: true, force: true });
});

const add = (operationId: string): void => {
  outbox.add({
    ...{ operationId, command: 'alert.note', input: { operationId }, body: '', keyId: null, proof: '' },
    ...{ contentHash: '', keys: ['event:1'], snapshot: {} },
    author: { operator: 'Léa', operatorId: '', laptop: 'booth-1', laptopId: null, laptopAt: OLD },
  });
};
const rejection = { outcome: 'rejected', error: { code: 'not_found', params: {} } } as const;
const commands = (): unknown[] => outboxFile.prepare('select operation_id from outbox order by seq').pluck().all();
const incident = (id: number, open: boolean, ageHours: number): void => {
  mirrorFile
    .prepare('insert into mirror_incidents (incident_id, open, detected_ms, alert) values (?, ?, ?, ?)')
    .run(id, open ? 1 : 0, NOW - ageHours * 3_600_000, '{}');
};
const evidence = (id: number): void => {
  mirrorFile
    .prepare('insert into kept_evidence (incident_id, step_id, result) values (?, ?, ?)')
    .run(id, 'query', '{}');
};
const ids = (table: 'mirror_incidents' | 'kept_evidence'): unknown[] =>
  mirrorFile.prepare(`select incident_id from ${table} order by 1`).pluck().all();

describe('the outbox', () => {
  it('forgets what was settled long ago, never what waits, is unanswered, undecided or young', async () => {
    for (const id of ['applied', 'seen', 'dropped', 'waiting', 'sent', 'undecided', 'young']) add(id);
    outbox.settle('applied', { outcome: 'applied', result: {} }, OLD, true);
    for (const id of ['seen', 'dropped', 'undecided']) outbox.settle(id, rejection, OLD, true);
    outbox.close('seen', { as: 'seen', by: 'Léa' });
    outbox.close('dropped', { as: 'dropped', by: 'Léa' });
    outbox.markSent('sent');
    outbox.settle('young', { outcome: 'applied', result: {} }, YOUNG, true);
    expect(await retention.runNow()).toBe(3);
    expect(commands()).toEqual(['waiting', 'sent', 'undecided', 'young']);
  });

  it('forgets in batches that follow each other with a rest, and stops in between when it is closed', async () => {
    outboxFile.transaction(() => {
      for (let made = 0; made < 500; made += 1) {
        add(`${made}`);
        outbox.settle(`${made}`, { outcome: 'applied', result: {} }, OLD, true);
      }
    })();
    vi.useRealTimers();
    const run = retention.runNow();
    const left = commands().length;
    expect(left).toBeGreaterThanOrEqual(250);
    expect(left).toBeLessThan(500);
    await retention.close();
    expect(await run).toBe(500 - left);
    expect(commands()).toHaveLength(left);
  });
});

describe('the copy of the festival', () => {
  it('forgets alerts that were closed two days ago, and evidence of alerts that it does not have', async () => {
    incident(1, true, 100);
    incident(2, false, 49);
    incident(3, false, 47);
    for (const id of [1, 2, 3, 4]) evidence(id);
    expect(await retention.runNow()).toBe(3);
    expect(ids('mirror_incidents')).toEqual([1, 3]);
    expect(ids('kept_evidence')).toEqual([1, 3]);
  });

  it('keeps all evidence while the mirror is empty, as after a migration until the festival answers', async () => {
    evidence(1);
    expect(await retention.runNow()).toBe(0);
    expect(ids('kept_evidence')).toEqual([1]);
  });
});

it('is done a minute after the start and then every hour', async () => {
  add('old');
  outbox.settle('old', { outcome: 'applied', result: {} }, OLD, true);
  vi.advanceTimersByTime(59_000);
  expect(commands()).toEqual(['old']);
  vi.advanceTimersByTime(1_000);
  expect(commands()).toEqual([]);
  await retention.runNow();
  incident(1, false, 49);
  vi.advanceTimersByTime(3_539_000);
  expect(ids('mirror_incidents')).toEqual([1]);
  vi.advanceTimersByTime(1_000);
  expect(ids('mirror_incidents')).toEqual([]);
});

it('logs that a file cannot be written, and carries on', async () => {
  mirrorFile.close();
  vi.advanceTimersByTime(60_000);
  vi.useRealTimers();
  await expect.poll(() => lines).toEqual(['old rows could not be removed from the local files']);
  mirrorFile = openBuffer(join(folder, 'mirror.sqlite'), 'mirror');
});
