import { z } from 'zod';
import { builtinChecklists } from '../../shared/checklists/index.ts';
import { type Checklist, checklistSchema } from '../../shared/domain/checklist.ts';
import { type ChecklistTimes, checklistTimesSchema, windowAt } from '../../shared/domain/checklist-window.ts';
import { sql } from '../postgres/sql.ts';
import { ALGORITHM, type UnsignedList, unsignedFinding, unsignedKey } from './detectors/checklist-unsigned.ts';
import { clearOthers, writeFindings } from './findings/findings.ts';
import type { Lease } from './lease.ts';

/** So long after it was due an unsigned list is an alert; later it is history. */
const ALERTS_FOR_MS = 24 * 3_600_000;

const stateRow = z.object({
  times: checklistTimesSchema,
  zone: z.string().nullable(),
  now_ms: z.number(),
  /** When somebody last said by when lists are due: nothing is late that was due before. */
  said_ms: z.number().nullable(),
  /** The lists of runs that were started lately, which may be the festival's own. */
  lists: z.array(z.unknown()),
  signed: z.array(z.string()),
});

/** Raises a LOW alert for each list whose time ended without a signature; ends it when somebody signs. @returns how many were raised */
export const watchChecklists = (lease: Lease, laptop: string): Promise<number> =>
  lease.write(async (tx) => {
    const state = await tx.row(
      stateRow,
      // Runs by checklist_runs_started_idx, signatures by their own index.
      sql`/* regie:watch */
        select jsonb_build_object('opens', to_char(s.opens, 'HH24:MI'), 'closes', to_char(s.closes, 'HH24:MI'),
            'firstDay', s.first_day, 'lastDay', s.last_day) as times,
          (select time_zone from console.festival_settings) as zone, extract(epoch from now())::float8 * 1000 as now_ms,
          extract(epoch from s.changed_at)::float8 * 1000 as said_ms,
          coalesce((select jsonb_agg(r.list order by r.started_at) from console.checklist_runs r
            where r.started_at > now() - interval '40 days'), '[]') as lists,
          coalesce((select jsonb_agg(e.list_id || ':' || e.window_key) from console.checklist_entries e
            where e.act = 'signed'), '[]') as signed
        from console.checklist_settings s`,
    );
    const own = state.lists.flatMap((list) => checklistSchema.safeParse(list).data ?? []);
    const lists = new Map([...builtinChecklists, ...own].map((list) => [list.id, list]));
    const unsigned = [...lists.values()]
      .flatMap((list) => overdue(list, { ...state, saidMs: state.said_ms, nowMs: state.now_ms }))
      .filter(({ listId, windowKey }) => !state.signed.includes(`${listId}:${windowKey}`));
    await clearOthers(tx, [ALGORITHM], new Set(unsigned.map(unsignedKey)), laptop);
    return (await writeFindings(tx, unsigned.map(unsignedFinding), laptop)).raised;
  });

/** Windows of a list that were due within the last day: the one that goes on, and the one before it. */
export const overdue = (
  { id, title, window }: Pick<Checklist, 'id' | 'title' | 'window'>,
  at: { times: ChecklistTimes; zone: string | null; nowMs: number; saidMs: number | null },
): UnsignedList[] => {
  const { times, nowMs, saidMs } = at;
  const zone = at.zone ?? undefined;
  // Where nobody has said on which days it opens, nothing can be late.
  if (times.firstDay === null || saidMs === null) return [];
  const current = windowAt(window, times, nowMs, zone);
  const before = windowAt(window, times, (current?.from ? Date.parse(current.from) : nowMs - ALERTS_FOR_MS) - 1, zone);
  return [before, current].flatMap((one) => {
    if (one === null || one.dueAt === null || (one === before && one.key === current?.key)) return [];
    const dueMs = Date.parse(one.dueAt);
    if (dueMs > nowMs || dueMs <= nowMs - ALERTS_FOR_MS || dueMs <= saidMs) return [];
    return [{ listId: id, windowKey: one.key, title, dueAt: dueMs * 1_000 }];
  });
};
