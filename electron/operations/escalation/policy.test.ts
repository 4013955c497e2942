import { describe, expect, it } from 'vitest';
import { type RowId, rowId } from '../../../shared/domain/row-id.ts';
import { insertEvent } from '../../testing/alerts.ts';
import { escalationWorld } from '../../testing/escalation.ts';
import { readDeliveries } from './deliveries.ts';

const world = escalationWorld();
const { setHour, poll, submit, save, raisedAgo, deliveries } = world;
/** What was asked of the receiver of calls and messages. */
const paths = () => world.receivers.requests.map(({ path }) => path.replace('/2010-04-01/Accounts/AC1/', ''));

describe('the escalation policy', () => {
  it('takes each step once while a CRITICAL alert is not acknowledged', async () => {
    await save();
    const eventId = await insertEvent(world.database, { cardId: '04FA', amount: '5.00' });
    await raisedAgo(eventId, 59);
    await poll();
    expect(await deliveries()).toEqual([]);
    await raisedAgo(eventId, 61);
    await poll();
    await poll();
    expect(paths().sort()).toEqual(['Calls.json', 'Messages.json']);
    const sms = world.receivers.requests.find(({ path }) => path.endsWith('Messages.json'));
    expect(Object.fromEntries(new URLSearchParams(sms?.body))).toMatchObject({
      To: '+33600000001',
      From: '+33100000000',
      Body: expect.stringMatching(
        /^\[CRITICAL\] Money taken by a failed order, card 04FA, 5\.00 EUR\nNobody has acknow/,
      ),
    });
    expect(sms?.headers.authorization).toBe(`Basic ${Buffer.from('AC1:secret').toString('base64')}`);
    const { rows } = await world.database.admin.query(
      `select h.escalation_level, h.escalated_at is not null as escalated,
         (select count(*)::int from console.timeline t where t.event_id = $1 and t.kind = 'escalated') as entries
       from alert_history h where h.monitoring_event_id = $1`,
      [eventId],
    );
    expect(rows).toEqual([{ escalation_level: 1, escalated: true, entries: 2 }]);
    await raisedAgo(eventId, 119);
    await poll();
    expect(world.receivers.requests).toHaveLength(2);
    await raisedAgo(eventId, 121);
    await poll();
    await poll();
    expect(await deliveries()).toEqual([
      '0 operations-manager sms sent',
      '0 operations-manager voice sent',
      '1 technical-lead sms sent',
      '1 technical-lead voice sent',
    ]);
  });

  it('does not start again when one alert of the incident is closed', async () => {
    await save();
    const eventId = await insertEvent(world.database);
    await raisedAgo(eventId, 110);
    await raisedAgo(await insertEvent(world.database, { incidentId: eventId }), 70);
    await poll();
    await world.database.admin.query(
      `update monitoring_events set status = 'RESOLVED', resolved_at = now() where event_id = $1`,
      [eventId],
    );
    await poll();
    expect(world.receivers.requests).toHaveLength(2);
  });

  it('follows the guide’s matrix by severity', async () => {
    await save();
    for (const [severity, seconds] of [
      ['HIGH', 151],
      ['MEDIUM', 901],
      ['LOW', 3_601],
    ] as const) {
      await raisedAgo(await insertEvent(world.database, { severity }), seconds);
    }
    await poll();
    await poll();
    expect(await deliveries()).toEqual([
      '0 development email sent',
      '0 support email sent',
      '0 support slack sent',
      '0 technical-lead slack sent',
      '0 technical-lead sms sent',
    ]);
    expect(world.receivers.mails).toHaveLength(2);
    expect(world.receivers.mails.join()).toContain('Subject: [MEDIUM] Money taken by a failed order');
  });

  it('ends with the acknowledgement, for a whole incident, and starts again when the alert alerts again', async () => {
    await save();
    const eventId = await insertEvent(world.database);
    await submit('alert.acknowledge', { eventId });
    const linked = await insertEvent(world.database, { incidentId: eventId });
    await raisedAgo(eventId, 500);
    await raisedAgo(linked, 500);
    await poll();
    expect(await deliveries()).toEqual([]);
    await world.database.admin.query(
      `update console.alerts set acknowledged_at = null, recalled_at = now() - interval '70 seconds' where event_id = $1`,
      [eventId],
    );
    await poll();
    expect(await deliveries()).toEqual(['0 operations-manager sms sent', '0 operations-manager voice sent']);
  });

  it('cancels what waits for another try when somebody acknowledges', async () => {
    await save();
    world.receivers.answer(503);
    const eventId = await insertEvent(world.database);
    await raisedAgo(eventId, 61);
    await poll();
    expect(await deliveries()).toEqual(['0 operations-manager sms due', '0 operations-manager voice due']);
    await submit('alert.acknowledge', { eventId });
    world.receivers.answer(200);
    await world.database.admin.query(`update console.deliveries set next_at = now()`);
    await poll();
    expect(await deliveries()).toEqual(['0 operations-manager sms cancelled', '0 operations-manager voice cancelled']);
    expect(world.receivers.requests).toHaveLength(2);
  });

  it('lets all but CRITICAL alerts wait through the quiet hours', async () => {
    await save({ quiet: { from: '23:00', to: '08:00' } });
    setHour('02:30');
    await raisedAgo(await insertEvent(world.database, { severity: 'HIGH' }), 200);
    await raisedAgo(await insertEvent(world.database), 70);
    await poll();
    expect(await deliveries()).toEqual(['0 operations-manager sms sent', '0 operations-manager voice sent']);
    setHour('08:00');
    await poll();
    expect(await deliveries()).toHaveLength(4);
  });

  it('does nothing before it is saved, and nothing for alerts older than half a day', async () => {
    const eventId = await insertEvent(world.database);
    await raisedAgo(eventId, 600);
    await poll();
    expect(await deliveries()).toEqual([]);
    await save();
    await raisedAgo(eventId, 13 * 3_600);
    await poll();
    expect(await deliveries()).toEqual([]);
  });
});

