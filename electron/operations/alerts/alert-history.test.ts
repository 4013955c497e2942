import { beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { GUIDE_ESCALATION } from '../../../shared/domain/escalation.ts';
import { cents } from '../../../shared/domain/money.ts';
import type { RowId } from '../../../shared/domain/row-id.ts';
import { insertEvent } from '../../testing/alerts.ts';
import type { TestDatabase } from '../../testing/database.ts';
import { ageComparisons, createTestEngine, eventsOf } from '../../testing/engine.ts';
import { festivalOf } from '../../testing/festival.ts';
import { borrowTestDatabase } from '../../testing/reused-database.ts';
import { applyTo } from '../../testing/submit.ts';
import { type Claimed, claimDeliveries } from '../escalation/claims.ts';
import { endDelivery } from '../escalation/deliveries.ts';
import { escalateDue } from '../escalation/policy.ts';

/* The guide's alert_history, for each way in which an alert can end. */
let database: TestDatabase;
beforeEach(async () => {
  database = await borrowTestDatabase();
  return () => database.close();
});

const apply = applyTo(
  () => database.festival,
  () => ({ laptopAt: new Date().toISOString() }),
);
const historyRow = z.object({
  rows: z.int(),
  alert_level: z.string(),
  escalation_level: z.int(),
  escalated: z.boolean(),
  acknowledged_by: z.string().nullable(),
  acknowledged: z.boolean(),
  resolved: z.boolean(),
  /** Whether it is the time between alert and resolution, in whole seconds. */
  exact: z.boolean().nullable(),
  seconds: z.int().nullable(),
});
const historyOf = async (eventId: RowId) =>
  historyRow.parse(
    (
      await database.admin.query(
        `select count(*) over ()::int as rows, alert_level, escalation_level, escalated_at is not null as escalated, acknowledged_by,
           acknowledged_at is not null as acknowledged, resolved_at is not null as resolved, resolution_time_seconds as seconds,
           resolution_time_seconds = round(extract(epoch from resolved_at - alert_timestamp)) as exact
         from alert_history where monitoring_event_id = $1`,
        [eventId],
      )
    ).rows[0],
  );
/** The alert was raised so many seconds ago. */
const ages = async (eventId: RowId, seconds: number): Promise<void> => {
  await database.admin.query(
    'update alert_history set alert_timestamp = alert_timestamp - make_interval(secs => $2) where monitoring_event_id = $1',
    [eventId, seconds],
  );
};
/** The engine finds a failed order that took 5.00 €, and the mismatch that it explains. */
const deduction = async () => {
  const festival = festivalOf(database);
  const engine = createTestEngine({ database, errors: [] });
  await engine.runCycle('critical');
  await festival.card('04FA', 20);
  await engine.runCycle('critical');
  await festival.failedOrder('04FA', 5, { takes: 5 });
  await engine.runCycle('critical');
  await ageComparisons(database);
  await engine.runCycle('critical');
  const [taken] = await eventsOf(database, 'balance_deduction_on_failure');
  const [mismatch] = await eventsOf(database, 'balance_mismatch_detection');
  if (taken === undefined || mismatch === undefined) throw new Error('the engine has found nothing');
  return { festival, engine, eventId: taken.event_id, mismatch: mismatch.event_id };
};
const FRESH = {
  rows: 1,
  alert_level: 'CRITICAL',
  escalation_level: 0,
  escalated: false,
  acknowledged_by: null,
  acknowledged: false,
  resolved: false,
  exact: null,
  seconds: null,
};
const RESOLVED = { ...FRESH, resolved: true, exact: true };
const ENDED = { ...RESOLVED, acknowledged: true, acknowledged_by: 'Léa' };

describe('the history of an alert', () => {
  it('is started by the engine, one row for each alert', async () => {
    const { eventId, mismatch } = await deduction();
    expect(await historyOf(eventId)).toEqual(FRESH);
    expect(await historyOf(mismatch)).toEqual(FRESH);
  });

  it.each([
    ['resolved', 'alert.resolve', { note: 'a test order' }],
    ['called a false positive', 'alert.falsePositive', { reason: 'a test card' }],
  ] as const)('that is acknowledged and %s says by whom, when and how long it took', async (_, name, words) => {
    const { eventId, mismatch } = await deduction();
    for (const id of [eventId, mismatch]) await ages(id, 90);
    await apply('alert.acknowledge', { eventId });
    expect(await historyOf(eventId)).toEqual({ ...FRESH, acknowledged: true, acknowledged_by: 'Léa' });
    await apply(name, { eventId, ...words } as never, 'Nils');
    for (const id of [eventId, mismatch]) {
      const history = await historyOf(id);
      expect(history).toEqual({ ...ENDED, seconds: history.seconds });
      expect(history.seconds).toBeGreaterThanOrEqual(90);
    }
  });

  it('that was not acknowledged names no operator', async () => {
    const { eventId } = await deduction();
    await apply('alert.resolve', { eventId, note: 'a test order' });
    expect(await historyOf(eventId)).toMatchObject({ ...RESOLVED, seconds: expect.any(Number) });
  });

  it('that is corrected ends with the correction, the mismatch that goes with it as well', async () => {
    const { eventId, mismatch } = await deduction();
    await apply('alert.take', { eventId, holder: null });
    const { rows } = await database.admin.query('select transaction_id from monitoring_events where event_id = $1', [
      eventId,
    ]);
    const { rows: logged } = await database.admin.query(
      `select event_data ->> 'log_id' as log_id from monitoring_events where event_id = $1`,
      [eventId],
    );
    await apply('correction.apply', {
      eventId,
      cardId: '04FA',
      kind: 'restore_card',
      cardDeltaCents: cents(500),
      ledgerDeltaCents: cents(0),
      seenActualCents: cents(1_500),
      seenExpectedCents: cents(2_000),
      originalTransaction: rows[0]?.transaction_id ?? `log:${logged[0]?.log_id}`,
      reason: 'the order failed and took the money',
      approver: null,
    });
    for (const id of [eventId, mismatch])
      expect(await historyOf(id)).toMatchObject({ ...ENDED, seconds: expect.any(Number) });
  });

  it('that clears ends as cleared, without an operator', async () => {
    const { festival, engine, mismatch } = await deduction();
    await festival.changeCard('04FA', 5);
    await engine.runCycle('critical');
    await ageComparisons(database);
    await engine.runCycle('critical');
    await database.admin.query(
      `update console.alerts set cleared_at = cleared_at - interval '16 minutes' where cleared_at is not null`,
    );
    await engine.runCycle('critical');
    expect(await historyOf(mismatch)).toMatchObject({ ...RESOLVED, seconds: expect.any(Number) });
  });

  it('that is opened again is open, and keeps how far it was escalated', async () => {
    const { eventId } = await deduction();
    await apply('alert.acknowledge', { eventId });
    await apply('alert.resolve', { eventId, note: 'a test order' });
    await database.admin.query(
      'update alert_history set escalation_level = 1, escalated_at = now() where monitoring_event_id = $1',
      [eventId],
    );
    await apply('alert.reopen', { eventId, reason: 'the visitor has come back' });
    expect(await historyOf(eventId)).toEqual({ ...FRESH, escalation_level: 1, escalated: true });
    await apply('alert.resolve', { eventId, note: 'paid back' });
    expect(await historyOf(eventId)).toMatchObject({
      ...RESOLVED,
      escalation_level: 1,
      escalated: true,
      seconds: expect.any(Number),
    });
  });

  it('whose acknowledgement was withdrawn or expired names who acknowledged first, if anyone', async () => {
    const { eventId, engine } = await deduction();
    await apply('alert.acknowledge', { eventId });
    await apply('alert.unacknowledge', { eventId });
    expect(await historyOf(eventId)).toEqual(FRESH);
    await apply('alert.acknowledge', { eventId });
    await database.admin.query(`update console.alerts set acknowledged_until = now() - interval '1 second'`);
    await engine.runCycle('critical');
    await apply('alert.acknowledge', { eventId }, 'Nils');
    expect(await historyOf(eventId)).toMatchObject({ acknowledged_by: 'Léa' });
  });

  it('of an alert that another system raised starts with the first action on it', async () => {
    const eventId = await insertEvent(database, { severity: 'LOW', foreign: true });
    await apply('alert.acknowledge', { eventId });
    expect(await historyOf(eventId)).toEqual({
      ...FRESH,
      alert_level: 'INFO',
      acknowledged: true,
      acknowledged_by: 'Léa',
    });
  });
});

describe('its levels', () => {
  const climbed = async (eventId: RowId, seconds: number): Promise<readonly Claimed[]> => {
    await database.admin.query(
      'update monitoring_events set detection_timestamp = now() - make_interval(secs => $2) where event_id = $1',
      [eventId, seconds],
    );
    const settings = {
      ...GUIDE_ESCALATION,
      contacts: GUIDE_ESCALATION.contacts.map((one) => ({ ...one, phone: '+33600000001' })),
      twilio: { url: 'http://127.0.0.1:9', account: 'AC1', token: 'secret', from: '+33100000000' },
    };
    return database.festival.write(async (tx) => {
      await escalateDue(tx, { settings, localTime: '21:00' });
      const claimed = await claimDeliveries(tx, { laptop: 'booth-1' });
      for (const one of claimed)
        await endDelivery(tx, { claimed: one, name: one.contact, ending: { state: 'sent' }, laptop: 'booth-1' });
      return claimed;
    });
  };

  it('are the guide’s: CRITICAL, WARNING for HIGH and MEDIUM, INFO for LOW', async () => {
    const levels: string[] = [];
    for (const severity of ['CRITICAL', 'HIGH', 'MEDIUM', 'LOW']) {
      const eventId = await insertEvent(database, { severity, foreign: true });
      await apply('alert.acknowledge', { eventId });
      levels.push((await historyOf(eventId)).alert_level);
    }
    expect(levels).toEqual(['CRITICAL', 'WARNING', 'WARNING', 'INFO']);
  });

  it('rise with the escalation policy, for every alert of the incident: an unacknowledged CRITICAL one becomes an EMERGENCY', async () => {
    const eventId = await insertEvent(database);
    const linked = await insertEvent(database, { incidentId: eventId });
    expect(await climbed(eventId, 61)).toHaveLength(2);
    for (const id of [eventId, linked])
      expect(await historyOf(id)).toEqual({ ...FRESH, escalation_level: 1, escalated: true });
    expect(await climbed(eventId, 121)).toHaveLength(2);
    for (const id of [eventId, linked])
      expect(await historyOf(id)).toMatchObject({ alert_level: 'EMERGENCY', escalation_level: 2, escalated: true });
  });
});
