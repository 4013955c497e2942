import { z } from 'zod';
import { type Cents, cents, ZERO } from './money.ts';

export const CORRECTION_KINDS = ['restore_card', 'record_missing', 'goodwill', 'opening_balance', 'undo'] as const;
export const correctionKindSchema = z.enum(CORRECTION_KINDS);
export type CorrectionKind = z.infer<typeof correctionKindSchema>;

/** What can be chosen for a card; an undo follows from what it undoes. */
export type ChosenKind = Exclude<CorrectionKind, 'undo'>;

export type CardFigures = { readonly actual: Cents; readonly expected: Cents };

export type Deltas = { readonly cardDelta: Cents; readonly ledgerDelta: Cents };

export const discrepancyOf = ({ actual, expected }: CardFigures): Cents => cents(actual - expected);

/** The kinds that can be applied to a card by hand, the proposed one first. Opening balances are set in bulk. */
export const possibleKinds = (figures: CardFigures): readonly ChosenKind[] => {
  const discrepancy = discrepancyOf(figures);
  if (discrepancy === 0) return ['goodwill'];
  // From a card that holds nothing nothing can be taken: what was spent twice and is gone stays in its history.
  return discrepancy > 0 && figures.actual <= 0
    ? ['record_missing', 'restore_card', 'goodwill']
    : ['restore_card', 'record_missing', 'goodwill'];
};

/** The whole of the difference where the kind removes one; null for goodwill, whose amount is a choice. */
export const wholeAmount = (kind: ChosenKind, figures: CardFigures): Cents | null =>
  kind === 'goodwill' ? null : cents(Math.abs(discrepancyOf(figures)));

/**
 * The two deltas of a correction (docs/money.md, "A correction has two deltas").
 * @param amount cents; unsigned for the kinds that remove a difference, signed for goodwill
 */
export const deltasOf = (kind: ChosenKind, figures: CardFigures, amount: Cents): Deltas => {
  const discrepancy = discrepancyOf(figures);
  switch (kind) {
    case 'restore_card':
      return { cardDelta: cents(-Math.sign(discrepancy) * amount), ledgerDelta: ZERO };
    case 'record_missing':
    case 'opening_balance':
      return { cardDelta: ZERO, ledgerDelta: cents(Math.sign(discrepancy) * amount) };
    case 'goodwill':
      return { cardDelta: amount, ledgerDelta: amount };
  }
};

/** What takes a correction back: its own deltas the other way round. */
export const undoOf = ({ cardDelta, ledgerDelta }: Deltas): Deltas => ({
  cardDelta: cents(-cardDelta),
  ledgerDelta: cents(-ledgerDelta),
});

export const figuresAfter = (figures: CardFigures, deltas: Deltas): CardFigures => ({
  actual: cents(figures.actual + deltas.cardDelta),
  expected: cents(figures.expected + deltas.ledgerDelta),
});

/**
 * Whether a second person approves it (docs/money.md, "Approval limit"). The database decides; this is what the screen
 * offers.
 * @param limit of the festival's settings, as this laptop last heard
 */
export const needsApproval = (kind: string, deltas: Deltas, limit: Cents): boolean =>
  kind === 'opening_balance' || moved(deltas) > limit;

const moved = ({ cardDelta, ledgerDelta }: Deltas): number => Math.max(Math.abs(cardDelta), Math.abs(ledgerDelta));

/** The highest limit under which the festival refuses to apply these deltas without a second person. */
export const limitBelow = (deltas: Deltas): Cents => cents(moved(deltas) - 1);

export type CorrectionProblem = 'amount_missing' | 'amount_zero' | 'amount_too_large' | 'negative' | 'reason_missing';

/** What keeps a correction from being sent; the database checks all of it again. */
export const correctionProblem = (draft: {
  kind: ChosenKind;
  figures: CardFigures;
  amount: Cents | null;
  reason: string;
}): CorrectionProblem | null => {
  const { kind, figures, amount } = draft;
  if (amount === null) return 'amount_missing';
  if (amount === 0) return 'amount_zero';
  const whole = wholeAmount(kind, figures);
  if (whole !== null && (amount < 0 || amount > whole)) return 'amount_too_large';
  const deltas = deltasOf(kind, figures, amount);
  const after = figuresAfter(figures, deltas);
  const nearerToZero = kind === 'restore_card' && figures.actual < 0 && after.actual > figures.actual;
  if (after.actual < 0 && !nearerToZero) return 'negative';
  return draft.reason.trim() === '' ? 'reason_missing' : null;
};

/** Reads what a person typed, with a comma or a point; null when it is no amount. */
export const readAmount = (typed: string): Cents | null => {
  const match = /^(-|\u2212)?(\d{1,7})(?:[.,](\d{1,2}))?$/.exec(typed.replace(/[\s\u00a0\u202f€]/g, ''));
  if (!match) return null;
  const [, sign, whole = '0', fraction = ''] = match;
  const amount = Number(whole) * 100 + Number(fraction.padEnd(2, '0'));
  return cents(sign ? -amount : amount);
};
