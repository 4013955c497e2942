import { TRAFFIC_MINUTES, TRAFFIC_STEP_SECONDS, type Traffic } from '../../../shared/contract/health.ts';

/** The share of what was ordered that went through, and how it was over the last quarter of an hour. */
export type SuccessRate = {
  /** Null where nothing was ordered. */
  readonly share: number | null;
  readonly total: number;
  /** One for each step, oldest first; null where nothing was ordered in it. */
  readonly points: readonly (number | null)[];
};

const STEP_MS = TRAFFIC_STEP_SECONDS * 1_000;
const STEPS = (TRAFFIC_MINUTES * 60_000) / STEP_MS;

export const successRate = ({ at, steps }: Traffic): SuccessRate => {
  const last = Math.floor(Date.parse(at) / STEP_MS);
  const points = new Array<number | null>(STEPS).fill(null);
  let [total, failed] = [0, 0];
  for (const step of steps) {
    total += step.total;
    failed += step.failed;
    const place = STEPS - 1 - (last - Math.floor(Date.parse(step.at) / STEP_MS));
    if (place >= 0 && place < STEPS && step.total > 0) points[place] = 1 - step.failed / step.total;
  }
  return { share: total === 0 ? null : 1 - failed / total, total, points };
};
