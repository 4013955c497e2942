import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { GUIDE_ESCALATION } from '../../../shared/domain/escalation.ts';
import { openFestivalDatabase } from '../../postgres/pool.ts';
import { insertEvent } from '../../testing/alerts.ts';
import { escalationWorld } from '../../testing/escalation.ts';
import { eventually } from '../../testing/eventually.ts';
import { openBlackhole } from '../../testing/receivers.ts';
import { createTcpProxy } from '../../testing/tcp-proxy.ts';
import { claimDeliveries } from './claims.ts';
import { escalateDue } from './policy.ts';
import { readEscalation } from './settings.ts';

const world = escalationWorld();
const nobody = { CRITICAL: [], HIGH: [], MEDIUM: [], LOW: [] };
const { createOn, poll, save, raisedAgo, deliveries } = world;
/** What was asked of the receiver of calls and messages. */
const paths = () => world.receivers.requests.map(({ path }) => path.replace('/2010-04-01/Accounts/AC1/', ''));

describe('a message', () => {
  it('is sent once when two laptops poll at the same moment', async () => {
    await save();
    await raisedAgo(await insertEvent(world.database), 61);
    const other = createOn('booth-2');
    await Promise.all([poll(), other.poll()]);
    await Promise.all([poll(), other.poll()]);
    expect(paths().sort()).toEqual(['Calls.json', 'Messages.json']);
  });

  it('whose laptop died in the middle is not sent twice, and counts as unconfirmed', async () => {
    await save();
    const eventId = await insertEvent(world.database);
    await raisedAgo(eventId, 61);
    // It claims them and dies: whether they were sent is unknown.
    const { settings: saved } = await world.database.festival.read(readEscalation);
    const claimed = await world.database.festival.write((tx) =>
      escalateDue(tx, { settings: saved, localTime: '21:00' }).then(() => claimDeliveries(tx, { laptop: 'booth-9' })),
    );
    expect(claimed).toHaveLength(2);
    await poll();
    expect(world.receivers.requests).toHaveLength(0);
    await world.database.admin.query(`update console.deliveries set claimed_at = now() - interval '61 seconds'`);
    await poll();
    expect(world.receivers.requests).toHaveLength(0);
    expect(await deliveries()).toEqual(['0 operations-manager sms unknown', '0 operations-manager voice unknown']);
    const { rows } = await world.database.admin.query(
      `select kind, laptop from console.timeline where event_id = $1 and kind like 'escalation%'`,
      [eventId],
    );
    expect(rows).toEqual([
      { kind: 'escalation_unknown', laptop: 'booth-9' },
      { kind: 'escalation_unknown', laptop: 'booth-9' },
    ]);
  });

  it('without an answer is unconfirmed and not sent again, even where the database was cut off meanwhile', async () => {
    await save();
    const proxy = await createTcpProxy({ host: '127.0.0.1', port: world.database.consoleSettings.port });
    const through = openFestivalDatabase({
      settings: proxy.through(world.database.consoleSettings),
      applicationName: 'regie/booth-3',
      size: 2,
    });
    try {
      await raisedAgo(await insertEvent(world.database), 61);
      world.receivers.answer('silence');
      const cut = createOn('booth-3', { festival: through }).poll();
      await expect.poll(() => world.receivers.requests.length).toBe(2);
      proxy.cut();
      setTimeout(() => proxy.forward(), 500);
      await cut;
      // Without an answer its delivery is unknown, and it is not sent again.
      expect(await deliveries()).toEqual(['0 operations-manager sms unknown', '0 operations-manager voice unknown']);
      expect(world.receivers.requests).toHaveLength(2);
    } finally {
      await through.close();
      await proxy.close();
    }
  });

  it.each([
    ['CRITICAL', 3_600],
    ['MEDIUM', 9_000],
    ['LOW', 36_000],
  ] as const)('that was refused for now is tried with the same key, for %s during %i s', async (severity, span) => {
    await save({ ladder: { ...nobody, [severity]: [{ afterSeconds: 0, contact: 'support', channels: ['slack'] }] } });
    world.receivers.answer(503);
    const eventId = await insertEvent(world.database, { severity });
    let passed = 0;
    while (passed < span - 300) {
      await poll();
      await world.waits(300);
      passed += 300;
    }
    expect(await deliveries()).toEqual(['0 support slack due']);
    const { requests } = world.receivers;
    expect(requests.length).toBeGreaterThan(10);
    expect(new Set(requests.map(({ headers }) => headers['idempotency-key'])).size).toBe(1);
    await poll();
    await world.waits(300);
    await poll();
    expect(await deliveries()).toEqual(['0 support slack failed']);
    // The timeline says it once when it began, and once when it ended.
    const said = { contact: 'Support', channel: 'slack', step: 0, why: 'busy', detail: '503' };
    expect(await world.said(eventId)).toEqual([
      { kind: 'escalation_delayed', ...said },
      { kind: 'escalation_failed', ...said },
    ]);
  });

  it.each([
    [429, 'seconds', '120', 120],
    [503, 'seconds', '7', 7],
    [503, 'a date', new Date(Date.now() + 600_000).toUTCString(), 600],
    [429, 'nothing that can be read', 'soon', 30],
  ] as const)('is sent again when the receiver said so: %i with %s', async (status, _, header, seconds) => {
    await save({ ladder: { ...nobody, HIGH: [{ afterSeconds: 0, contact: 'support', channels: ['slack'] }] } });
    world.receivers.answer(status, { 'Retry-After': header });
    await insertEvent(world.database, { severity: 'HIGH' });
    await poll();
    const { rows } = await world.database.admin.query(
      `select abs(extract(epoch from next_at - now()) - $1) < 60 as honoured from console.deliveries`,
      [seconds],
    );
    expect(rows).toEqual([{ honoured: true }]);
    world.receivers.answer(200);
    await poll();
    expect(world.receivers.requests).toHaveLength(1);
    await world.waits(seconds + 60);
    await poll();
    expect(await deliveries()).toEqual(['0 support slack sent']);
  });

  it('whose receiver wants to be asked again after its time is over has failed', async () => {
    await save({ ladder: { ...nobody, HIGH: [{ afterSeconds: 0, contact: 'support', channels: ['slack'] }] } });
    world.receivers.answer(503, { 'Retry-After': '86400' });
    await insertEvent(world.database, { severity: 'HIGH' });
    await poll();
    expect(await deliveries()).toEqual(['0 support slack failed']);
  });

  it.each(['cut', 500, 502] as const)(
    'that was handed over is not sent again, nor by another way, where the answer leaves it open: %s',
    async (answer) => {
      await save();
      world.receivers.answer(answer);
      const eventId = await insertEvent(world.database);
      await raisedAgo(eventId, 61);
      await poll();
      await world.waits(3_600);
      await poll();
      expect(paths().sort()).toEqual(['Calls.json', 'Messages.json']);
      expect(await deliveries()).toEqual(['0 operations-manager sms unknown', '0 operations-manager voice unknown']);
      const why = answer === 'cut' ? 'unanswered' : 'server_failed';
      const said = await world.said(eventId);
      expect(said).toHaveLength(2);
      expect(said).toContainEqual(expect.objectContaining({ kind: 'escalation_unknown', contact: 'Ops', why }));
    },
  );

  it.each(['cut', 554] as const)('by mail whose text was taken is not sent again: %s', async (answer) => {
    await save();
    world.receivers.refuseText(answer);
    await raisedAgo(await insertEvent(world.database, { severity: 'LOW' }), 3_601);
    await poll();
    await world.waits(3_600);
    await poll();
    expect(world.receivers.mails).toHaveLength(1);
    expect(await deliveries()).toEqual(['0 development email unknown']);
  });

  it('by mail is tried again after a server asked to wait with the text in its hands, under the same Message-ID', async () => {
    await save();
    world.receivers.refuseText(451);
    await raisedAgo(await insertEvent(world.database, { severity: 'LOW' }), 3_601);
    await poll();
    world.receivers.refuseText(null);
    await world.waits(60);
    await poll();
    expect(await deliveries()).toEqual(['0 development email sent']);
    const ids = world.receivers.mails.map((mail) => /^Message-ID: (.*)$/im.exec(mail)?.[1]);
    expect(ids).toHaveLength(2);
    expect(new Set(ids).size).toBe(1);
  });

  it('to a server that is not there waits for no other channel, nor another alert', async () => {
    const dead = await openBlackhole();
    try {
      await save({
        smtp: {
          host: dead.host,
          port: dead.port,
          secure: false,
          user: '',
          password: '',
          from: 'regie@festival.example',
        },
        ladder: { ...nobody, CRITICAL: [{ afterSeconds: 0, contact: 'technical-lead', channels: ['email', 'sms'] }] },
      });
      const first = await insertEvent(world.database);
      await world.look();
      await eventually(async () => expect((await world.said(first)).map(({ kind }) => kind)).toEqual(['escalated']));
      // The first mail is still waiting for a greeting.
      expect(await deliveries()).toContain('0 technical-lead email sending');
      const second = await insertEvent(world.database);
      await world.look();
      await eventually(async () => expect((await world.said(second)).map(({ kind }) => kind)).toEqual(['escalated']));
      expect(await deliveries()).toEqual([
        ...['0 technical-lead email sending', '0 technical-lead email sending'],
        ...['0 technical-lead sms sent', '0 technical-lead sms sent'],
      ]);
    } finally {
      await dead.close();
    }
  });

  it('of a CRITICAL alert goes before those of a backlog', async () => {
    const by = [{ afterSeconds: 0, contact: 'technical-lead', channels: ['sms' as const] }];
    await save({ ladder: { CRITICAL: by, HIGH: by, MEDIUM: by, LOW: by } });
    for (let count = 0; count < 12; count += 1) await insertEvent(world.database, { severity: 'LOW' });
    await insertEvent(world.database, { severity: 'MEDIUM' });
    await insertEvent(world.database, { severity: 'CRITICAL' });
    for (let count = 0; count < 6; count += 1) await poll();
    const order = world.receivers.requests.map(
      ({ body }) => /^\[(\w+)\]/.exec(new URLSearchParams(body).get('Body') ?? '')?.[1],
    );
    expect(order).toHaveLength(14);
    // Four are sent side by side; the urgent ones are among the first four.
    expect(order.slice(0, 4).sort()).toEqual(['CRITICAL', 'LOW', 'LOW', 'MEDIUM']);
  });

  it('by mail is tried again after a temporary refusal, and not after a permanent one', async () => {
    await save();
    world.receivers.refuseMail(451);
    await raisedAgo(await insertEvent(world.database, { severity: 'LOW' }), 3_601);
    await poll();
    expect(await deliveries()).toEqual(['0 development email due']);
    world.receivers.refuseMail(550);
    await world.database.admin.query(`update console.deliveries set next_at = now()`);
    await poll();
    expect(await deliveries()).toEqual(['0 development email failed']);
    expect(world.receivers.mails).toEqual([]);
  });

  it('to a webhook is signed', async () => {
    await save({
      webhook: { url: `${world.receivers.http}/hook`, secret: 'shared' },
      ladder: { ...GUIDE_ESCALATION.ladder, LOW: [{ afterSeconds: 0, contact: 'support', channels: ['webhook'] }] },
    });
    await insertEvent(world.database, { severity: 'LOW', cardId: '04FA' });
    await poll();
    const [hook] = world.receivers.requests;
    const signature = createHmac('sha256', 'shared')
      .update(hook?.body ?? '')
      .digest('hex');
    expect(hook?.headers['x-regie-signature']).toBe(`sha256=${signature}`);
    expect(JSON.parse(hook?.body ?? '')).toMatchObject({ severity: 'LOW', card: '04FA', step: 1 });
  });
});
