import { describe, expect, it } from 'vitest';
import { rowId } from '../../shared/domain/row-id.ts';
import type { Meaning, WordKind } from '../../shared/domain/transaction-words.ts';
import { engineWorld } from '../testing/engine-world.ts';
import { submitTo } from '../testing/submit.ts';
import { previewMeaning } from './backtest/meaning-preview.ts';

const world = engineWorld();
const { festival, events, tail, compareTwice } = world;
const submit = submitTo(() => world.database.festival);
const run = (text: string, values: unknown[] = []) => world.database.admin.query(text, values);

const explain = async (kind: WordKind, word: string, meaning: Meaning | null) => {
  const { rows } = await run('select version::int from console.transaction_meanings where kind = $1 and word = $2', [
    ...[kind, word],
  ]);
  return submit('transactionMeanings.set', { kind, word, meaning, base: rows[0]?.version ?? 0 });
};
/** A guest is paid out at the exit: the card is emptied, and the log says so in a word of the festival's own. */
const payOut = async (card: string, euros: number, { type = 'payout', status = 'completed' } = {}) => {
  await run('begin');
  await run('update table_cards set amount = amount - $2 where id = $1', [card, euros]);
  await festival.log({ card, type, status, amount: euros, previous: euros, next: 0 });
  await run('commit');
};
const expected = async (card: string): Promise<{ history: string; ledger: string }> =>
  (
    await run(
      `select console.expected_balance($1)::numeric(10,2)::text as history,
         (select (expected_cents / 100.0)::numeric(10,2)::text from console.card_ledger where card_id = $1) as ledger`,
      [card],
    )
  ).rows[0];
const incidents = async (): Promise<readonly Record<string, unknown>[]> =>
  (
    await run(
      `select l.detection_algorithm as lead, count(*)::int as events, count(*) filter (where e.status = 'OPEN')::int as open
       from console.alerts a join monitoring_events e using (event_id) join monitoring_events l on l.event_id = a.incident_id
       where e.detection_algorithm in ('balance_mismatch_detection', 'unknown_transaction_type', 'unknown_transaction_status')
       group by a.incident_id, l.detection_algorithm order by a.incident_id`,
    )
  ).rows;
const paidOut = async (count: number): Promise<void> => {
  for (let n = 1; n <= count; n += 1) await festival.card(`P${n}`, 10 + n, { secondsAgo: 3_600 });
  for (let n = 1; n <= count; n += 1) await payOut(`P${n}`, 10 + n);
};

describe('rows of a type that nobody has explained', () => {
  it('are one alert with its rows and their money; the mismatches that they explain belong to it', async () => {
    await paidOut(20);
    await compareTwice();
    expect(await events('unknown_transaction_type')).toMatchObject([
      {
        severity: 'CRITICAL',
        affected_amount: '410.00',
        event_data: { transaction_type: 'payout', count: 20, amount: 410 },
      },
    ]);
    expect(await events('balance_mismatch_detection')).toHaveLength(20);
    expect(await incidents()).toEqual([{ lead: 'unknown_transaction_type', events: 21, open: 21 }]);
  });

  it('take in a storm of mismatches as well', async () => {
    await paidOut(30);
    await compareTwice();
    expect(await incidents()).toEqual([{ lead: 'unknown_transaction_type', events: 31, open: 31 }]);
  });

  it('explain no mismatch of another amount, and leave one whose amount moves on', async () => {
    await paidOut(2);
    await festival.card('X', 20, { secondsAgo: 3_600 });
    await payOut('X', 20);
    await festival.changeCard('X', 3);
    await compareTwice();
    expect(await incidents()).toEqual([
      { lead: 'unknown_transaction_type', events: 3, open: 3 },
      { lead: 'balance_mismatch_detection', events: 1, open: 1 },
    ]);
    await festival.changeCard('P1', 4);
    await compareTwice();
    expect(await incidents()).toMatchObject([
      { lead: 'unknown_transaction_type', events: 2 },
      { lead: 'balance_mismatch_detection', events: 1 },
      { lead: 'balance_mismatch_detection', events: 1 },
    ]);
  });

  it('grow in the alert without calling anybody, and count those of before Regie as well', async () => {
    await festival.card('A', 50, { secondsAgo: 200_000 });
    await festival.log({
      card: 'A',
      type: 'tip',
      status: 'completed',
      amount: 2,
      previous: 50,
      next: 50,
      secondsAgo: 190_000,
    });
    await tail();
    expect(await events('unknown_transaction_type')).toMatchObject([{ event_data: { count: 1 } }]);
    await submit('alert.acknowledge', { eventId: rowId(`${(await events('unknown_transaction_type'))[0]?.event_id}`) });
    for (let n = 0; n < 3; n += 1)
      await festival.log({ card: 'A', type: 'tip', status: 'completed', amount: 2, previous: 50, next: 50 });
    await tail();
    expect(await events('unknown_transaction_type')).toMatchObject([{ event_data: { count: 4, amount: 8 } }]);
    const { rows } = await run(`select recalled_at from console.alerts join monitoring_events using (event_id)
      where detection_algorithm = 'unknown_transaction_type'`);
    expect(rows).toEqual([{ recalled_at: null }]);
  });
});

