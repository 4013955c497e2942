import type { LaptopsView } from '../../../shared/contract/laptops.ts';
import type { Operator } from '../../../shared/domain/operator.ts';

/** What is asked for before anybody can work here; undefined until the core has answered. */
export const signInStepOf = (
  operators: readonly Operator[] | null | undefined,
  laptop: LaptopsView | undefined,
): 'never' | 'first' | 'enrol' | 'pin' | undefined => {
  if (operators === null) return 'never';
  if (operators === undefined || laptop === undefined) return undefined;
  const enrolled = laptop.state !== 'missing' && laptop.state !== 'ended';
  // Where the administrator has enrolled laptops, the first supervisor makes themselves on one of them.
  const others = laptop.laptops?.some(({ endedAt }) => endedAt === null) ?? false;
  if (operators.length === 0) return enrolled || !others ? 'first' : 'enrol';
  return enrolled ? 'pin' : 'enrol';
};
