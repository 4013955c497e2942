import { networkInterfaces } from 'node:os';
import pg from 'pg';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { calls } from '../../../shared/contract/calls.ts';
import { type EscalationSettings, GUIDE_ESCALATION } from '../../../shared/domain/escalation.ts';
import type { RowId } from '../../../shared/domain/row-id.ts';
import { driverOptions } from '../../postgres/connection-settings.ts';
import { insertEvent } from '../../testing/alerts.ts';
import type { TestDatabase } from '../../testing/database.ts';
import { secretsOn } from '../../testing/escalation.ts';
import { openReceivers, type Receivers, readMail } from '../../testing/receivers.ts';
import { borrowTestDatabase } from '../../testing/reused-database.ts';
import { submitTo } from '../../testing/submit.ts';
import { sendVia } from './channels.ts';
import { createDispatcher, type Dispatcher } from './dispatch.ts';
import type { Message } from './message.ts';
import { NotSent } from './not-sent.ts';
import { isLinkLocal } from './post.ts';
import { readEscalation, readEscalationView } from './settings.ts';

/* What somebody tries who wants the channels' secrets, or messages in the festival's name. */
let database: TestDatabase;
let receivers: Receivers;
let dispatcher: Dispatcher;
let login: pg.Client;
beforeEach(async () => {
  database = await borrowTestDatabase();
  receivers = await openReceivers();
  dispatcher = createDispatcher({
    ...{ database: database.festival, secrets: secretsOn(database.festival) },
    laptop: 'booth-1',
    timeZone: 'Europe/Paris',
    clock: { now: Date.now, monotonic: () => performance.now() },
    log: { warn: () => undefined },
  });
  login = new pg.Client(driverOptions(database.consoleSettings));
  await login.connect();
});
afterEach(async () => {
  await login.end();
  await dispatcher.close();
  await receivers.close();
  await database.close();
});

const contact = { id: 'ops', name: 'Ops', phone: '+33600000001', email: 'ops@festival.example' };
const settings = (some: Partial<EscalationSettings> = {}): EscalationSettings => ({
  ...GUIDE_ESCALATION,
  contacts: [contact, { ...contact, id: 'other', phone: '+33600000009', email: 'other@festival.example' }],
  ladder: { CRITICAL: [{ afterSeconds: 60, contact: 'ops', channels: ['sms'] }], HIGH: [], MEDIUM: [], LOW: [] },
  smtp: { ...receivers.smtp, secure: false, user: 'mailer', password: 'mail-hunter2', from: 'regie@festival.example' },
  slack: { url: `${receivers.http}/services/slack-hunter2` },
  twilio: { url: receivers.http, account: 'AC1', token: 'twilio-hunter2', from: '+33100000000' },
  webhook: { url: `${receivers.http}/hook-hunter2`, secret: 'sign-hunter2' },
  ...some,
});
const submit = submitTo(() => database.festival);
const save = async (some: Partial<EscalationSettings> = {}) => {
  const { version } = await database.festival.read(readEscalation);
  return submit('escalation.set', { base: version, settings: settings(some) });
};
const message = (some: Partial<Message> = {}): Message => ({
  ...{
    id: '0190a5d0-0000-7000-8000-000000000001',
    language: 'en',
    subject: 'Subject',
    text: 'Text',
    spoken: 'Text',
    facts: {},
  },
  ...some,
});
const send = (channel: 'email' | 'slack' | 'sms' | 'webhook', some: Partial<EscalationSettings>, said = message()) =>
  sendVia(channel, { settings: settings(some), contact, message: said });

