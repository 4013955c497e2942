import { createHmac } from 'node:crypto';
import { v7 as uuid } from 'uuid';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ParsedInput } from '../../../shared/contract/calls.ts';
import type { EscalationSettings } from '../../../shared/domain/escalation.ts';
import { GUIDE_ESCALATION } from '../../../shared/domain/escalation.ts';
import { cents } from '../../../shared/domain/money.ts';
import { openFestivalDatabase } from '../../postgres/pool.ts';
import { insertEvent } from '../../testing/alerts.ts';
import { createTestDatabase, type TestDatabase } from '../../testing/database.ts';
import { openReceivers, type Receivers, readMail } from '../../testing/receivers.ts';
import { submitTo } from '../../testing/submit.ts';
import { createTcpProxy } from '../../testing/tcp-proxy.ts';
import { createDispatcher, type Dispatcher } from './dispatch.ts';
import { letterheadFor, testMessage } from './message.ts';
import { escalateDue, readDeliveries } from './policy.ts';
import { readEscalation, readEscalationView } from './settings.ts';

let database: TestDatabase;
let receivers: Receivers;
let dispatcher: Dispatcher;
let hour: string;

const on = (laptop: string, festival = database.festival): Dispatcher =>
  createDispatcher({
    database: festival,
    laptop,
    timeZone: 'Europe/Paris',
    clock: { now: () => Date.parse(`2026-07-03T${hour}:00+02:00`), monotonic: () => performance.now() },
    log: { warn: () => undefined },
  });
beforeEach(async () => {
  database = await createTestDatabase();
  receivers = await openReceivers();
  hour = '21:00';
  dispatcher = on('booth-1');
});
afterEach(async () => {
  await dispatcher.close();
  await receivers.close();
  await database.close();
});

const settings = (some: Partial<EscalationSettings> = {}): EscalationSettings => ({
  ...GUIDE_ESCALATION,
  contacts: [
    { id: 'operations-manager', name: 'Ops', phone: '+33600000001', email: 'ops@festival.example' },
    { id: 'technical-lead', name: 'Tech', phone: '+33600000002', email: 'tech@festival.example' },
    { id: 'support', name: 'Support', phone: '', email: 'support@festival.example' },
    { id: 'development', name: 'Dev', phone: '', email: 'dev@festival.example' },
  ],
  smtp: { ...receivers.smtp, secure: false, user: '', password: '', from: 'regie@festival.example' },
  slack: { url: `${receivers.http}/slack` },
  twilio: { url: receivers.http, account: 'AC1', token: 'secret', from: '+33100000000' },
  ...some,
});
const submit = submitTo(() => database.festival);
const save = async (some: Partial<EscalationSettings> = {}): Promise<void> => {
  const { version } = await database.festival.read(readEscalation);
  expect(await submit('escalation.set', { base: version, settings: settings(some) })).toMatchObject({
    outcome: 'applied',
  });
};
/** So long has nobody acknowledged it. */
const waits = (eventId: number, seconds: number) =>
  database.admin.query(
    'update monitoring_events set detection_timestamp = now() - make_interval(secs => $2) where event_id = $1',
    [eventId, seconds],
  );
const log = async () =>
  (await database.festival.read(readDeliveries))
    .map(({ step, contact, channel, state }) => `${step} ${contact} ${channel} ${state}`)
    .sort();
const paths = () => receivers.requests.map(({ path }) => path.replace('/2010-04-01/Accounts/AC1/', ''));

