import { describe, expect, it } from 'vitest';
import type { ParsedInput } from '../../../shared/contract/calls.ts';
import { cents } from '../../../shared/domain/money.ts';
import { insertEvent } from '../../testing/alerts.ts';
import { escalationWorld } from '../../testing/escalation.ts';
import { readMail } from '../../testing/receivers.ts';
import { letterheadFor, testMessage } from './message.ts';

const world = escalationWorld();
const { setHour, poll, submit, save, raisedAgo, deliveries } = world;

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
    Object.fromEntries(world.receivers.mails.map(readMail).map(({ to, subject, text }) => [to, `${subject}\n${text}`]));

  it('is in their own language, or else in the festival’s, and names it', async () => {
    await setFestival({ language: 'fr' });
    await save({ contacts, ladder: by('email') });
    const eventId = await insertEvent(world.database, { cardId: '04FA', amount: '5.00' });
    await raisedAgo(eventId, 125);
    await poll();
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
    await raisedAgo(await insertEvent(world.database, { cardId: '04FA' }), 61);
    await poll();
    expect(world.receivers.mails.join()).toContain('Subject: [CRITICAL] Money taken by a failed order');
  });

  it('is read by a voice of that language: severity, kind, amount and place first', async () => {
    await save({ contacts, ladder: by('voice') });
    const eventId = await insertEvent(world.database, {
      cardId: '04FA',
      amount: '5.00',
      facts: { point_of_sale: 'Bar <Nord> & Co', device_identifier: 'reader-1' },
    });
    await raisedAgo(eventId, 61);
    await poll();
    const voices = world.receivers.requests.map(({ body }) => {
      const form = new URLSearchParams(body);
      const [, language, said] = /language="([^"]+)" loop="2">([^<]*)</.exec(form.get('Twiml') ?? '') ?? [];
      return [form.get('To'), language, said];
    });
    expect(voices.sort()).toEqual([
      [
        ...['+33600000003', 'fr-FR'],
        `Alerte critique. Argent pris par une commande échouée. 5,00 euros. Lieu Bar Nord Co. Carte 04FA. Personne n’a acquitté cette alerte depuis 1 minute. Alerte ${eventId}, dans Regie.`,
      ],
      [
        ...['+33600000004', 'en-GB'],
        `Critical alert. Money taken by a failed order. 5.00 euros. At Bar Nord Co. Card 04FA. Nobody has acknowledged this alert for 1 minute. Alert ${eventId}, in Regie.`,
      ],
    ]);
  });

  it('names the reader where there is no bar, and is harmless whatever the row holds', async () => {
    await save({
      contacts: contacts.slice(1, 2),
      ladder: { ...by('email'), CRITICAL: by('email').CRITICAL.slice(1, 2) },
    });
    const eventId = await insertEvent(world.database, {
      ...{ cardId: 'A\u200b👩‍👩‍👧'.repeat(20), amount: 'NaN', facts: { device_identifier: 'reader-1' } },
    });
    await raisedAgo(eventId, 61);
    await poll();
    const [mail] = world.receivers.mails.map(readMail);
    expect(mail?.subject).toMatch(/^\[CRITICAL\] Money taken by a failed order, card A( A)*, reader reader-1$/);
  });

  it('waits through quiet hours in the festival’s time zone, wherever the laptop is', async () => {
    // Half past two in the laptop's zone is half past nine in Tokyo.
    setHour('02:30');
    await setFestival({ timeZone: 'Asia/Tokyo' });
    await save({ quiet: { from: '23:00', to: '08:00' } });
    await raisedAgo(await insertEvent(world.database, { severity: 'HIGH' }), 200);
    await poll();
    expect(await deliveries()).toHaveLength(2);
  });

  it('can be tried with a test message, which says so', () => {
    const head = letterheadFor({ language: 'fr' }, { name: 'Nuits du Lac', language: 'en' });
    expect(testMessage('1', { channel: 'email', operator: 'Léa', head })).toMatchObject({
      subject: '[TEST] Regie peut vous joindre',
      text: 'Ceci est un test envoyé par Léa (e-mail). Il ne s’est rien passé.\nNuits du Lac, Regie',
    });
  });
});