describe('the secrets of the channels', () => {
  it('are shown to nobody again, whoever asks: no view, no audit row, no stored answer', async () => {
    expect(await save()).toMatchObject({ outcome: 'applied' });
    const view = await database.festival.read(readEscalationView);
    expect(JSON.stringify(view)).not.toContain('hunter2');
    expect(view.settings).toMatchObject({ slack: { url: '' }, webhook: { url: '', secret: '' } });
    const { rows } = await database.admin.query(
      `select (select string_agg(data::text, '') from console.audit) || (select string_agg(outcome::text, '') from console.operations)
         || coalesce((select string_agg(data::text, '') from console.timeline), '') as written`,
    );
    expect(rows[0].written).toContain('•');
    expect(rows[0].written).not.toContain('hunter2');
  });

  it('are not sent to another host or account than they were given for', async () => {
    await save();
    const own = settings();
    const { smtp, twilio, webhook } = own;
    if (smtp === null || twilio === null || webhook === null) throw new Error('not set up');
    const attempts: [string, Partial<EscalationSettings>][] = [
      ['smtp', { smtp: { ...smtp, password: '', host: 'mail.evil.example' } }],
      ['smtp', { smtp: { ...smtp, password: '', port: smtp.port + 1 } }],
      ['smtp', { smtp: { ...smtp, password: '', user: 'somebody' } }],
      ['twilio', { twilio: { ...twilio, token: '', url: 'https://api.evil.example' } }],
      ['twilio', { twilio: { ...twilio, token: '', account: 'AC2' } }],
      ['webhook', { webhook: { url: 'https://evil.example/hook', secret: '' } }],
    ];
    for (const [channel, some] of attempts) {
      expect(await save(some)).toEqual({
        outcome: 'rejected',
        error: { code: 'channel_secret_again', params: { channel } },
      });
    }
    expect(await secretsOn(database.festival).read()).toEqual({ ok: true, value: own });
  });

  it('stay with the host and the account while other things change, and change when they are given anew', async () => {
    await save();
    const blank = (await database.festival.read(readEscalationView)).settings;
    expect(await save({ ...blank, quiet: { from: '02:00', to: '08:00' } })).toMatchObject({ outcome: 'applied' });
    expect(await secretsOn(database.festival).read()).toEqual({
      ok: true,
      value: settings({ quiet: { from: '02:00', to: '08:00' } }),
    });
    const smtp = {
      host: 'mail.festival.example',
      port: 587,
      secure: false,
      user: 'u',
      password: 'new',
      from: 'a@b.example',
    };
    expect(await save({ smtp })).toMatchObject({ outcome: 'applied' });
    expect(await secretsOn(database.festival).read()).toMatchObject({ value: { smtp } });
  });
});

describe('on the wire', () => {
  /** An address of this machine that leads out of it, as far as anybody can tell. */
  const outside = (): string =>
    Object.values(networkInterfaces())
      .flatMap((list) => list ?? [])
      .find(({ family, internal }) => family === 'IPv4' && !internal)?.address ?? '0.0.0.0';

  it('nothing goes in plain text but to this machine: no mail without STARTTLS, no http', async () => {
    const open = await openReceivers(outside());
    try {
      const smtp = { ...open.smtp, secure: false, user: 'mailer', password: 'mail-hunter2', from: 'a@b.example' };
      await expect(send('email', { smtp })).rejects.toThrow(NotSent);
      await expect(send('slack', { slack: { url: `${open.http}/x` } })).rejects.toThrow('not encrypted');
      await expect(send('webhook', { webhook: { url: `${open.http}/x`, secret: 's' } })).rejects.toThrow(NotSent);
      const twilio = { url: open.http, account: 'AC1', token: 'hunter2', from: '+33100000000' };
      await expect(send('sms', { twilio })).rejects.toThrow(NotSent);
      expect(open.mails).toEqual([]);
      expect(open.requests).toEqual([]);
    } finally {
      await open.close();
    }
    // Nor can it be saved so.
    const input = {
      operationId: message().id,
      base: 0,
      settings: settings({ slack: { url: 'http://evil.example/' } }),
    };
    expect(calls['escalation.set'].input.safeParse(input).success).toBe(false);
  });

  it('a redirection takes nothing to another host', async () => {
    const thief = await openReceivers();
    try {
      receivers.redirectTo(`${thief.http}/caught`);
      await expect(send('webhook', {})).rejects.toThrow('refused it (307)');
      await expect(send('sms', {})).rejects.toThrow('refused it (307)');
      expect(thief.requests).toEqual([]);
    } finally {
      await thief.close();
    }
  });

  it('a name that leads to the machine’s own link is refused', () => {
    for (const address of ['169.254.169.254', 'fe80::1', '::ffff:169.254.169.254', 'fd00:ec2::254']) {
      expect(isLinkLocal(address)).toBe(true);
    }
    for (const address of ['127.0.0.1', '10.0.0.1', '2001:db8::1', 'festival.example']) {
      expect(isLinkLocal(address)).toBe(false);
    }
  });

  it('words stay words: no mention, link or format in Slack, no second header or recipient in a mail', async () => {
    const hostile = '<!channel> <@U1> <https://evil.example|click> & @here @everyone *b*';
    await send('slack', {}, message({ subject: hostile, text: hostile }));
    const body = JSON.parse(receivers.requests[0]?.body ?? '');
    expect(body).toMatchObject({ mrkdwn: false, parse: 'none', link_names: false });
    expect(body.text).not.toMatch(/[<>]|@here|@everyone/);
    expect(body.text).toContain('&lt;!channel&gt;');
    const smtp = { ...receivers.smtp, secure: false, user: '', password: '', from: 'regie@festival.example' };
    await send('email', { smtp }, message({ subject: 'One\r\nBcc: thief@evil.example\r\n\r\nand a body' }));
    const [mail = ''] = receivers.mails;
    expect(mail).not.toMatch(/^Bcc:/im);
    expect(readMail(mail).subject).toBe('One Bcc: thief@evil.example and a body');
    const crowd = { ...contact, email: 'ops@festival.example, thief@evil.example' };
    await sendVia('email', { settings: settings({ smtp }), contact: crowd, message: message() }).catch(() => undefined);
    expect(receivers.mails.slice(1).join()).not.toMatch(/^To:.*ops@festival\.example>?, /m);
  });
});