describe('a contact who could not be notified', () => {
  const by = (contact: string, ...channels: ('sms' | 'slack' | 'email')[]) => ({ afterSeconds: 60, contact, channels });
  const later = (contact: string, ...channels: ('sms' | 'slack' | 'email')[]) => ({
    ...{ afterSeconds: 3_000, contact, channels },
  });
  const ladder = (CRITICAL: ReturnType<typeof by>[]) => ({ CRITICAL, HIGH: [], MEDIUM: [], LOW: [] });

  it('is followed by the next one at once', async () => {
    await save({ ladder: ladder([by('support', 'email'), later('technical-lead', 'sms')]) });
    world.receivers.refuseMail(550);
    await raisedAgo(await insertEvent(world.database), 61);
    await poll();
    expect(await deliveries()).toEqual(['0 support email failed']);
    await poll();
    expect(await deliveries()).toEqual(['0 support email failed', '1 technical-lead sms sent']);
  });

  it('is followed at once also where nobody answered, and is tried again meanwhile', async () => {
    const smtp = { host: '127.0.0.1', port: 1, secure: false, user: '', password: '', from: 'a@b.example' };
    await save({ smtp, ladder: ladder([by('support', 'email'), later('technical-lead', 'sms')]) });
    const eventId = await insertEvent(world.database);
    await raisedAgo(eventId, 61);
    await poll();
    await poll();
    expect(await deliveries()).toEqual(['0 support email due', '1 technical-lead sms sent']);
    expect(await world.said(eventId)).toEqual([
      {
        kind: 'escalation_delayed',
        contact: 'Support',
        channel: 'email',
        step: 0,
        why: 'unreached',
        detail: 'ESOCKET',
      },
      { kind: 'escalated', contact: 'Tech', channel: 'sms', step: 1 },
    ]);
  });

  it('is waited for once where the receiver asked to wait, as greylisting does', async () => {
    await save({ ladder: ladder([by('support', 'email'), later('technical-lead', 'sms')]) });
    world.receivers.refuseMail(451);
    await raisedAgo(await insertEvent(world.database), 61);
    await poll();
    await poll();
    expect(await deliveries()).toEqual(['0 support email due']);
    world.receivers.refuseMail(null);
    await world.waits(60);
    await poll();
    await poll();
    expect(await deliveries()).toEqual(['0 support email sent']);
  });

  it('was notified where one of the channels worked, or nobody knows', async () => {
    await save({ ladder: ladder([by('technical-lead', 'email', 'sms'), later('operations-manager', 'sms')]) });
    world.receivers.refuseMail(550);
    world.receivers.answer(500);
    await raisedAgo(await insertEvent(world.database), 61);
    await poll();
    await poll();
    expect(await deliveries()).toEqual(['0 technical-lead email failed', '0 technical-lead sms unknown']);
  });

  it('without any way to be reached is followed by the next one at that time', async () => {
    await save({ ladder: ladder([by('support', 'sms'), later('technical-lead', 'sms')]) });
    await raisedAgo(await insertEvent(world.database), 61);
    await poll();
    expect(await deliveries()).toEqual(['1 technical-lead sms sent']);
  });
});

