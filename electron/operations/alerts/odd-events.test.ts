import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { RowId } from '../../../shared/domain/row-id.ts';
import { openBuffer } from '../../buffer/buffer.ts';
import { createMirror } from '../../buffer/mirror.ts';
import { readHealth } from '../../engine/health-report.ts';
import { insertEvent } from '../../testing/alerts.ts';
import { createTestDatabase, type TestDatabase } from '../../testing/database.ts';
import { adoptEvents } from './adopt.ts';
import { createFollower } from './follower.ts';

let database: TestDatabase;
let folder: string;
beforeAll(async () => {
  database = await createTestDatabase();
  folder = mkdtempSync(join(tmpdir(), 'regie-odd-events-'));
});
afterAll(async () => {
  await database.close();
  rmSync(folder, { recursive: true, force: true });
});

const ODD: readonly (readonly [column: string, value: string, isNamed: boolean])[] = [
  ...(['[]', '[1, 2]', '"text"', 'null', '5'] as const).map((value) => ['event_data', value, true] as const),
  ['context_data', '[]', true],
  ['affected_amount', 'NaN', true],
  ...(['infinity', '-infinity', '294276-12-31 23:59:59', '4713-01-01 BC', '10000-01-01'] as const).map(
    (value) => ['detection_timestamp', value, true] as const,
  ),
  ['resolved_at', 'infinity', true],
  ['confidence_score', 'NaN', false],
];

it('an event of another system, whatever stands in it, is on the board and named, and hides no other', async () => {
  const buffer = openBuffer(join(folder, 'mirror.sqlite'), 'mirror');
  const mirror = createMirror(buffer);
  const quiet = { info: () => undefined, warn: () => undefined, error: () => undefined };
  const follower = createFollower({ database: database.festival, mirror, publish: () => undefined, log: quiet });
  await follower.refresh();
  const written: { id: RowId; isNamed: boolean }[] = [];
  for (const [column, value, isNamed] of ODD) {
    const id = await insertEvent(database, { cardId: 'ODD' });
    const set = await database.admin
      .query(`update monitoring_events set ${column} = $1 where event_id = $2`, [value, id])
      .catch(() => undefined);
    written.push({ id, isNamed: isNamed && set !== undefined });
  }
  const good = await insertEvent(database, { cardId: 'GOOD' });
  await follower.refresh();
  const board = mirror.board({ closed: true, sinceMs: 0 }).map((alert) => alert.incidentId);
  expect(board).toEqual(expect.arrayContaining([...written.map(({ id }) => id), good]));
  await expect
    .poll(async () =>
      (
        await database.admin.query(
          `select row_id from console.set_aside where source = 'monitoring_events' and resolved_at is null order by row_id::bigint`,
        )
      ).rows.map(({ row_id: id }) => id),
    )
    .toEqual(written.filter(({ isNamed }) => isNamed).map(({ id }) => id));
  await database.festival.write((tx) => adoptEvents(tx, [...written.map(({ id }) => id), good]));
  expect((await readHealth(database.festival)).setAside).toMatchObject([
    { source: 'monitoring_events', reason: expect.any(String) },
    { source: 'monitoring_events' },
  ]);
  buffer.close();
});
