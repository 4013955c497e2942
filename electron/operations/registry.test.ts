import { v7 as uuid } from 'uuid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cents } from '../../shared/domain/money.ts';
import { type RowId, rowId } from '../../shared/domain/row-id.ts';
import { readDetectors } from '../engine/detector-report.ts';
import { insertEvent } from '../testing/alerts.ts';
import { createTestDatabase, type TestDatabase } from '../testing/database.ts';
import { festivalOf } from '../testing/festival.ts';
import { submitTo } from '../testing/submit.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.close());

const submit = submitTo(() => database.festival);

const one = async (text: string, values: unknown[] = []) => (await database.admin.query(text, values)).rows[0];

describe('a command', () => {
  it('is applied once, however often it is sent', async () => {
    const eventId = await insertEvent(database);
    const operationId = uuid();
    const first = await submit('alert.note', { operationId, eventId, text: 'seen at the bar' });
    const second = await submit('alert.note', { operationId, eventId, text: 'seen at the bar' });
    expect([first, second]).toEqual([
      { outcome: 'applied', result: {} },
      { outcome: 'applied', result: {} },
    ]);
    expect(await one(`select count(*) from console.timeline where event_id = $1`, [eventId])).toEqual({ count: '1' });
    expect(await one(`select count(*) from console.audit where operation_id = $1`, [operationId])).toEqual({
      count: '1',
    });
  });

  it('is applied once when two laptops send it at the same moment', async () => {
    const eventId = await insertEvent(database);
    const operationId = uuid();
    await Promise.all(Array.from({ length: 4 }, () => submit('alert.note', { operationId, eventId, text: 'twice' })));
    expect(await one(`select count(*) from console.timeline where event_id = $1`, [eventId])).toEqual({ count: '1' });
  });

  it('is refused when its id was used for other contents', async () => {
    const eventId = await insertEvent(database);
    const operationId = uuid();
    await submit('alert.note', { operationId, eventId, text: 'one thing' });
    const other = await submit('alert.note', { operationId, eventId, text: 'another thing' });
    expect(other).toMatchObject({ outcome: 'rejected', error: { code: 'operation_reused' } });
  });

  it('that the server ends to break a deadlock is tried again', async () => {
    const eventId = await insertEvent(database);
    const operationId = uuid();
    // The other one waits longer before it looks for a deadlock, so the command is the one that is ended.
    await database.admin.query(`set deadlock_timeout = '30s'`);
    await database.admin.query('begin');
    await database.admin.query('select from console.audit_head for update');
    const given = submit('alert.note', { operationId, eventId, text: 'in the way' });
    for (let waiting = '0'; waiting === '0'; ) {
      const { rows } = await database.maintenance.query(
        `select count(*) from pg_stat_activity where wait_event_type = 'Lock' and query like '%record_given%' and datname = $1`,
        [database.adminSettings.database],
      );
      waiting = rows[0].count;
    }
    await database.admin.query(
      `insert into console.operations (operation_id, command, content_hash, outcome, operator, laptop, laptop_at)
       values ($1, 'other', '', '{}', '', '', now())`,
      [operationId],
    );
    await database.admin.query('rollback');
    expect(await given).toEqual({ outcome: 'applied', result: {} });
    expect(await one(`select count(*) from console.timeline where event_id = $1`, [eventId])).toEqual({ count: '1' });
  });

  it('about an alert that does not exist is refused', async () => {
    const outcome = await submit('alert.acknowledge', { eventId: rowId(999_999) });
    expect(outcome).toMatchObject({ outcome: 'rejected', error: { code: 'not_found' } });
  });
});

describe('acknowledging', () => {
  it('keeps the first name, on the whole incident and in the guide’s alert_history', async () => {
    const eventId = await insertEvent(database);
    const linked = await insertEvent(database, { incidentId: eventId, algorithm: 'balance_mismatch_detection' });
    await submit('alert.acknowledge', { eventId });
    await submit('alert.acknowledge', { eventId: linked }, 'Noé');
    expect(await one(`select acknowledged_by from console.alerts where event_id = $1`, [linked])).toEqual({
      acknowledged_by: 'Léa',
    });
    expect(await one(`select acknowledged_by from alert_history where monitoring_event_id = $1`, [eventId])).toEqual({
      acknowledged_by: 'Léa',
    });
  });

  it('can be undone', async () => {
    const eventId = await insertEvent(database);
    await submit('alert.take', { eventId, holder: null });
    await submit('alert.unacknowledge', { eventId });
    expect(
      await one(
        `select e.status, a.acknowledged_by, a.taken_by from monitoring_events e join console.alerts a using (event_id)
         where event_id = $1`,
        [eventId],
      ),
    ).toEqual({ status: 'OPEN', acknowledged_by: null, taken_by: null });
  });

  it('works on an event that another monitoring system wrote', async () => {
    const eventId = await insertEvent(database, { foreign: true });
    expect(await submit('alert.take', { eventId, holder: null })).toMatchObject({
      outcome: 'applied',
    });
    expect(await one(`select status from monitoring_events where event_id = $1`, [eventId])).toEqual({
      status: 'INVESTIGATING',
    });
  });
});

