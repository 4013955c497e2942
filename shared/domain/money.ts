import { z } from 'zod';

/** An amount of money in integer cents, a safe integer. Signed where a change is meant. */
export type Cents = number & z.$brand<'Cents'>;

/** Brands a safe integer as cents. @throws RangeError when it is not a safe integer. */
export const cents = (value: number): Cents => {
  if (!Number.isSafeInteger(value)) throw new RangeError(`not an amount in cents: ${value}`);
  return (Object.is(value, -0) ? 0 : value) as Cents;
};

export const ZERO = cents(0);

const NUMERIC = /^(-)?(\d{1,13})(?:\.(\d{1,2})0*)?$/;

/**
 * Reads Postgres's text form of a numeric(10,2), or what a person typed with a point ("12.5" is 1250 cents).
 * @throws RangeError for anything else: money never passes through a float.
 */
export const parseCents = (text: string): Cents => {
  const match = NUMERIC.exec(text.trim());
  if (!match) throw new RangeError(`not an amount: "${text}"`);
  const [, sign, whole = '0', fraction = ''] = match;
  const amount = Number(whole) * 100 + Number(fraction.padEnd(2, '0'));
  return cents(sign ? -amount : amount);
};

/** The text form that Postgres reads as numeric(10,2): 1550 → "15.50". */
export const toNumeric = (amount: Cents): string => {
  const digits = String(Math.abs(amount)).padStart(3, '0');
  return `${amount < 0 ? '-' : ''}${digits.slice(0, -2)}.${digits.slice(-2)}`;
};

export const addCents = (...amounts: readonly Cents[]): Cents =>
  cents(amounts.reduce<number>((sum, one) => sum + one, 0));

export const subtractCents = (from: Cents, amount: Cents): Cents => cents(from - amount);

/** Cents as they cross the contract: a safe integer. */
export const centsSchema = z.int().transform((value) => cents(value));
