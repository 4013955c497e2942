import { z } from 'zod';
import type { PresentLaptop } from '../../shared/contract/status.ts';
import { PRESENT_SECONDS } from '../../shared/domain/presence.ts';
import type { RowId } from '../../shared/domain/row-id.ts';
import { createMutex } from '../lib/mutex.ts';
import { publishOnChange } from '../lib/publish-on-change.ts';
import type { FestivalDatabase } from '../postgres/pool.ts';
import { idColumn, instantColumn } from '../postgres/rows.ts';
import { sql } from '../postgres/sql.ts';

/** Who else has Regie open on this festival, and what their screen shows. */
export type Presence = {
  /** Which alert this laptop's screen shows; reported to the others at once. */
  show(incidentId: RowId | null): Promise<void>;
  /** The heartbeat: says that this laptop is there, and reads who else is. */
  report(): Promise<void>;
  /** Reads who else is there. */
  refresh(): Promise<void>;
  /** The others, as far as this laptop knows. */
  others(): readonly PresentLaptop[];
  /** Says that this laptop is going. */
  leave(): Promise<void>;
};

const laptopRow = z.object({
  laptop: z.string(),
  operator: z.string().nullable(),
  incident_id: idColumn.nullable(),
  seen_at: instantColumn,
});

/**
 * @param options.operator who is signed in here
 * @param options.onChange somebody came, went, or looks at something else
 */
export const createPresence = (options: {
  database: FestivalDatabase;
  laptop: string;
  operator: () => string | null;
  /** For how long a page of it has been in view, milliseconds; null while none is. */
  watchedMs: () => number | null;
  onChange: () => void;
}): Presence => {
  const { database, laptop } = options;
  let incidentId: RowId | null = null;
  let others: readonly PresentLaptop[] = [];
  // One report at a time, and each with what is shown by then: the last word stands.
  const reports = createMutex();
  const publishChange = publishOnChange<readonly PresentLaptop[]>(() => options.onChange(), {
    initial: others,
    keyOf: (laptops) => laptops.map((one) => [one.laptop, one.operator, one.incidentId]),
  });

  const refresh = async (): Promise<void> => {
    const rows = await database.read((tx) =>
      tx.fittingRows(
        laptopRow,
        sql`/* regie:presence */
          select laptop, operator, incident_id, seen_at from console.laptops
          where laptop <> ${laptop} and left_at is null and seen_at > now() - make_interval(secs => ${PRESENT_SECONDS})
          order by laptop`,
        { name: 'laptops', id: 'laptop' },
      ),
    );
    others = rows.map((row) => ({
      laptop: row.laptop,
      operator: row.operator,
      incidentId: row.incident_id,
      seenAt: row.seen_at,
    }));
    publishChange(others);
  };

  const write = (left: boolean): Promise<number> =>
    database.write((tx) =>
      tx.run(sql`/* regie:presence */
        with attendance as (
          insert into console.attendance (period, operator)
          select floor(extract(epoch from now()) / 600)::bigint, ${options.operator()}::text
          where ${options.operator()}::text is not null
          on conflict do nothing
        )
        insert into console.laptops (laptop, seen_at, operator, incident_id, left_at, watched_since)
        values (
          ${laptop}, now(), ${options.operator()}, ${incidentId}, case when ${left}::boolean then now() end,
          -- By the database's clock: this laptop's may be wrong.
          now() - make_interval(secs => ${seconds(options.watchedMs())}::float8))
        on conflict (laptop) do update
        set seen_at = excluded.seen_at, operator = excluded.operator, incident_id = excluded.incident_id,
          left_at = excluded.left_at, watched_since = excluded.watched_since`),
    );

  const report = (): Promise<void> =>
    reports.run(async () => {
      await write(false);
      await refresh();
    });

  return {
    show: async (shown) => {
      if (shown === incidentId) return;
      incidentId = shown;
      await report();
    },
    report,
    refresh,
    others: () => others,
    leave: async () => {
      await reports.settled();
      await write(true);
    },
  };
};

const seconds = (ms: number | null): number | null => (ms === null ? null : ms / 1_000);
