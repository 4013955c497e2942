import { beforeEach, describe, expect, it } from 'vitest';
import { GUIDE_ESCALATION } from '../../../shared/domain/escalation.ts';
import { type RowId, rowId } from '../../../shared/domain/row-id.ts';
import { insertEvent } from '../../testing/alerts.ts';
import type { TestDatabase } from '../../testing/database.ts';
import { ageComparisons, createTestEngine, eventsOf } from '../../testing/engine.ts';
import { festivalOf } from '../../testing/festival.ts';
import { borrowTestDatabase } from '../../testing/reused-database.ts';
import { submitTo } from '../../testing/submit.ts';
import { claimDeliveries } from '../escalation/claims.ts';
import { readDeliveries } from '../escalation/deliveries.ts';
import { escalateDue } from '../escalation/policy.ts';
import { loadIncidents } from './incident-rows.ts';

let database: TestDatabase;
beforeEach(async () => {
  database = await borrowTestDatabase();
  return () => database.close();
});

const submit = submitTo(
  () => database.festival,
  (operator) => ({ laptop: `${operator}’s` }),
);
const merge = (eventId: RowId, into: RowId, operator = 'Léa', seen = { incidentId: eventId, into }) =>
  submit('alert.merge', { eventId, into, seen }, operator);
const split = (eventId: RowId, incidentId: RowId, together = false) =>
  submit('alert.split', { eventId, together, seen: { incidentId } });
/** Event by event, its incident. */
const incidents = async () =>
  Object.fromEntries(
    (await database.admin.query('select event_id, incident_id from console.alerts order by event_id')).rows.map(
      ({ event_id: event, incident_id: incident }) => [event, incident],
    ),
  );
const rowOf = async (eventId: RowId) =>
  (
    await database.admin.query(
      `select e.status, a.acknowledged_by, a.taken_by, a.recalled_at is not null as recalled
       from console.alerts a join monitoring_events e using (event_id) where event_id = $1`,
      [eventId],
    )
  ).rows[0];
const timelineOf = async (eventId: RowId) =>
  (
    await database.admin.query('select kind, actor from console.timeline where event_id = $1 order by entry_id', [
      eventId,
    ])
  ).rows;
const applied = { outcome: 'applied' };

