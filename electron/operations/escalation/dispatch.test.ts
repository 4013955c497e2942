import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { GUIDE_ESCALATION } from '../../../shared/domain/escalation.ts';
import { openFestivalDatabase } from '../../postgres/pool.ts';
import { insertEvent } from '../../testing/alerts.ts';
import { escalationWorld } from '../../testing/escalation.ts';
import { createTcpProxy } from '../../testing/tcp-proxy.ts';
import { claimDeliveries, escalateDue } from './policy.ts';
import { readEscalation } from './settings.ts';

const world = escalationWorld();
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
      escalateDue(tx, { settings: saved, localTime: '21:00' }).then(() => claimDeliveries(tx, 'booth-9')),
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

  it('that was refused is tried again with the same key, and given up after five times', async () => {
    await save();
    world.receivers.answer(500);
    await raisedAgo(await insertEvent(world.database), 61);
    for (let attempt = 1; attempt <= 6; attempt += 1) {
      await poll();
      await world.database.admin.query(`update console.deliveries set next_at = now() where state = 'due'`);
    }
    expect(world.receivers.requests).toHaveLength(10);
    expect(new Set(world.receivers.requests.map(({ headers }) => headers['idempotency-key'])).size).toBe(2);
    expect(await deliveries()).toEqual(['0 operations-manager sms failed', '0 operations-manager voice failed']);
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
