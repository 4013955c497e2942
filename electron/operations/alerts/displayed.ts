import type { RowId } from '../../../shared/domain/row-id.ts';
import type { FestivalDatabase } from '../../postgres/pool.ts';
import { sql } from '../../postgres/sql.ts';

/**
 * Keeps when events were first on a screen, and on which: the last stage of an alert's way
 * (docs/alerts.md, "Stages and deadlines").
 */
export const recordDisplayed = (
  database: FestivalDatabase,
  eventIds: readonly RowId[],
  laptop: string,
): Promise<void> =>
  database.write(async (tx) => {
    await tx.run(sql`/* regie:displayed */
      update console.alerts set shown_at = clock_timestamp(), shown_on = ${laptop}
      where event_id = any (${eventIds}::bigint[]) and shown_at is null`);
  });
