import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Buffer, openBuffer } from '../../buffer/buffer.ts';
import { createMirror, type Mirror } from '../../buffer/mirror.ts';
import { driverOptions } from '../../postgres/connection-settings.ts';
import { type FestivalDatabase, openFestivalDatabase } from '../../postgres/pool.ts';
import { insertEvent } from '../../testing/alerts.ts';
import { createTestDatabase, type TestDatabase } from '../../testing/database.ts';
import { createFollower, type Follower } from './follower.ts';

/* Somebody writes, with the login of a laptop, a row that no console can read: from then on no console shows an alert. */

let database: TestDatabase;
let following: FestivalDatabase;
let login: pg.Client;
let folder: string;
let buffer: Buffer;
let mirror: Mirror;
let follower: Follower;
const setAside: string[] = [];

beforeAll(async () => {
  database = await createTestDatabase();
  login = new pg.Client(driverOptions(database.consoleSettings));
  await login.connect();
  folder = mkdtempSync(join(tmpdir(), 'regie-follower-attack-'));
  buffer = openBuffer(join(folder, 'mirror.sqlite'), 'mirror');
  mirror = createMirror(buffer);
  following = openFestivalDatabase({
    settings: database.consoleSettings,
    applicationName: 'regie/attacked',
    size: 2,
    onBadRow: ({ message }) => setAside.push(message),
  });
  const quiet = { info: () => undefined, warn: () => undefined, error: () => undefined };
  follower = createFollower({ database: following, mirror, publish: () => undefined, log: quiet });
  await follower.refresh();
});
afterAll(async () => {
  buffer.close();
  await login.end();
  await following.close();
  await database.close();
  rmSync(folder, { recursive: true, force: true });
});

const onBoard = () => mirror.board({ closed: false, sinceMs: 0 }).map((alert) => alert.incidentId);

describe('a row that no console can read', () => {
  it('because its JSON nests thousands deep hides neither itself nor the next alert', async () => {
    const attacked = await insertEvent(database, { cardId: 'DEEP' });
    const nested = `{"log_id":${'['.repeat(3_000)}${']'.repeat(3_000)}}`;
    await login.query('update monitoring_events set event_data = $1, context_data = $1 where event_id = $2', [
      nested,
      attacked,
    ]);
    await login.query(
      `insert into console.timeline (event_id, kind, actor, data) values ($1, 'note', 'regie-engine', $2)`,
      [attacked, nested],
    );
    const good = await insertEvent(database, { cardId: 'GOOD' });
    await follower.refresh();
    expect(onBoard()).toEqual(expect.arrayContaining([attacked, good]));
    expect(mirror.incident(attacked)?.alert.lead.facts).toEqual({ unreadable: 'too long or nested too deep' });
  });

  it('because a number is beyond all numbers is set aside, and named', async () => {
    await login.query(`insert into console.changes (change_id, event_id) values (9223372036854775807, 1)`);
    const good = await insertEvent(database, { cardId: 'NEXT' });
    await follower.refresh();
    expect(onBoard()).toContain(good);
    expect(setAside).toEqual([expect.stringContaining('change_id 9223372036854775807')]);
  });

  it('also for a console that starts only now', async () => {
    const started = createFollower({
      database: following,
      mirror,
      publish: () => undefined,
      log: { info: () => undefined, warn: () => undefined, error: () => undefined },
    });
    const good = await insertEvent(database, { cardId: 'LATER' });
    await started.refresh();
    expect(onBoard()).toContain(good);
  });
});
