import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { TestDatabase } from '../../testing/database.ts';
import { createTestEngine, eventsOf } from '../../testing/engine.ts';
import { festivalOf } from '../../testing/festival.ts';
import { borrowTestDatabase } from '../../testing/reused-database.ts';
import type { ArrivalDetector } from '../detector.ts';
import { detectorNamed, parseThresholds, thresholdFields } from '../thresholds.ts';
import { backtestThresholds } from './backtest.ts';
import { searchThreshold, valuesOf } from './threshold-search.ts';

let database: TestDatabase;
let festival: ReturnType<typeof festivalOf>;
let errors: unknown[];

beforeEach(async () => {
  database = await borrowTestDatabase();
  festival = festivalOf(database);
  errors = [];
  return () => database.close();
});
afterEach(() => expect(errors).toEqual([]));

const arrivalDetector = (algorithm: string): ArrivalDetector => {
  const detector = detectorNamed(algorithm);
  if (detector?.input !== 'arrivals') throw new Error(`${algorithm} judges no arrivals`);
  return detector;
};
const backtest = (algorithm: string, thresholds: Record<string, number>, more = {}) =>
  backtestThresholds({
    database: database.festival,
    detector: arrivalDetector(algorithm),
    thresholds,
    hours: 2,
    ...more,
  });

/** Every row of every table. */
const contents = async () =>
  (
    await database.admin.query(
      `select schemaname || '.' || tablename as name, query_to_xml(format('select * from %I.%I order by 1', schemaname, tablename), true, true, '')::text as rows
       from pg_tables where schemaname in ('public', 'console') order by 1`,
    )
  ).rows;

describe('a backtest', () => {
  it('reports what other thresholds would have found and missed, and how operators had closed it', async () => {
    const engine = createTestEngine({ database, errors });
    for (const [card, failures] of [
      ['A', 3],
      ['B', 3],
      ['C', 4],
    ] as const) {
      await festival.card(card, 20);
      for (let n = failures; n > 0; n -= 1) await festival.failedOrder(card, 30, { secondsAgo: n * 60 });
    }
    await engine.runCycle('tail');
    await database.admin.query(`update monitoring_events set status = 'RESOLVED' where card_id = 'A'`);
    await database.admin.query(`update monitoring_events set status = 'FALSE_POSITIVE' where card_id = 'B'`);
    const report = await backtest('consecutive_failures', { count: 4 });
    expect(report).toMatchObject({
      transactions: 13,
      present: { found: 3, resolved: 1, falsePositive: 1, open: 1, amountCents: 30_000, alertsPerHour: 1.5 },
      proposed: { found: 1, resolved: 0, falsePositive: 0, open: 1, amountCents: 12_000 },
      missed: { found: 2, resolved: 1, falsePositive: 1 },
      added: { found: 0 },
    });
    expect(report.examples.map(({ change, cardId, status }) => ({ change, cardId, status }))).toEqual(
      expect.arrayContaining([
        { change: 'missed', cardId: 'A', status: 'RESOLVED' },
        { change: 'missed', cardId: 'B', status: 'FALSE_POSITIVE' },
      ]),
    );
  });

  it('says what would have come to one person in ten minutes of the busiest hour', async () => {
    const engine = createTestEngine({ database, errors });
    const hour = Math.floor(Date.now() / 3_600_000) * 3_600_000;
    const secondsAgo = (minutes: number) => Math.round((Date.now() - (hour - minutes * 60_000)) / 1_000);
    for (const [card, minutes] of [
      ['A', 10],
      ['B', 15],
      ['C', 20],
    ] as const) {
      await festival.card(card, 20, { secondsAgo: secondsAgo(50) });
      for (const later of [3, 2, 1]) await festival.failedOrder(card, 30, { secondsAgo: secondsAgo(minutes + later) });
    }
    await database.admin.query(
      `insert into console.attendance (period, operator)
       select period, operator from generate_series($1::bigint - 6, $1::bigint) as period, unnest(array['Ana', 'Ben']) as operator`,
      [hour / 600_000],
    );
    await engine.runCycle('tail');
    const report = await backtest('consecutive_failures', { count: 4 });
    expect([report.present.perOperator, report.proposed.perOperator]).toEqual([0.25, 0]);
  });

  it('counts what would have been found beside what is found now', async () => {
    const engine = createTestEngine({ database, errors });
    await festival.scan('A', { secondsAgo: 100 });
    await festival.scan('A', { secondsAgo: 92 });
    await engine.runCycle('tail');
    expect(await backtest('temporal_duplicate_detection', { seconds: 10 })).toMatchObject({
      scans: 2,
      present: { found: 0 },
      added: { found: 1 },
      examples: [{ change: 'added', cardId: 'A', status: 'none' }],
    });
  });

  it('with the present thresholds finds what the engine found, whatever the detector', async () => {
    const engine = createTestEngine({ database, errors });
    for (const card of ['A', 'B', 'C', 'D']) await festival.card(card, 50);
    for (const secondsAgo of [300, 200, 100]) await festival.failedOrder('A', 60, { secondsAgo });
    await festival.failedOrder('B', 5, { takes: 5, secondsAgo: 250 });
    for (let n = 0; n < 6; n += 1) await festival.failedOrder(`X${n}`, 5, { secondsAgo: 150 });
    await festival.order('C', 5, { secondsAgo: 240 });
    await festival.order('C', 5, { secondsAgo: 239 });
    await festival.scan('D', { secondsAgo: 200 });
    await festival.scan('D', { secondsAgo: 199 });
    await festival.log({
      ...{ card: 'D', type: 'voucher', status: 'completed', amount: 1, previous: 50, next: 50, secondsAgo: 90 },
    });
    await festival.log({
      ...{ card: 'D', type: 'bar_order', status: 'completed', amount: 1, previous: 40, next: 39, secondsAgo: 80 },
    });
    for (let n = 0; n < 12; n += 1)
      await festival.scan(`R${n}`, { secondsAgo: 60 + n * 10, status: n % 2 ? 'timeout' : 'success' });
    await engine.runCycle('tail');
    for (const algorithm of [
      'balance_deduction_on_failure',
      'consecutive_failures',
      'system_failure_spike',
      'temporal_duplicate_detection',
      'duplicate_charge',
      'concurrent_transaction_detection',
      'balance_chain_break',
      'reader_failure_spike',
    ]) {
      const live = await eventsOf(database, algorithm);
      const report = await backtest(algorithm, {});
      expect([algorithm, report.present.found, report.missed.found]).toEqual([algorithm, live.length, 0]);
      expect(live.length, algorithm).toBeGreaterThan(0);
    }
  });

  it('writes nothing', async () => {
    await festival.card('A', 20);
    for (const secondsAgo of [60, 40, 20]) await festival.failedOrder('A', 30, { secondsAgo });
    const before = await contents();
    await backtest('consecutive_failures', { count: 2 });
    expect(await contents()).toEqual(before);
  });

  it('reports its progress, and stops when it is cancelled', async () => {
    await festival.card('A', 20);
    const progress: number[] = [];
    await backtest(
      'consecutive_failures',
      {},
      { onProgress: (done: number, total: number) => progress.push(done / total) },
    );
    expect(progress.at(-1)).toBe(1);
    const abort = new AbortController();
    abort.abort();
    await expect(backtest('consecutive_failures', {}, { signal: abort.signal })).rejects.toThrow();
  });

  it('reads the time that was asked for, and no older rows', async () => {
    await festival.card('A', 20);
    for (const secondsAgo of [9_000, 8_990, 8_980]) await festival.failedOrder('A', 30, { secondsAgo });
    expect(await backtest('consecutive_failures', {})).toMatchObject({ present: { found: 0 } });
    expect(await backtest('consecutive_failures', {}, { hours: 3 })).toMatchObject({ present: { found: 1 } });
  });
});