describe('taking', () => {
  const holder = (eventId: RowId) =>
    one(`select taken_by, taken_on from console.alerts where event_id = $1`, [eventId]);
  const kinds = async (eventId: RowId) =>
    (
      await database.admin.query(`select kind, data from console.timeline where event_id = $1 order by entry_id`, [
        eventId,
      ])
    ).rows;

  it('what somebody else has is a conflict that names them, until their name is given', async () => {
    const eventId = await insertEvent(database);
    const linked = await insertEvent(database, { incidentId: eventId });
    await submit('alert.take', { eventId, holder: null });
    const late = { eventId: linked, holder: null };
    expect(await submit('alert.take', { ...late }, 'Noé')).toMatchObject({
      outcome: 'conflict',
      error: { code: 'taken_by_other', params: { name: 'Léa', laptop: 'booth-1' } },
    });
    expect(await holder(eventId)).toEqual({ taken_by: 'Léa', taken_on: 'booth-1' });
    expect(await submit('alert.take', { eventId: linked, holder: 'Léa' }, 'Noé')).toMatchObject({
      outcome: 'applied',
    });
    expect(await holder(eventId)).toEqual({ taken_by: 'Noé', taken_on: 'booth-1' });
    expect(await kinds(eventId)).toMatchObject([{ kind: 'taken' }]);
    expect(await kinds(linked)).toMatchObject([{ kind: 'taken_over', data: { from: 'Léa', laptop: 'booth-1' } }]);
    expect(await one(`select action from console.audit where subject = $1`, [`event:${linked}`])).toEqual({
      action: 'take_over',
    });
  });

  it('over from somebody who has it no more is a conflict that names who has it now', async () => {
    const eventId = await insertEvent(database);
    await submit('alert.take', { eventId, holder: null });
    await submit('alert.take', { eventId, holder: 'Léa' }, 'Noé');
    expect(await submit('alert.take', { eventId, holder: 'Léa' }, 'Ada')).toMatchObject({
      outcome: 'conflict',
      error: { params: { name: 'Noé' } },
    });
  });

  it('is not undone by somebody else', async () => {
    const eventId = await insertEvent(database);
    await submit('alert.take', { eventId, holder: null });
    expect(await submit('alert.unacknowledge', { eventId }, 'Noé')).toMatchObject({
      outcome: 'conflict',
      error: { code: 'taken_by_other' },
    });
    expect(await holder(eventId)).toMatchObject({ taken_by: 'Léa' });
  });

  it('stays with who has it when somebody else begins the runbook', async () => {
    const eventId = await insertEvent(database);
    await submit('alert.take', { eventId, holder: null });
    const runbookId = 'deduction-on-failure';
    expect(await submit('runbook.start', { eventId, runId: uuid(), runbookId }, 'Noé')).toMatchObject({
      outcome: 'applied',
    });
    expect(await holder(eventId)).toMatchObject({ taken_by: 'Léa' });
  });
});

describe('thresholds', () => {
  const set = (base: string | null | undefined, count: number, operator: string) =>
    submit(
      'detectors.set',
      { operationId: uuid(), algorithm: 'consecutive_failures', thresholds: { count, minutes: 10 }, base },
      operator,
    );

  it('that somebody else has changed since they were looked at are a conflict that names them', async () => {
    expect(await set(null, 4, 'Léa')).toMatchObject({ outcome: 'applied' });
    expect(await set(null, 5, 'Noé')).toMatchObject({
      outcome: 'conflict',
      error: { code: 'thresholds_changed', params: { name: 'Léa' } },
    });
    const { detectors } = await readDetectors(database.festival);
    const seen = detectors.find(({ algorithm }) => algorithm === 'consecutive_failures')?.updatedAt;
    expect(await set(seen, 5, 'Noé')).toMatchObject({ outcome: 'applied' });
    expect(await one(`select author from console.detector_setting_changes order by change_id desc limit 1`)).toEqual({
      author: 'Noé',
    });
  });

  it('set at the same moment are set by one', async () => {
    await database.admin.query('delete from console.detector_settings');
    const outcomes = await Promise.all(['Léa', 'Noé', 'Ada'].map((operator, index) => set(null, 4 + index, operator)));
    expect(outcomes.map(({ outcome }) => outcome).sort()).toEqual(['applied', 'conflict', 'conflict']);
  });
});