describe('alerts of another monitoring system', () => {
  const foreign = (some: Parameters<typeof insertEvent>[1] = {}) =>
    insertEvent(world.database, { foreign: true, algorithm: 'their_rule', ...some });

  it('escalate like ours', async () => {
    await save();
    const eventId = await foreign({ cardId: '04FA', amount: '5.00' });
    await raisedAgo(eventId, 59);
    await poll();
    expect(await deliveries()).toEqual([]);
    await raisedAgo(eventId, 61);
    await poll();
    expect(paths().sort()).toEqual(['Calls.json', 'Messages.json']);
    const sms = world.receivers.requests.find(({ path }) => path.endsWith('Messages.json'));
    expect(new URLSearchParams(sms?.body).get('Body')).toMatch(/^\[CRITICAL\] their_rule, card 04FA, 5\.00 EUR/);
    await submit('alert.acknowledge', { eventId });
    await raisedAgo(eventId, 200);
    await poll();
    expect(world.receivers.requests).toHaveLength(2);
  });

  it('that are closed, old or records call nobody', async () => {
    await save();
    await raisedAgo(await foreign({ status: 'RESOLVED' }), 61);
    await raisedAgo(await foreign({ severity: 'INFO' }), 61);
    await raisedAgo(await foreign(), 13 * 3_600);
    await poll();
    expect(await deliveries()).toEqual([]);
  });

  it('of a clock that is ahead call all the same', async () => {
    await save();
    const eventId = await foreign();
    await world.database.admin.query(
      `update monitoring_events set detection_timestamp = 'infinity', created_at = now() - interval '61 seconds' where event_id = $1`,
      [eventId],
    );
    await poll();
    expect(await deliveries()).toHaveLength(2);
  });

  const calling = async (): Promise<RowId[]> =>
    (await world.database.festival.read(readDeliveries)).flatMap(({ incidentId }) => incidentId ?? []);

  it('of a storm call once', async () => {
    await save();
    for (let count = 0; count < 26; count += 1) await raisedAgo(await foreign(), 61 + count);
    await poll();
    await poll();
    expect(await deliveries()).toHaveLength(2);
    // The next one calls when somebody is on the first.
    await submit('alert.acknowledge', { eventId: (await calling())[0] ?? rowId(0) });
    await poll();
    await poll();
    expect(await deliveries()).toHaveLength(4);
  });
});

it('a call by hand is on the timeline', async () => {
  const eventId = await insertEvent(world.database);
  await submit('escalation.called', { eventId, name: 'Ops', phone: '+33600000001' });
  const { rows } = await world.database.admin.query(
    `select kind, actor, data from console.timeline where event_id = $1`,
    [eventId],
  );
  expect(rows).toEqual([{ kind: 'called', actor: 'Léa', data: { name: 'Ops', phone: '+33600000001' } }]);
});
