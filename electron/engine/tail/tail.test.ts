import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import pg from 'pg';
import { describe, expect, it } from 'vitest';
import { driverOptions } from '../../postgres/connection-settings.ts';
import { engineWorld } from '../../testing/engine-world.ts';
import { createRandom } from '../../training/random.ts';

const world = engineWorld();
const { festival, createEngine, restart, events, count, tail } = world;

/** Cards whose ledger is not what a recompute of the whole log gives; of those with a row after `after`. */
const wrongLedgers = async (after = 0): Promise<string[]> =>
  (
    await world.database.admin.query(
      `select card_id from (select distinct card_id from app_transaction_log where log_id > $1) as c
       left join console.card_ledger l using (card_id)
       where l.expected_cents is distinct from console.expected_balance(card_id) * 100`,
      [after],
    )
  ).rows.map(({ card_id }) => card_id);
const lastLogId = async (): Promise<number> =>
  Number(
    (await world.database.admin.query('select coalesce(max(log_id), 0) as id from app_transaction_log')).rows[0].id,
  );
const connect = async () => {
  const client = new pg.Client(driverOptions(world.database.adminSettings));
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
    await world.database.admin.query(insert, ['EARLY']);
    let naiveLast = 0;
    const naive = new Set<number>();
    const readNaively = async () => {
      const { rows } = await world.database.admin.query(
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
    await world.database.admin.query(insert, ['A']);
    await tail();
    await rolledBack.query('rollback');
    await rolledBack.end();
    expect((await world.database.admin.query('select first_id, last_id from console.watermark_gaps')).rows).toEqual([
      { first_id: '1', last_id: '1' },
    ]);
    await world.database.admin.query(`update console.watermark_gaps set noticed_at = now() - interval '61 minutes'`);
    await world.database.admin.query(insert, ['B']);
    await tail();
    expect((await world.database.admin.query('select first_id from console.watermark_gaps')).rows).toEqual([]);
    expect(await count('balance_deduction_on_failure')).toBe(2);
  });

  it('reads interleaved transactions in small batches, each row once, and the ledger agrees with a recompute', async () => {
    restart({ batch: 7 });
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
    const { rows } = await world.database.admin.query(`
      select (select count(*) from app_transaction_log) as written, (select count(*) from console.recent_transactions) as read,
        (select count(*) from (select card_id from app_transaction_log group by card_id) c
          join console.card_ledger l using (card_id) where l.expected_cents <> console.expected_balance(card_id) * 100) as wrong`);
    expect(Number(rows[0].written)).toBeGreaterThan(100);
    expect(rows[0].read).toBe(rows[0].written);
    expect(rows[0].wrong).toBe('0');
  });

  it('of two engines on one festival doubles nothing', async () => {
    const other = createEngine({ laptop: 'booth-2', beside: true });
    for (let index = 0; index < 15; index += 1) {
      await world.database.admin.query(insert, [`D${index}`]);
      await Promise.allSettled([world.engine.runCycle('tail'), other.runCycle('tail')]);
    }
    await Promise.allSettled([world.engine.runCycle('tail'), other.runCycle('tail')]);
    expect(await count('balance_deduction_on_failure')).toBe(15);
    expect((await world.database.admin.query('select count(*) from console.recent_transactions')).rows).toEqual([
      { count: '15' },
    ]);
  });
});

describe('the first connection to a festival', () => {
  it('builds the ledger from the whole history and judges the last day only', async () => {
    await festival.card('A', 20);
    const day = 86_400;
    await festival.failedOrder('A', 3, { takes: 3, secondsAgo: 2 * day });
    await festival.order('A', 4, { secondsAgo: 2 * day });
    await festival.failedOrder('A', 5, { takes: 5, secondsAgo: 3_600 });
    restart({ batch: 2 });
    await tail();
    expect(await events('balance_deduction_on_failure')).toMatchObject([{ affected_amount: '5.00' }]);
    expect(await wrongLedgers()).toEqual([]);
    expect((await world.database.admin.query('select count(*) from console.recent_transactions')).rows).toEqual([
      { count: '2' },
    ]);
  });

  it('takes no hole in old history for a gap', async () => {
    await festival.failedOrder('A', 3, { secondsAgo: 2 * 86_400 });
    await world.database.admin.query(`select setval('app_transaction_log_log_id_seq', 1000000)`);
    await festival.failedOrder('A', 3, { secondsAgo: 86_000 });
    await tail();
    expect((await world.database.admin.query('select count(*) from console.watermark_gaps')).rows).toEqual([
      { count: '0' },
    ]);
  });

  it('works where older logs lack columns', async () => {
    await world.database.admin.query(`alter table nfc_scan_log drop column processing_duration_ms, drop column operation_id,
      drop column client_request_id, drop column error_code, drop column error_message, drop column metadata`);
    await festival.failedOrder('A', 3, { takes: 3 });
    await world.database.admin.query(
      `insert into nfc_scan_log (card_id_scanned, scan_status) values ('A', 'success'), ('A', 'success')`,
    );
    await tail();
    expect(await count('balance_deduction_on_failure')).toBe(1);
    expect(await events('temporal_duplicate_detection')).toMatchObject([{ event_data: { devices: [] } }]);
  });
});