describe('an incident that is merged into another one', () => {
  it('is part of it, led by the most urgent of both, and recorded on both timelines', async () => {
    const low = await insertEvent(database, { severity: 'LOW' });
    const critical = await insertEvent(database);
    expect(await merge(critical, low)).toMatchObject(applied);
    expect(await incidents()).toEqual({ [low]: low, [critical]: low });
    const [incident] = await database.festival.read((tx) => loadIncidents(tx, [critical]));
    expect(incident?.alert).toMatchObject({
      incidentId: low,
      lead: { eventId: critical, placed: 'merged', placedFrom: critical },
    });
    expect(incident?.timeline.map(({ kind, eventId }) => [kind, eventId])).toEqual([
      ['merged', critical],
      ['merged_here', low],
    ]);
    const { rows } = await database.admin.query('select action, actor from console.audit');
    expect(rows).toEqual([{ action: 'merge', actor: 'Léa' }]);
  });

  it('takes over that one’s assignee, and alerts once more where it was not acknowledged', async () => {
    const [taken, fresh] = [await insertEvent(database), await insertEvent(database)];
    await submit('alert.take', { eventId: taken, holder: null }, 'Nils');
    await merge(fresh, taken);
    expect(await rowOf(fresh)).toEqual({
      status: 'INVESTIGATING',
      acknowledged_by: 'Nils',
      taken_by: 'Nils',
      recalled: true,
    });
    const { rows } = await database.admin.query(
      'select acknowledged_by from alert_history where monitoring_event_id = $1',
      [fresh],
    );
    expect(rows).toEqual([{ acknowledged_by: 'Léa' }]);
  });

  it('quiets nothing: what is not acknowledged stays alerting', async () => {
    const [open, acknowledged] = [await insertEvent(database), await insertEvent(database, { severity: 'LOW' })];
    await submit('alert.take', { eventId: acknowledged, holder: null });
    await merge(acknowledged, open);
    for (const eventId of [open, acknowledged])
      expect(await rowOf(eventId)).toMatchObject({ status: 'OPEN', acknowledged_by: null, taken_by: null });
  });

  it('is joined once by two who do it at the same moment, in either direction', async () => {
    const [a, b] = [await insertEvent(database), await insertEvent(database)];
    const outcomes = await Promise.all([merge(a, b, 'Léa'), merge(b, a, 'Nils'), merge(a, b, 'Ana')]);
    expect(outcomes.filter(({ outcome }) => outcome === 'applied').length).toBeGreaterThanOrEqual(1);
    expect(new Set(Object.values(await incidents())).size).toBe(1);
  });

  it('is not escalated a second time', async () => {
    const tell = () =>
      database.festival.write(async (tx) => {
        await escalateDue(tx, {
          settings: {
            ...GUIDE_ESCALATION,
            contacts: GUIDE_ESCALATION.contacts.map((one) => ({ ...one, phone: '+33600000001' })),
            twilio: { url: 'http://127.0.0.1:9', account: 'AC1', token: 'secret', from: '+33100000000' },
          },
          localTime: '21:00',
        });
        return claimDeliveries(tx, { laptop: 'booth-1' });
      });
    const [older, newer] = [await insertEvent(database), await insertEvent(database)];
    await database.admin.query(
      `update monitoring_events set detection_timestamp = now() - interval '70 seconds' where event_id = $1`,
      [older],
    );
    expect(await tell()).toHaveLength(2);
    await merge(older, newer);
    expect(await tell()).toEqual([]);
    const deliveries = await database.festival.read(readDeliveries);
    expect(deliveries.map(({ incidentId }) => incidentId)).toEqual([newer, newer]);
  });

  it.each([
    [
      'closed',
      (other: RowId) => submit('alert.resolve', { eventId: other, note: 'a test order' }, 'Nils'),
      'event_closed',
    ],
    [
      'joined to a third one',
      async (other: RowId) => merge(other, await insertEvent(database), 'Nils'),
      'incident_moved',
    ],
  ] as const)('that somebody has %s meanwhile comes back with both sides', async (_, meanwhile, code) => {
    for (const side of ['source', 'target'] as const) {
      const [source, target] = [await insertEvent(database), await insertEvent(database)];
      await meanwhile(side === 'source' ? source : target);
      const before = await incidents();
      expect(await merge(source, target)).toMatchObject({
        outcome: 'conflict',
        error: { code, params: { [code === 'event_closed' ? 'by' : 'name']: 'Nils' } },
      });
      expect(await incidents()).toEqual(before);
    }
  });
});

describe('an event that is split off its incident', () => {
  it('goes with what came with it, back to its own number, and so undoes the joining', async () => {
    const [target, head] = [await insertEvent(database), await insertEvent(database)];
    const member = await insertEvent(database, { incidentId: head });
    const before = await incidents();
    await merge(head, target);
    expect(await split(member, target, true)).toMatchObject({ ...applied, result: { incidentId: head } });
    expect(await incidents()).toEqual(before);
    expect(await timelineOf(member)).toEqual([{ kind: 'split', actor: 'Léa' }]);
    expect(await timelineOf(target)).toEqual([
      { kind: 'merged_here', actor: 'Léa' },
      { kind: 'split_here', actor: 'Léa' },
    ]);
    expect(await rowOf(head)).toMatchObject({ recalled: true });
  });

  it('may be the one that gave the incident its number, which then is another one’s', async () => {
    const head = await insertEvent(database);
    const [second, third] = [
      await insertEvent(database, { incidentId: head }),
      await insertEvent(database, { incidentId: head }),
    ];
    await database.admin.query(`update console.alerts set storm = 'storm' where event_id = $1`, [head]);
    expect(await split(head, head)).toMatchObject(applied);
    expect(await incidents()).toEqual({ [head]: head, [second]: second, [third]: second });
    const { rows } = await database.admin.query('select storm from console.alerts where event_id = $1', [second]);
    expect(rows).toEqual([{ storm: 'storm' }]);
    expect(await split(head, head)).toMatchObject({ error: { code: 'incident_of_one' } });
  });

  it('that has moved elsewhere meanwhile comes back with both sides', async () => {
    const head = await insertEvent(database);
    const member = await insertEvent(database, { incidentId: head });
    await split(member, head);
    expect(await split(member, head)).toMatchObject({
      outcome: 'conflict',
      error: { code: 'incident_moved', params: { incident: member, name: 'Léa' } },
    });
  });
});

