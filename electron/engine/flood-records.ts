import { z } from 'zod';
import { floodsIn } from '../../shared/domain/alarm-flood.ts';
import type { RowId } from '../../shared/domain/row-id.ts';
import type { Transaction } from '../postgres/pool.ts';
import { idColumn, instantColumn } from '../postgres/rows.ts';
import { sql } from '../postgres/sql.ts';
import type { Lease } from './lease.ts';

const beginRow = z.object({ event_id: idColumn, at: instantColumn });
const nowRow = z.object({ now: instantColumn });
const causeRow = z.object({ event_id: idColumn, cause: z.json().nullable() });

type FoundFlood = {
  readonly sinceMs: number;
  /** Null while it goes on. */
  readonly endedMs: number | null;
  /** Its alerts, in the order in which they began: one at least. */
  readonly alarms: readonly [RowId, ...RowId[]];
};

/** Floods of the last six hours, and of the one that goes on all of it. As every laptop counts: by what leads an incident. */
export const readFloods = async (tx: Transaction): Promise<readonly FoundFlood[]> => {
  const { now } = await tx.row(nowRow, sql`/* regie:flood */ select now()`);
  const begins = await tx.inBulk((bulk) =>
    bulk.fittingRows(
      beginRow,
      // By monitoring_events_detection_idx.
      sql`/* regie:flood */
        select e.event_id, e.detection_timestamp as at
        from public.monitoring_events e left join console.alerts a using (event_id)
        where e.detection_timestamp > least(now() - interval '6 hours', (
            select min(since) - interval '10 minutes' from console.floods where ended_at is null))
          and e.severity <> 'INFO' and (coalesce(a.incident_id, e.event_id) = e.event_id or a.placed_from = e.event_id)
        order by e.detection_timestamp, e.event_id`,
      { name: 'monitoring_events', id: 'event_id' },
    ),
  );
  const times = begins.map(({ at }) => Date.parse(at));
  return floodsIn(times, Date.parse(now)).flatMap(({ sinceMs, endedMs, alarms }) => {
    const from = times.findIndex((at) => at >= sinceMs);
    const [first, ...rest] = begins.slice(from, from + alarms).map(({ event_id }) => event_id);
    return first === undefined ? [] : [{ sinceMs, endedMs, alarms: [first, ...rest] as const }];
  });
};

/** Records floods that began or ended, once each, in the name of the engine. */
export const recordFloods = (lease: Lease, laptop: string): Promise<void> =>
  lease.write(async (tx) => {
    const floods = await readFloods(tx);
    const firsts = floods.map(({ alarms: [first] }) => first);
    const causes = await tx.rows(
      causeRow,
      // By primary key.
      sql`/* regie:flood */
        select event_id, event_data -> 'flood_cause' as cause from public.monitoring_events
        where event_id = any (${firsts}::bigint[])`,
    );
    const causeOf = new Map(causes.map(({ event_id, cause }) => [event_id, cause]));
    const found = floods.map(({ sinceMs, endedMs, alarms }) => ({
      since: new Date(sinceMs).toISOString(),
      ended: endedMs === null ? null : new Date(endedMs).toISOString(),
      ...{ alarms: alarms.length, first: alarms[0], cause: causeOf.get(alarms[0]) ?? null },
    }));
    await tx.run(sql`/* regie:flood */ select console.record_floods(${laptop}, ${JSON.stringify(found)}::jsonb)`);
  });
