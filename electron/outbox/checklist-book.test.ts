import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { builtinChecklist } from '../../shared/checklists/index.ts';
import { type Buffer, openBuffer } from '../buffer/buffer.ts';
import { createCache } from '../buffer/cache.ts';
import { readChecklists } from '../operations/checklists/checklist-follower.ts';
import { createTestDatabase, type TestDatabase } from '../testing/database.ts';
import { submitAs } from '../testing/submit.ts';
import { createChecklistBook } from './checklist-book.ts';

let database: TestDatabase;
let folder: string;
let buffer: Buffer;
beforeEach(async () => {
  database = await createTestDatabase();
  folder = mkdtempSync(join(tmpdir(), 'regie-checklists-'));
  buffer = openBuffer(join(folder, 'mirror.sqlite'), 'mirror');
});
afterEach(async () => {
  buffer.close();
  rmSync(folder, { recursive: true, force: true });
  await database.close();
});

it('a run is not taken back by an older answer that comes late', async () => {
  const older = Promise.withResolvers<void>();
  let asked = 0;
  const book = createChecklistBook({
    read: async () => {
      const answer = await readChecklists(database.festival);
      asked += 1;
      if (asked === 1) await older.promise;
      return answer;
    },
    cache: createCache(buffer),
    unsettled: [],
    publish: () => undefined,
  });
  const first = book.refresh();
  await expect.poll(() => asked).toBe(1);
  const list = builtinChecklist('weekly');
  await submitAs(database.festival, 'Léa', 'checklist.start', { list, windowKey: '2026-W27' });
  const second = book.refresh();
  // So long as an answer takes.
  await readChecklists(database.festival);
  await readChecklists(database.festival);
  older.resolve();
  await Promise.all([first, second]);
  expect(book.view().runs.map(({ listId }) => listId)).toEqual(['weekly']);
});