describe('many writers at once', () => {
  const WRITERS = 24;
  const ROWS = 25_000;

  it('lose no row and double none with random stalls, late commits and roll-backs; a naive reader loses some', async () => {
    const random = createRandom(7);
    const written = new Set<number>();
    let naiveLast = 0;
    const naive = new Set<number>();
    const readNaively = async () => {
      const { rows } = await world.database.admin.query('select log_id from app_transaction_log where log_id > $1', [
        naiveLast,
      ]);
      for (const { log_id } of rows) naive.add(Number(log_id));
      naiveLast = Math.max(naiveLast, ...rows.map(({ log_id }) => Number(log_id)));
    };
    let begun = 0;
    const write = async (lane: number): Promise<void> => {
      const client = await connect();
      while (begun < ROWS) {
        const size = random.between(1, 60);
        begun += size;
        await client.query('begin');
        const { rows } = await client.query(
          `insert into app_transaction_log (card_id, transaction_type, status, amount_involved)
           select 'W' || $1::int, 'stripe_recharge', 'completed', 1 from generate_series(1, $2::int) returning log_id`,
          [lane, size],
        );
        if (random.chance(0.3)) await sleep(random.between(1, 40));
        const kept = !random.chance(0.03);
        await client.query(kept ? 'commit' : 'rollback');
        if (kept) for (const { log_id } of rows) written.add(Number(log_id));
      }
      await client.end();
    };
    const writers = Promise.all(Array.from({ length: WRITERS }, (_, lane) => write(lane)));
    let done = false;
    void writers.finally(() => {
      done = true;
    });
    const reading = (async () => {
      while (!done) await readNaively();
    })();
    while (!done) await tail();
    await writers;
    await reading;
    await tail();
    await readNaively();
    const { rows } = await world.database.admin.query(
      'select log_id, count(*) from console.recent_transactions group by 1',
    );
    expect(rows.filter(({ count: times }) => times !== '1')).toEqual([]);
    const read = new Set(rows.map(({ log_id }) => Number(log_id)));
    expect(written.size).toBeGreaterThan(ROWS * 0.9);
    expect([...written].filter((id) => !read.has(id))).toEqual([]);
    expect(read.size).toBe(written.size);
    expect(await wrongLedgers()).toEqual([]);
    expect([...written].filter((id) => !naive.has(id)).length).toBeGreaterThan(0);
  });

  it('may leave two hundred transactions open, interleaved, each found when it commits', async () => {
    const clients = await Promise.all(Array.from({ length: 200 }, connect));
    for (const client of clients) await client.query('begin');
    for (const [index, client] of clients.entries()) await client.query(insert, [`O${index}`]);
    await world.database.admin.query(insert, ['LAST']);
    await tail();
    expect(await count('balance_deduction_on_failure')).toBe(1);
    for (const [index, client] of clients.entries()) {
      await client.query(index % 10 === 3 ? 'rollback' : 'commit');
      if (index % 25 === 0) await tail();
      await client.end();
    }
    await tail();
    expect(await count('balance_deduction_on_failure')).toBe(181);
    expect(await wrongLedgers()).toEqual([]);
  });

  it('may hold an id for a minute', async () => {
    const slow = await connect();
    await slow.query('begin');
    await slow.query(insert, ['SLOW']);
    await world.database.admin.query(insert, ['FAST']);
    await tail();
    for (let more = 0; more < 5; more += 1) {
      await world.database.admin.query(
        `update console.watermark_gaps set noticed_at = noticed_at - interval '12 seconds'`,
      );
      await world.database.admin.query(insert, [`FAST${more}`]);
      await tail();
    }
    await slow.query('commit');
    await slow.end();
    await tail();
    await tail();
    expect((await events('balance_deduction_on_failure')).filter(({ card_id }) => card_id === 'SLOW')).toHaveLength(1);
  });
});