describe('a type that a supervisor explains', () => {
  it('counts from then on, for what was before as well; what it explains ends by itself, and the rest stays', async () => {
    await paidOut(20);
    await festival.card('X', 20, { secondsAgo: 3_600 });
    await festival.changeCard('X', -3);
    await compareTwice();
    expect(await expected('P1')).toEqual({ history: '11.00', ledger: '11.00' });
    expect(await explain('type', 'payout', 'takes')).toMatchObject({ outcome: 'applied' });
    // Corrections see it at once.
    expect(await expected('P1')).toEqual({ history: '0.00', ledger: '11.00' });
    expect(await world.engine.recompute()).toMatchObject({ drifted: 0 });
    expect(await expected('P1')).toEqual({ history: '0.00', ledger: '0.00' });
    expect(await incidents()).toEqual([
      { lead: 'unknown_transaction_type', events: 21, open: 0 },
      { lead: 'balance_mismatch_detection', events: 1, open: 1 },
    ]);
    const { rows } = await run(
      `select distinct status, resolution_notes from monitoring_events where detection_algorithm = 'unknown_transaction_type' or card_id = 'P1'`,
    );
    expect(rows).toEqual([{ status: 'RESOLVED', resolution_notes: 'Explained: payout = takes (Léa)' }]);
    await festival.card('L', 12, { secondsAgo: 3_600 });
    await payOut('L', 12);
    await compareTwice();
    expect(await expected('L')).toEqual({ history: '0.00', ledger: '0.00' });
    expect(await events('unknown_transaction_type')).toHaveLength(1);
    expect(await events('ledger_drift')).toEqual([]);
  });

  it('ends what it explains in a storm of other mismatches as well, also where that leads the storm', async () => {
    await paidOut(2);
    for (let n = 1; n <= 30; n += 1) {
      await festival.card(`Q${n}`, 20, { secondsAgo: 3_600 });
      await festival.changeCard(`Q${n}`, -3);
    }
    await compareTwice();
    const { rows: storms } = await run(
      `select e.card_id from console.alerts a join monitoring_events e using (event_id) where a.storm is not null`,
    );
    expect(storms).toHaveLength(1);
    // Whichever was found first leads it: here it is made to be one that the word explains.
    await run(`
      with head as (
        select a.event_id, a.storm, a.storm_grew_at from console.alerts a where a.storm is not null
      ), next as (select event_id from monitoring_events where card_id = 'P1' and detection_algorithm = 'balance_mismatch_detection')
      update console.alerts a set incident_id = next.event_id, storm = case when a.event_id = next.event_id then head.storm end,
        storm_grew_at = case when a.event_id = next.event_id then head.storm_grew_at end
      from head, next where a.incident_id = head.event_id or a.event_id = next.event_id`);
    await explain('type', 'payout', 'takes');
    await world.engine.recompute();
    const { rows } = await run(`select card_id, resolution_notes from monitoring_events
      where detection_algorithm = 'balance_mismatch_detection' and status = 'RESOLVED' order by card_id`);
    const note = 'Explained: payout = takes (Léa)';
    expect(rows).toEqual([
      { card_id: 'P1', resolution_notes: note },
      { card_id: 'P2', resolution_notes: note },
    ]);
    expect(await incidents()).toContainEqual({ lead: 'balance_mismatch_detection', events: 31, open: 30 });
  });

  it('is no reason to compare a card with a ledger that is not recounted yet', async () => {
    await paidOut(1);
    await festival.card('Q', 30, { secondsAgo: 3_600 });
    await festival.log({ card: 'Q', type: 'payout', status: 'completed', amount: 30, previous: 30, next: 30 });
    await compareTwice();
    await explain('type', 'payout', 'takes');
    await compareTwice();
    expect(await events('ledger_drift')).toEqual([]);
    expect(await events('balance_mismatch_detection')).toHaveLength(1);
    await world.engine.recompute();
    await compareTwice();
    expect((await events('balance_mismatch_detection')).map(({ card_id: card }) => card)).toEqual(['P1', 'Q']);
  });

  it('can be explained otherwise, or be unknown again, and everything is counted anew', async () => {
    await paidOut(1);
    await compareTwice();
    const values: string[] = [];
    for (const meaning of ['adds', 'nothing', 'takes', null] as const) {
      expect(await explain('type', 'payout', meaning)).toMatchObject({ outcome: 'applied' });
      await world.engine.recompute();
      const { history, ledger } = await expected('P1');
      expect(ledger).toBe(history);
      values.push(ledger);
    }
    expect(values).toEqual(['22.00', '11.00', '0.00', '11.00']);
    await compareTwice();
    // The mismatch ended with the meaning under which its card agreed, and is found anew with the word.
    expect(await incidents()).toMatchObject([
      { lead: 'unknown_transaction_type', open: 0 },
      { lead: 'balance_mismatch_detection', open: 0 },
      { lead: 'unknown_transaction_type', open: 2 },
    ]);
  });

  it('is tried first: what it would explain, what would remain, and which cards would no longer agree', async () => {
    await paidOut(20);
    await festival.card('X', 20, { secondsAgo: 3_600 });
    await festival.changeCard('X', -3);
    await festival.card('Y', 20, { secondsAgo: 3_600 });
    await festival.log({ card: 'Y', type: 'payout', status: 'completed', amount: 5, previous: 20, next: 20 });
    await compareTwice();
    const preview = (meaning: Meaning) =>
      previewMeaning(world.database.festival, { kind: 'type', word: 'payout', meaning });
    expect(await preview('takes')).toEqual({
      ...{ rows: 21, rowsCents: 41_500 },
      ...{
        explained: { cards: 20, cents: 41_000 },
        remaining: { cards: 1, cents: 300 },
        added: { cards: 1, cents: 500 },
      },
    });
    expect(await preview('adds')).toMatchObject({
      explained: { cards: 0 },
      remaining: { cards: 21 },
      added: { cards: 1 },
    });
    expect(await preview('nothing')).toMatchObject({
      explained: { cards: 0 },
      remaining: { cards: 21 },
      added: { cards: 0 },
    });
    expect(await expected('P1')).toEqual({ history: '11.00', ledger: '11.00' });
  });
});

