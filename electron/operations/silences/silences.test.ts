import { v7 as uuid } from 'uuid';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ParsedInput } from '../../../shared/contract/calls.ts';
import { GUIDE_ESCALATION } from '../../../shared/domain/escalation.ts';
import type { RowId } from '../../../shared/domain/row-id.ts';
import { MONEY_DETECTORS } from '../../../shared/domain/silence.ts';
import { detectors } from '../../engine/detectors/registry.ts';
import { sql } from '../../postgres/sql.ts';
import { insertEvent } from '../../testing/alerts.ts';
import type { TestDatabase } from '../../testing/database.ts';
import { secretsOn } from '../../testing/escalation.ts';
import { openReceivers, type Receivers } from '../../testing/receivers.ts';
import { borrowTestDatabase } from '../../testing/reused-database.ts';
import { submitTo } from '../../testing/submit.ts';
import { readDeliveries } from '../escalation/deliveries.ts';
import { createDispatcher, type Dispatcher } from '../escalation/dispatch.ts';
import { readTeam } from './team-view.ts';

let database: TestDatabase;
let receivers: Receivers;
let dispatcher: Dispatcher;

const on = (laptop: string): Dispatcher =>
  createDispatcher({
    ...{ database: database.festival, secrets: secretsOn(database.festival) },
    laptop,
    timeZone: 'Europe/Paris',
    clock: { now: () => Date.now(), monotonic: () => performance.now() },
    log: { warn: () => undefined },
  });
beforeEach(async () => {
  database = await borrowTestDatabase();
  receivers = await openReceivers();
  dispatcher = on('booth-1');
  const settings = {
    ...GUIDE_ESCALATION,
    contacts: GUIDE_ESCALATION.contacts.map((one) => ({ ...one, email: `${one.id}@festival.example` })),
    ladder: {
      CRITICAL: [{ afterSeconds: 60, contact: 'operations-manager', channels: ['email' as const] }],
      HIGH: [],
      MEDIUM: [
        { afterSeconds: 60, contact: 'support', channels: ['email' as const] },
        { afterSeconds: 120, contact: 'technical-lead', channels: ['email' as const] },
      ],
      LOW: [],
    },
    smtp: { ...receivers.smtp, secure: false, user: '', password: '', from: 'regie@festival.example' },
  };
  expect(await submit('escalation.set', { base: 0, settings })).toMatchObject({ outcome: 'applied' });
});
afterEach(async () => {
  await dispatcher.close();
  await receivers.close();
  await database.close();
});

const submit = submitTo(
  () => database.festival,
  () => ({ laptopAt: new Date().toISOString() }),
);
type Start = ParsedInput<'silence.start'>;
const silence = async (some: Partial<Start> = {}) => {
  const silenceId = uuid();
  const outcome = await submit('silence.start', {
    silenceId,
    algorithm: 'reader_failure_spike',
    device: null,
    cardId: null,
    from: new Date().toISOString(),
    minutes: 60,
    reason: 'the reader at bar 3 is being changed',
    eventId: null,
    ...some,
  });
  return { silenceId, outcome };
};
const readerTrouble = (device = 'reader-1', some: Parameters<typeof insertEvent>[1] = {}) =>
  insertEvent(database, {
    algorithm: 'reader_failure_spike',
    eventType: 'system_health',
    severity: 'MEDIUM',
    facts: { device_identifier: device },
    ...some,
  });
/** So long has nobody acknowledged it. */
const waits = (eventId: RowId, seconds: number) =>
  database.admin.query(
    'update monitoring_events set detection_timestamp = now() - make_interval(secs => $2) where event_id = $1',
    [eventId, seconds],
  );
/** The silence began and ends so many seconds from now. */
const moveSilence = (silenceId: string, begins: number, ends: number) =>
  database.admin.query(
    `update console.silences set starts_at = now() + make_interval(secs => $2), ends_at = now() + make_interval(secs => $3)
     where silence_id = $1`,
    [silenceId, begins, ends],
  );
/** So much time passes after a silence has ended. */
const passes = async (seconds: number): Promise<void> => {
  for (const statement of [
    'update console.silences set starts_at = starts_at - make_interval(secs => $1), ends_at = ends_at - make_interval(secs => $1)',
    'update console.alerts set recalled_at = recalled_at - make_interval(secs => $1)',
  ])
    await database.admin.query(statement, [seconds]);
};
const log = async () =>
  (await database.festival.read(readDeliveries))
    .map(({ step, contact, state }) => `${step} ${contact} ${state}`)
    .sort();
const timelineOf = async (eventId: RowId) =>
  (
    await database.admin.query('select kind, actor from console.timeline where event_id = $1 order by entry_id', [
      eventId,
    ])
  ).rows;
const recalled = async (eventId: RowId) =>
  (
    await database.admin.query(
      `select a.recalled_at = s.ends_at as at_its_end from console.alerts a, console.silences s where a.event_id = $1`,
      [eventId],
    )
  ).rows[0]?.at_its_end;

