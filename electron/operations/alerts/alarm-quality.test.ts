import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { alarmQualitySchema } from '../../../shared/contract/alarm-quality.ts';
import type { RowId } from '../../../shared/domain/row-id.ts';
import { createAlarmCopy } from '../../buffer/alarm-copy.ts';
import { type Buffer, openBuffer } from '../../buffer/buffer.ts';
import { createCache } from '../../buffer/cache.ts';
import { createPresence } from '../../site/presence.ts';
import { insertEvent } from '../../testing/alerts.ts';
import { createTestDatabase, type TestDatabase } from '../../testing/database.ts';
import { createAlarmFollower } from './alarm-follower.ts';
import { type AlarmQualityBook, createAlarmQuality } from './alarm-quality.ts';

let database: TestDatabase;
let buffer: Buffer;
let book: AlarmQualityBook;
let reachable: boolean;

beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.close());
beforeEach(async () => {
  await database.admin.query('truncate monitoring_events, console.attendance, console.floods cascade');
  buffer = openBuffer(':memory:', 'mirror');
  reachable = true;
  const copy = createAlarmCopy(buffer);
  book = createAlarmQuality({
    ...{ copy, cache: createCache(buffer), timeZone: 'Europe/Brussels', reachable: () => reachable },
    follower: createAlarmFollower({ database: database.festival, copy }),
    now: () => Date.now() + 1_000,
  });
  return () => buffer.close();
});

/** Moves an event back in time. */
const minutesAgo = async (minutes: number, event: Parameters<typeof insertEvent>[1] = {}): Promise<RowId> => {
  const eventId = await insertEvent(database, event);
  await database.admin.query(
    'update monitoring_events set detection_timestamp = detection_timestamp - make_interval(mins => $2) where event_id = $1',
    [eventId, minutes],
  );
  return eventId;
};
const close = (eventId: RowId, ago = 0) =>
  database.admin.query(
    `update monitoring_events set status = 'RESOLVED', resolved_at = now() - make_interval(mins => $2) where event_id = $1`,
    [eventId, ago],
  );
const signedIn = async (operator: string): Promise<void> => {
  const presence = createPresence({
    ...{ database: database.festival, laptop: `booth of ${operator}`, operator: () => operator },
    ...{ watchedMs: () => null, onChange: () => undefined },
  });
  await presence.report();
  // Said once, however often it is reported.
  await presence.report();
};

it('counts what asked for attention, by place where one is known, and says when it was copied', async () => {
  await minutesAgo(1, { facts: { point_of_sale: 'Bar 3' }, severity: 'HIGH' });
  await minutesAgo(2, { cardId: '04AA' });
  await minutesAgo(30, { algorithm: 'reader_silent', facts: { device_identifier: 'r-7' }, severity: 'LOW' });
  await minutesAgo(3, { severity: 'INFO' });
  await signedIn('Ana');
  await signedIn('Ben');
  const quality = await book.refresh();
  expect(alarmQualitySchema.parse(quality)).toEqual(quality);
  expect(quality.at).not.toBeNull();
  expect(quality.operators).toBe(2);
  expect([quality.tenMinutes.alarms, quality.hour.alarms, quality.day.alarms]).toEqual([2, 3, 3]);
  expect(quality.day.loudest.map(({ about }) => about)).toEqual(['04AA', 'Bar 3', 'r-7']);
  expect(quality.day.severities).toMatchObject({ CRITICAL: 1, HIGH: 1, LOW: 1, INFO: 0 });
});

it('an event that joined another as it was found asked for nothing; one that a person merged had', async () => {
  const lead = await minutesAgo(5);
  await minutesAgo(5, { incidentId: lead });
  const merged = await minutesAgo(4);
  await database.admin.query(
    `update console.alerts set incident_id = $1, placed = 'merged', placed_from = event_id where event_id = $2`,
    [lead, merged],
  );
  const split = await minutesAgo(4);
  await database.admin.query(`update console.alerts set placed = 'split', placed_from = $1 where event_id = $2`, [
    lead,
    split,
  ]);
  expect((await book.refresh()).tenMinutes.alarms).toBe(2);
});

it('what stands for more than a day is counted until it is closed, and again when it is reopened', async () => {
  const old = await minutesAgo(25 * 60);
  await minutesAgo(23 * 60);
  expect((await book.refresh()).hour.standing).toBe(1);
  await close(old, 30);
  expect((await book.refresh()).tenMinutes.standing).toBe(0);
  expect(book.read().hour.standing).toBe(1);
  await database.admin.query(`update monitoring_events set status = 'OPEN', resolved_at = null where event_id = $1`, [
    old,
  ]);
  expect((await book.refresh()).tenMinutes.standing).toBe(1);
  await database.admin.query('delete from alert_history where monitoring_event_id = $1', [old]);
  await database.admin.query('delete from monitoring_events where event_id = $1', [old]);
  expect((await book.refresh()).day.standing).toBe(0);
});

it('has the floods that are on record, with their cause and who was there', async () => {
  const first = await minutesAgo(40);
  await database.admin.query(
    `insert into console.floods (since, ended_at, alarms, first_event_id, cause, people)
     values (now() - interval '40 minutes', now() - interval '20 minutes', 12, $1, '{"found": "none", "failing": 12, "healthy": 90, "compared": 40}', '{Léa,Noé}')`,
    [first],
  );
  const { floods } = alarmQualitySchema.parse(await book.refresh());
  expect(floods).toMatchObject([{ first, alarms: 12, cause: { found: 'none' }, people: ['Léa', 'Noé'] }]);
  expect(book.read().floods).toEqual(floods);
});

it('stays as it is while the festival does not answer', async () => {
  await minutesAgo(1);
  const before = await book.refresh();
  reachable = false;
  await minutesAgo(1);
  const after = await book.refresh();
  expect(after.tenMinutes.alarms).toBe(1);
  expect(after.at).toBe(before.at);
});
