import { v4 as randomId, v7 as uuid } from 'uuid';
import { beforeAll, describe, expect, it } from 'vitest';
import { cents } from '../../../shared/domain/money.ts';
import type { RowId } from '../../../shared/domain/row-id.ts';
import { insertEvent } from '../../testing/alerts.ts';
import { createTestDatabase, type TestDatabase } from '../../testing/database.ts';
import { festivalOf } from '../../testing/festival.ts';
import { applyTo } from '../../testing/submit.ts';
import { releaseSilences } from '../silences/silence-commands.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
  return () => database.close();
});

const apply = applyTo(
  () => database.festival,
  () => ({ laptopAt: new Date().toISOString() }),
);
const one = async (text: string, values: unknown[]) => (await database.admin.query(text, values)).rows[0];
const rowsOf = (eventId: RowId) =>
  one(
    `select (select count(*)::int from console.alerts where event_id = $1) as alerts,
       (select count(*)::int from alert_history where monitoring_event_id = $1) as histories,
       (select acknowledged_by from alert_history where monitoring_event_id = $1) as acknowledged_by,
       (select resolved_at is not null from alert_history where monitoring_event_id = $1) as resolved,
       (select resolution_time_seconds is not null from alert_history where monitoring_event_id = $1) as timed`,
    [eventId],
  );
const WHOLE = { alerts: 1, histories: 1, acknowledged_by: null, resolved: false, timed: false };

const foreign = (cardId: string, more: { algorithm?: string; severity?: string } = {}) =>
  insertEvent(database, { ...more, cardId, foreign: true });
/** A card of 10.00 whose history says 15.00. */
const shortCard = async (): Promise<string> => {
  const cardId = `CARD-${uuid()}`;
  await festivalOf(database).wrongCard(cardId, { actual: 10, expected: 15 });
  return cardId;
};
const startRunbook = (eventId: RowId) =>
  apply('runbook.start', { eventId, runId: randomId(), runbookId: 'deduction-on-failure' });

describe('an alert of another monitoring system', () => {
  it('that is first touched by a runbook has its row and its history, acknowledged by who started it', async () => {
    const eventId = await foreign('04A1');
    await startRunbook(eventId);
    expect(await rowsOf(eventId)).toEqual({ ...WHOLE, acknowledged_by: 'Léa' });
  });

  it('that has only one of the two gets the other, whichever it is, and only once', async () => {
    const withoutHistory = await foreign('04A2');
    await one(
      `insert into console.alerts (event_id, incident_id, occurred_at, acknowledged_at, acknowledged_by)
       values ($1, $1, now(), now(), 'Nils')`,
      [withoutHistory],
    );
    const withoutRow = await foreign('04A3');
    await one(
      `insert into alert_history (monitoring_event_id, alert_level, alert_message) values ($1, 'CRITICAL', 'theirs')`,
      [withoutRow],
    );
    for (const eventId of [withoutHistory, withoutRow]) {
      await apply('alert.acknowledge', { eventId });
      await startRunbook(eventId);
    }
    expect(await rowsOf(withoutHistory)).toEqual({ ...WHOLE, acknowledged_by: 'Nils' });
    expect(await rowsOf(withoutRow)).toEqual({ ...WHOLE, acknowledged_by: 'Léa' });
  });

  it('that is only ever corrected has both rows, and its history ends with the correction', async () => {
    const cardId = await shortCard();
    const eventId = await foreign(cardId);
    await apply('correction.apply', {
      ...{ eventId, cardId, kind: 'restore_card', cardDeltaCents: cents(500), ledgerDeltaCents: cents(0) },
      ...{ seenActualCents: cents(1_000), seenExpectedCents: cents(1_500), originalTransaction: null },
      ...{ reason: 'taken by a failed order', approver: null },
    });
    expect(await rowsOf(eventId)).toEqual({ ...WHOLE, resolved: true, timed: true });
    expect(
      await one(
        `select h.resolved_at = e.resolved_at as same, resolution_time_seconds >= 0 as timed
         from alert_history h join monitoring_events e on e.event_id = h.monitoring_event_id where e.event_id = $1`,
        [eventId],
      ),
    ).toEqual({ same: true, timed: true });
  });

  it('about which a correction is proposed has both', async () => {
    const cardId = await shortCard();
    const eventId = await foreign(cardId);
    await apply('correction.propose', {
      ...{ eventId, cardId, kind: 'restore_card', cardDeltaCents: cents(500), ledgerDeltaCents: cents(0) },
      ...{ seenActualCents: cents(1_000), seenExpectedCents: cents(1_500), originalTransaction: null },
      ...{ reason: 'taken by a failed order' },
    });
    expect(await rowsOf(eventId)).toEqual(WHOLE);
  });

  it('that is merged with another has both, and so has the other', async () => {
    const into = await foreign('04A5');
    const eventId = await foreign('04A5');
    await apply('alert.merge', { eventId, into, seen: { incidentId: eventId, into } });
    expect(await rowsOf(eventId)).toEqual(WHOLE);
    expect(await rowsOf(into)).toEqual(WHOLE);
  });

  it('under a silence shows it on its timeline, and alerts again when the silence ends', async () => {
    const eventId = await foreign('04A6', { algorithm: 'temporal_duplicate_detection', severity: 'MEDIUM' });
    const silenceId = randomId();
    await apply('silence.start', {
      ...{ silenceId, algorithm: 'temporal_duplicate_detection', device: null, cardId: '04A6' },
      ...{ from: new Date().toISOString(), minutes: 30, reason: 'a reader is being replaced', eventId },
    });
    expect(await rowsOf(eventId)).toEqual(WHOLE);
    const late = await foreign('04A6', { algorithm: 'temporal_duplicate_detection', severity: 'MEDIUM' });
    await one(`update console.silences set ends_at = clock_timestamp() where silence_id = $1`, [silenceId]);
    await database.festival.write((tx) => releaseSilences(tx, { laptop: 'booth-1' }));
    expect(await rowsOf(late)).toEqual(WHOLE);
    for (const [id, kinds] of [
      [eventId, ['silenced', 'silence_ended']],
      [late, ['silence_ended']],
    ] as const) {
      const { rows } = await database.admin.query(
        `select t.kind from console.timeline t join console.alerts a using (event_id)
         where event_id = $1 and a.recalled_at is not null order by entry_id`,
        [id],
      );
      expect(rows.map(({ kind }) => kind)).toEqual(kinds);
    }
  });
});
