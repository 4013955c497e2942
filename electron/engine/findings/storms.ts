import { z } from 'zod';
import { compareIds, type RowId } from '../../../shared/domain/row-id.ts';
import type { Transaction } from '../../postgres/pool.ts';
import { idColumn } from '../../postgres/rows.ts';
import { sql } from '../../postgres/sql.ts';

const ACTOR = 'regie-engine';

/** More findings of one detector in one cycle than this are one incident (docs/detection.md, "Incidents"). */
export const STORM = 25;
/** A storm that has not grown for so long is over: what comes later is an incident of its own. */
const STORM_GOES_ON_SECONDS = 60;
/** Mismatches that are found so soon after the festival's history was first read are what its cards held before. */
const FIRST_READ_SECONDS = 120;

const headRow = z.object({ event_id: idColumn, incident_id: idColumn });
const firstReadRow = z.object({ first: z.boolean() });

/** Puts the new events of one detector into one incident when they are a storm, or part of one that goes on. */
export const joinStorm = async (
  tx: Transaction,
  algorithm: string,
  eventIds: readonly RowId[],
  laptop: string,
): Promise<void> => {
  const open = await tx.maybeRow(
    headRow,
    // By alerts_storm_idx: storms are few.
    sql`/* regie:storm */
      select a.event_id, a.incident_id from console.alerts a join public.monitoring_events e using (event_id)
      -- Where a person has made it part of another incident, what belongs to it goes there as well.
      where a.storm is not null and (a.event_id = a.incident_id or a.placed = 'merged') and e.detection_algorithm = ${algorithm}
        and e.status in ('OPEN', 'INVESTIGATING')
        and a.storm_grew_at > now() - make_interval(secs => ${STORM_GOES_ON_SECONDS})
      order by a.event_id desc
      limit 1`,
  );
  if (open === undefined && eventIds.length <= STORM) return;
  const [first] = [...eventIds].sort(compareIds);
  const head = open?.event_id ?? first;
  if (head === undefined) return;
  const incident = open?.incident_id ?? head;
  const kind =
    open === undefined && algorithm === 'balance_mismatch_detection' && (await isFirstRead(tx))
      ? 'opening_balances'
      : 'storm';
  await tx.run(sql`/* regie:storm */
    with head as (
      update console.alerts set storm = coalesce(storm, ${kind}), storm_grew_at = now(), version = version + 1
      where event_id = ${head}
    ), entry as (
      insert into console.timeline (event_id, kind, actor, laptop, data)
      values (${head}, 'storm', ${ACTOR}, ${laptop}, jsonb_build_object('count', ${eventIds.length}::int))
    )
    update console.alerts set incident_id = ${incident} where event_id = any (${eventIds}::bigint[]) and event_id <> ${head}`);
};

/** Whether Regie has only just read this festival's history. */
const isFirstRead = async (tx: Transaction): Promise<boolean> =>
  (
    await tx.row(
      firstReadRow,
      sql`/* regie:storm */
        select coalesce(history_done_at > now() - make_interval(secs => ${FIRST_READ_SECONDS}), true) as first
        from console.watermarks where source = 'transactions'`,
    )
  ).first;
