import pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { driverOptions } from '../../electron/postgres/connection-settings.ts';
import { textTypes } from '../../electron/postgres/driver.ts';
import { aCorrection, applyCorrection, correctionWorld } from '../../electron/testing/corrections.ts';
import { createTestDatabase, type TestDatabase } from '../../electron/testing/database.ts';
import { eventually } from '../../electron/testing/eventually.ts';
import { festivalOf } from '../../electron/testing/festival.ts';

type Laptop = { readonly client: pg.Client; readonly pid: number };

let database: TestDatabase;
let build: ReturnType<typeof correctionWorld>;
let first: Laptop;
let second: Laptop;

beforeAll(async () => {
  database = await createTestDatabase();
  build = correctionWorld(database);
});
afterAll(() => database.close());

const connect = async (): Promise<Laptop> => {
  const client = new pg.Client({ ...driverOptions(database.consoleSettings), types: textTypes });
  client.on('error', () => undefined);
  await client.connect();
  const { rows } = await client.query<{ pid: number }>('select pg_backend_pid() as pid');
  return { client, pid: rows[0]?.pid ?? 0 };
};
beforeEach(async () => {
  first = await connect();
  second = await connect();
});
afterEach(async () => {
  await first.client.end();
  await second.client.end();
});

const one = async (text: string, values: readonly unknown[] = []) =>
  (await database.admin.query(text, [...values])).rows[0];
const amountOf = async (cardId: string) =>
  (await one('select amount from table_cards where id = $1', [cardId]))?.amount;
const correctionsOf = async (cardId: string) =>
  (
    await database.admin.query(
      `select from app_transaction_log where card_id = $1 and transaction_type = 'manual_correction'`,
      [cardId],
    )
  ).rowCount;
const untilWaiting = ({ pid }: Laptop) =>
  eventually(async () => {
    expect(await one(`select wait_event_type as waits_for from pg_stat_activity where pid = $1`, [pid])).toEqual({
      waits_for: 'Lock',
    });
  });

describe('two corrections at once on one card', () => {
  it.each(['first', 'second'] as const)('are judged one after the other when the %s laptop is ahead', async (ahead) => {
    const [winner, loser] = ahead === 'first' ? [first, second] : [second, first];
    const card = await build.card('10.00', '15.00');
    await winner.client.query('begin');
    expect(await applyCorrection(winner.client, aCorrection(card, { operator: 'Léa' }))).toMatchObject({
      outcome: 'applied',
    });
    const late = applyCorrection(loser.client, aCorrection(card, { operator: 'Ana' }));
    await untilWaiting(loser);
    await winner.client.query('commit');
    expect(await late).toEqual({ outcome: 'stale', actual: '15.00', expected: '15.00' });
    expect(await amountOf(card)).toBe('15.00');
    expect(await correctionsOf(card)).toBe(1);
  });

  it('let the second one through when the first one is undone', async () => {
    const card = await build.card('10.00', '15.00');
    await first.client.query('begin');
    await applyCorrection(first.client, aCorrection(card));
    const late = applyCorrection(second.client, aCorrection(card));
    await untilWaiting(second);
    await first.client.query('rollback');
    expect(await late).toMatchObject({ outcome: 'applied', card_after: '15.00' });
  });

  it('make way for an order that the festival is booking', async () => {
    const card = await build.card('10.00', '15.00');
    const { admin } = database;
    await admin.query('begin');
    await admin.query('update table_cards set amount = amount - 4 where id = $1', [card]);
    const late = applyCorrection(first.client, aCorrection(card));
    await eventually(async () => {
      const { rows } = await admin.query(`select from pg_locks where pid = $1 and not granted`, [first.pid]);
      expect(rows).toHaveLength(1);
    });
    const order = { card, type: 'bar_order', status: 'completed', amount: 4, previous: 10, next: 6 };
    await festivalOf(database).log(order);
    await admin.query('commit');
    expect(await late).toEqual({ outcome: 'stale', actual: '6.00', expected: '11.00' });
  });
});

describe('one operation sent twice at once', () => {
  it('is applied once, and both senders get its result', async () => {
    const card = await build.card('10.00', '15.00');
    const correction = aCorrection(card);
    await first.client.query('begin');
    const applied = await applyCorrection(first.client, correction);
    const again = applyCorrection(second.client, correction);
    await untilWaiting(second);
    await first.client.query('commit');
    expect(await again).toEqual({ ...applied, outcome: 'already_applied' });
    expect(await correctionsOf(card)).toBe(1);
  });

  it('for two different cards is applied to one and refused for the other', async () => {
    const card = await build.card('10.00', '15.00');
    const other = await build.card('10.00', '15.00');
    const correction = aCorrection(card);
    await first.client.query('begin');
    await applyCorrection(first.client, correction);
    const reused = applyCorrection(second.client, { ...correction, cardId: other });
    await untilWaiting(second);
    await first.client.query('commit');
    expect(await reused).toEqual({ outcome: 'refused', code: 'operation_reused' });
    expect(await amountOf(other)).toBe('10.00');
    expect(await correctionsOf(other)).toBe(0);
  });
});

