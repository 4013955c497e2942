import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { v7 as uuid } from 'uuid';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type Buffer, openBuffer } from '../../buffer/buffer.ts';
import { createSystemCopy, type SystemCopy } from '../../buffer/system-copy.ts';
import { insertEvent } from '../../testing/alerts.ts';
import type { TestDatabase } from '../../testing/database.ts';
import { anEntry } from '../../testing/log-entries.ts';
import { borrowTestDatabase } from '../../testing/reused-database.ts';
import { submitTo } from '../../testing/submit.ts';
import { createSystemFollower, type SystemFollower } from './system-follower.ts';

let database: TestDatabase;
let folder: string;
let buffer: Buffer;
let copy: SystemCopy;
let follower: SystemFollower;
beforeEach(async () => {
  database = await borrowTestDatabase();
  folder = mkdtempSync(join(tmpdir(), 'regie-system-'));
  buffer = openBuffer(join(folder, 'mirror.sqlite'), 'mirror');
  copy = createSystemCopy(buffer);
  follower = createSystemFollower({ database: database.festival, copy });
});
afterEach(async () => {
  buffer.close();
  rmSync(folder, { recursive: true, force: true });
  await database.close();
});

const submit = submitTo(() => database.festival);
const raise = (eventId: string) =>
  database.admin.query(
    `select console.append_engine_audit('booth-1', 'event_raised', 'event:' || $1::text,
       '{"algorithm": "negative_balance_detection"}')`,
    [eventId],
  );
const silence = () =>
  submit('silence.start', {
    ...{ silenceId: uuid(), algorithm: 'consecutive_failures', device: null, cardId: null, eventId: null },
    ...{ reason: 'reader 7 is being swapped', minutes: 15, from: new Date().toISOString() },
  });
const found = (filter: Partial<Parameters<SystemCopy['lines']>[0]> = {}) =>
  copy.lines({ words: '', author: null, until: null, limit: 100, ...filter });

it('copies what is recorded already, each once, whatever people write meanwhile', async () => {
  const eventId = await insertEvent(database);
  await raise(eventId);
  await submit('log.write', anEntry());
  await silence();
  await database.admin.query(
    `insert into console.deliveries (event_id, severity, called_at, episode, step, contact, channel, due_at, state,
       claimed_by, ended_at)
     values ($1, 'CRITICAL', now(), now(), 0, 'duty', 'email', now(), 'sent', 'booth-1', clock_timestamp())`,
    [eventId],
  );
  await database.admin.query(
    `update console.engine_lease set term = 4, holder = gen_random_uuid(), laptop = 'booth-2', taken_at = clock_timestamp()`,
  );
  expect(await follower.refresh()).toBe(true);
  expect(found().map(({ action, subject, what, words }) => [action, subject, what, words])).toEqual([
    ['engine_taken', '', null, null],
    ['message_sent', `event:${eventId}`, 'email', 'duty'],
    ['silence', expect.stringMatching(/^silence:/), 'consecutive_failures', 'reader 7 is being swapped'],
    ['event_raised', `event:${eventId}`, 'negative_balance_detection', null],
  ]);
  expect(await follower.refresh()).toBe(false);
  await raise(eventId);
  expect(await follower.refresh()).toBe(true);
  expect(found()).toHaveLength(5);
});

it('is found by what it is called in either language, by who did it, and until a time', async () => {
  await raise('12');
  await silence();
  await follower.refresh();
  for (const words of ['alerte', 'carte négat', 'card below', '12']) {
    expect([words, found({ words }).map(({ action }) => action)]).toEqual([words, ['event_raised']]);
  }
  expect(found({ words: 'swapped' }).map(({ action }) => action)).toEqual(['silence']);
  expect(found({ author: 'Léa' }).map(({ action }) => action)).toEqual(['silence']);
  expect(found({ until: '2020-01-01T00:00:00.000Z' })).toEqual([]);
});

it('starts afresh where the trail is shorter than what was copied: another festival, or a restored backup', async () => {
  copy.add('audit', [
    {
      id: 900,
      line: {
        ...{ key: 'audit:900', at: '2026-07-03T21:00:00.000000Z', actor: 'Noé', laptop: 'booth-9', action: 'resolve' },
        ...{ subject: 'event:1', what: null, words: 'gone' },
      },
    },
  ]);
  await silence();
  await follower.refresh();
  expect(found().map(({ action }) => action)).toEqual(['silence']);
});

it('lets the oldest go where there are too many, and still knows how far it has copied', async () => {
  copy = createSystemCopy(buffer, 3);
  follower = createSystemFollower({ database: database.festival, copy });
  for (const id of ['11', '12', '13', '14', '15']) await raise(id);
  await follower.refresh();
  expect(found().map(({ subject }) => subject)).toEqual(['event:15', 'event:14', 'event:13']);
  expect(found({ words: '11' })).toEqual([]);
  expect(await follower.refresh()).toBe(false);
});

it('copies more messages than are read at once, although they ended within the same minutes', async () => {
  const eventId = await insertEvent(database);
  const send = (contact: string, count: number) =>
    database.admin.query(
      `insert into console.deliveries (event_id, severity, called_at, episode, step, contact, channel, due_at, state,
         claimed_by, ended_at)
       select $1, 'CRITICAL', now(), now(), 0, $2 || n, 'email', now(), 'sent', 'booth-1', now() from generate_series(1, $3::int) n`,
      [eventId, contact, count],
    );
  await send('duty', 1_100);
  await follower.refresh();
  expect(found({ limit: 2_000 })).toHaveLength(1_100);
  await send('lead', 1);
  expect(await follower.refresh()).toBe(true);
  expect(found({ words: 'lead1' })).toHaveLength(1);
});
