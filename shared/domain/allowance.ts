import { z } from 'zod';
import { type Cents, cents, centsSchema } from './money.ts';

const ofDay = z.object({ limitCents: centsSchema, movedCents: centsSchema });

/** What moves without a second person, in one correction and in 24 hours (docs/money.md, "Approval limit"). */
export const allowanceSchema = z.object({
  approvalLimitCents: centsSchema,
  /** On this card, whoever moves it. */
  card: ofDay,
  /** By this operator, on whichever cards. */
  operator: ofDay,
});
export type Allowance = z.infer<typeof allowanceSchema>;

const leftOf = ({ limitCents, movedCents }: z.infer<typeof ofDay>): number => Math.max(0, limitCents - movedCents);

/** The most that one correction may move now. */
export const mostAlone = ({ approvalLimitCents, card, operator }: Allowance): Cents =>
  cents(Math.min(approvalLimitCents, leftOf(card), leftOf(operator)));

/** Of a day's limit, what is left when the screen begins to ask. */
const NEAR = 0.2;

/** Which limit of a day a correction comes near to, without going over it; null: neither. */
export const nearLimit = (allowance: Allowance, moved: Cents): 'card' | 'operator' | null => {
  const near = (name: 'card' | 'operator'): boolean => {
    const { limitCents } = allowance[name];
    return leftOf(allowance[name]) - Math.abs(moved) < limitCents * NEAR;
  };
  if (Math.abs(moved) > mostAlone(allowance)) return null;
  return near('card') ? 'card' : near('operator') ? 'operator' : null;
};