describe('a correction that has to wait too long', () => {
  it.each<[string, string]>([
    ['the card', 'select from table_cards where id = $1 for update'],
    ['the event', 'select from monitoring_events where card_id = $1 for update'],
    ['the audit trail', 'select from console.audit_head where $1::text is not null for update'],
  ])('for %s is refused as busy and changes nothing', async (_, lock) => {
    const card = await build.card('10.00', '15.00');
    const event = await build.event(card);
    await database.admin.query('begin');
    await database.admin.query(lock, [card]);
    const answer = await applyCorrection(first.client, aCorrection(card, { eventId: event }));
    await database.admin.query('rollback');
    expect(answer).toMatchObject({ outcome: 'refused', code: 'card_busy' });
    expect(await amountOf(card)).toBe('10.00');
    expect(await correctionsOf(card)).toBe(0);
    expect(await one('select status from monitoring_events where event_id = $1', [event])).toEqual({ status: 'OPEN' });
  });
});

describe('a laptop that dies in the middle of a correction', () => {
  it('leaves nothing behind, and the same operation can be sent again', async () => {
    const card = await build.card('10.00', '15.00');
    const event = await build.event(card);
    const correction = aCorrection(card, { eventId: event });
    const before = await one('select seq, hash from console.audit_head');
    await first.client.query('begin');
    await applyCorrection(first.client, correction);
    await database.admin.query('select pg_terminate_backend($1)', [first.pid]);
    await eventually(async () =>
      expect(await one('select from pg_stat_activity where pid = $1', [first.pid])).toBeUndefined(),
    );
    expect(await amountOf(card)).toBe('10.00');
    expect(await correctionsOf(card)).toBe(0);
    expect(await one('select status from monitoring_events where event_id = $1', [event])).toEqual({ status: 'OPEN' });
    expect(await one('select seq, hash from console.audit_head')).toEqual(before);
    expect(await applyCorrection(second.client, correction)).toMatchObject({ outcome: 'applied' });
  });
});

describe('the audit trail', () => {
  /** Rows whose hash, or link to the row before, does not hold. */
  const broken = async () =>
    (
      await database.admin.query<{ seq: string }>(`
        select a.seq from (select a, a.seq, a.hash, a.previous_hash,
          lag(a.hash, 1, sha256('regie')) over (order by a.seq) as before,
          lag(a.seq, 1, 0::bigint) over (order by a.seq) as seq_before from console.audit a) a
        where a.hash <> console.audit_hash(a.previous_hash, a.a) or a.previous_hash <> a.before or a.seq <> a.seq_before + 1
        union all
        select h.seq from console.audit_head h where (h.seq, h.hash) is distinct from
          (select (a.seq, a.hash) from console.audit a order by a.seq desc limit 1)`)
    ).rows;

  it('has one row for a correction, with what was done and both clocks', async () => {
    const card = await build.card('10.00', '15.00');
    const correction = aCorrection(card);
    await applyCorrection(first.client, correction);
    const { rows } = await database.admin.query('select * from console.audit where operation_id = $1', [
      correction.operationId,
    ]);
    expect(rows).toHaveLength(1);
    expect(rows[0]).toMatchObject({
      actor: 'Léa',
      laptop: 'booth-1',
      action: 'correction',
      subject: `card:${card}`,
      laptop_at: '2026-07-03 21:00:00+00',
      data: { card_before: '10.00', card_after: '15.00', kind: 'restore_card', approver: null },
    });
  });

  it('stays one unbroken chain while two laptops write at once', async () => {
    const cards: string[] = [];
    for (let n = 0; n < 20; n += 1) cards.push(await build.card('10.00', '15.00'));
    const send = async ({ client }: Laptop, mine: readonly string[]) => {
      for (const card of mine) await applyCorrection(client, aCorrection(card));
    };
    await Promise.all([send(first, cards.slice(0, 10)), send(second, cards.slice(10))]);
    expect(await one('select count(*) from console.audit where action = $1', ['correction'])).not.toEqual({
      count: '0',
    });
    expect(await broken()).toEqual([]);
  });

  it('shows a row that somebody changed', async () => {
    await applyCorrection(first.client, aCorrection(await build.card('10.00', '15.00')));
    await database.admin.query('begin');
    await database.admin.query(`update console.audit set actor = 'somebody else' where seq = 1`);
    expect(await broken()).toEqual([{ seq: '1' }]);
    await database.admin.query('rollback');
    await database.admin.query('begin');
    await database.admin.query('delete from console.audit where seq = (select max(seq) from console.audit)');
    expect(await broken()).toHaveLength(1);
    await database.admin.query('rollback');
  });
});
