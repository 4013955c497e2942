import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { driverOptions } from '../../electron/postgres/connection-settings.ts';
import { textTypes } from '../../electron/postgres/driver.ts';
import { aCorrection, applyCorrection, type Correction, correctionWorld } from '../../electron/testing/corrections.ts';
import { createTestDatabase, type TestDatabase } from '../../electron/testing/database.ts';
import { festivalOf } from '../../electron/testing/festival.ts';
import { approve, propose } from '../../electron/testing/proposals.ts';

let database: TestDatabase;
let build: ReturnType<typeof correctionWorld>;
let login: pg.Client;
beforeAll(async () => {
  database = await createTestDatabase();
  build = correctionWorld(database);
  login = new pg.Client({ ...driverOptions(database.consoleSettings), types: textTypes });
  await login.connect();
});
afterAll(async () => {
  await login.end();
  await database.close();
});

const apply = (correction: Correction) => applyCorrection(login, correction);
const one = async (text: string, values: readonly unknown[] = []) =>
  (await database.admin.query(text, [...values])).rows[0];
const figuresOf = (cardId: string) =>
  one('select amount, console.expected_balance(id)::numeric(10,2) as expected from table_cards where id = $1', [
    cardId,
  ]);
/** Takes back what gave 5.00 to a card that now holds 15.00. */
const undo = (first: Correction, changes: Partial<Correction> = {}) =>
  aCorrection(first.cardId ?? '', {
    kind: 'undo',
    cardDelta: '-5.00',
    seenActual: '15.00',
    undoes: first.operationId,
    reason: 'it was another card',
    ...changes,
  });

