import { z } from 'zod';
import { PRESENT_SECONDS } from '../../shared/domain/presence.ts';
import type { FestivalDatabase, Transaction } from '../postgres/pool.ts';
import { instantColumn, serialColumn } from '../postgres/rows.ts';
import { sql } from '../postgres/sql.ts';
import type { Lease } from './lease.ts';

/** A probe is planted so often, by the laptop that runs the engine. */
export const PLANT_MS = 15_000;
/** No probe has come to a screen for so long: it is blind. Two may be missed by bad luck. */
export const BLIND_MS = 45_000;
/** One that was found longer ago says nothing of now: whoever found it may have died since. */
const FRESH_MS = 30_000;
const probeRow = z.object({ probe_id: serialColumn });
const blindRow = z.object({ laptop: z.string(), since: instantColumn });

/** Plants a known-bad record of our own, never in the festival's tables (docs/detection.md, "Canary"). */
export const plantProbe = (lease: Lease, laptop: string): Promise<void> =>
  lease.write(async (tx) => {
    await tx.run(sql`/* regie:canary */
      with old as (delete from console.canary_probes where planted_at < now() - interval '24 hours')
      insert into console.canary_probes (planted_by) values (${laptop})`);
  });

/** Reads new probes as a cycle reads the log, and finds them: what the detectors saw in this snapshot, they were in as well. */
export const readProbes = async (tx: Transaction): Promise<void> => {
  await tx.run(sql`/* regie:canary */
    update console.canary_probes set read_at = now(), detected_at = clock_timestamp()
    where detected_at is null and probe_id > (select coalesce(max(probe_id), 0) from console.canary_probes where detected_at is not null)`);
};

/** The newest probe that the engine has found, where that is not long ago. */
export const newestProbe = async (tx: Transaction): Promise<number | undefined> =>
  (
    await tx.maybeRow(
      probeRow,
      sql`/* regie:canary */
        select probe_id from (
          select probe_id, detected_at from console.canary_probes where detected_at is not null order by probe_id desc limit 1
        ) as newest
        where detected_at > clock_timestamp() - make_interval(secs => ${FRESH_MS / 1_000})`,
    )
  )?.probe_id;

/** This laptop's renderer has displayed a probe. Times are this laptop's, set right by what its clock is off. */
export const recordSighting = (
  database: FestivalDatabase,
  sighting: { probeId: number; laptop: string; receivedAt: string; displayedAt: string },
): Promise<void> =>
  database.write(async (tx) => {
    await tx.run(sql`/* regie:canary */
      insert into console.canary_sightings (probe_id, laptop, received_at, displayed_at)
      select probe_id, ${sighting.laptop}, ${sighting.receivedAt}, ${sighting.displayedAt}
      from console.canary_probes where probe_id = ${sighting.probeId}
      on conflict (probe_id, laptop) do nothing`);
  });

/** The other laptops that are there and have seen no probe in time. */
export const readBlindLaptops = (tx: Transaction, laptop: string): Promise<{ laptop: string; blindSince: string }[]> =>
  tx
    .rows(
      blindRow,
      // By canary_sightings_laptop_idx, for a handful of laptops.
      sql`/* regie:canary */
        select l.laptop, greatest(s.displayed_at, m.restarted_at, l.watched_since) as since
        from console.laptops l
        -- While monitoring is stopped nothing is planted; after it, nothing can have been seen before.
        join console.monitoring_state m on m.stopped_at is null
        cross join lateral (
          select displayed_at from console.canary_sightings where laptop = l.laptop order by probe_id desc limit 1) as s
        where l.laptop <> ${laptop} and l.left_at is null and l.seen_at > now() - make_interval(secs => ${PRESENT_SECONDS})
          -- What no page could show, none has missed.
          and l.watched_since is not null
          and greatest(s.displayed_at, m.restarted_at, l.watched_since) < now() - make_interval(secs => ${BLIND_MS / 1_000})
        order by l.laptop`,
    )
    .then((rows) => rows.map((row) => ({ laptop: row.laptop, blindSince: row.since })));