describe('the ledger', () => {
  const HISTORIES = 1_000;
  /** Histories that are played at once on one database, each on cards of its own: the engine looks at all of them. */
  const AT_ONCE = 50;
  const WRITERS = 5;
  /** What a writer may do between two looks of the engine. */
  const step = fc.oneof(
    { weight: 3, arbitrary: fc.record({ do: fc.constant('begin' as const), writer: fc.nat(WRITERS - 1) }) },
    {
      weight: 8,
      arbitrary: fc.record({
        do: fc.constant('write' as const),
        writer: fc.nat(WRITERS - 1),
        card: fc.nat(3),
        type: fc.constantFrom('bar_order', 'stripe_recharge', 'checkpoint_recharge', 'manual_correction', 'voucher'),
        status: fc.constantFrom('completed', 'completed', 'failed', 'pending'),
        amount: fc.option(fc.integer({ min: 0, max: 9_999 }), { nil: null }),
        delta: fc.constantFrom('-1.50', '2', 'nonsense', null),
      }),
    },
    {
      weight: 3,
      arbitrary: fc.record({
        do: fc.constantFrom('commit' as const, 'rollback' as const),
        writer: fc.nat(WRITERS - 1),
      }),
    },
    // A row that is pending is decided, and one that was final is changed by hand.
    { weight: 2, arbitrary: fc.record({ do: fc.constant('decide' as const), card: fc.nat(3) }) },
    {
      weight: 1,
      arbitrary: fc.record({ do: fc.constant('edit' as const), card: fc.nat(3), by: fc.integer({ min: 1, max: 500 }) }),
    },
    { weight: 3, arbitrary: fc.record({ do: fc.constant('look' as const) }) },
  );
  const batchSize = fc.integer({ min: 1, max: 60 });

  it('is what a recompute gives, in a thousand histories of late commits, roll-backs and updates', async () => {
    const writers = await Promise.all(Array.from({ length: WRITERS }, connect));
    const writerAt = (index: number): pg.Client => writers[index] ?? world.database.admin;
    // As a festival has it: cards are recomputed one by one.
    await world.database.admin.query('create index on app_transaction_log (card_id)');
    let played = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(step, { minLength: 3, maxLength: 12 }), { minLength: AT_ONCE, maxLength: AT_ONCE }),
        fc.tuple(batchSize, batchSize),
        async (histories, [batch, batchAfterwards]) => {
          restart({ batch });
          const open = new Set<number>();
          const edited = new Set<string>();
          const first = played;
          const before = await lastLogId();
          played += histories.length;
          const longest = Math.max(...histories.map((steps) => steps.length));
          for (let at = 0; at < longest; at += 1) {
            if (at === Math.floor(longest / 2)) {
              // Another engine goes on in the middle of them. One that has read nothing would not have taken over itself.
              await tail();
              restart({ batch: batchAfterwards });
            }
            for (const [index, steps] of histories.entries()) {
              const one = steps[at];
              if (one === undefined) continue;
              const card = 'card' in one ? `H${first + index}-${one.card}` : '';
              switch (one.do) {
                case 'begin':
                  if (!open.has(one.writer)) await writerAt(one.writer).query('begin');
                  open.add(one.writer);
                  break;
                case 'write':
                  await writerAt(one.writer).query(
                    `insert into app_transaction_log (card_id, transaction_type, status, amount_involved, details)
                     values ($1, $2, $3, $4::numeric / 100, jsonb_build_object('ledger_delta', $5::text))`,
                    [card, one.type, one.status, one.amount, one.delta],
                  );
                  break;
                case 'commit':
                case 'rollback':
                  if (open.delete(one.writer)) await writerAt(one.writer).query(one.do);
                  break;
                case 'decide':
                  await world.database.admin.query(
                    `update app_transaction_log set status = 'completed' where card_id = $1 and status = 'pending'`,
                    [card],
                  );
                  break;
                case 'edit':
                  {
                    const { rowCount } = await world.database.admin.query(
                      `update app_transaction_log set amount_involved = amount_involved + $2::numeric / 100
                       where card_id = $1 and status = 'completed' and transaction_type = 'bar_order'`,
                      [card, one.by],
                    );
                    if (rowCount !== 0) edited.add(card);
                  }
                  break;
                case 'look':
                  // One look serves all that are played at once.
                  if (index % 16 === 0) await tail();
              }
            }
          }
          for (const writer of open) await writerAt(writer).query('commit');
          await tail();
          // What was edited by hand after it had been read is the recompute's to find; nothing else may differ.
          const differ = await wrongLedgers(before);
          expect(differ.filter((card) => !edited.has(card))).toEqual([]);
          expect((await world.engine.recompute()).drifted).toBe(differ.length);
          expect(await wrongLedgers(before)).toEqual([]);
        },
      ),
      { numRuns: HISTORIES / AT_ONCE, endOnFailure: true },
    );
    // What was played first has stayed what it was.
    expect(await wrongLedgers()).toEqual([]);
    expect(played).toBeGreaterThanOrEqual(HISTORIES);
    for (const writer of writers) await writer.end();
    // A thousand histories are what they are, also on a machine that does other things.
  }, 600_000);
});
