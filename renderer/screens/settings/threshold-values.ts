import type { ThresholdField, Thresholds } from '../../../shared/contract/detectors.ts';

/** What is typed, by threshold; null where it cannot be read. */
export type Typed = Readonly<Record<string, number | null>>;

export const typedFrom = (fields: readonly ThresholdField[]): Typed =>
  Object.fromEntries(fields.map(({ name, value }) => [name, value]));

/** What is wrong with a typed value: a key of `thresholds.*`. */
export const problemOf = (field: ThresholdField, value: number | null): 'whole' | 'outside' | null => {
  if (value === null) return 'outside';
  if (field.whole && !Number.isInteger(value)) return 'whole';
  const low = field.minimum !== null && value < field.minimum;
  return low || (field.maximum !== null && value > field.maximum) ? 'outside' : null;
};

/** The thresholds as typed; null while one cannot be used. */
export const thresholdsFrom = (fields: readonly ThresholdField[], typed: Typed): Thresholds | null =>
  fields.some((field) => problemOf(field, typed[field.name] ?? null) !== null)
    ? null
    : Object.fromEntries(fields.map(({ name }) => [name, Number(typed[name])]));

/** The thresholds that are other than before. */
export const changesBetween = (
  before: Thresholds,
  after: Thresholds,
): { name: string; before: number | null; after: number }[] =>
  Object.entries(after)
    .filter(([name, value]) => before[name] !== value)
    .map(([name, value]) => ({ name, before: before[name] ?? null, after: value }));
