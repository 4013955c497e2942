import fc from 'fast-check';
import pg from 'pg';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { driverOptions } from '../festival/connection-settings.ts';
import { createTestDatabase, type TestDatabase } from '../testing/database.ts';
import { createTestEngine, eventsOf } from '../testing/engine.ts';
import { festivalOf } from '../testing/festival.ts';
import type { Engine } from './index.ts';

let database: TestDatabase;
let festival: ReturnType<typeof festivalOf>;
let engine: Engine;
let errors: unknown[];

beforeEach(async () => {
  database = await createTestDatabase();
  festival = festivalOf(database);
  errors = [];
  engine = createTestEngine({ database, errors });
  return () => database.close();
});
afterEach(() => expect(errors).toEqual([]));

const events = (algorithm: string) => eventsOf(database, algorithm);
const count = async (algorithm: string) => (await events(algorithm)).length;
const tail = () => engine.runCycle('tail');
/** Cards whose ledger is not what a recompute of the whole log gives. */
const wrongLedgers = async () =>
  (
    await database.admin.query(`
      select card_id from (select distinct card_id from app_transaction_log) as c left join console.card_ledger l using (card_id)
      where l.expected_cents is distinct from console.expected_balance(card_id) * 100`)
  ).rows;
const connect = async () => {
  const client = new pg.Client(driverOptions(database.adminSettings));
  await client.connect();
  return client;
};
const insert = `insert into app_transaction_log (card_id, transaction_type, status, amount_involved, previous_balance, new_balance)
  values ($1, 'bar_order', 'failed', 1, 10, 9) returning log_id`;

describe('the tail', () => {
  it('finds a row that commits after a later one, once; a reader that keeps the last id loses it', async () => {
    const slow = await connect();
    await slow.query('begin');
    const late = Number((await slow.query(insert, ['LATE'])).rows[0].log_id);
    await database.admin.query(insert, ['EARLY']);
    let naiveLast = 0;
    const naive = new Set<number>();
    const readNaively = async () => {
      const { rows } = await database.admin.query(
        'select log_id from app_transaction_log where log_id > $1 order by 1',
        [naiveLast],
      );
      for (const row of rows) naive.add(Number(row.log_id));
      naiveLast = Math.max(naiveLast, ...naive);
    };
    await tail();
    await readNaively();
    expect((await events('balance_deduction_on_failure')).map((event) => event.card_id)).toEqual(['EARLY']);
    await slow.query('commit');
    await slow.end();
    await tail();
    await tail();
    await readNaively();
    expect((await events('balance_deduction_on_failure')).map((event) => event.card_id)).toEqual(['EARLY', 'LATE']);
    expect(naive.has(late)).toBe(false);
  });

  it('forgets an id that was rolled back after an hour', async () => {
    const rolledBack = await connect();
    await rolledBack.query('begin');
    await rolledBack.query(insert, ['GONE']);
    await database.admin.query(insert, ['A']);
    await tail();
    await rolledBack.query('rollback');
    await rolledBack.end();
    expect((await database.admin.query('select id from console.watermark_gaps')).rows).toEqual([{ id: '1' }]);
    await database.admin.query(`update console.watermark_gaps set noticed_at = now() - interval '61 minutes'`);
    await database.admin.query(insert, ['B']);
    await tail();
    expect((await database.admin.query('select id from console.watermark_gaps')).rows).toEqual([]);
    expect(await count('balance_deduction_on_failure')).toBe(2);
  });

  it('reads interleaved transactions in small batches, each row once, and the ledger agrees with a recompute', async () => {
    engine = createTestEngine({ database, errors, batch: 7 });
    const writers = await Promise.all(Array.from({ length: 10 }, connect));
    for (let round = 0; round < 20; round += 1) {
      for (const [index, writer] of writers.entries()) {
        if (round % 4 === index % 4) await writer.query('begin');
        await writer.query(
          `insert into app_transaction_log (card_id, transaction_type, status, amount_involved) values ($1, $2, 'completed', $3)`,
          [`C${index % 5}`, index % 3 === 0 ? 'bar_order' : 'stripe_recharge', 1 + round],
        );
        if (round % 4 === (index + 2) % 4) await writer.query(index % 5 === 4 ? 'rollback' : 'commit');
      }
      await tail();
    }
    for (const writer of writers) {
      await writer.query('commit');
      await writer.end();
    }
    await tail();
    const { rows } = await database.admin.query(`
      select (select count(*) from app_transaction_log) as written, (select count(*) from console.recent_transactions) as read,
        (select count(*) from (select card_id from app_transaction_log group by card_id) c
          join console.card_ledger l using (card_id) where l.expected_cents <> console.expected_balance(card_id) * 100) as wrong`);
    expect(Number(rows[0].written)).toBeGreaterThan(100);
    expect(rows[0].read).toBe(rows[0].written);
    expect(rows[0].wrong).toBe('0');
  });

  it('of two engines on one festival doubles nothing', async () => {
    const other = createTestEngine({ database, errors, laptop: 'booth-2', beside: true });
    for (let index = 0; index < 15; index += 1) {
      await database.admin.query(insert, [`D${index}`]);
      await Promise.allSettled([engine.runCycle('tail'), other.runCycle('tail')]);
    }
    await Promise.allSettled([engine.runCycle('tail'), other.runCycle('tail')]);
    expect(await count('balance_deduction_on_failure')).toBe(15);
    expect((await database.admin.query('select count(*) from console.recent_transactions')).rows).toEqual([
      { count: '15' },
    ]);
  });
});