describe('a search for a threshold', () => {
  const search = (more = {}) =>
    searchThreshold({
      database: database.festival,
      detector: arrivalDetector('consecutive_failures'),
      ...{ thresholds: { count: 5, minutes: 10 }, name: 'count', hours: 2 },
      ...more,
    });
  beforeEach(async () => {
    const engine = createTestEngine({ database, errors });
    for (const [card, failures] of [
      ['A', 3],
      ['B', 3],
      ['C', 5],
    ] as const) {
      await festival.card(card, 20);
      for (let n = failures; n > 0; n -= 1) await festival.failedOrder(card, 30, { secondsAgo: n * 60 });
    }
    await engine.runCycle('tail');
    await database.admin.query(`update monitoring_events set status = 'RESOLVED' where card_id in ('A', 'C')`);
    await database.admin.query(`update monitoring_events set status = 'FALSE_POSITIVE' where card_id = 'B'`);
  });

  it('says of each value what it finds and what of it was confirmed, the same as a backtest of it', async () => {
    await database.admin.query(
      `insert into console.detector_settings (algorithm, settings, updated_by) values ('consecutive_failures', '{"count": 4}', 'Léa')`,
    );
    const { rows, complete } = await search();
    expect(complete).toBe(true);
    expect(rows.find(({ value }) => value === 3)).toMatchObject({
      found: 3,
      confirmed: 2,
      falsePositive: 1,
      standard: true,
    });
    expect(rows.find(({ value }) => value === 4)).toMatchObject({
      found: 1,
      confirmed: 1,
      falsePositive: 0,
      present: true,
    });
    expect(rows.map(({ value }) => value)).toEqual([2, 3, 4, 5, 7, 10, 15]);
    for (const { value, found } of rows) {
      expect([value, (await backtest('consecutive_failures', { count: value })).proposed.found]).toEqual([
        value,
        found,
      ]);
    }
  });

  it('stops when its time is up, with what it has read, and when it is cancelled', async () => {
    expect(await search({ withinMs: -1 })).toMatchObject({ complete: false, rows: expect.any(Array) });
    const abort = new AbortController();
    abort.abort();
    await expect(search({ signal: abort.signal })).rejects.toThrow();
  });

  it('keeps within a threshold’s bounds', () => {
    const field = { name: 'x', whole: false, minimum: 1, maximum: 20, standard: 10, value: 12 };
    expect(valuesOf(field, 0.5)).toEqual([2, 3, 4.4, 6.7, 10, 12, 15]);
  });
});

describe('thresholds', () => {
  it('come with their bounds from the detector’s own schema', () => {
    expect(thresholdFields(arrivalDetector('consecutive_failures'), { count: 4 })).toEqual([
      { name: 'count', whole: true, minimum: 2, maximum: 20, standard: 3, value: 4 },
      { name: 'minutes', whole: false, minimum: 1, maximum: 60, standard: 10, value: 10 },
    ]);
  });

  it('that do not fit are named', () => {
    const detector = arrivalDetector('consecutive_failures');
    expect(parseThresholds(detector, { count: 1 })).toMatchObject({
      ok: false,
      problem: { where: 'count', problem: 'too_small' },
    });
    expect(parseThresholds(detector, { many: 1 })).toMatchObject({ ok: false });
    expect(parseThresholds(detector, { count: 4 })).toEqual({ ok: true, thresholds: { count: 4, minutes: 10 } });
  });
});
