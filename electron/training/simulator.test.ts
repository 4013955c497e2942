import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { FaultKind } from '../../shared/domain/fault.ts';
import type { FestivalDatabase } from '../postgres/pool.ts';
import type { TestDatabase } from '../testing/database.ts';
import { eventually } from '../testing/eventually.ts';
import { borrowTestDatabase } from '../testing/reused-database.ts';
import { openField } from './festival.ts';
import { type Label, openLabelStore } from './labels.ts';
import { type Simulator, startSimulator } from './simulator.ts';

const quiet = { info: () => {}, warn: () => {}, error: () => {} };

describe('the simulated festival', () => {
  let database: TestDatabase;
  let field: FestivalDatabase;
  let dataDir: string;
  /** Milliseconds that the simulator's clock is ahead, so that cards rest without our waiting. */
  let ahead: number;
  const simulators: Simulator[] = [];
  const clock = { now: () => Date.now(), monotonic: () => performance.now() + ahead };

  const start = async (options: Partial<Parameters<typeof startSimulator>[0]> = {}): Promise<Simulator> => {
    const labels = openLabelStore(dataDir);
    const simulator = await startSimulator({
      ...{ database: field, monitoring: field, labels, seed: 11, clock, log: quiet, autoFaults: false, ...options },
    });
    simulators.push(simulator);
    return simulator;
  };
  /** A festival without automatic traffic, with some money on its cards. */
  const startPaused = async (): Promise<Simulator> => {
    const simulator = await start({ running: false });
    for (let rush = 0; rush < 4; rush += 1) await simulator.traffic.rush(60);
    ahead += 10_000;
    return simulator;
  };
  const rows = async (text: string, values: unknown[] = []): Promise<Record<string, unknown>[]> =>
    (await database.admin.query(text, values)).rows;
  const one = async (text: string, values: unknown[] = []): Promise<Record<string, unknown>> => {
    const [row] = await rows(text, values);
    if (row === undefined) throw new Error('no row');
    return row;
  };
  /** Cards whose balance differs from their history, in cents. */
  const discrepancies = async (): Promise<Record<string, number>> =>
    Object.fromEntries(
      (
        await rows(`
          select c.id, round((c.amount - coalesce(h.expected, 0)) * 100)::int as cents
          from table_cards c left join (
            select card_id, sum(console.ledger_amount(transaction_type, status, amount_involved, details)) as expected
            from app_transaction_log group by card_id) h on h.card_id = c.id
          where c.amount <> coalesce(h.expected, 0)`)
      ).map(({ id, cents }) => [id, cents]),
    );
  /** Pairs of neighbours on one card that are closer than this. */
  const closeNeighbours = (table: string, card: string, time: string, seconds: number) =>
    rows(`select * from (
        select ${card} as card, ${time} as at,
          ${time} - lag(${time}) over (partition by ${card} order by ${time}) as gap from ${table}) n
      where gap < interval '${seconds} seconds'`);

  beforeEach(async () => {
    database = await borrowTestDatabase();
    field = openField(database.adminSettings);
    dataDir = mkdtempSync(join(tmpdir(), 'regie-simulator-'));
    chmodSync(dataDir, 0o755);
    ahead = 0;
  });
  afterEach(async () => {
    for (const simulator of simulators.splice(0)) await simulator.close();
    await field.close();
    await database.close();
    rmSync(dataDir, { recursive: true, force: true });
  });

  it('is honest at 600×: money agrees, nothing looks like a fault', async () => {
    const simulator = await start({ speed: 600 });
    await eventually(() => expect(simulator.traffic.written()).toBeGreaterThan(1_500), { timeout: 600_000 });
    await simulator.close();

    expect(await discrepancies()).toEqual({});
    expect(await rows('select id from table_cards where amount < 0')).toEqual([]);
    expect(await closeNeighbours('app_transaction_log', 'card_id', 'timestamp', 2)).toEqual([]);
    expect(await closeNeighbours('nfc_scan_log', 'card_id_scanned', 'scan_timestamp', 5)).toEqual([]);
    const { share, failed } = await one(`
      select max(failed::float8 / total) filter (where total > 10) as share, max(failed)::int as failed from (
        select count(*) over w as total, count(*) filter (where status = 'failed') over w as failed
        from app_transaction_log
        window w as (order by timestamp range between interval '15 minutes' preceding and current row)) windows`);
    expect(failed).toBeGreaterThan(0);
    expect(share).toBeLessThanOrEqual(0.02);
    expect(
      await rows(`select l.log_id from app_transaction_log l
        left join bar_orders o on o.client_request_id = l.client_request_id
        left join lateral (select sum(case when is_return then -price else price end * quantity) as total
          from bar_order_items where order_id = o.id) i on true
        where l.transaction_type = 'bar_order' and (o.id is null or o.status <> l.status
          or l.amount_involved <> o.total_amount or i.total <> o.total_amount)`),
    ).toEqual([]);
    expect(
      await rows(`select log_id from (
          select log_id, previous_balance, lag(new_balance) over (partition by card_id order by log_id) as before
          from app_transaction_log) chain where before is not null and before <> previous_balance`),
    ).toEqual([]);
    const { cards, keys, recharges } = await one(`select (select count(*)::int from table_cards) as cards,
      (select count(*)::int from idempotency_keys) as keys, (select count(*)::int from recharges) as recharges`);
    expect(cards).toBe(2_000);
    expect(keys).toBe(simulator.traffic.written());
    expect(recharges).toBeGreaterThan(100);
  }, 600_000);

  it('gives the same visitors for the same seed', async () => {
    await start({ running: false });
    const { ids } = await one('select md5(string_agg(id, $1 order by id)) as ids from table_cards', [',']);
    await database.admin.query('truncate table_cards');
    await start({ running: false });
    expect(await one('select md5(string_agg(id, $1 order by id)) as ids from table_cards', [','])).toEqual({ ids });
    await database.admin.query('truncate table_cards');
    await start({ running: false, seed: 12 });
    expect(await one('select md5(string_agg(id, $1 order by id)) as ids from table_cards', [','])).not.toEqual({ ids });
  });

  it('does nothing while it is paused, and goes on afterwards', async () => {
    const statuses: string[] = [];
    const simulator = await start({ speed: 600, onStatus: (status) => statuses.push(status.state) });
    await eventually(() => expect(simulator.traffic.written()).toBeGreaterThan(130));
    simulator.setRunning(false);
    await eventually(() => expect(statuses.at(-1)).toBe('paused'));
    const counted = () => one('select count(*)::int as count from app_transaction_log');
    // Orders that were under way are still written.
    const { count } = await eventually(async () => {
      const before = await counted();
      await sleep(300);
      expect(await counted()).toEqual(before);
      return before;
    });
    await sleep(300);
    expect(await counted()).toEqual({ count });
    simulator.setRunning(true);
    await eventually(() => expect(simulator.status().transactions).toBeGreaterThan(Number(count) + 20));
  });

  it('goes on when its connections are killed', async () => {
    const simulator = await start({ speed: 600 });
    await eventually(() => expect(simulator.traffic.written()).toBeGreaterThan(150));
    await database.admin.query(
      `select pg_terminate_backend(pid) from pg_stat_activity
        where application_name = 'festival' and datname = current_database()`,
    );
    const killedAt = simulator.traffic.written();
    await eventually(() => expect(simulator.traffic.written()).toBeGreaterThan(killedAt + 100));
    await simulator.close();
    expect(await discrepancies()).toEqual({});
  });

  const kinds: [FaultKind, (label: Label) => Promise<void>][] = [
    [
      'deduction_on_failure',
      async (label) => {
        const [row] = await logRows(label);
        expect(row).toMatchObject({ status: 'failed', transaction_type: 'bar_order', card_id: label.cardId });
        expect(Number(row?.previous_balance) - Number(row?.new_balance)).toBeCloseTo((label.amountCents ?? 0) / 100);
        expect(await one('select amount from table_cards where id = $1', [label.cardId])).toEqual({
          amount: row?.new_balance,
        });
        expect(label.discrepancyCents).toBe(-(label.amountCents ?? 0));
      },
    ],
    [
      'balance_mismatch',
      async (label) => {
        expect(label.logIds).toEqual([]);
        expect(Math.abs(label.discrepancyCents)).toBe(label.amountCents);
      },
    ],
    [
      'consecutive_failures',
      async (label) => {
        const failed = await logRows(label);
        expect(failed.length).toBeGreaterThanOrEqual(3);
        for (const row of failed) {
          expect(row).toMatchObject({ status: 'failed', card_id: label.cardId, new_balance: row.previous_balance });
        }
        const gaps = failed.slice(1).map((row, index) => Number(row.micros) - Number(failed[index]?.micros));
        for (const gap of gaps) expect(gap).toBeGreaterThan(2_000_000);
        expect(await scansSince(label)).toHaveLength(1);
      },
    ],
    [
      'failure_spike',
      async (label) => {
        const failed = await logRows(label);
        const { total } = await one('select count(*)::int as total from app_transaction_log');
        expect(failed.length / Number(total)).toBeGreaterThan(0.05);
        expect(failed.every((row) => row.status === 'failed' && row.new_balance === row.previous_balance)).toBe(true);
        expect(new Set(failed.map((row) => row.card_id)).size).toBe(failed.length);
      },
    ],
    [
      'duplicate_scans',
      async (label) => {
        const scans = await scansSince(label);
        expect(scans.length).toBeGreaterThanOrEqual(2);
        expect(Number(scans.at(-1)?.micros) - Number(scans[0]?.micros)).toBeLessThan(5_000_000);
        expect(await logRows(label)).toMatchObject([{ status: 'completed' }]);
      },
    ],
    [
      'concurrent_transactions',
      async (label) => {
        const [first, second] = await logRows(label);
        expect(first?.previous_balance).toBe(second?.previous_balance);
        expect(Number(second?.micros) - Number(first?.micros)).toBeLessThan(2_000_000);
        expect(await one('select amount from table_cards where id = $1', [label.cardId])).toEqual({
          amount: second?.new_balance,
        });
        expect(label.discrepancyCents).toBe(Math.round(Number(first?.amount_involved) * 100));
        expect(await scansSince(label)).toHaveLength(1);
      },
    ],
    [
      'negative_balance',
      async (label) => {
        const { amount } = await one('select amount from table_cards where id = $1', [label.cardId]);
        expect(Number(amount)).toBeLessThan(0);
        expect(await logRows(label)).toMatchObject([{ status: 'completed', new_balance: amount }]);
      },
    ],
  ];
  const logRows = (label: Label) =>
    rows(
      `select *, (extract(epoch from timestamp) * 1000000)::bigint as micros
      from app_transaction_log where log_id = any ($1) order by log_id`,
      [label.logIds],
    );

  let lastScan: unknown;
  const scansSince = (label: Label) =>
    rows(
      `select (extract(epoch from scan_timestamp) * 1000000)::bigint as micros
      from nfc_scan_log where card_id_scanned = $1 and scan_log_id > $2 order by scan_log_id`,
      [label.cardId, lastScan],
    );

  it.each(kinds)('%s is in the tables exactly as its label says', async (kind, check) => {
    const simulator = await startPaused();
    const { rowsBefore } = await one('select count(*)::int as "rowsBefore" from app_transaction_log');
    lastScan = (await one('select max(scan_log_id) as last from nfc_scan_log')).last;
    const label = await simulator.inject(kind);
    expect(label.kind).toBe(kind);
    const { rowsAfter } = await one('select count(*)::int as "rowsAfter" from app_transaction_log');
    expect(Number(rowsAfter) - Number(rowsBefore)).toBe(label.logIds.length);
    expect(await discrepancies()).toEqual(
      label.discrepancyCents === 0 || label.cardId === null ? {} : { [label.cardId]: label.discrepancyCents },
    );
    await check(label);
    expect(simulator.status()).toMatchObject({ faults: 1, lastFault: { kind, cardId: label.cardId } });
    expect(readFileSync(join(dataDir, 'training-faults.jsonl'), 'utf8')).toContain(label.id);
  });

  it('overdraws no card by overlapping orders, so that a drill of them can be put right', async () => {
    const simulator = await startPaused();
    const labels = await Promise.all(Array.from({ length: 8 }, () => simulator.inject('concurrent_transactions')));
    for (const { cardId, discrepancyCents } of labels) {
      const { amount } = await one('select amount from table_cards where id = $1', [cardId]);
      expect(Math.round(Number(amount) * 100)).toBeGreaterThanOrEqual(discrepancyCents);
    }
  });

  it('leaves a card with a fault alone, also after a restart', async () => {
    const simulator = await startPaused();
    const labels = [await simulator.inject('balance_mismatch'), await simulator.inject('deduction_on_failure')];
    await simulator.close();
    ahead += 10_000;
    const again = await start({ running: false });
    const before = await one('select max(log_id) as last from app_transaction_log');
    for (let rush = 0; rush < 40; rush += 1) {
      await again.traffic.rush(60);
      ahead += 10_000;
    }
    expect(
      await rows('select log_id from app_transaction_log where log_id > $1 and card_id = any ($2)', [
        before.last,
        labels.map((label) => label.cardId),
      ]),
    ).toEqual([]);
    expect(again.status().faults).toBe(2);
  });

  it('refuses no order while a refusal would stand out among few orders', async () => {
    const { traffic } = await start({ running: false });
    const refusedOf = (visitors: number): number => {
      let refused = 0;
      for (let visitor = 0; visitor < visitors; visitor += 1) {
        const plan = traffic.planner.next(clock.monotonic());
        if (plan === undefined) continue;
        if (plan.kind === 'refused_order') refused += 1;
        traffic.book().release(plan.card, clock.monotonic());
        ahead += 100;
      }
      return refused;
    };
    await traffic.rush(40);
    expect(refusedOf(1_000)).toBe(0);
    for (let rush = 0; rush < 4; rush += 1) await traffic.rush(60);
    expect(refusedOf(1_000)).toBeGreaterThan(0);
  });

  it('makes room first, so that faults of failed orders do not look like a spike', async () => {
    const simulator = await start();
    ahead += 10_000;
    for (let fault = 0; fault < 12; fault += 1) {
      const label = await simulator.inject('deduction_on_failure');
      expect(label.expects.map(({ algorithm }) => algorithm)).toEqual([
        'balance_deduction_on_failure',
        'balance_mismatch_detection',
      ]);
      ahead += 10_000;
    }
    const { share } = await one(
      `select count(*) filter (where status = 'failed')::float8 / count(*) as share from app_transaction_log`,
    );
    expect(share).toBeLessThanOrEqual(0.05);
  });

  it('records in the label when a fault sets off the spike detector too', async () => {
    const simulator = await startPaused();
    const labels: Label[] = [];
    for (let fault = 0; fault < 14; fault += 1) labels.push(await simulator.inject('deduction_on_failure'));
    const { total } = await one('select count(*)::int as total from app_transaction_log');
    const crossing = labels.findIndex((_, index) => (index + 1) / (Number(total) - labels.length + index + 1) > 0.05);
    expect(labels.map((label) => label.expects.some(({ algorithm }) => algorithm === 'system_failure_spike'))).toEqual(
      labels.map((_, index) => index === crossing),
    );
    expect(crossing).toBeGreaterThan(0);
  });

  it('keeps the label of a fault that it had started when it was killed', async () => {
    const simulator = await startPaused();
    const injecting = simulator.inject('consecutive_failures');
    await eventually(async () =>
      expect(await rows(`select 1 from app_transaction_log where status = 'failed'`)).toHaveLength(1),
    );
    await simulator.close();
    await expect(injecting).rejects.toThrow();
    const [touched] = openLabelStore(dataDir).touched();
    expect(await rows(`select card_id from app_transaction_log where status = 'failed'`)).toEqual([
      { card_id: touched?.cardId },
    ]);
    expect(openLabelStore(dataDir).done()).toEqual([]);
  });
});