describe('a status that nobody has explained', () => {
  const pay = (card: string, status: string) => payOut(card, 20, { type: 'bar_order', status });

  it('is one alert; explained as completed its rows count, and are traffic', async () => {
    for (const card of ['A', 'B']) await festival.card(card, 20, { secondsAgo: 3_600 });
    await pay('A', 'annulé');
    await pay('B', 'annulé');
    await compareTwice();
    expect(await events('unknown_transaction_status')).toMatchObject([
      { severity: 'CRITICAL', event_data: { transaction_status: 'annulé', count: 2, amount: 40 } },
    ]);
    expect(await incidents()).toEqual([{ lead: 'unknown_transaction_status', events: 3, open: 3 }]);
    const preview = { kind: 'status', word: 'annulé', meaning: 'completed' } as const;
    expect(await previewMeaning(world.database.festival, preview)).toMatchObject({ rows: 2, explained: { cards: 2 } });
    await explain('status', 'annulé', 'completed');
    await world.engine.recompute();
    await tail();
    expect(await expected('A')).toEqual({ history: '0.00', ledger: '0.00' });
    await world.engine.recompute();
    await compareTwice();
    expect(await expected('A')).toEqual({ history: '0.00', ledger: '0.00' });
    expect(await incidents()).toEqual([{ lead: 'unknown_transaction_status', events: 3, open: 0 }]);
    expect(
      (await run(`select status, status_word from console.recent_transactions where status_word is not null`)).rows,
    ).toEqual([
      { status: 'completed', status_word: 'annulé' },
      { status: 'completed', status_word: 'annulé' },
    ]);
    expect(await events('ledger_drift')).toEqual([]);
  });

  it('explained as failed is judged as a failure; explained otherwise later, all figures follow', async () => {
    await festival.card('A', 20, { secondsAgo: 3_600 });
    await pay('A', 'annulé');
    await compareTwice();
    const traffic = async () =>
      (await run('select sum(total)::int as total, sum(failed)::int as failed from console.traffic_seconds')).rows[0];
    const before = await traffic();
    await explain('status', 'annulé', 'failed');
    await world.engine.recompute();
    await tail();
    expect(await events('balance_deduction_on_failure')).toMatchObject([{ card_id: 'A' }]);
    expect(await traffic()).toEqual({ total: before.total + 1, failed: 1 });
    expect(await expected('A')).toEqual({ history: '20.00', ledger: '20.00' });
    await explain('status', 'annulé', 'completed');
    await world.engine.recompute();
    await tail();
    expect(await traffic()).toEqual({ total: before.total + 1, failed: 0 });
    expect(await expected('A')).toEqual({ history: '0.00', ledger: '0.00' });
    await explain('status', 'annulé', 'undecided');
    await world.engine.recompute();
    await tail();
    expect(await traffic()).toEqual({ total: before.total, failed: 0 });
    expect(await expected('A')).toEqual({ history: '20.00', ledger: '20.00' });
    expect(await events('ledger_drift')).toEqual([]);
  });

  it('that everybody uses while nothing is decided yet is no question', async () => {
    await festival.card('A', 20, { secondsAgo: 3_600 });
    await festival.log({ card: 'A', type: 'bar_order', status: 'pending', amount: 2, previous: 20, next: 20 });
    await tail();
    expect(await events('unknown_transaction_status')).toEqual([]);
  });
});

