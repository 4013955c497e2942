import { describe, expect, it } from 'vitest';
import type { CardTransaction, CardView } from './card.ts';
import { cents, ZERO } from './money.ts';
import { rowId } from './row-id.ts';
import { visitorAnswer } from './visitor.ts';

const row = (some: Partial<CardTransaction>): CardTransaction => ({
  logId: rowId(1),
  transactionId: null,
  type: 'bar_order',
  status: 'completed',
  amountCents: cents(550),
  previousCents: cents(2_000),
  newCents: cents(1_450),
  ledgerCents: ZERO,
  expectedAfterCents: ZERO,
  pointOfSale: 'Bar 3',
  correctionKind: null,
  note: null,
  at: '2026-07-03T21:00:00Z',
  ...some,
});
const card = (some: Partial<CardView>): CardView => ({
  cardId: '04FA',
  exists: true,
  amountMissing: false,
  actualCents: cents(1_450),
  expectedCents: cents(1_450),
  discrepancyCents: ZERO,
  transactions: [],
  transactionCount: 0,
  scans: [],
  alerts: [],
  waiting: [],
  complete: true,
  at: '2026-07-03T21:10:00Z',
  ...some,
});

describe('the sentence for the visitor', () => {
  it('names the failed order that took the money', () => {
    const failed = row({ status: 'failed' });
    expect(visitorAnswer(card({ discrepancyCents: cents(-550), transactions: [failed] }))).toEqual({
      ...{ says: 'failed_order_took', balance: 1_450, amount: 550, at: failed.at, place: 'Bar 3' },
    });
  });

  it('does not blame a failed order that took nothing', () => {
    const harmless = row({ status: 'failed', newCents: cents(2_000) });
    expect(visitorAnswer(card({ discrepancyCents: cents(-550), transactions: [harmless] }))).toMatchObject({
      says: 'missing',
      amount: 550,
    });
  });

  it('says that a correction is on its way before anything else', () => {
    const waiting = {
      operationId: 'b3a1f5de-7d1c-4b0e-9f31-0e3f4f2c7a11',
      kind: 'restore_card',
      cardDeltaCents: cents(550),
      ledgerDeltaCents: ZERO,
      operator: 'Léa',
      at: '2026-07-03T21:09:00Z',
      unknown: false,
    };
    expect(visitorAnswer(card({ discrepancyCents: cents(-550), waiting: [waiting] }))).toMatchObject({
      says: 'correction_waits',
      amount: 550,
    });
  });

  it('tells of a correction for a day, then of the last order', () => {
    const correction = row({ type: 'manual_correction', at: '2026-07-03T20:00:00Z' });
    const order = row({ at: '2026-07-03T19:00:00Z', amountCents: cents(700) });
    const transactions = [correction, order];
    expect(visitorAnswer(card({ transactions }))).toMatchObject({ says: 'given_back', amount: 550 });
    expect(visitorAnswer(card({ transactions, at: '2026-07-04T20:00:01Z' }))).toMatchObject({
      says: 'right_with_last',
      amount: 700,
    });
  });

  it('takes nothing from a visitor whose card holds too much, and is short where there is nothing to tell', () => {
    expect(visitorAnswer(card({ discrepancyCents: cents(300) }))).toMatchObject({ says: 'too_much', balance: 1_450 });
    expect(visitorAnswer(card({}))).toEqual({ says: 'right', balance: 1_450 });
  });
});