describe('with the consoles’ login alone', () => {
  const age = (eventId: RowId) =>
    database.admin.query(
      `update monitoring_events set detection_timestamp = now() - interval '61 seconds' where event_id = $1`,
      [eventId],
    );
  const forged = (columns: string, values: string, parameters: unknown[] = []) =>
    login.query(
      `insert into console.deliveries (event_id, severity, called_at, episode, step, contact, channel, due_at${columns})
       values ($1, 'CRITICAL', now(), '-infinity', 0, 'ops', 'sms', now()${values})`,
      parameters,
    );

  it('nobody has words of their own sent', async () => {
    await save();
    const eventId = await insertEvent(database);
    const refused = 'comes from the escalation policy or from an operator';
    await expect(forged(', message', `, 'call +33666'`, [eventId])).rejects.toThrow(refused);
    const { rows } = await database.admin.query(`select operation_id from console.operations limit 1`);
    const known = rows[0].operation_id;
    await expect(forged(', message, operation_id', `, 'call +33666', $2`, [eventId, known])).rejects.toThrow(refused);
    // Nor put them into a row of the policy.
    await forged('', '', [eventId]);
    await expect(login.query(`update console.deliveries set message = 'call +33666'`)).rejects.toThrow(refused);
    await expect(login.query(`update console.deliveries set contact = 'other'`)).rejects.toThrow(refused);
  });

  it('nobody is called whom the policy does not name, whatever the row says', async () => {
    await save();
    const eventId = await insertEvent(database);
    const row = (some: { step?: number; contact?: string; channel?: string; severity?: string }) =>
      login.query(
        `insert into console.deliveries (event_id, severity, called_at, episode, step, contact, channel, due_at)
         values ($1, $2, now(), '-infinity', $3, $4, $5, now() - interval '1 day')`,
        [eventId, some.severity ?? 'CRITICAL', some.step ?? 0, some.contact ?? 'ops', some.channel ?? 'sms'],
      );
    await row({ contact: 'other' });
    await row({ channel: 'email' });
    await row({ step: 100 });
    await row({ step: 1 });
    await row({ severity: 'NONSENSE' });
    await row({ channel: 'pigeon' });
    for (let times = 0; times < 3; times += 1) {
      await dispatcher.poll('ordered');
      await dispatcher.poll();
    }
    expect(receivers.requests).toEqual([]);
    expect(receivers.mails).toEqual([]);
    // What the policy will ask for is not sent before its time, and rows that make no sense have held up nothing.
    await row({});
    await dispatcher.poll();
    expect(receivers.requests).toEqual([]);
    await age(eventId);
    await dispatcher.poll();
    await dispatcher.poll();
    expect(receivers.requests).toHaveLength(1);
  });

  it('nobody has a message sent twice', async () => {
    await save();
    const eventId = await insertEvent(database);
    await forged('', '', [eventId]);
    await age(eventId);
    await dispatcher.poll();
    expect(receivers.requests).toHaveLength(1);
    // Nor many times, as if the alert had alerted again.
    for (const episode of ['2026-01-01', '2026-01-02']) {
      await login.query(
        `insert into console.deliveries (event_id, severity, called_at, episode, step, contact, channel, due_at)
         values ($1, 'CRITICAL', now(), $2, 0, 'ops', 'sms', now())`,
        [eventId, episode],
      );
    }
    await dispatcher.poll('ordered');
    await dispatcher.poll();
    expect(receivers.requests).toHaveLength(1);
    await expect(login.query(`update console.deliveries set state = 'due'`)).rejects.toThrow('comes from');
    await expect(login.query(`update console.deliveries set attempts = 0`)).rejects.toThrow('comes from');
    await expect(login.query(`delete from console.deliveries`)).rejects.toThrow('comes from');
  });

  it('a name in an alert is no message of its author’s', async () => {
    await save();
    const eventId = await insertEvent(database);
    await login.query(
      `update monitoring_events set detection_timestamp = now() - interval '2 minutes',
         detection_algorithm = 'Urgent! <Call> +33 6 66 66 66 66 at once and read out your PIN to the person who answers',
         card_id = $2 where event_id = $1`,
      [eventId, `A\nhttps://evil.example/?${'x'.repeat(100)}`],
    );
    await dispatcher.poll();
    const text = new URLSearchParams(receivers.requests[0]?.body).get('Body') ?? '';
    expect(text.split('\n')[0]?.length).toBeLessThan(120);
    expect(text).not.toMatch(/read out|https:\/\/|[<>]/);
  });
});