describe('closing', () => {
  it('resolves every open event of the incident and fills alert_history', async () => {
    const eventId = await insertEvent(database);
    const linked = await insertEvent(database, { incidentId: eventId });
    await submit('alert.resolve', { eventId, note: 'paid in cash' });
    const { rows } = await database.admin.query(
      `select status, resolution_notes, resolution_time_seconds from monitoring_events e
       join alert_history h on h.monitoring_event_id = e.event_id where event_id = any ($1) order by event_id`,
      [[eventId, linked]],
    );
    expect(rows).toEqual([
      { status: 'RESOLVED', resolution_notes: 'paid in cash', resolution_time_seconds: expect.any(Number) },
      { status: 'RESOLVED', resolution_notes: 'paid in cash', resolution_time_seconds: expect.any(Number) },
    ]);
  });

  it('an alert that somebody closed already is a conflict that shows their words', async () => {
    const eventId = await insertEvent(database);
    await submit('alert.falsePositive', { eventId, reason: 'test order' });
    const late = await submit('alert.resolve', { eventId, note: 'done' }, 'Noé');
    expect(late).toMatchObject({
      outcome: 'conflict',
      error: { code: 'event_closed', params: { status: 'FALSE_POSITIVE', notes: 'test order' } },
    });
  });
});

describe('a correction', () => {
  const deduction = async (cardId: string) => {
    const festival = festivalOf(database);
    await festival.card(cardId, 20);
    const failed = await festival.failedOrder(cardId, 15.5, { takes: 15.5 });
    const eventId = await insertEvent(database, { cardId, amount: '15.50' });
    return { eventId, original: String(await festival.transactionIdOf(failed)) };
  };
  const correct = (cardId: string, eventId: RowId, original: string, seenActual: number, operationId = uuid()) =>
    submit('correction.apply', {
      operationId,
      eventId,
      cardId,
      kind: 'restore_card',
      cardDeltaCents: cents(1_550),
      ledgerDeltaCents: cents(0),
      seenActualCents: cents(seenActual),
      seenExpectedCents: cents(2_000),
      originalTransaction: original,
      reason: 'order failed, money taken',
      approver: null,
    });

  it('gives the money back, closes the event and answers a repeat with the same result', async () => {
    const { eventId, original } = await deduction('CARD-A');
    const operationId = uuid();
    const first = await correct('CARD-A', eventId, original, 450, operationId);
    const again = await correct('CARD-A', eventId, original, 450, operationId);
    expect(first).toMatchObject({ outcome: 'applied', result: { cardBeforeCents: 450, cardAfterCents: 2_000 } });
    expect(again).toEqual(first);
    expect(
      await one(
        `select c.amount, e.status, (select count(*) from app_transaction_log where card_id = c.id
           and transaction_type = 'manual_correction') as corrections
         from table_cards c, monitoring_events e where c.id = 'CARD-A' and e.event_id = $1`,
        [eventId],
      ),
    ).toEqual({ amount: '20.00', status: 'RESOLVED', corrections: '1' });
  });

  it('on figures that moved is a conflict with today’s figures', async () => {
    const { eventId, original } = await deduction('CARD-B');
    const outcome = await correct('CARD-B', eventId, original, 500);
    expect(outcome).toEqual({
      outcome: 'conflict',
      error: { code: 'correction_stale', params: { actualCents: 450, expectedCents: 2_000 } },
    });
    expect(await one(`select amount from table_cards where id = 'CARD-B'`)).toEqual({ amount: '4.50' });
  });

  it('on a card that a bar holds locked may be sent again with the same id', async () => {
    const { eventId, original } = await deduction('CARD-C');
    const operationId = uuid();
    await database.admin.query('begin');
    await database.admin.query(`select from table_cards where id = 'CARD-C' for update`);
    await expect(correct('CARD-C', eventId, original, 450, operationId)).rejects.toMatchObject({
      error: { code: 'correction_card_busy' },
    });
    await database.admin.query('rollback');
    expect(await one(`select count(*) from console.operations where operation_id = $1`, [operationId])).toEqual({
      count: '0',
    });
    expect(await correct('CARD-C', eventId, original, 450, operationId)).toMatchObject({ outcome: 'applied' });
  });
});
