import { sql } from '../postgres/sql.ts';
import type { Lease } from './lease.ts';

/**
 * Forgets what no window needs any more: arrivals that every detector has seen and that are older than two hours,
 * traffic of the same age, cycles older than a day, who was there 60 days ago, changes older than an hour, and
 * pieces of pictures that nobody completes.
 */
export const cleanUp = (lease: Lease): Promise<void> =>
  lease.write(async (tx) => {
    await tx.run(sql`/* regie:cleanup */
      delete from console.recent_transactions
      where occurred_at < now() - interval '2 hours'
        and arrival <= (select coalesce(min(transactions_seen) filter (where transactions_seen > 0), 0) from console.detector_state)`);
    await tx.run(sql`/* regie:cleanup */
      delete from console.recent_scans
      where occurred_at < now() - interval '2 hours'
        and arrival <= (select coalesce(min(scans_seen) filter (where scans_seen > 0), 0) from console.detector_state)`);
    await tx.run(
      sql`/* regie:cleanup */ delete from console.traffic_seconds where second < now() - interval '3 hours'`,
    );
    // When a point of sale last wrote is known for a day.
    await tx.run(sql`/* regie:cleanup */
      with forgotten as (
        delete from console.traffic_minutes where minute < now() - interval '3 hours'
        returning place, minute, total, no_amount, amount
      )
      insert into console.places as known (place, last_at)
      select place, max(minute) from forgotten
      where place <> '' and (total > 0 or no_amount > 0 or amount <> 0) and minute > now() - interval '24 hours'
      group by 1
      order by 1
      on conflict (place) do update set last_at = greatest(known.last_at, excluded.last_at)`);
    await tx.run(sql`/* regie:cleanup */ delete from console.places where last_at < now() - interval '24 hours'`);
    await tx.run(sql`/* regie:cleanup */ delete from console.device_minutes where minute < now() - interval '3 hours'`);
    await tx.run(sql`/* regie:cleanup */ delete from console.devices where last_at < now() - interval '24 hours'`);
    await tx.run(sql`/* regie:cleanup */ delete from console.unsettled where noticed_at < now() - interval '25 hours'`);
    await tx.run(sql`/* regie:cleanup */ delete from console.cycles where started_at < now() - interval '24 hours'`);
    await tx.run(
      sql`/* regie:cleanup */
        delete from console.attendance where period < floor(extract(epoch from now() - interval '60 days') / 600)`,
    );
    await tx.run(sql`/* regie:cleanup */ select console.clear_log_pieces()`);
    await tx.run(sql`/* regie:cleanup */ delete from console.changes where at < now() - interval '1 hour'`);
  });
