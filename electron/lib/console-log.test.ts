import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createConsoleLog } from './console-log.ts';
import { openLog } from './log.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'regie-log-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

it('reads what was written, newest first, by level and words, over rotated files as well', async () => {
  const { log, close } = openLog(folder);
  log.info('starting', { version: '1' });
  log.warn('an idle connection broke', { error: new Error('ECONNRESET') });
  log.error('a call failed', { call: 'card.look', cardId: '04A1B2C3' });
  await close();
  writeFileSync(
    join(folder, 'logs', '20260703-2100-01-regie.jsonl'),
    '{"level":50,"time":"2026-07-03T21:00:00.000Z","msg":"earlier"}\n{"level":50,"ti',
  );
  const read = createConsoleLog(join(folder, 'logs')).read;
  expect((await read({ level: 'info', words: '' })).map(({ message }) => message)).toEqual([
    ...['a call failed', 'an idle connection broke', 'starting', 'earlier'],
  ]);
  expect((await read({ level: 'error', words: '' })).map(({ message }) => message)).toEqual([
    'a call failed',
    'earlier',
  ]);
  expect((await read({ level: 'info', words: 'econnreset' })).map(({ level }) => level)).toEqual(['warn']);
  const { text, lines } = await createConsoleLog(join(folder, 'logs')).forSupport();
  expect(lines).toBe(4);
  expect(text).not.toContain('04A1B2C3');
  expect(text).not.toContain('ECONNRESET');
});

it('is empty where nothing was written yet', async () => {
  expect(await createConsoleLog(join(folder, 'nothing')).read({ level: 'info', words: '' })).toEqual([]);
});
