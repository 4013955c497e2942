import type { Random } from '../../electron/training/random.ts';
import { FAULT_WEIGHTS, type FaultKind, RARE } from './faults.ts';

/** What happens on a day, and when. */
export type Step =
  | { readonly atMs: number; readonly what: 'fault'; readonly kind: FaultKind; readonly number: number }
  | { readonly atMs: number; readonly what: 'cut' | 'kill' | 'database' };

/** What happens when, by chance. */
export const planOf = (
  options: { faults: number; cuts: number; restarts: number; day: number },
  random: Random,
  durationMs: number,
): Step[] => {
  const rare = Object.entries(RARE).flatMap(([kind, count]) =>
    Array.from({ length: options.faults >= 200 ? count : 1 }, () => kind as FaultKind),
  );
  const common = Object.entries(FAULT_WEIGHTS);
  const weights = common.reduce((sum, [, weight]) => sum + weight, 0);
  const draw = (): FaultKind => {
    let left = random.fraction() * weights;
    for (const [kind, weight] of common) {
      left -= weight;
      if (left < 0) return kind as FaultKind;
    }
    return 'deduction';
  };
  const kinds = [...rare, ...Array.from({ length: Math.max(0, options.faults - rare.length) }, draw)];
  const at = (): number => Math.round(random.fraction() * durationMs);
  const steps: Step[] = [
    ...kinds.map((kind, index): Step => ({ atMs: at(), what: 'fault', kind, number: options.day * 100_000 + index })),
    ...Array.from({ length: options.cuts }, (): Step => ({ atMs: at(), what: 'cut' })),
    ...Array.from(
      { length: options.restarts },
      (_, index): Step => ({
        atMs: at(),
        what: (index + options.day) % 2 === 0 ? 'kill' : 'database',
      }),
    ),
  ];
  return steps.sort((a, b) => a.atMs - b.atMs);
};
