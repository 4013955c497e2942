import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { driverOptions } from '../../electron/postgres/connection-settings.ts';
import { textTypes } from '../../electron/postgres/driver.ts';
import { aCorrection, applyCorrection, type Correction, correctionWorld } from '../../electron/testing/corrections.ts';
import { createTestDatabase, type TestDatabase } from '../../electron/testing/database.ts';
import { approve, propose } from '../../electron/testing/proposals.ts';

let database: TestDatabase;
let build: ReturnType<typeof correctionWorld>;
/** The console's own login: what the function does for it, it could not do itself. */
let console_: pg.Client;

beforeAll(async () => {
  database = await createTestDatabase();
  build = correctionWorld(database);
  console_ = new pg.Client({ ...driverOptions(database.consoleSettings), types: textTypes });
  await console_.connect();
});
afterAll(async () => {
  await console_.end();
  await database.close();
});

const apply = (correction: Correction) => applyCorrection(console_, correction);
const one = async (text: string, values: readonly unknown[] = []) =>
  (await database.admin.query(text, [...values])).rows[0];
const figuresOf = (cardId: string) =>
  one('select amount, console.expected_balance(id) as expected from table_cards where id = $1', [cardId]);
/** Every row that a correction may write, to see that a refused one wrote none. */
const traces = () =>
  one(`select (select count(*) from app_transaction_log) as log, (select count(*) from console.corrections) as corrections,
    (select count(*) from console.audit) as audit, (select count(*) from console.timeline) as timeline,
    (select sum(amount) from table_cards) as cards,
    (select count(*) from monitoring_events where status = 'RESOLVED') as resolved`);