describe('a silence', () => {
  it('holds messages back until it ends, and escalation then starts at its end, once for two laptops', async () => {
    const eventId = await readerTrouble();
    await waits(eventId, 600);
    const { silenceId, outcome } = await silence({ eventId });
    expect(outcome).toMatchObject({ outcome: 'applied' });
    await dispatcher.poll();
    expect(await log()).toEqual([]);
    // It ended a minute and a second ago; the leader has only now time to look.
    await moveSilence(silenceId, -500, -61);
    const other = on('booth-2');
    await Promise.all([dispatcher.poll(), other.poll()]);
    await Promise.all([dispatcher.poll(), other.poll()]);
    expect(await log()).toEqual(['0 support sent']);
    expect(await recalled(eventId)).toBe(true);
    expect(receivers.mails).toHaveLength(1);
    expect(await timelineOf(eventId)).toEqual([
      { kind: 'silenced', actor: 'Léa' },
      { kind: 'silence_ended', actor: 'regie-engine' },
      { kind: 'escalated', actor: 'regie-engine' },
    ]);
  });

  it('in the middle of an escalation cancels what is due, and lets it start over', async () => {
    const eventId = await readerTrouble();
    await waits(eventId, 61);
    receivers.refuseMail(451);
    await dispatcher.poll();
    expect(await log()).toEqual(['0 support due']);
    const { silenceId } = await silence();
    receivers.refuseMail(null);
    await database.admin.query('update console.deliveries set next_at = now()');
    await dispatcher.poll();
    expect(await log()).toEqual(['0 support cancelled']);
    expect(await submit('silence.end', { silenceId }, 'Nils')).toMatchObject({ outcome: 'applied' });
    await dispatcher.poll();
    expect(await log()).toEqual(['0 support cancelled']);
    expect(await recalled(eventId)).toBe(true);
    await passes(61);
    await dispatcher.poll();
    expect(await log()).toEqual(['0 support cancelled', '0 support sent']);
    expect(receivers.mails).toHaveLength(1);
  });

  it('whose alert was acknowledged meanwhile ends quietly', async () => {
    const eventId = await readerTrouble();
    const { silenceId } = await silence();
    await submit('alert.acknowledge', { eventId });
    await submit('silence.end', { silenceId });
    await waits(eventId, 600);
    await dispatcher.poll();
    expect(await recalled(eventId)).toBeNull();
    expect(await log()).toEqual([]);
  });

  it('that ends while another one still holds the alert leaves it there', async () => {
    const eventId = await readerTrouble('reader-7');
    const first = await silence();
    const second = await silence({ algorithm: null, device: 'reader-7' });
    await submit('silence.end', { silenceId: first.silenceId });
    await waits(eventId, 600);
    await dispatcher.poll();
    expect(await log()).toEqual([]);
    await submit('silence.end', { silenceId: second.silenceId });
    await passes(61);
    await dispatcher.poll();
    expect(await log()).toEqual(['0 support sent']);
  });

  it('of one reader leaves the others alone, and an alert of several readers', async () => {
    const mine = await readerTrouble('reader-1');
    const other = await readerTrouble('reader-2');
    const both = await readerTrouble('reader-1', {
      algorithm: 'temporal_duplicate_detection',
      eventType: 'duplicate_nfc',
      facts: { devices: ['reader-1', 'reader-2'] },
    });
    await silence({ algorithm: null, device: 'reader-1' });
    for (const eventId of [mine, other, both]) await waits(eventId, 61);
    await dispatcher.poll();
    const sent = (await database.festival.read(readDeliveries)).map(({ incidentId }) => incidentId).sort();
    expect(sent).toEqual([other, both]);
  });

  it('holds back no incident of which one alert is not covered, nor the ladder of that one', async () => {
    const eventId = await readerTrouble('reader-1');
    const linked = await readerTrouble('reader-1', { algorithm: 'reader_silent', incidentId: eventId });
    await silence();
    await waits(eventId, 600);
    await waits(linked, 61);
    await dispatcher.poll();
    // A minute after the one that calls, not ten after the one that is held back.
    expect(await log()).toEqual(['0 support sent']);
  });

  it('that waited on a laptop ends at the time that its author was shown, and has no effect after it', async () => {
    const eventId = await readerTrouble();
    await waits(eventId, 7_200);
    const from = new Date(Date.now() - 90 * 60_000).toISOString();
    const { outcome } = await silence({ from });
    expect(outcome).toMatchObject({ outcome: 'applied' });
    await dispatcher.poll();
    // It held the alert back on that laptop until half an hour ago, and the alert has called since then.
    expect(await log()).toEqual(['0 support sent', '1 technical-lead sent']);
    const { outcome: ahead } = await silence({ from: new Date(Date.now() + 3_600_000).toISOString(), minutes: 5 });
    expect(ahead).toMatchObject({ outcome: 'applied' });
    const { rows } = await database.admin.query(
      `select ends_at < now() + interval '5 minutes 1 second' as soon from console.silences order by starts_at desc limit 1`,
    );
    expect(rows).toEqual([{ soon: true }]);
  });

  it('is ended twice as once, and its acts are on the audit trail', async () => {
    const { silenceId } = await silence();
    expect(await submit('silence.end', { silenceId })).toMatchObject({ outcome: 'applied' });
    expect(await submit('silence.end', { silenceId }, 'Nils')).toMatchObject({ outcome: 'applied' });
    expect(await submit('silence.end', { silenceId: uuid() })).toMatchObject({ error: { code: 'not_found' } });
    const { silences } = await database.festival.read(readTeam);
    expect(silences).toMatchObject([{ by: 'Léa', endedBy: 'Léa', reason: 'the reader at bar 3 is being changed' }]);
    const { rows } = await database.admin.query(
      'select action, actor from console.audit where subject = $1 order by seq',
      [`silence:${silenceId}`],
    );
    expect(rows).toEqual([
      { action: 'silence', actor: 'Léa' },
      { action: 'silence_ended', actor: 'Léa' },
    ]);
  });

  it('is made, moved and ended by a command alone, whatever a console’s login tries', async () => {
    await silence();
    for (const statement of [
      sql`update console.silences set ends_at = ends_at + interval '1 minute'`,
      sql`delete from console.silences`,
    ])
      await expect(database.festival.write((tx) => tx.run(statement))).rejects.toMatchObject({ code: '42501' });
  });

  it('of nothing in particular, or too long a one, is refused', async () => {
    expect((await silence({ algorithm: null })).outcome).toMatchObject({ error: { code: 'silence_of_everything' } });
    await expect(silence({ minutes: 481 })).rejects.toThrow(/silences_check/);
  });
});