describe('an undo', () => {
  it('takes a correction back, refers to it, and tells the alert', async () => {
    const card = await build.card('10.00', '15.00');
    const event = await build.event(card);
    const first = aCorrection(card, { eventId: event });
    await apply(first);
    const second = undo(first);
    expect(await apply(second)).toMatchObject({ outcome: 'applied', card_before: '15.00', card_after: '10.00' });
    expect(await figuresOf(card)).toEqual({ amount: '10.00', expected: '15.00' });
    expect(
      await one('select undoes, undone_by from console.corrections where operation_id = $1', [second.operationId]),
    ).toEqual({ undoes: first.operationId, undone_by: null });
    expect(
      await one(`select kind, actor from console.timeline where operation_id = $1 and event_id = $2`, [
        second.operationId,
        event,
      ]),
    ).toEqual({ kind: 'correction_undone', actor: 'Léa' });
    const row = await one('select details from app_transaction_log where client_request_id = $1', [second.operationId]);
    expect(row.details).toMatchObject({ kind: 'undo', undoes: first.operationId, card_delta: -5, ledger_delta: 0 });
  });

  it('takes the history back where the history was changed', async () => {
    const card = await build.card('30.00', '10.00');
    const seen = { seenActual: '30', seenExpected: '10' };
    const first = aCorrection(card, { kind: 'record_missing', cardDelta: '0', ledgerDelta: '20', ...seen });
    await apply(first);
    const back = { cardDelta: '0', ledgerDelta: '-20', seenActual: '30', seenExpected: '30' };
    expect(await apply(undo(first, back))).toMatchObject({ outcome: 'applied' });
    expect(await figuresOf(card)).toEqual({ amount: '30.00', expected: '10.00' });
  });

  it('frees the original transaction, which can be reversed once more', async () => {
    const card = await build.card('10.00', '15.00');
    const { transactionId } = await build.failedOrder(card);
    const first = aCorrection(card, { original: transactionId });
    await apply(first);
    await apply(undo(first));
    const again = aCorrection(card, { original: transactionId });
    expect(await apply(again)).toMatchObject({ outcome: 'applied' });
    const third = aCorrection(card, { original: transactionId, seenActual: '15.00', seenExpected: '20.00' });
    const charge = { card, type: 'checkpoint_recharge', status: 'completed', amount: 5, previous: null, next: null };
    await festivalOf(database).log(charge);
    expect(await apply(third)).toMatchObject({ code: 'already_reversed' });
  });

  it('is done once, also by two laptops at the same moment', async () => {
    const card = await build.card('10.00', '15.00');
    const first = aCorrection(card);
    await apply(first);
    const other = new pg.Client({ ...driverOptions(database.consoleSettings), types: textTypes });
    await other.connect();
    const answers = await Promise.all([apply(undo(first)), applyCorrection(other, undo(first))]);
    await other.end();
    expect(answers.map(({ outcome }) => outcome).sort()).toEqual(['applied', 'stale']);
    expect(await figuresOf(card)).toMatchObject({ amount: '10.00' });
    expect(await apply(undo(first, { seenActual: '10.00' }))).toMatchObject({ code: 'already_undone' });
  });

  it.each<[string, Partial<Correction>, Record<string, string>]>([
    ['of other amounts', { cardDelta: '-4.00' }, { code: 'deltas_do_not_fit_kind' }],
    ['of figures that moved', { seenActual: '14.00' }, { outcome: 'stale' }],
    ['of what never was', { undoes: '00000000-0000-4000-8000-000000000000' }, { code: 'undo_unknown' }],
    ['without what it takes back', { undoes: null }, { code: 'undo_unknown' }],
    ['under another name', { kind: 'goodwill' }, { code: 'incomplete' }],
  ])('%s is refused', async (_, changes, expected) => {
    const card = await build.card('10.00', '15.00');
    const first = aCorrection(card);
    await apply(first);
    expect(await apply(undo(first, changes))).toMatchObject(expected);
    expect(await figuresOf(card)).toMatchObject({ amount: '15.00' });
  });

  it('is refused for another card, for an undo, and where the card would fall below zero', async () => {
    const card = await build.card('10.00', '15.00');
    const first = aCorrection(card);
    await apply(first);
    const other = await build.card('15.00', '15.00');
    expect(await apply(undo(first, { cardId: other }))).toMatchObject({ code: 'undo_unknown' });
    const back = undo(first);
    await apply(back);
    const undone = undo(back, { cardDelta: '5.00', seenActual: '10.00' });
    expect(await apply(undone)).toMatchObject({ code: 'undo_of_undo' });
    const spent = await build.card('0.00', '5.00');
    const gift = aCorrection(spent, { seenActual: '0', seenExpected: '5' });
    await apply(gift);
    await database.admin.query('update table_cards set amount = 2 where id = $1', [spent]);
    expect(await apply(undo(gift, { seenActual: '2.00', seenExpected: '5.00' }))).toMatchObject({
      code: 'would_be_negative',
    });
  });

  it('above the limit, and of an opening balance, needs a second person as the correction did', async () => {
    const card = await build.card('40.00', '0');
    const opening = aCorrection(card, {
      kind: 'opening_balance',
      cardDelta: '0',
      ledgerDelta: '40',
      seenActual: '40',
      seenExpected: '0',
    });
    const { proposalId } = await propose(database.festival, opening);
    await approve(database.festival, 'Noé', proposalId);
    const { operation_id: operationId } = await one('select operation_id from console.corrections where card_id = $1', [
      card,
    ]);
    const back = undo(
      { ...opening, operationId },
      { cardDelta: '0', ledgerDelta: '-40', seenActual: '40', seenExpected: '40' },
    );
    expect(await apply(back)).toMatchObject({ code: 'approval_required' });
    const again = await propose(database.festival, { ...back, undoes: operationId });
    expect(again.outcome).toMatchObject({ outcome: 'applied' });
    expect(await approve(database.festival, 'Noé', again.proposalId)).toMatchObject({ outcome: 'applied' });
    expect(await figuresOf(card)).toEqual({ amount: '40.00', expected: '0.00' });
  });
});
