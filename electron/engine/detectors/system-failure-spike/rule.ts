import { type Micros, SECOND, type TrafficSecond } from '../../detector.ts';

export const ALGORITHM = 'system_failure_spike';

export type SpikeSettings = {
  readonly minutes: number;
  readonly transactions: number;
  readonly percent: number;
  readonly highPercent: number;
};

/** A time in which the failure rate was above the line. It ends `minutes` after it was last above. */
export type Episode = {
  readonly startedAt: Micros;
  readonly lastAboveAt: Micros;
  readonly total: number;
  readonly failed: number;
  /** The highest rate so far, percent. */
  readonly worstPercent: number;
};

export const percentOf = (failed: number, total: number): number => (total === 0 ? 0 : (failed / total) * 100);

/**
 * Slides the window over the seconds in which something happened from `from` on, each judged at its own time. What
 * falls into an episode that had ended goes on with that one.
 * @returns the episode that goes on (or was still going on at the end), and those that ended on the way.
 */
export const spikeEpisodes = (
  seconds: readonly TrafficSecond[],
  options: { from: Micros; open: Episode | null; before?: readonly Episode[]; settings: SpikeSettings },
): { open: Episode | null; ended: Episode[] } => {
  const { settings } = options;
  const width = settings.minutes * 60 * SECOND;
  const ended: Episode[] = [];
  let open = options.open;
  let first = 0;
  let total = 0;
  let failed = 0;
  for (const second of seconds) {
    total += second.total;
    failed += second.failed;
    for (let oldest = seconds[first]; oldest && oldest.at <= second.at - width; oldest = seconds[first]) {
      total -= oldest.total;
      failed -= oldest.failed;
      first += 1;
    }
    if (second.at < options.from) continue;
    if (open && second.at - open.lastAboveAt > width) {
      ended.push(open);
      open = null;
    }
    const percent = percentOf(failed, total);
    if (total <= settings.transactions || percent <= settings.percent) continue;
    open ??=
      options.before?.find((one) => second.at >= one.startedAt - width && second.at <= one.lastAboveAt + width) ?? null;
    open = {
      startedAt: open?.startedAt ?? second.at,
      lastAboveAt: Math.max(open?.lastAboveAt ?? 0, second.at),
      total,
      failed,
      worstPercent: Math.max(open?.worstPercent ?? 0, percent),
    };
  }
  return { open, ended };
};