describe('a correction that holds', () => {
  it('restores the card, leaves the history as it is and logs what it did', async () => {
    const card = await build.card('10.00', '15.00');
    const { transactionId } = await build.failedOrder(card);
    const event = await build.event(card);
    const correction = aCorrection(card, { eventId: event, original: transactionId });
    const answer = await apply(correction);
    expect(answer).toMatchObject({
      outcome: 'applied',
      card_before: '10.00',
      card_after: '15.00',
      expected_before: '15.00',
      expected_after: '15.00',
      closed_events: [event],
    });
    expect(await figuresOf(card)).toEqual({ amount: '15.00', expected: '15.00' });
    expect(await one('select * from app_transaction_log where log_id = $1', [answer.log_id])).toMatchObject({
      card_id: card,
      transaction_id: answer.transaction_id,
      transaction_type: 'manual_correction',
      status: 'completed',
      amount_involved: '5.00',
      previous_balance: '10.00',
      new_balance: '15.00',
      client_request_id: correction.operationId,
      details: {
        reason: 'Phase4_monitoring_correction',
        original_transaction: transactionId,
        kind: 'restore_card',
        card_delta: 5,
        ledger_delta: 0,
        operator: 'Léa',
        approver: null,
        event_id: event,
        note: 'taken by a failed order',
      },
    });
  });

  it('closes its event with the note, the alert with its time, and writes the timeline', async () => {
    const card = await build.card('10.00', '15.00');
    const event = await build.event(card);
    await apply(aCorrection(card, { eventId: event }));
    expect(await one('select * from monitoring_events where event_id = $1', [event])).toMatchObject({
      status: 'RESOLVED',
      resolved_at: expect.any(String),
      resolution_notes: 'taken by a failed order',
    });
    expect(await one('select * from alert_history where monitoring_event_id = $1', [event])).toMatchObject({
      resolved_at: expect.any(String),
      resolution_time_seconds: expect.any(Number),
    });
    expect(await one('select version from console.alerts where event_id = $1', [event])).toEqual({ version: 2 });
    expect(await one('select * from console.timeline where event_id = $1', [event])).toMatchObject({
      kind: 'corrected',
      actor: 'Léa',
      laptop: 'booth-1',
    });
  });

  it('closes the linked mismatch that it explains, and no other event', async () => {
    const card = await build.card('10.00', '15.00');
    const event = await build.event(card);
    const mismatch = await build.event(card, { algorithm: 'balance_mismatch_detection', incident: event });
    const unlinked = await build.event(card, { algorithm: 'balance_mismatch_detection' });
    const { closed_events: closed } = await apply(aCorrection(card, { eventId: event }));
    expect(closed).toEqual([event, mismatch]);
    const { rows } = await database.admin.query(
      `select event_id from monitoring_events where card_id = $1 and status = 'OPEN'`,
      [card],
    );
    expect(rows).toEqual([{ event_id: unlinked }]);
  });

  it('leaves the linked mismatch open when it restores only a part', async () => {
    const card = await build.card('10.00', '15.00');
    const event = await build.event(card);
    await build.event(card, { algorithm: 'balance_mismatch_detection', incident: event });
    const { closed_events: closed } = await apply(aCorrection(card, { eventId: event, cardDelta: '3.00' }));
    expect(closed).toEqual([event]);
  });

  it('records a transaction that the history lacks, and leaves the card', async () => {
    const card = await build.card('30.00', '10.00');
    const answer = await apply(
      aCorrection(card, {
        kind: 'record_missing',
        cardDelta: '0',
        ledgerDelta: '20',
        seenActual: '30',
        seenExpected: '10',
      }),
    );
    expect(answer).toMatchObject({ outcome: 'applied', card_after: '30.00', expected_after: '30.00' });
    expect(await figuresOf(card)).toEqual({ amount: '30.00', expected: '30.00' });
    expect(await one('select * from app_transaction_log where log_id = $1', [answer.log_id])).toMatchObject({
      amount_involved: '20.00',
      previous_balance: '30.00',
      new_balance: '30.00',
    });
  });

  it('gives goodwill to card and history alike, so the difference between them stays', async () => {
    const card = await build.card('10.00', '15.00');
    await apply(aCorrection(card, { kind: 'goodwill', cardDelta: '2.50', ledgerDelta: '2.50' }));
    expect(await figuresOf(card)).toEqual({ amount: '12.50', expected: '17.50' });
  });

  it('takes a card without any history into the ledger by an opening balance that two people agree on', async () => {
    const card = await build.card('40.00', '0');
    const opening = { kind: 'opening_balance', cardDelta: '0', ledgerDelta: '40', seenActual: '40', seenExpected: '0' };
    expect(await apply(aCorrection(card, opening))).toMatchObject({ code: 'approval_required' });
    const { proposalId } = await propose(database.festival, aCorrection(card, opening));
    expect(await approve(database.festival, 'Noé', proposalId)).toMatchObject({ outcome: 'applied' });
    expect(await figuresOf(card)).toEqual({ amount: '40.00', expected: '40.00' });
  });

  it('brings a negative card nearer to zero, or to zero and above', async () => {
    const nearer = await build.card('-8.00', '4.00');
    const seen = { seenActual: '-8.00', seenExpected: '4.00' };
    expect(await apply(aCorrection(nearer, { ...seen, cardDelta: '3.00' }))).toMatchObject({ card_after: '-5.00' });
    const above = await build.card('-8.00', '4.00');
    expect(await apply(aCorrection(above, { ...seen, cardDelta: '12.00' }))).toMatchObject({ card_after: '4.00' });
  });

  it('treats a card without an amount as zero', async () => {
    const card = await build.card(null, '5.00');
    expect(await apply(aCorrection(card, { seenActual: '0', seenExpected: '5' }))).toMatchObject({
      card_after: '5.00',
    });
  });

  it('needs no second person up to the limit, and another one above it', async () => {
    const big = async (delta: string, approver: string | null = null) => {
      const card = await build.card('0', '100.00');
      return apply(aCorrection(card, { cardDelta: delta, seenActual: '0', seenExpected: '100', approver }));
    };
    expect(await big('50.00')).toMatchObject({ outcome: 'applied' });
    expect(await big('50.01')).toMatchObject({ code: 'approval_required' });
    expect(await big('50.01', '  ')).toMatchObject({ code: 'approval_required' });
    // A name proves nothing: the second person gives a command of their own (proposals.test.ts).
    expect(await big('50.01', 'Noé')).toMatchObject({ code: 'approver_not_proven' });
  });
});

