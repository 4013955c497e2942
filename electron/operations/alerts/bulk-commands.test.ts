import { v7 as uuid } from 'uuid';
import { beforeEach, describe, expect, it } from 'vitest';
import { type RowId, rowId } from '../../../shared/domain/row-id.ts';
import { insertEvent } from '../../testing/alerts.ts';
import type { TestDatabase } from '../../testing/database.ts';
import { borrowTestDatabase } from '../../testing/reused-database.ts';
import { submitTo } from '../../testing/submit.ts';

let database: TestDatabase;
beforeEach(async () => {
  database = await borrowTestDatabase();
  return () => database.close();
});

const submit = submitTo(() => database.festival);
const ask = async (text: string, values: unknown[] = []) => (await database.admin.query(text, values)).rows;
const rowsOf = (eventIds: readonly RowId[]) =>
  ask(
    `select e.status, a.acknowledged_by, a.taken_by, a.snoozed_until is not null as snoozed,
       round(extract(epoch from a.acknowledged_until - clock_timestamp()) / 60)::int as minutes
     from monitoring_events e join console.alerts a using (event_id) where event_id = any ($1) order by event_id`,
    [eventIds],
  );
const entries = () => ask('select event_id, kind, actor, data from console.timeline order by event_id, entry_id');
const audit = () => ask('select action, subject, actor, data from console.audit order by seq');
const many = async (count: number, some: Parameters<typeof insertEvent>[1] = {}): Promise<RowId[]> => {
  const ids: RowId[] = [];
  for (let made = 0; made < count; made += 1) ids.push(await insertEvent(database, some));
  return ids;
};