describe('money', () => {
  it('is never silenced: every detector that is about it is refused, in the database as well', async () => {
    const { rows } = await database.admin.query('select unnest(console.money_detectors()) as name');
    expect(rows.map(({ name }) => name)).toEqual(MONEY_DETECTORS);
    for (const algorithm of MONEY_DETECTORS) {
      expect((await silence({ algorithm })).outcome).toEqual({
        outcome: 'rejected',
        error: { code: 'silence_money', params: {} },
      });
      await expect(
        database.admin.query(
          `insert into console.silences (silence_id, algorithm, reason, starts_at, ends_at, made_by, made_on)
           values (gen_random_uuid(), $1, 'because', now(), now() + interval '1 hour', 'Léa', 'booth-1')`,
          [algorithm],
        ),
      ).rejects.toThrow(/silences_algorithm_check/);
    }
    for (const { algorithm } of detectors) {
      if (MONEY_DETECTORS.includes(algorithm)) continue;
      expect((await silence({ algorithm })).outcome, algorithm).toMatchObject({ outcome: 'applied' });
    }
  });

  it('alerts through a silence of its card, and a burst of scans that charged twice through one of its kind', async () => {
    await silence({ algorithm: null, cardId: '04FA' });
    await silence({ algorithm: 'temporal_duplicate_detection' });
    const taken = await insertEvent(database, { cardId: '04FA' });
    const burst = { algorithm: 'temporal_duplicate_detection', eventType: 'duplicate_nfc', severity: 'MEDIUM' };
    const twice = await insertEvent(database, { ...burst, facts: { charged_twice: true } });
    const harmless = await insertEvent(database, { ...burst, facts: { charged_twice: false } });
    for (const eventId of [taken, twice, harmless]) await waits(eventId, 61);
    await dispatcher.poll();
    const sent = (await database.festival.read(readDeliveries)).map(({ incidentId }) => incidentId).sort();
    expect(sent).toEqual([taken, twice]);
    expect((await silence({ algorithm: 'temporal_duplicate_detection', eventId: twice })).outcome).toMatchObject({
      error: { code: 'silence_money' },
    });
  });

  it('alerts from failures in a row of which one took it', async () => {
    const failures = { algorithm: 'consecutive_failures', severity: 'MEDIUM', cardId: '04FA' };
    const run = await insertEvent(database, failures);
    const taken = await insertEvent(database, { cardId: '04FA' });
    await database.admin.query(
      `insert into console.findings (finding_key, episode, algorithm, event_id, card_id, facts, members) values
         ('run', 1, 'consecutive_failures', $1, '04FA', '', '{5,6,7}'),
         ('taken', 1, 'balance_deduction_on_failure', $2, '04FA', '', '{6}')`,
      [run, taken],
    );
    await silence({ algorithm: 'consecutive_failures' });
    await waits(run, 61);
    await dispatcher.poll();
    expect(await log()).toEqual(['0 support sent']);
  });

  it('alerts from a storm of which one took it', async () => {
    const burst = { algorithm: 'temporal_duplicate_detection', eventType: 'duplicate_nfc', severity: 'MEDIUM' };
    const head = await insertEvent(database, burst);
    await waits(head, 61);
    for (let member = 0; member < 30; member += 1) await insertEvent(database, { ...burst, incidentId: head });
    await silence({ algorithm: 'temporal_duplicate_detection' });
    await dispatcher.poll();
    expect(await log()).toEqual([]);
    await waits(await insertEvent(database, { ...burst, incidentId: head, facts: { charged_twice: true } }), 61);
    await dispatcher.poll();
    expect(await log()).toEqual(['0 support sent']);
  });
});
