import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { RegieEvent } from '../../../shared/contract/events.ts';
import type { RowId } from '../../../shared/domain/row-id.ts';
import { rowIdSchema } from '../../../shared/domain/row-id.ts';
import { type Buffer, openBuffer } from '../../buffer/buffer.ts';
import { createMirror, type Mirror } from '../../buffer/mirror.ts';
import { driverOptions } from '../../postgres/connection-settings.ts';
import { insertEvent } from '../../testing/alerts.ts';
import { createTestDatabase, type TestDatabase } from '../../testing/database.ts';
import { createFollower, type Follower } from './follower.ts';

let database: TestDatabase;
let folder: string;
let buffer: Buffer;
let mirror: Mirror;
let events: RegieEvent[];
let follower: Follower;
let deaf = false;

beforeAll(async () => {
  database = await createTestDatabase();
  folder = mkdtempSync(join(tmpdir(), 'regie-follower-'));
});
afterAll(async () => {
  await database.close();
  rmSync(folder, { recursive: true, force: true });
});
beforeEach(async () => {
  buffer = openBuffer(join(folder, `${process.hrtime.bigint()}.sqlite`), 'mirror');
  mirror = createMirror(buffer);
  events = [];
  follower = createFollower({
    database: database.festival,
    mirror,
    publish: (event) => {
      if (deaf) throw new Error('nobody listens');
      events.push(event);
    },
    log: { info: () => undefined, warn: () => undefined, error: () => undefined },
  });
  await follower.refresh();
  events = [];
  return () => buffer.close();
});

const onBoard = () => mirror.board({ closed: false, sinceMs: 0 }).map((alert) => alert.incidentId);
const raised = () => events.filter((event) => event.event === 'raised').map((event) => event.incidentId);

describe('the follower', () => {
  it('puts a new event on the board and announces it once', async () => {
    const eventId = await insertEvent(database, { cardId: '04AA' });
    await follower.refresh();
    await follower.refresh();
    expect(onBoard()).toContain(eventId);
    expect(raised()).toEqual([eventId]);
  });

  it('announces it again when an existing alert alerts again', async () => {
    const eventId = await insertEvent(database);
    await follower.refresh();
    await database.admin.query('update console.alerts set version = version + 1 where event_id = $1', [eventId]);
    await follower.refresh();
    expect(raised()).toEqual([eventId]);
    await database.admin.query('update console.alerts set recalled_at = now() where event_id = $1', [eventId]);
    await follower.refresh();
    await follower.refresh();
    expect(raised()).toEqual([eventId, eventId]);
  });

  it('keeps an incident whose first event has become part of another one, when that event changes', async () => {
    const [first, later, other] = [
      await insertEvent(database),
      await insertEvent(database),
      await insertEvent(database),
    ];
    const place = (eventId: RowId, incidentId: RowId) =>
      database.admin.query('update console.alerts set incident_id = $2, version = version + 1 where event_id = $1', [
        eventId,
        incidentId,
      ]);
    await place(first, other);
    await place(later, first);
    await follower.refresh();
    expect(onBoard()).toEqual(expect.arrayContaining([first, other]));
    await database.admin.query('update console.alerts set version = version + 1 where event_id = $1', [first]);
    await follower.refresh();
    expect(onBoard()).toEqual(expect.arrayContaining([first, other]));
    expect(onBoard()).not.toContain(later);
  });

  it('finds an event whose transaction commits after later ones', async () => {
    const slow = new pg.Client(driverOptions(database.adminSettings));
    await slow.connect();
    await slow.query('begin');
    const { rows } = await slow.query(
      `insert into monitoring_events (event_type, severity, detection_algorithm, event_data)
       values ('race_condition', 'MEDIUM', 'late', '{}') returning event_id`,
    );
    const late = rowIdSchema.parse(rows[0].event_id);
    const early = await insertEvent(database);
    await follower.refresh();
    await follower.refresh();
    expect(onBoard()).toContain(early);
    expect(onBoard()).not.toContain(late);
    await slow.query('commit');
    await slow.end();
    await follower.refresh();
    await follower.refresh();
    expect(onBoard()).toContain(late);
    expect(raised().sort()).toEqual([late, early].sort());
  });

  it('shows linked events as one incident', async () => {
    const deduction = await insertEvent(database, { cardId: '04BB' });
    const mismatch = await insertEvent(database, {
      cardId: '04BB',
      foreign: true,
      algorithm: 'balance_mismatch_detection',
    });
    await follower.refresh();
    expect(onBoard()).toEqual(expect.arrayContaining([deduction, mismatch]));
    await database.admin.query(
      'insert into console.alerts (event_id, incident_id, occurred_at) values ($1, $2, now())',
      [mismatch, deduction],
    );
    await follower.refresh();
    expect(onBoard()).not.toContain(mismatch);
    expect(mirror.incident(deduction)?.alert.linked.map((event) => event.eventId)).toEqual([mismatch]);
    expect(events.findLast((event) => event.event === 'alerts')).toMatchObject({ removed: [mismatch] });
  });

  it('takes a closed event off the open board and keeps it readable', async () => {
    const eventId = await insertEvent(database);
    await follower.refresh();
    await database.admin.query(
      `update monitoring_events set status = 'RESOLVED', resolved_at = now() where event_id = $1`,
      [eventId],
    );
    await follower.refresh();
    expect(onBoard()).not.toContain(eventId);
    expect(mirror.incident(eventId)?.alert.open).toBe(false);
  });

  it('leaves INFO records off the board', async () => {
    const eventId = await insertEvent(database, {
      severity: 'INFO',
      eventType: 'system_health',
      algorithm: 'health_snapshot',
    });
    await follower.refresh();
    expect(onBoard()).not.toContain(eventId);
  });

  it('shows what it could not store at first, as on a full disk', async () => {
    buffer.exec(`create trigger full before insert on mirror_incidents begin select raise(abort, 'disk full'); end`);
    const eventId = await insertEvent(database);
    await expect(follower.refresh()).rejects.toThrow('disk full');
    await expect(follower.refresh()).rejects.toThrow('disk full');
    buffer.exec('drop trigger full');
    await follower.refresh();
    expect(onBoard()).toContain(eventId);
    expect(events).toContainEqual({ event: 'reload' });
    expect(raised()).toEqual([eventId]);
  });

  it('tells again of what could not be told at first', async () => {
    deaf = true;
    const eventId = await insertEvent(database);
    await expect(follower.refresh()).rejects.toThrow('nobody listens');
    deaf = false;
    await follower.refresh();
    expect(onBoard()).toContain(eventId);
    expect(events).toContainEqual({ event: 'reload' });
  });

  it('after a long silence loads everything and raises the most urgent of what is new', async () => {
    follower.restart();
    await insertEvent(database, { severity: 'MEDIUM' });
    const critical = await insertEvent(database, { severity: 'CRITICAL' });
    await follower.refresh();
    expect(onBoard()).toContain(critical);
    expect(raised()).toEqual([critical]);
  });
});
