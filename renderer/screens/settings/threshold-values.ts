import type { ThresholdField, Thresholds } from '../../../shared/contract/detectors.ts';

/** What is typed, by threshold. */
export type Typed = Readonly<Record<string, string>>;

export const typedFrom = (fields: readonly ThresholdField[]): Typed =>
  Object.fromEntries(fields.map(({ name, value }) => [name, String(value)]));

/** What is wrong with a typed value: a key of `thresholds.*`. */
export const problemOf = (field: ThresholdField, typed: string): 'whole' | 'outside' | null => {
  const value = Number(typed);
  if (typed.trim() === '' || !Number.isFinite(value)) return 'outside';
  if (field.whole && !Number.isInteger(value)) return 'whole';
  const low = field.minimum !== null && value < field.minimum;
  return low || (field.maximum !== null && value > field.maximum) ? 'outside' : null;
};

/** The thresholds as typed; null while one cannot be used. */
export const thresholdsFrom = (fields: readonly ThresholdField[], typed: Typed): Thresholds | null =>
  fields.some((field) => problemOf(field, typed[field.name] ?? '') !== null)
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