describe('the ladder', () => {
  it('of a CRITICAL alert that nobody acknowledges is climbed step by step, each step once', async () => {
    await save();
    const eventId = await insertEvent(database, { cardId: '04FA', amount: '5.00' });
    await waits(eventId, 59);
    await dispatcher.poll();
    expect(await log()).toEqual([]);
    await waits(eventId, 61);
    await dispatcher.poll();
    await dispatcher.poll();
    expect(paths().sort()).toEqual(['Calls.json', 'Messages.json']);
    const sms = receivers.requests.find(({ path }) => path.endsWith('Messages.json'));
    expect(Object.fromEntries(new URLSearchParams(sms?.body))).toMatchObject({
      To: '+33600000001',
      From: '+33100000000',
      Body: expect.stringMatching(
        /^\[CRITICAL\] Money taken by a failed order, card 04FA, 5\.00 EUR\nNobody has acknow/,
      ),
    });
    expect(sms?.headers.authorization).toBe(`Basic ${Buffer.from('AC1:secret').toString('base64')}`);
    const { rows } = await database.admin.query(
      `select h.escalation_level, h.escalated_at is not null as escalated,
         (select count(*)::int from console.timeline t where t.event_id = $1 and t.kind = 'escalated') as told
       from alert_history h where h.monitoring_event_id = $1`,
      [eventId],
    );
    expect(rows).toEqual([{ escalation_level: 1, escalated: true, told: 2 }]);
    await waits(eventId, 119);
    await dispatcher.poll();
    expect(receivers.requests).toHaveLength(2);
    await waits(eventId, 121);
    await dispatcher.poll();
    await dispatcher.poll();
    expect(await log()).toEqual([
      '0 operations-manager sms sent',
      '0 operations-manager voice sent',
      '1 technical-lead sms sent',
      '1 technical-lead voice sent',
    ]);
  });

  it('is not climbed anew when one alert of the incident is closed', async () => {
    await save();
    const eventId = await insertEvent(database);
    await waits(eventId, 110);
    await waits(await insertEvent(database, { incidentId: eventId }), 70);
    await dispatcher.poll();
    await database.admin.query(
      `update monitoring_events set status = 'RESOLVED', resolved_at = now() where event_id = $1`,
      [eventId],
    );
    await dispatcher.poll();
    expect(receivers.requests).toHaveLength(2);
  });

  it('follows the guide’s matrix by severity', async () => {
    await save();
    for (const [severity, seconds] of [
      ['HIGH', 151],
      ['MEDIUM', 901],
      ['LOW', 3_601],
    ] as const) {
      await waits(await insertEvent(database, { severity }), seconds);
    }
    await dispatcher.poll();
    await dispatcher.poll();
    expect(await log()).toEqual([
      '0 development email sent',
      '0 support email sent',
      '0 support slack sent',
      '0 technical-lead slack sent',
      '0 technical-lead sms sent',
    ]);
    expect(receivers.mails).toHaveLength(2);
    expect(receivers.mails.join()).toContain('Subject: [MEDIUM] Money taken by a failed order');
  });

  it('ends with the acknowledgement, for a whole incident, and begins anew when the alert calls again', async () => {
    await save();
    const eventId = await insertEvent(database);
    await submit('alert.acknowledge', { eventId });
    const linked = await insertEvent(database, { incidentId: eventId });
    await waits(eventId, 500);
    await waits(linked, 500);
    await dispatcher.poll();
    expect(await log()).toEqual([]);
    await database.admin.query(
      `update console.alerts set acknowledged_at = null, recalled_at = now() - interval '70 seconds' where event_id = $1`,
      [eventId],
    );
    await dispatcher.poll();
    expect(await log()).toEqual(['0 operations-manager sms sent', '0 operations-manager voice sent']);
  });

  it('leaves what is waiting to be tried again when somebody acknowledges', async () => {
    await save();
    receivers.answer(503);
    const eventId = await insertEvent(database);
    await waits(eventId, 61);
    await dispatcher.poll();
    expect(await log()).toEqual(['0 operations-manager sms due', '0 operations-manager voice due']);
    await submit('alert.acknowledge', { eventId });
    receivers.answer(200);
    await database.admin.query(`update console.deliveries set next_at = now()`);
    await dispatcher.poll();
    expect(await log()).toEqual(['0 operations-manager sms cancelled', '0 operations-manager voice cancelled']);
    expect(receivers.requests).toHaveLength(2);
  });

  it('lets all but CRITICAL alerts wait through the quiet hours', async () => {
    await save({ quiet: { from: '23:00', to: '08:00' } });
    hour = '02:30';
    await waits(await insertEvent(database, { severity: 'HIGH' }), 200);
    await waits(await insertEvent(database), 70);
    await dispatcher.poll();
    expect(await log()).toEqual(['0 operations-manager sms sent', '0 operations-manager voice sent']);
    hour = '08:00';
    await dispatcher.poll();
    expect(await log()).toHaveLength(4);
  });

  it('is climbed by nobody before somebody has saved it, and never for what is older than half a day', async () => {
    const eventId = await insertEvent(database);
    await waits(eventId, 600);
    await dispatcher.poll();
    expect(await log()).toEqual([]);
    await save();
    await waits(eventId, 13 * 3_600);
    await dispatcher.poll();
    expect(await log()).toEqual([]);
  });
});