describe('upper case and blanks around a word', () => {
  it('make no other word, and are said once', async () => {
    await run(`insert into table_cards (id, amount) values ('A', 15)`);
    const log = (type: string, status: string, amount: number) =>
      festival.log({ card: 'A', type, status, amount, previous: null, next: null, secondsAgo: 60 });
    await log(' Checkpoint_Recharge', 'COMPLETED', 20);
    await log('BAR_ORDER\n', 'Completed ', 5);
    await log('BAR_ORDER\n', 'FAILED', 3);
    await compareTwice();
    await log('BAR_ORDER\n', 'FAILED', 3);
    await compareTwice();
    expect(await expected('A')).toEqual({ history: '15.00', ledger: '15.00' });
    expect(await events('balance_mismatch_detection')).toEqual([]);
    expect(await events('unknown_transaction_type')).toEqual([]);
    const spellings = await events('word_spelling');
    expect(spellings.map(({ severity, event_data: data }) => [severity, data.spelling, data.counts_as])).toEqual([
      ['LOW', 'COMPLETED', 'completed'],
      ['LOW', ' Checkpoint_Recharge', 'checkpoint_recharge'],
      ['LOW', 'Completed ', 'completed'],
      ['LOW', 'BAR_ORDER\n', 'bar_order'],
      ['LOW', 'FAILED', 'failed'],
    ]);
    expect(
      (await run('select sum(total)::int as total, sum(failed)::int as failed from console.traffic_seconds')).rows,
    ).toEqual([{ total: 4, failed: 2 }]);
  });
});