describe('a correction that is refused', () => {
  const cases: readonly [string, Partial<Correction>, Record<string, unknown>][] = [
    ['without a card', { cardId: null }, { outcome: 'refused', code: 'incomplete' }],
    ['without a kind', { kind: null }, { outcome: 'refused', code: 'incomplete' }],
    ['without what the operator saw', { seenExpected: null }, { outcome: 'refused', code: 'incomplete' }],
    ['of an unknown kind', { kind: 'present' }, { outcome: 'refused', code: 'unknown_kind' }],
    ['with a part of a cent', { cardDelta: '4.999' }, { outcome: 'refused', code: 'not_an_amount' }],
    ['with what is no number', { cardDelta: 'NaN' }, { outcome: 'refused', code: 'not_an_amount' }],
    ['with an endless amount', { cardDelta: 'Infinity' }, { outcome: 'refused', code: 'not_an_amount' }],
    ['with an absurd amount', { cardDelta: '100000' }, { outcome: 'refused', code: 'not_an_amount' }],
    ['without a reason', { reason: '  ' }, { outcome: 'refused', code: 'reason_missing' }],
    ['of an unknown card', { cardId: 'nobody' }, { outcome: 'refused', code: 'unknown_card' }],
    ['whose card has moved', { seenActual: '9.99' }, { outcome: 'stale', actual: '10.00', expected: '15.00' }],
    ['whose history has moved', { seenExpected: '20' }, { outcome: 'stale', actual: '10.00', expected: '15.00' }],
    ['that restores too much', { cardDelta: '5.01' }, { code: 'deltas_do_not_fit_kind' }],
    ['that restores in the wrong direction', { cardDelta: '-5' }, { code: 'deltas_do_not_fit_kind' }],
    ['that restores nothing', { cardDelta: '0' }, { code: 'deltas_do_not_fit_kind' }],
    ['that restores and records', { ledgerDelta: '1' }, { code: 'deltas_do_not_fit_kind' }],
    [
      'that records and moves the card',
      { kind: 'record_missing', ledgerDelta: '-5' },
      { code: 'deltas_do_not_fit_kind' },
    ],
    [
      'that records in the wrong direction',
      { kind: 'record_missing', cardDelta: '0', ledgerDelta: '5' },
      { code: 'deltas_do_not_fit_kind' },
    ],
    [
      'whose opening balance is not the whole difference',
      { kind: 'opening_balance', cardDelta: '0', ledgerDelta: '-4' },
      { code: 'deltas_do_not_fit_kind' },
    ],
    ['whose goodwill differs', { kind: 'goodwill', ledgerDelta: '4' }, { code: 'deltas_do_not_fit_kind' }],
    [
      'that would make the card negative',
      { kind: 'goodwill', cardDelta: '-10.01', ledgerDelta: '-10.01' },
      { code: 'would_be_negative', result: '-0.01' },
    ],
    ['of an unknown event', { eventId: '999999999' }, { code: 'event_unknown' }],
    ['of an unknown original', { original: randomUUID() }, { code: 'original_unknown' }],
    ['of an original by an unknown row', { original: 'log:999999999' }, { code: 'original_unknown' }],
    ['of an original that is no name', { original: "'; drop table table_cards" }, { code: 'original_unknown' }],
  ];
  it.each(cases)('%s, and changes nothing', async (_, changes, expected) => {
    const card = await build.card('10.00', '15.00');
    const before = await traces();
    expect(await apply(aCorrection(card, changes))).toMatchObject(expected);
    expect(await traces()).toEqual(before);
  });

  it('without an operator, and changes nothing', async () => {
    const card = await build.card('10.00', '15.00');
    await expect(apply(aCorrection(card, { operator: null }))).rejects.toMatchObject({ code: '42501' });
    expect(await figuresOf(card)).toMatchObject({ amount: '10.00' });
  });

  it('when the result would be negative although the history says so', async () => {
    const card = await build.card('2.00', '-3.00');
    const answer = await apply(aCorrection(card, { cardDelta: '-5', seenActual: '2', seenExpected: '-3' }));
    expect(answer).toMatchObject({ outcome: 'refused', code: 'would_be_negative' });
  });

  it('when it takes a negative card further from zero', async () => {
    const card = await build.card('-2.00', '-5.00');
    const answer = await apply(aCorrection(card, { cardDelta: '-3', seenActual: '-2', seenExpected: '-5' }));
    expect(answer).toMatchObject({ outcome: 'refused', code: 'would_be_negative' });
  });

  it.each(['RESOLVED', 'FALSE_POSITIVE'])('when its event is %s already', async (status) => {
    const card = await build.card('10.00', '15.00');
    const event = await build.event(card, { status });
    expect(await apply(aCorrection(card, { eventId: event }))).toMatchObject({ code: 'event_closed', status });
  });

  it('when its event is of another card, or of none', async () => {
    const card = await build.card('10.00', '15.00');
    const other = await build.event(await build.card('1', '1'));
    expect(await apply(aCorrection(card, { eventId: other }))).toMatchObject({ code: 'event_of_other_card' });
    const none = await build.event(null);
    expect(await apply(aCorrection(card, { eventId: none }))).toMatchObject({ code: 'event_of_other_card' });
  });

  it('when the original is of another card', async () => {
    const card = await build.card('10.00', '15.00');
    const { transactionId } = await build.failedOrder(await build.card('1', '1'));
    expect(await apply(aCorrection(card, { original: transactionId }))).toMatchObject({ code: 'original_unknown' });
  });

  it('when the original was reversed already, under whichever of its names', async () => {
    const card = await build.card('10.00', '20.00');
    const { logId, transactionId } = await build.failedOrder(card);
    const seen = { seenExpected: '20.00', seenActual: '10.00' };
    expect(await apply(aCorrection(card, { ...seen, original: transactionId }))).toMatchObject({ outcome: 'applied' });
    for (const original of [transactionId, transactionId?.toUpperCase() ?? '', `log:${logId}`, `log:0${logId}`]) {
      const again = await apply(aCorrection(card, { ...seen, seenActual: '15.00', original }));
      expect(again).toMatchObject({ outcome: 'refused', code: 'already_reversed' });
    }
  });

  it('when the original has no transaction_id and was reversed by its row', async () => {
    const card = await build.card('10.00', '20.00');
    const { logId } = await build.failedOrder(card, false);
    const original = `log:${logId}`;
    expect(await apply(aCorrection(card, { seenExpected: '20.00', original }))).toMatchObject({ outcome: 'applied' });
    const again = await apply(aCorrection(card, { seenExpected: '20.00', seenActual: '15.00', original }));
    expect(again).toMatchObject({ outcome: 'refused', code: 'already_reversed' });
  });
});

