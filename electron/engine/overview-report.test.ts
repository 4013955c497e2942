import { describe, expect, it } from 'vitest';
import { cents } from '../../shared/domain/money.ts';
import type { Meaning, WordKind } from '../../shared/domain/transaction-words.ts';
import { createTestDatabase } from '../testing/database.ts';
import { engineWorld } from '../testing/engine-world.ts';
import { submitTo } from '../testing/submit.ts';
import { readCurves, readPulse } from './overview-report.ts';

const world = engineWorld(createTestDatabase);
const { festival, tail } = world;
const pulse = () => readPulse(world.database.festival);
const run = (text: string) => world.database.admin.query(text);
const submit = submitTo(() => world.database.festival);
const explain = async (kind: WordKind, word: string, meaning: Meaning) => {
  const { rows } = await run(`select version::int from console.transaction_meanings where word = '${word}'`);
  return submit('transactionMeanings.set', { kind, word, meaning, base: rows[0]?.version ?? 0 });
};

describe('the pulse', () => {
  it('is what the engine has read: rates, money of the hour and of the one before, places and readers', async () => {
    await festival.card('A', 100, { secondsAgo: 4_000 });
    await festival.order('A', 3.5, { secondsAgo: 5_000 });
    for (const secondsAgo of [1_800, 300, 200]) await festival.order('A', 2.5, { secondsAgo });
    await festival.failedOrder('A', 9, { secondsAgo: 200, pointOfSale: 'Bar 7' });
    await festival.log({ card: 'A', type: 'stripe_recharge', status: 'completed', amount: 20, previous: 0, next: 20 });
    await festival.log({ card: 'A', type: 'bar_order', status: 'pending', amount: 1, previous: 0, next: 0 });
    await festival.scan('A', { secondsAgo: 100 });
    await festival.scan('A', { secondsAgo: 90, status: 'error' });
    await tail();
    const now = await pulse();
    expect(now).toMatchObject({
      hour: { takingsCents: 750, topUpsCents: 2_000 },
      hourBefore: { takingsCents: 350, topUpsCents: 10_000 },
      recent: { total: 4, failed: 1 },
      noAmount: 0,
      readerCount: 1,
      placeCount: 2,
    });
    expect(now.places.map(({ name, total, failed }) => [name, total, failed])).toEqual([
      ['Bar 3', 4, 0],
      ['Bar 7', 1, 1],
    ]);
    expect(now.readers.map(({ name, total, failed }) => [name, total, failed])).toEqual([['reader-1', 2, 1]]);
  });

  it('counts each row once, whatever becomes of the engine that reads it', async () => {
    await festival.card('A', 100, { secondsAgo: 20_000 });
    for (let row = 0; row < 5; row += 1) await festival.order('A', 2);
    // Two laptops that lose the engine after each other, one of them with its work done and not committed.
    await run(`create function public.break() returns trigger language plpgsql as $$ begin raise 'gone'; end $$;
      create trigger break before update on console.watermarks for each row execute function public.break()`);
    await expect(tail()).rejects.toThrow('gone');
    expect((await pulse()).hour.takingsCents).toBe(0);
    await run('drop trigger break on console.watermarks');
    await tail();
    world.restart();
    await tail();
    expect((await pulse()).hour).toEqual({ takingsCents: cents(1_000), topUpsCents: cents(0) });
    world.errors.length = 0;
  });

  it('follows what is decided late, mended, or explained', async () => {
    await festival.card('A', 100, { secondsAgo: 20_000 });
    const late = await festival.log({
      ...{ card: 'A', type: 'bar_order', status: 'pending', amount: 4, previous: 100, next: 100 },
    });
    await run(`alter table app_transaction_log alter amount_involved type text`);
    const odd = await festival.log({
      ...{ card: 'A', type: 'bar_order', status: 'completed', amount: 'NaN', previous: 100, next: 95 },
    });
    await festival.log({ card: 'A', type: 'bar_order', status: 'annulé', amount: 7, previous: 95, next: 95 });
    await festival.log({ card: 'A', type: 'voucher', status: 'completed', amount: 11, previous: 95, next: 95 });
    await world.engine.runCycle('critical');
    const before = await pulse();
    expect(before).toMatchObject({
      noAmount: 1,
      recent: { total: 2, failed: 0 },
      hour: { takingsCents: 0, topUpsCents: 0 },
    });

    await run(`update app_transaction_log set status = 'completed' where log_id = ${late};
      update app_transaction_log set amount_involved = '5' where log_id = ${odd}`);
    await explain('type', 'voucher', 'adds');
    await explain('status', 'annulé', 'failed');
    await world.engine.recompute();
    await world.engine.runCycle('critical');
    expect(await pulse()).toMatchObject({
      ...{ noAmount: 0, recent: { total: 4, failed: 1 }, hour: { takingsCents: 900, topUpsCents: 1_100 } },
    });
    await explain('status', 'annulé', 'completed');
    await world.engine.recompute();
    await world.engine.runCycle('critical');
    expect(await pulse()).toMatchObject({ recent: { total: 4, failed: 0 }, hour: { takingsCents: 1_600 } });
  });

  it('asks nothing of the festival’s log', async () => {
    await tail();
    const scans = async () =>
      (
        await run(`select pg_stat_force_next_flush(), seq_scan, idx_scan from pg_stat_user_tables
          where relname in ('app_transaction_log', 'nfc_scan_log', 'table_cards') order by relname`)
      ).rows;
    const before = await scans();
    await pulse();
    await readCurves(world.database.festival);
    expect(await scans()).toEqual(before);
  });

  it('knows for a day when a point of sale last wrote', async () => {
    await festival.card('A', 100, { secondsAgo: 20_000 });
    await festival.order('A', 2, { secondsAgo: 600 });
    await tail();
    await run(`update console.traffic_minutes set minute = minute - interval '5 hours'`);
    await world.engine.runCycle('cleanup');
    expect((await run('select count(*)::int as left from console.traffic_minutes')).rows).toEqual([{ left: 0 }]);
    expect((await pulse()).places).toMatchObject([{ name: 'Bar 3', total: 0, perMinute: 0 }]);
  });
});

describe('the curves', () => {
  it('are the snapshots of 24 hours, oldest first, also those that another system wrote', async () => {
    await run(`insert into system_health_snapshots (snapshot_timestamp, success_rate_percent, avg_processing_time_ms, overall_health_status)
      values (now() - interval '25 hours', 1, 1, 'HEALTHY'), (now() - interval '2 hours', 97.5, null, 'UNKNOWN')`);
    await festival.card('A', 12.5);
    await world.engine.runCycle('snapshot');
    const { snapshots } = await readCurves(world.database.festival);
    expect(snapshots).toMatchObject([
      { successRate: 97.5, status: 'UNKNOWN', openCritical: null, responseMs: null },
      { status: 'HEALTHY', openCritical: 0, onCardsCents: 1_250 },
    ]);
    expect(snapshots[1]?.responseMs).toBeGreaterThan(0);
  });
});
