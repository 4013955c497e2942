import { describe, expect, it } from 'vitest';
import { engineWorld } from '../testing/engine-world.ts';

const world = engineWorld();
const { festival, restart, events, count, tail } = world;

describe('temporal_duplicate_detection', () => {
  it('finds two scans five seconds apart as one burst that grows, and not six seconds', async () => {
    // In one transaction, whose now() stands still.
    await world.database.admin.query('begin');
    await festival.scan('A', { secondsAgo: 20 });
    await festival.scan('A', { secondsAgo: 14 });
    await festival.scan('B', { secondsAgo: 20 });
    await festival.scan('B', { secondsAgo: 15 });
    await world.database.admin.query('commit');
    await tail();
    restart();
    // Four seconds after the last one, however long the engines took.
    await world.database.admin.query(
      `insert into nfc_scan_log (card_id_scanned, scan_status, device_identifier, scan_timestamp)
       select 'B', 'success', 'reader-1', max(scan_timestamp) + interval '4 seconds' from nfc_scan_log where card_id_scanned = 'B'`,
    );
    await tail();
    expect(await events('temporal_duplicate_detection')).toMatchObject([
      { card_id: 'B', severity: 'MEDIUM', event_data: { scan_count: 3, charged_twice: false, threshold_seconds: 5 } },
    ]);
  });

  it('does not count the second try after a failed read', async () => {
    await festival.scan('A', { secondsAgo: 5, status: 'failure' });
    await festival.scan('A', { secondsAgo: 3 });
    await tail();
    expect(await count('temporal_duplicate_detection')).toBe(0);
  });

  it('is HIGH when the burst charged twice, also when the second order arrives later', async () => {
    await festival.card('A', 20);
    await festival.scan('A', { secondsAgo: 10 });
    await festival.order('A', 4, { secondsAgo: 10 });
    await festival.scan('A', { secondsAgo: 8 });
    await tail();
    expect(await events('temporal_duplicate_detection')).toMatchObject([{ severity: 'MEDIUM' }]);
    await festival.order('A', 4, { secondsAgo: 7 });
    await tail();
    expect(await events('temporal_duplicate_detection')).toMatchObject([
      { severity: 'HIGH', affected_amount: '4.00', event_data: { charged_twice: true } },
    ]);
  });
});

describe('concurrent_transaction_detection', () => {
  it('is MEDIUM when two transactions worked on the same balance', async () => {
    await festival.card('A', 20);
    await festival.log({
      card: 'A',
      type: 'bar_order',
      status: 'completed',
      amount: 4,
      previous: 20,
      next: 16,
      secondsAgo: 10,
    });
    await festival.log({
      card: 'A',
      type: 'bar_order',
      status: 'completed',
      amount: 5,
      previous: 20,
      next: 15,
      secondsAgo: 9.1,
    });
    await tail();
    restart();
    await tail();
    expect(await events('concurrent_transaction_detection')).toMatchObject([
      { severity: 'MEDIUM', event_data: { concurrent_count: 2, balances_overlap: true, threshold_seconds: 2 } },
    ]);
  });

  it('is LOW when one followed the other, and nothing two seconds and a bit apart', async () => {
    await festival.card('A', 20);
    await festival.card('B', 20);
    await festival.order('A', 4, { secondsAgo: 10 });
    await festival.order('A', 5, { secondsAgo: 8.1 });
    await festival.order('B', 4, { secondsAgo: 10 });
    await festival.order('B', 5, { secondsAgo: 7.8 });
    await tail();
    expect(await events('concurrent_transaction_detection')).toMatchObject([{ card_id: 'A', severity: 'LOW' }]);
  });
});
