import { z } from 'zod';
import type { HighLoad } from '../../../shared/domain/high-load.ts';
import type { FestivalDatabase } from '../../postgres/pool.ts';
import { instantColumn } from '../../postgres/rows.ts';
import { sql } from '../../postgres/sql.ts';
import { applied, type CommandHandlers, rejected } from '../command/command-handler.ts';
import { savedRow } from '../command/saved.ts';

const loadRow = z.object({
  until: instantColumn.nullable(),
  set_by: z.string().nullable(),
  per_minute: z.number(),
  usual: z.number().nullable(),
});

/** Whether high load is on, and how the traffic of the last five minutes compares with what is usual. Every ten seconds. */
export const readHighLoad = (database: Pick<FestivalDatabase, 'read'>): Promise<HighLoad> =>
  database.read(async (tx) => {
    const found = await tx.row(
      loadRow,
      // By the minutes' key, and a thousand snapshots by their index: the median hour of the last three days that sold anything.
      sql`/* regie:high-load */
        select case when h.until > clock_timestamp() then h.until end as until, h.set_by,
          (coalesce((select sum(total) from console.traffic_minutes
            where minute > now() - interval '6 minutes' and minute <= now() - interval '1 minute'), 0) / 5.0)::float8
            as per_minute,
          (select percentile_cont(0.5) within group (order by s.total_transactions_last_hour) / 60.0
            from public.system_health_snapshots s
            where s.snapshot_timestamp > now() - interval '3 days' and s.snapshot_timestamp < now() - interval '1 hour'
              and s.total_transactions_last_hour > 0 having count(*) >= 12)::float8 as usual
        from console.high_load h`,
    );
    return {
      ...{ until: found.until, setBy: found.until === null ? null : found.set_by },
      ...{ perMinute: found.per_minute, usualPerMinute: found.usual },
    };
  });

export const highLoadCommands = {
  'database.setHighLoad': async (_, { tx, operationId }) => {
    const { answer } = await tx.row(
      savedRow,
      sql`/* regie:high-load */ select console.set_high_load(${operationId}::uuid) as answer`,
    );
    return answer.outcome === 'saved' ? applied() : rejected(answer.code, { minutes: answer.minutes });
  },
} satisfies Partial<CommandHandlers>;