describe('a message', () => {
  it('is sent once when two laptops look at the same moment', async () => {
    await save();
    await waits(await insertEvent(database), 61);
    const other = on('booth-2');
    await Promise.all([dispatcher.poll(), other.poll()]);
    await Promise.all([dispatcher.poll(), other.poll()]);
    expect(paths().sort()).toEqual(['Calls.json', 'Messages.json']);
  });

  it('whose laptop died in the middle is not sent twice, and is said to be unknown', async () => {
    await save();
    const eventId = await insertEvent(database);
    await waits(eventId, 61);
    // It claims, and is gone: nobody knows whether it has sent.
    const { settings: saved } = await database.festival.read(readEscalation);
    const claimed = await database.festival.write((tx) =>
      escalateDue(tx, { settings: saved, laptop: 'booth-9', localTime: '21:00' }),
    );
    expect(claimed).toHaveLength(2);
    await dispatcher.poll();
    expect(receivers.requests).toHaveLength(0);
    await database.admin.query(`update console.deliveries set claimed_at = now() - interval '61 seconds'`);
    await dispatcher.poll();
    expect(receivers.requests).toHaveLength(0);
    expect(await log()).toEqual(['0 operations-manager sms unknown', '0 operations-manager voice unknown']);
    const { rows } = await database.admin.query(
      `select kind, laptop from console.timeline where event_id = $1 and kind like 'escalation%'`,
      [eventId],
    );
    expect(rows).toEqual([
      { kind: 'escalation_unknown', laptop: 'booth-9' },
      { kind: 'escalation_unknown', laptop: 'booth-9' },
    ]);
  });

  it('that nobody answered is unknown and not sent again, and that is written although the network was cut meanwhile', async () => {
    await save();
    const proxy = await createTcpProxy({ host: '127.0.0.1', port: database.consoleSettings.port });
    const through = openFestivalDatabase({
      settings: proxy.through(database.consoleSettings),
      applicationName: 'regie/booth-3',
      size: 2,
    });
    try {
      await waits(await insertEvent(database), 61);
      receivers.answer('silence');
      const cut = on('booth-3', through).poll();
      await expect.poll(() => receivers.requests.length).toBe(2);
      proxy.cut();
      setTimeout(() => proxy.forward(), 500);
      await cut;
      // Nobody answered: whether it was heard is unknown, and it is not sent again.
      expect(await log()).toEqual(['0 operations-manager sms unknown', '0 operations-manager voice unknown']);
      expect(receivers.requests).toHaveLength(2);
    } finally {
      await through.close();
      await proxy.close();
    }
  });

  it('that was refused is tried again with the same key, and given up after five times', async () => {
    await save();
    receivers.answer(500);
    await waits(await insertEvent(database), 61);
    for (let attempt = 1; attempt <= 6; attempt += 1) {
      await dispatcher.poll();
      await database.admin.query(`update console.deliveries set next_at = now() where state = 'due'`);
    }
    expect(receivers.requests).toHaveLength(10);
    expect(new Set(receivers.requests.map(({ headers }) => headers['idempotency-key'])).size).toBe(2);
    expect(await log()).toEqual(['0 operations-manager sms failed', '0 operations-manager voice failed']);
  });

  it('by mail is tried again when the server says later, and not when it says never', async () => {
    await save();
    receivers.refuseMail(451);
    await waits(await insertEvent(database, { severity: 'LOW' }), 3_601);
    await dispatcher.poll();
    expect(await log()).toEqual(['0 development email due']);
    receivers.refuseMail(550);
    await database.admin.query(`update console.deliveries set next_at = now()`);
    await dispatcher.poll();
    expect(await log()).toEqual(['0 development email failed']);
    expect(receivers.mails).toEqual([]);
  });

  it('to a webhook is signed', async () => {
    await save({
      webhook: { url: `${receivers.http}/hook`, secret: 'shared' },
      ladder: { ...GUIDE_ESCALATION.ladder, LOW: [{ afterSeconds: 0, contact: 'support', channels: ['webhook'] }] },
    });
    await insertEvent(database, { severity: 'LOW', cardId: '04FA' });
    await dispatcher.poll();
    const [hook] = receivers.requests;
    const signature = createHmac('sha256', 'shared')
      .update(hook?.body ?? '')
      .digest('hex');
    expect(hook?.headers['x-regie-signature']).toBe(`sha256=${signature}`);
    expect(JSON.parse(hook?.body ?? '')).toMatchObject({ severity: 'LOW', card: '04FA', step: 1 });
  });
});

