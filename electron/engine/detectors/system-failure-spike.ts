import { z } from 'zod';
import { arrivalDetector, type Finding, type Micros, type Place, SECOND, type TrafficSecond } from '../detector.ts';
import { iso } from '../time.ts';

const ALGORITHM = 'system_failure_spike';

const episodeSchema = z.object({
  startedAt: z.int(),
  lastAboveAt: z.int(),
  total: z.int(),
  failed: z.int(),
  worstPercent: z.number(),
});
const stateSchema = z.object({
  episode: episodeSchema.nullable().default(null),
  /** Those that have ended, newest last: a row that commits late may fall into one of them. */
  ended: z.array(episodeSchema).default([]),
});
/** Enough for two hours of late rows. */
const MAX_ENDED = 10;

const key = (episode: Episode): string => `${ALGORITHM}:${iso(episode.startedAt)}`;

export const systemFailureSpike = arrivalDetector({
  input: 'arrivals',
  algorithm: ALGORITHM,
  settings: z.strictObject({
    minutes: z.number().min(1).max(120).default(15),
    transactions: z.int().min(1).max(10_000).default(10),
    percent: z.number().min(0).max(100).default(5),
    highPercent: z.number().min(0).max(100).default(10),
  }),
  detect: async ({ lookback, settings, now, transactions, state }) => {
    const earlier = stateSchema.parse(state ?? {});
    const traffic = transactions.filter((row) => row.type !== 'manual_correction');
    const width = settings.minutes * 60 * SECOND;
    if (traffic.length === 0) {
      // No traffic either: the last failure leaves the window in time.
      if (earlier.episode === null || now - earlier.episode.lastAboveAt <= width) return { findings: [] };
      return {
        findings: [],
        cleared: [key(earlier.episode)],
        state: { episode: null, ended: [...earlier.ended, earlier.episode].slice(-MAX_ENDED) },
      };
    }
    const times = traffic.map((row) => Math.floor(row.at / SECOND) * SECOND);
    const from = times.reduce((a, b) => Math.min(a, b));
    const to = times.reduce((a, b) => Math.max(a, b));
    if (earlier.episode === null && earlier.ended.every(({ lastAboveAt }) => lastAboveAt + width < from)) {
      // Every window that ends in this stretch holds its core: most of the time one row says that none is above the line.
      const sums = await lookback.trafficOf({ from: from - width, to }, { from: to - width, to: from - SECOND });
      const least = Math.max(settings.transactions + 1, sums.coreTotal);
      if (sums.total <= settings.transactions || percentOf(sums.failed, least) <= settings.percent)
        return { findings: [] };
    }
    const seconds = await lookback.traffic({ from: from - width, to });
    const found = spikeEpisodes(seconds, { from, open: earlier.episode, before: earlier.ended, settings });
    const over = found.open !== null && now - found.open.lastAboveAt > width;
    const open = over ? null : found.open;
    const ended = over && found.open !== null ? [...found.ended, found.open] : found.ended;
    const episodes = [...ended.filter((one) => one.startedAt !== earlier.episode?.startedAt), ...(open ? [open] : [])];
    const findings: Finding[] = [];
    for (const episode of episodes) {
      const places = await lookback.failingPlaces({ from: episode.lastAboveAt - width, to: episode.lastAboveAt });
      findings.push(spikeFinding(episode, settings, { places, late: now - episode.lastAboveAt > LATE }));
    }
    const remembered = [...earlier.ended.filter((one) => !ended.some((e) => e.startedAt === one.startedAt)), ...ended];
    return {
      findings,
      cleared: ended.map(key),
      state: { episode: open, ended: remembered.slice(-MAX_ENDED) },
    };
  },
});

/** Over for so long when it is found, a spike is a record of what has been: nobody is rung for it. */
const LATE: Micros = 3_600 * SECOND;

const spikeFinding = (
  episode: Episode,
  settings: SpikeSettings,
  { places, late }: { places: readonly Place[]; late: boolean },
): Finding => {
  const percent = percentOf(episode.failed, episode.total);
  const severity = late ? 'LOW' : episode.worstPercent > settings.highPercent ? 'HIGH' : 'MEDIUM';
  return {
    algorithm: ALGORITHM,
    key: key(episode),
    eventType: 'transaction_failure',
    severity,
    confidence: 0.8,
    cardId: null,
    transactionId: null,
    amount: null,
    occurredAt: episode.startedAt,
    facts: {
      total_transactions: episode.total,
      failed_transactions: episode.failed,
      failure_rate_percent: Math.round(percent * 100) / 100,
      worst_rate_percent: Math.round(episode.worstPercent * 100) / 100,
      threshold_percent: settings.percent,
      time_window_minutes: settings.minutes,
      arrived_late: late,
      by_point_of_sale: places.map(({ place, total, failed }) => ({ place, total, failed })),
    },
    // Every order changes the figures a little: a step of one percent is news.
    fingerprint: `${severity}/${Math.floor(episode.worstPercent)}`,
    members: [],
  };
};

type SpikeSettings = {
  readonly minutes: number;
  readonly transactions: number;
  readonly percent: number;
  readonly highPercent: number;
};

/** A time in which the failure rate was above the line. It ends `minutes` after it was last above. */
type Episode = {
  readonly startedAt: Micros;
  readonly lastAboveAt: Micros;
  readonly total: number;
  readonly failed: number;
  /** The highest rate so far, percent. */
  readonly worstPercent: number;
};

export const percentOf = (failed: number, total: number): number => (total === 0 ? 0 : (failed / total) * 100);

/**
 * Slides the window over the seconds in which something happened from `from` on, each evaluated at its own time. What
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
