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
  const plain = plainCents(text);
  if (plain !== undefined) return plain;
  const match = NUMERIC.exec(text.trim());
  if (!match) throw new RangeError(`not an amount: "${text}"`);
  const [, sign, whole = '0', fraction = ''] = match;
  const amount = Number(whole) * 100 + Number(fraction.padEnd(2, '0'));
  return cents(sign ? -amount : amount);
};

/** An amount as Postgres prints it, `12.50`: by its characters alone, because a cycle reads thousands. */
const plainCents = (text: string): Cents | undefined => {
  const point = text.length - 3;
  if (point < 1 || point > 9 || text.charCodeAt(point) !== POINT) return undefined;
  let amount = 0;
  for (let index = 0; index < text.length; index += 1) {
    if (index === point) continue;
    const digit = text.charCodeAt(index) - DIGIT_ZERO;
    if (digit < 0 || digit > 9) return undefined;
    amount = amount * 10 + digit;
  }
  return amount as Cents;
};
const POINT = 46;
const DIGIT_ZERO = 48;

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