describe('what contacts read and hear', () => {
  const setFestival = (some: Partial<ParsedInput<'festival.set'>> = {}) =>
    submit('festival.set', {
      ...{ base: 0, name: 'Nuits du Lac', timeZone: null, language: null },
      ...{ approvalLimitCents: cents(5_000), cardDayLimitCents: cents(10_000), operatorDayLimitCents: cents(50_000) },
      ...some,
    });
  const contacts = [
    { id: 'support', name: 'Zoé', phone: '+33600000003', email: 'zoe@festival.example', language: 'fr' as const },
    { id: 'development', name: 'Kim', phone: '+33600000004', email: 'kim@festival.example', language: 'en' as const },
    { id: 'technical-lead', name: 'Sam', phone: '', email: 'sam@festival.example' },
  ];
  const by = (...channels: ('email' | 'voice')[]) => ({
    CRITICAL: contacts.map(({ id }) => ({ afterSeconds: 60, contact: id, channels })),
    HIGH: [],
    MEDIUM: [],
    LOW: [],
  });
  /** The subject and the text of each mail by its address, decoded. */
  const mailsByAddress = () =>
    Object.fromEntries(receivers.mails.map(readMail).map(({ to, subject, text }) => [to, `${subject}\n${text}`]));

  it('is in their own language, or else in the festival’s, and names it', async () => {
    await setFestival({ language: 'fr' });
    await save({ contacts, ladder: by('email') });
    const eventId = await insertEvent(database, { cardId: '04FA', amount: '5.00' });
    await waits(eventId, 125);
    await dispatcher.poll();
    const french = [
      '[CRITIQUE] Argent pris par une commande échouée, carte 04FA, 5,00 EUR',
      `Personne n’a acquitté cette alerte depuis 2 minutes. Alerte ${eventId} (Nuits du Lac), dans Regie.`,
    ].join('\n');
    expect(mailsByAddress()).toEqual({
      'zoe@festival.example': french,
      'sam@festival.example': french,
      'kim@festival.example': [
        '[CRITICAL] Money taken by a failed order, card 04FA, 5.00 EUR',
        `Nobody has acknowledged this alert for 2 minutes. Alert ${eventId} (Nuits du Lac), in Regie.`,
      ].join('\n'),
    });
  });

  it('is English where neither they nor the festival have chosen a language', async () => {
    await save({ contacts: contacts.slice(2), ladder: { ...by('email'), CRITICAL: by('email').CRITICAL.slice(2) } });
    await waits(await insertEvent(database, { cardId: '04FA' }), 61);
    await dispatcher.poll();
    expect(receivers.mails.join()).toContain('Subject: [CRITICAL] Money taken by a failed order');
  });

  it('is read by a voice of that language', async () => {
    await save({ contacts, ladder: by('voice') });
    await waits(await insertEvent(database), 61);
    await dispatcher.poll();
    const voices = receivers.requests.map(({ body }) => {
      const form = new URLSearchParams(body);
      return [form.get('To'), /language="([^"]+)"/.exec(form.get('Twiml') ?? '')?.[1]];
    });
    expect(voices.sort()).toEqual([
      ['+33600000003', 'fr-FR'],
      ['+33600000004', 'en-GB'],
    ]);
  });

  it('waits through quiet hours by the clock of the festival, wherever the laptop is', async () => {
    // Half past two in the laptop's zone is half past nine in Tokyo.
    hour = '02:30';
    await setFestival({ timeZone: 'Asia/Tokyo' });
    await save({ quiet: { from: '23:00', to: '08:00' } });
    await waits(await insertEvent(database, { severity: 'HIGH' }), 200);
    await dispatcher.poll();
    expect(await log()).toHaveLength(2);
  });

  it('is as good as a test shows it to be', () => {
    const head = letterheadFor({ language: 'fr' }, { name: 'Nuits du Lac', language: 'en' });
    expect(testMessage('1', { channel: 'email', operator: 'Léa', head })).toMatchObject({
      subject: '[TEST] Regie peut vous joindre',
      text: 'Ceci est un test envoyé par Léa (e-mail). Il ne s’est rien passé.\nNuits du Lac, Regie',
    });
  });
});

describe('the settings', () => {
  it('are refused against another version, and keep secrets that come back empty', async () => {
    await save();
    const view = await database.festival.read(readEscalationView);
    expect(view).toMatchObject({ version: 1, changedBy: 'Léa', settings: { twilio: { token: '' } } });
    const again = { operationId: uuid(), base: 1, settings: view.settings };
    expect(await submit('escalation.set', again, 'Noé')).toMatchObject({ outcome: 'applied' });
    expect((await database.festival.read(readEscalation)).settings.twilio?.token).toBe('secret');
    expect(await submit('escalation.set', { ...again, operationId: uuid() }, 'Ada')).toMatchObject({
      outcome: 'conflict',
      error: { code: 'escalation_changed', params: { name: 'Noé' } },
    });
  });

  it('never put a secret on the audit trail', async () => {
    await save();
    const { rows } = await database.admin.query(`select data::text as data from console.audit`);
    expect(rows.map(({ data }) => data).join()).not.toContain('secret"');
    expect(rows.map(({ data }) => data).join()).toContain('•');
  });
});

it('somebody who was called by hand is on the timeline', async () => {
  const eventId = await insertEvent(database);
  await submit('escalation.called', { eventId, name: 'Ops', phone: '+33600000001' });
  const { rows } = await database.admin.query(`select kind, actor, data from console.timeline where event_id = $1`, [
    eventId,
  ]);
  expect(rows).toEqual([{ kind: 'called', actor: 'Léa', data: { name: 'Ops', phone: '+33600000001' } }]);
});
