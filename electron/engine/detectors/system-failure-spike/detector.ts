import { z } from 'zod';
import type { Transaction } from '../../../festival/pool.ts';
import { countColumn, microsColumn } from '../../../festival/rows.ts';
import { sql } from '../../../festival/sql.ts';
import { arrivalDetector, type Finding, type Micros, SECOND } from '../../detector.ts';
import { iso } from '../../windows.ts';
import { ALGORITHM, type Episode, percentOf, type SpikeSettings, spikeEpisodes } from './rule.ts';

const secondRow = z.object({ at: microsColumn, total: z.int(), failed: z.int() });
const placeRow = z.object({ place: z.string(), total: countColumn, failed: countColumn });

const episodeSchema = z
  .object({ startedAt: z.int(), lastAboveAt: z.int(), total: z.int(), failed: z.int(), worstPercent: z.number() })
  .nullable();
const stateRow = z.object({ state: z.object({ episode: episodeSchema }).nullable() });

const key = (episode: Episode): string => `${ALGORITHM}:${iso(episode.startedAt)}`;

export const systemFailureSpike = arrivalDetector({
  judges: 'arrivals',
  algorithm: ALGORITHM,
  settings: z.strictObject({
    minutes: z.number().positive().max(120).default(15),
    transactions: z.int().min(1).default(10),
    percent: z.number().min(0).max(100).default(5),
    highPercent: z.number().min(0).max(100).default(10),
  }),
  detect: async ({ tx, settings, now, transactions }) => {
    const known = await readEpisode(tx);
    const traffic = transactions.filter((row) => row.type !== 'manual_correction');
    const width = settings.minutes * 60 * SECOND;
    if (traffic.length === 0) {
      // No traffic either: the last failure leaves the window by itself.
      if (known === null || now - known.lastAboveAt <= width) return { findings: [] };
      await writeEpisode(tx, null);
      return { findings: [], cleared: [key(known)] };
    }
    const times = traffic.map((row) => Math.floor(row.at / SECOND) * SECOND);
    const from = times.reduce((a, b) => Math.min(a, b));
    const to = times.reduce((a, b) => Math.max(a, b));
    const seconds = await tx.rows(
      secondRow,
      // 900 rows at most for a live window, by primary key.
      sql`/* regie:spike */
        select (extract(epoch from second) * 1000000)::bigint as at, total, failed
        from console.traffic_seconds
        where second > ${iso(from - width)}::timestamptz and second <= ${iso(to)}::timestamptz
        order by second`,
    );
    const { open, ended } = spikeEpisodes(seconds, { from, open: known, settings });
    const episodes = [...ended.filter((episode) => episode.startedAt !== known?.startedAt), ...(open ? [open] : [])];
    await writeEpisode(tx, open);
    const findings: Finding[] = [];
    for (const episode of episodes) {
      findings.push(
        spikeFinding(episode, settings, await placesOf(tx, episode.lastAboveAt - width, episode.lastAboveAt)),
      );
    }
    return { findings, cleared: ended.map(key) };
  },
});

const readEpisode = async (tx: Transaction): Promise<Episode | null> =>
  (
    await tx.maybeRow(
      stateRow,
      sql`/* regie:spike */ select state from console.detector_state where algorithm = ${ALGORITHM}`,
    )
  )?.state?.episode ?? null;

const writeEpisode = async (tx: Transaction, episode: Episode | null): Promise<void> => {
  await tx.run(sql`/* regie:spike */
    update console.detector_state set state = ${JSON.stringify({ episode })}::jsonb where algorithm = ${ALGORITHM}`);
};

/** Which points of sale failed in the window: read only while there is a spike. By recent_transactions_time_idx. */
const placesOf = (tx: Transaction, from: Micros, to: Micros) =>
  tx.rows(
    placeRow,
    sql`/* regie:spike */
      select coalesce(point_of_sale, edge_function_name, 'unknown') as place, count(*) as total,
        count(*) filter (where status = 'failed') as failed
      from console.recent_transactions
      where occurred_at > ${iso(from)}::timestamptz and occurred_at <= ${iso(to + SECOND)}::timestamptz
        and transaction_type <> 'manual_correction'
      group by 1
      having count(*) filter (where status = 'failed') > 0
      order by 3 desc
      limit 20`,
  );

const spikeFinding = (
  episode: Episode,
  settings: SpikeSettings,
  places: readonly z.output<typeof placeRow>[],
): Finding => {
  const percent = percentOf(episode.failed, episode.total);
  const severity = episode.worstPercent > settings.highPercent ? 'HIGH' : 'MEDIUM';
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
      by_point_of_sale: places.map(({ place, total, failed }) => ({ place, total, failed })),
    },
    // Every order changes the figures a little: a step of one percent is news.
    fingerprint: `${severity}/${Math.floor(episode.worstPercent)}`,
    members: [],
  };
};