describe('the engine', () => {
  /** A failed order that took money, and the mismatch that it explains: one incident by the engine. */
  const deduction = async (card: string) => {
    const festival = festivalOf(database);
    const engine = createTestEngine({ database, errors: [] });
    await engine.runCycle('critical');
    await festival.card(card, 20);
    await engine.runCycle('critical');
    await festival.failedOrder(card, 5, { takes: 5 });
    await engine.runCycle('critical');
    await ageComparisons(database);
    await engine.runCycle('critical');
    const [taken] = await eventsOf(database, 'balance_deduction_on_failure');
    const [mismatch] = await eventsOf(database, 'balance_mismatch_detection');
    if (taken === undefined || mismatch === undefined) throw new Error('the engine has found nothing');
    return { festival, engine, taken: taken.event_id, mismatch: mismatch.event_id };
  };

  it('leaves a mismatch where a person has put it, though the deduction explains it', async () => {
    const { festival, engine, taken, mismatch } = await deduction('04FA');
    expect(await incidents()).toEqual({ [taken]: taken, [mismatch]: taken });
    expect(await split(mismatch, taken)).toMatchObject(applied);
    await festival.failedOrder('04FA', 5, { takes: 5 });
    await engine.runCycle('critical');
    await ageComparisons(database);
    await engine.runCycle('critical');
    expect(await incidents()).toMatchObject({ [taken]: taken, [mismatch]: mismatch });
  });

  it('keeps a deduction apart that was split off, with the mismatch that it explains', async () => {
    const { festival, engine, taken, mismatch } = await deduction('04FA');
    expect(await split(taken, taken)).toMatchObject(applied);
    await festival.failedOrder('04FA', 5, { takes: 5 });
    await engine.runCycle('critical');
    await ageComparisons(database);
    await engine.runCycle('critical');
    expect((await incidents())[mismatch]).not.toBe(taken);
  });

  it('does not part a mismatch that a person has joined to an alert that does not explain it', async () => {
    const { festival, engine, taken, mismatch } = await deduction('04FA');
    const other = await insertEvent(database, { cardId: '04FB' });
    expect(await merge(taken, other)).toMatchObject(applied);
    await festival.changeCard('04FA', -2);
    await engine.runCycle('critical');
    await ageComparisons(database);
    await engine.runCycle('critical');
    expect(await incidents()).toMatchObject({ [taken]: other, [mismatch]: other });
  });

  it('puts what belongs to a storm where a person has put the storm', async () => {
    const festival = festivalOf(database);
    const engine = createTestEngine({ database, errors: [] });
    await engine.runCycle('critical');
    for (let card = 0; card < 30; card += 1) await festival.card(`S${card}`, 20);
    await engine.runCycle('critical');
    for (let card = 0; card < 28; card += 1) await festival.failedOrder(`S${card}`, 5, { takes: 5 });
    await engine.runCycle('critical');
    const [first] = await eventsOf(database, 'balance_deduction_on_failure');
    const head = first?.incident_id ?? rowId(0);
    const other = await insertEvent(database);
    expect(await merge(head, other)).toMatchObject(applied);
    await festival.failedOrder('S28', 5, { takes: 5 });
    await festival.failedOrder('S29', 5, { takes: 5 });
    await engine.runCycle('critical');
    const all = await eventsOf(database, 'balance_deduction_on_failure');
    expect(new Set(all.map(({ incident_id: incident }) => incident))).toEqual(new Set([other]));
  });
});
