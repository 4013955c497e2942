import { movesMoney } from '../../../shared/contract/calls.ts';
import type { OutboxEntry } from '../../../shared/contract/outbox.ts';
import { addCents, type Cents, cents } from '../../../shared/domain/money.ts';
import { amountIn } from '../../features/outbox/amount-in.ts';

export type MoneyAmong = {
  /** Those that correct cards, propose to, or decide about it. */
  readonly entries: readonly OutboxEntry[];
  /** Of their amounts, which are in cents: what goes onto cards and, without its sign, what comes off them. */
  readonly onto: Cents;
  readonly off: Cents;
  /** How many of them say no amount: an approval names its proposal. */
  readonly unknown: number;
};

/** Which money is among commands. */
export const moneyAmong = (all: readonly OutboxEntry[]): MoneyAmong => {
  const found = all
    .map((entry) => ({ entry, amounts: amountsOf(entry) }))
    .filter(({ entry, amounts }) => amounts.length > 0 || movesMoney(entry.command));
  const sum = (sign: 1 | -1): Cents =>
    found
      .flatMap(({ amounts }) => amounts)
      .filter((amount) => amount * sign > 0)
      .reduce((total, amount) => addCents(total, cents(amount * sign)), cents(0));
  return {
    entries: found.map(({ entry }) => entry),
    ...{ onto: sum(1), off: sum(-1) },
    unknown: found.filter(({ amounts }) => amounts.length === 0).length,
  };
};

/** Of a bulk, each card's. */
const amountsOf = ({ input }: OutboxEntry): readonly Cents[] =>
  (Array.isArray(input.items) ? input.items : [input]).flatMap((item) => {
    const amount = typeof item === 'object' && item !== null && !Array.isArray(item) ? amountIn(item) : null;
    return amount === null ? [] : [amount];
  });