describe('the same operation again', () => {
  it('later, is answered with its first result and changes nothing', async () => {
    const card = await build.card('10.00', '15.00');
    const correction = aCorrection(card);
    const first = await apply(correction);
    await database.admin.query('update table_cards set amount = 3 where id = $1', [card]);
    const before = await traces();
    expect(await apply(correction)).toEqual({ ...first, outcome: 'already_applied' });
    expect(await traces()).toEqual(before);
  });

  it.each<[string, Partial<Correction>]>([
    ['amount', { cardDelta: '4.00' }],
    ['reason', { reason: 'something else' }],
    ['operator', { operator: 'Ana' }],
    ['kind', { kind: 'goodwill', ledgerDelta: '5.00' }],
  ])('with another %s, is refused loudly', async (_, changes) => {
    const card = await build.card('10.00', '15.00');
    const correction = aCorrection(card);
    await apply(correction);
    expect(await apply({ ...correction, ...changes })).toEqual({ outcome: 'refused', code: 'operation_reused' });
    expect(await figuresOf(card)).toMatchObject({ amount: '15.00' });
  });

  it('with the same amounts written differently, is still the same', async () => {
    const card = await build.card('10.00', '15.00');
    const correction = aCorrection(card);
    await apply(correction);
    const again = await apply({ ...correction, cardDelta: '5', ledgerDelta: '0.00', seenActual: '10' });
    expect(again.outcome).toBe('already_applied');
  });
});

describe('a card whose figures cannot be counted', () => {
  // Last: other festivals' column.
  beforeAll(() => database.admin.query('alter table table_cards alter column amount type numeric'));

  it.each(['12.345', 'NaN', '123456789012.00', 'Infinity'])(
    'that holds %s is neither corrected nor rounded, alone or by a second person',
    async (amount) => {
      const card = await build.card('12.34', '15.00');
      await database.admin.query('update table_cards set amount = $2 where id = $1', [card, amount]);
      for (const [kind, cardDelta, ledgerDelta] of [
        ['restore_card', '2.66', '0'],
        ['record_missing', '0', '-2.66'],
        ['goodwill', '1', '1'],
      ] as const) {
        expect(await apply(aCorrection(card, { kind, cardDelta, ledgerDelta, seenActual: '12.34' }))).toEqual({
          outcome: 'refused',
          code: 'balance_unreadable',
        });
      }
      expect(
        await propose(database.festival, aCorrection(card, { cardDelta: '2.66', seenActual: '12.34' })),
      ).toMatchObject({
        outcome: { outcome: 'rejected', error: { code: 'correction_balance_unreadable' } },
      });
      expect(await one('select amount::text from table_cards where id = $1', [card])).toEqual({ amount });
      expect(
        await one(
          `select count(*) from app_transaction_log where card_id = $1 and transaction_type = 'manual_correction'`,
          [card],
        ),
      ).toEqual({ count: '0' });
    },
  );

  it('whose history adds up to more than an amount may be is refused by name', async () => {
    const card = await build.card('15.00', '15.00');
    await database.admin.query(
      `insert into app_transaction_log (card_id, transaction_type, status, amount_involved)
       select $1, 'checkpoint_recharge', 'completed', 99999999.99 from generate_series(1, 3)`,
      [card],
    );
    expect(await apply(aCorrection(card))).toEqual({ outcome: 'refused', code: 'balance_unreadable' });
  });

  it('is put right by its own system, and corrected then', async () => {
    const card = await build.card('10.00', '15.00');
    await database.admin.query('update table_cards set amount = 10.000000 where id = $1', [card]);
    expect(await apply(aCorrection(card))).toMatchObject({
      outcome: 'applied',
      card_before: '10.00',
      card_after: '15.00',
    });
  });
});