describe('one command on many alerts', () => {
  it('acknowledges each as long as its own severity says, on every timeline and once on the audit trail', async () => {
    const [critical, low] = [await insertEvent(database), await insertEvent(database, { severity: 'LOW' })];
    const linked = await insertEvent(database, { severity: 'HIGH', incidentId: low });
    const outcome = await submit('alerts.acknowledge', { eventIds: [critical, low] });
    expect(outcome).toEqual({ outcome: 'applied', result: { done: [critical, low], refused: [] } });
    expect(await rowsOf([critical, low, linked])).toMatchObject([
      { acknowledged_by: 'Léa', minutes: 10 },
      { acknowledged_by: 'Léa', minutes: 20 },
      { acknowledged_by: 'Léa', minutes: 20 },
    ]);
    expect(await entries()).toMatchObject([
      { event_id: critical, kind: 'acknowledged', actor: 'Léa' },
      { event_id: low, kind: 'acknowledged', actor: 'Léa' },
    ]);
    expect(await audit()).toEqual([
      {
        ...{ action: 'acknowledge', subject: 'alerts', actor: 'Léa' },
        data: { alerts: [critical, low], events: [critical, low, linked], refused: [] },
      },
    ]);
  });

  it('is applied once, however often it is sent', async () => {
    const eventIds = await many(3);
    const operationId = uuid();
    const first = await submit('alerts.take', { operationId, eventIds });
    expect(await submit('alerts.take', { operationId, eventIds })).toEqual(first);
    expect(await entries()).toHaveLength(3);
    expect(await audit()).toHaveLength(1);
    expect(await rowsOf(eventIds)).toMatchObject(eventIds.map(() => ({ status: 'INVESTIGATING', taken_by: 'Léa' })));
  });

  it('names those on which it could not be done, and does the rest', async () => {
    const [free, others, closed, gone] = [...(await many(3)), rowId(999_999)] as [RowId, RowId, RowId, RowId];
    await submit('alert.take', { eventId: others, holder: null }, 'Nils');
    await submit('alert.resolve', { eventId: closed, note: 'paid back' }, 'Ana');
    const outcome = await submit('alerts.take', { eventIds: [free, others, closed, gone] });
    expect(outcome).toMatchObject({
      outcome: 'applied',
      result: {
        done: [free],
        refused: [
          { eventId: closed, error: { code: 'event_closed', params: { by: 'Ana', notes: 'paid back' } } },
          { eventId: gone, error: { code: 'not_found' } },
          { eventId: others, error: { code: 'taken_by_other', params: { name: 'Nils' } } },
        ],
      },
    });
    expect(await rowsOf([free, others, closed])).toMatchObject([
      { taken_by: 'Léa' },
      { taken_by: 'Nils' },
      { status: 'RESOLVED', taken_by: null },
    ]);
  });

  it('is refused like the one on one alert where it could be done on none, and writes nothing', async () => {
    const eventIds = await many(2);
    await submit('alerts.resolve', { eventIds, note: 'paid back' }, 'Ana');
    const before = [await entries(), await audit()];
    expect(await submit('alerts.acknowledge', { eventIds })).toMatchObject({
      outcome: 'conflict',
      error: { code: 'event_closed', params: { by: 'Ana' } },
    });
    expect([await entries(), await audit()]).toEqual(before);
  });

  it('is given back by a command of its own, but not what somebody else has', async () => {
    const [mine, others] = (await many(2)) as [RowId, RowId];
    await submit('alerts.take', { eventIds: [mine] });
    await submit('alerts.take', { eventIds: [others] }, 'Nils');
    const back = await submit('alerts.unacknowledge', { eventIds: [mine, others] });
    expect(back).toMatchObject({ result: { done: [mine], refused: [{ eventId: others }] } });
    expect(await rowsOf([mine, others])).toMatchObject([
      { status: 'OPEN', acknowledged_by: null, taken_by: null },
      { status: 'INVESTIGATING', taken_by: 'Nils' },
    ]);
  });

  it('snoozes all for as long and with the words that were given', async () => {
    const eventIds = await many(2);
    await submit('alerts.snooze', { eventIds, minutes: 30, reason: 'the bar is being asked' });
    expect(await rowsOf(eventIds)).toMatchObject(eventIds.map(() => ({ snoozed: true, minutes: 30 })));
    expect((await entries())[1]).toMatchObject({
      kind: 'snoozed',
      data: { minutes: 30, reason: 'the bar is being asked' },
    });
  });

  it('resolves two events of one incident as one alert', async () => {
    const eventId = await insertEvent(database);
    const linked = await insertEvent(database, { incidentId: eventId });
    const outcome = await submit('alerts.resolve', { eventIds: [eventId, linked], note: 'paid back in cash' });
    expect(outcome).toMatchObject({ result: { done: [eventId], refused: [] } });
    expect(await rowsOf([eventId, linked])).toMatchObject([{ status: 'RESOLVED' }, { status: 'RESOLVED' }]);
    expect(await entries()).toMatchObject([{ kind: 'resolved', data: { note: 'paid back in cash' } }]);
  });

  it('merges all into one, and names one that is somewhere else by now', async () => {
    const [into, first, second, moved] = (await many(4)) as [RowId, RowId, RowId, RowId];
    await submit('alert.merge', { eventId: moved, into: second, seen: { incidentId: moved, into: second } }, 'Nils');
    const outcome = await submit('alerts.merge', {
      eventIds: [first, moved],
      into,
      seen: { incidentIds: [first, moved], into },
    });
    expect(outcome).toMatchObject({
      result: { done: [first], refused: [{ eventId: moved, error: { code: 'incident_moved' } }] },
    });
    expect(await ask('select event_id, incident_id from console.alerts order by event_id')).toEqual([
      { event_id: into, incident_id: into },
      { event_id: first, incident_id: into },
      { event_id: second, incident_id: second },
      { event_id: moved, incident_id: second },
    ]);
  });

  it('by two operators on the same alerts in another order ends in no deadlock', async () => {
    const eventIds = await many(20);
    const outcomes = await Promise.all([
      submit('alerts.acknowledge', { eventIds }, 'Léa'),
      submit('alerts.acknowledge', { eventIds: [...eventIds].reverse() }, 'Nils'),
    ]);
    expect(outcomes.map(({ outcome }) => outcome)).toEqual(['applied', 'applied']);
  });
});