describe('the first look at a festival', () => {
  it('builds the ledger from the whole history and judges the last day only', async () => {
    await festival.card('A', 20);
    const day = 86_400;
    await festival.failedOrder('A', 3, { takes: 3, secondsAgo: 2 * day });
    await festival.order('A', 4, { secondsAgo: 2 * day });
    await festival.failedOrder('A', 5, { takes: 5, secondsAgo: 3_600 });
    engine = createTestEngine({ database, errors, batch: 2 });
    await tail();
    expect(await events('balance_deduction_on_failure')).toMatchObject([{ affected_amount: '5.00' }]);
    expect(await wrongLedgers()).toEqual([]);
    expect((await database.admin.query('select count(*) from console.recent_transactions')).rows).toEqual([
      { count: '2' },
    ]);
  });

  it('takes no hole in old history for a gap', async () => {
    await festival.failedOrder('A', 3, { secondsAgo: 2 * 86_400 });
    await database.admin.query(`select setval('app_transaction_log_log_id_seq', 1000000)`);
    await festival.failedOrder('A', 3, { secondsAgo: 86_000 });
    await tail();
    expect((await database.admin.query('select count(*) from console.watermark_gaps')).rows).toEqual([{ count: '0' }]);
  });

  it('works where older logs lack columns', async () => {
    await database.admin.query(`alter table nfc_scan_log drop column processing_duration_ms, drop column operation_id,
      drop column client_request_id, drop column error_code, drop column error_message, drop column metadata`);
    await festival.failedOrder('A', 3, { takes: 3 });
    await database.admin.query(
      `insert into nfc_scan_log (card_id_scanned, scan_status) values ('A', 'success'), ('A', 'success')`,
    );
    await tail();
    expect(await count('balance_deduction_on_failure')).toBe(1);
    expect(await events('temporal_duplicate_detection')).toMatchObject([{ event_data: { devices: [] } }]);
  });
});

describe('the ledger', () => {
  /** What a writer may do between two looks of the engine. */
  const step = fc.oneof(
    { weight: 3, arbitrary: fc.record({ do: fc.constant('begin' as const), writer: fc.nat(4) }) },
    {
      weight: 8,
      arbitrary: fc.record({
        do: fc.constant('write' as const),
        writer: fc.nat(4),
        card: fc.nat(3),
        type: fc.constantFrom('bar_order', 'stripe_recharge', 'checkpoint_recharge', 'manual_correction', 'voucher'),
        status: fc.constantFrom('completed', 'completed', 'failed', 'pending'),
        amount: fc.option(fc.integer({ min: 0, max: 9_999 }), { nil: null }),
        delta: fc.constantFrom('-1.50', '2', 'nonsense', null),
      }),
    },
    {
      weight: 3,
      arbitrary: fc.record({ do: fc.constantFrom('commit' as const, 'rollback' as const), writer: fc.nat(4) }),
    },
    { weight: 3, arbitrary: fc.record({ do: fc.constant('look' as const) }) },
  );

  it('is what a recompute gives, whatever commits late or never', async () => {
    const writers = await Promise.all(Array.from({ length: 5 }, connect));
    const writerAt = (index: number): pg.Client => writers[index] ?? database.admin;
    let history = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.array(step, { minLength: 5, maxLength: 40 }),
        fc.integer({ min: 1, max: 9 }),
        async (steps, batch) => {
          history += 1;
          engine = createTestEngine({ database, errors, batch });
          const open = new Set<number>();
          for (const one of steps) {
            switch (one.do) {
              case 'begin':
                if (!open.has(one.writer)) await writerAt(one.writer).query('begin');
                open.add(one.writer);
                break;
              case 'write':
                await writerAt(one.writer).query(
                  `insert into app_transaction_log (card_id, transaction_type, status, amount_involved, details)
                 values ($1, $2, $3, $4::numeric / 100, jsonb_build_object('ledger_delta', $5::text))`,
                  [`H${history}-${one.card}`, one.type, one.status, one.amount, one.delta],
                );
                break;
              case 'commit':
              case 'rollback':
                if (open.delete(one.writer)) await writerAt(one.writer).query(one.do);
                break;
              case 'look':
                await tail();
            }
          }
          for (const writer of open) await writerAt(writer).query('commit');
          await tail();
          expect(await wrongLedgers()).toEqual([]);
        },
      ),
      { numRuns: 25 },
    );
    for (const writer of writers) await writer.end();
  });
});
