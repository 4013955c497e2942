import { v7 as uuid } from 'uuid';
import { beforeEach, describe, expect, it } from 'vitest';
import { type RowId, rowId, rowIdSchema } from '../../../shared/domain/row-id.ts';
import { insertEvent } from '../../testing/alerts.ts';
import type { TestDatabase } from '../../testing/database.ts';
import { createTestEngine } from '../../testing/engine.ts';
import { festivalOf } from '../../testing/festival.ts';
import { borrowTestDatabase } from '../../testing/reused-database.ts';
import { applyTo, submitAs } from '../../testing/submit.ts';
import type { Engine } from '../engine.ts';

let database: TestDatabase;
let engine: Engine;
beforeEach(async () => {
  database = await borrowTestDatabase();
  engine = createTestEngine({ database, errors: [] });
  await engine.runCycle('critical');
  return () => database.close();
});

const apply = applyTo(() => database.festival);
const alertOf = async (eventId: RowId) => {
  const { rows } = await database.admin.query(
    `select e.status, a.acknowledged_by, a.taken_by, a.recalled_at is not null as recalled, a.snoozed_until is not null as snoozed,
       round(extract(epoch from a.acknowledged_until - clock_timestamp()) / 60)::int as minutes
     from monitoring_events e join console.alerts a using (event_id) where event_id = $1`,
    [eventId],
  );
  return rows[0];
};
const kinds = async (eventId: RowId) => {
  const { rows } = await database.admin.query(
    `select kind from console.timeline where event_id = $1 order by entry_id`,
    [eventId],
  );
  return rows.map(({ kind }) => kind);
};
const passes = (minutes: number) =>
  database.admin.query(
    `update console.alerts set acknowledged_until = acknowledged_until - make_interval(mins => $1)`,
    [minutes],
  );

describe('an acknowledgement', () => {
  it.each([
    ['CRITICAL', 10],
    ['HIGH', 20],
    ['MEDIUM', 60],
    ['LOW', 240],
  ])('of a %s alert holds for %i minutes', async (severity, minutes) => {
    const eventId = await insertEvent(database, { severity });
    await apply('alert.acknowledge', { eventId });
    expect(await alertOf(eventId)).toMatchObject({ acknowledged_by: 'Léa', minutes });
  });

  it('holds for a whole incident as long as its most urgent alert', async () => {
    const eventId = await insertEvent(database, { severity: 'LOW' });
    const linked = await insertEvent(database, { severity: 'CRITICAL', incidentId: eventId });
    await apply('alert.acknowledge', { eventId });
    expect([await alertOf(eventId), await alertOf(linked)]).toMatchObject([{ minutes: 10 }, { minutes: 10 }]);
  });

  it('expires, is on timeline and audit trail, and the alert is unassigned and alerts again', async () => {
    const eventId = await insertEvent(database);
    await apply('alert.take', { eventId, holder: null });
    await passes(9);
    await engine.runCycle('critical');
    expect(await alertOf(eventId)).toMatchObject({ status: 'INVESTIGATING', taken_by: 'Léa', recalled: false });
    await passes(1);
    await engine.runCycle('critical');
    await engine.runCycle('critical');
    expect(await alertOf(eventId)).toMatchObject({
      ...{ status: 'OPEN', acknowledged_by: null, taken_by: null, minutes: null, recalled: true },
    });
    expect(await kinds(eventId)).toEqual(['taken', 'acknowledgement_ended']);
    const { rows } = await database.admin.query(
      `select data from console.audit where action = 'acknowledgement_ended'`,
    );
    expect(rows).toEqual([{ data: { from: 'Léa' } }]);
  });

  it('is renewed by each step of the runbook', async () => {
    const eventId = await insertEvent(database);
    const runId = uuid();
    await apply('runbook.start', { eventId, runId, runbookId: 'deduction-on-failure' });
    await passes(8);
    await apply('runbook.skipStep', { runId, stepId: 'open-events', reason: 'seen' });
    expect(await alertOf(eventId)).toMatchObject({ minutes: 10 });
  });

  it('of an alert that was closed meanwhile ends in silence', async () => {
    const eventId = await insertEvent(database);
    await apply('alert.acknowledge', { eventId });
    await apply('alert.resolve', { eventId, note: 'done' });
    await passes(11);
    await engine.runCycle('critical');
    expect(await alertOf(eventId)).toMatchObject({ status: 'RESOLVED', acknowledged_by: 'Léa', minutes: null });
    expect(await kinds(eventId)).toEqual(['acknowledged', 'resolved']);
  });
});

describe('something new', () => {
  const failure = async (secondsAgo: number) => festivalOf(database).failedOrder('04FA', 3, { takes: 0, secondsAgo });
  const raise = async (): Promise<RowId> => {
    for (const secondsAgo of [90, 60, 30]) await failure(secondsAgo);
    await engine.runCycle('critical');
    const { rows } = await database.admin.query(
      `select event_id as id from monitoring_events where detection_algorithm = 'consecutive_failures'`,
    );
    return rowIdSchema.parse(rows[0].id);
  };
  beforeEach(() => festivalOf(database).card('04FA', 20));

  it('ends a snooze', async () => {
    const eventId = await raise();
    await apply('alert.snooze', { eventId, minutes: 30, reason: 'the bar is being asked' });
    expect(await alertOf(eventId)).toMatchObject({ acknowledged_by: 'Léa', snoozed: true, minutes: 30 });
    await failure(0);
    await engine.runCycle('critical');
    expect(await alertOf(eventId)).toMatchObject({ acknowledged_by: null, snoozed: false, recalled: true });
  });

  it('alerts its assignee, and stays assigned', async () => {
    const eventId = await raise();
    await apply('alert.acknowledge', { eventId });
    await failure(0);
    await engine.runCycle('critical');
    expect(await alertOf(eventId)).toMatchObject({ acknowledged_by: 'Léa', recalled: true, minutes: 20 });
  });
});

describe('an alert that is opened again', () => {
  it('is open, unassigned and alerting, and its history is open as well', async () => {
    const eventId = await insertEvent(database);
    await apply('alert.acknowledge', { eventId });
    await apply('alert.resolve', { eventId, note: 'done' });
    await apply('alert.reopen', { eventId, reason: 'the card is still wrong' });
    expect(await alertOf(eventId)).toMatchObject({ status: 'OPEN', acknowledged_by: null, recalled: true });
    const { rows } = await database.admin.query(
      `select resolved_at, resolution_time_seconds from alert_history where monitoring_event_id = $1`,
      [eventId],
    );
    expect(rows).toEqual([{ resolved_at: null, resolution_time_seconds: null }]);
    expect(await kinds(eventId)).toEqual(['acknowledged', 'resolved', 'reopened']);
  });

  it('must be closed, and must not have recurred', async () => {
    const reopen = (eventId: RowId) => submitAs(database.festival, 'Léa', 'alert.reopen', { eventId, reason: 'again' });
    const eventId = await insertEvent(database);
    expect(await reopen(eventId)).toMatchObject({ error: { code: 'event_open' } });
    expect(await reopen(rowId(999_999))).toMatchObject({ error: { code: 'not_found' } });
    await apply('alert.resolve', { eventId, note: 'done' });
    const later = await insertEvent(database);
    await database.admin.query(
      `insert into console.findings (finding_key, episode, algorithm, facts, event_id)
       values ('same', 1, 'x', '', $1), ('same', 2, 'x', '', $2)`,
      [eventId, later],
    );
    expect(await reopen(eventId)).toMatchObject({ error: { code: 'event_came_back', params: { event: later } } });
  });
});
