import { z } from 'zod';
import type { ReportKind } from '../../../shared/domain/report.ts';
import { instantOf, localOf } from '../../../shared/domain/zoned-time.ts';
import type { Transaction } from '../../postgres/pool.ts';
import { instantColumn } from '../../postgres/rows.ts';
import { sql } from '../../postgres/sql.ts';

/** A range that nothing can be reported of: what is wrong with it. */
export class RangeRefused extends Error {
  override readonly name = 'RangeRefused';
  readonly code: 'report_time_unreadable' | 'report_range_empty';
  readonly params: Record<string, string>;
  constructor(code: RangeRefused['code'], params: Record<string, string>) {
    super(`${code} ${JSON.stringify(params)}`);
    this.code = code;
    this.params = params;
  }
}

/** Days of a review: the guide's month. */
const REVIEW_DAYS = 30;
const DAY_MS = 24 * 3_600_000;

const DAY = /^\d{4}-\d{2}-\d{2}$/;
const LOCAL = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}$/;

/** A time as people write it: an instant in UTC, or what the festival's clocks show; of a day alone, its beginning. */
const readTime = (text: string, zone: string): string => {
  const instant = z.iso.datetime({ offset: true }).safeParse(text);
  if (instant.success) return new Date(text).toISOString();
  const local = DAY.test(text) ? `${text}T00:00` : LOCAL.test(text) ? text : '';
  // A 31 June is no day, though a calendar could count on.
  const at = instantOf(local, zone);
  if (at === null || localOf(Date.parse(at), zone).slice(0, 10) !== local.slice(0, 10)) {
    throw new RangeRefused('report_time_unreadable', { time: text });
  }
  return at;
};

const startsRow = z.object({ first_day: z.string().nullable(), first_at: instantColumn.nullable() });

/** When the festival began: on the day that somebody has set for the checklists, else with the first row of its log. */
const readBeginning = async (tx: Transaction, zone: string): Promise<string | null> => {
  const { first_day: day, first_at: at } = await tx.row(
    startsRow,
    sql`/* regie:report */
      select s.first_day::text, (
        -- By primary key.
        select console.time_of(timestamp) from public.app_transaction_log order by log_id limit 1) as first_at
      from console.checklist_settings s`,
  );
  const opens = day === null ? null : instantOf(`${day}T00:00`, zone);
  return opens !== null && (at === null || opens < at) ? opens : at;
};

/**
 * The stretch that is meant, where a part of it is not said: today, the last seven days, the festival until now, or the last
 * thirty days.
 * @param asked as people write it; null: not said
 * @throws RangeRefused for what is no time, or nothing at all
 */
export const readRange = async (
  tx: Transaction,
  kind: ReportKind,
  asked: { readonly from: string | null; readonly to: string | null },
  { zone, now }: { readonly zone: string; readonly now: string },
): Promise<{ from: string; to: string }> => {
  const given = {
    from: asked.from === null ? null : readTime(asked.from, zone),
    to: asked.to === null ? null : readTime(asked.to, zone),
  };
  const range = await complete(tx, kind, given, { zone, now });
  if (!(Date.parse(range.from) < Date.parse(range.to))) throw new RangeRefused('report_range_empty', range);
  return range;
};

const complete = async (
  tx: Transaction,
  kind: ReportKind,
  { from, to }: { readonly from: string | null; readonly to: string | null },
  { zone, now }: { readonly zone: string; readonly now: string },
): Promise<{ from: string; to: string }> => {
  const midnight = (at: number): string => instantOf(`${localOf(at, zone).slice(0, 10)}T00:00`, zone) ?? now;
  // From noon to noon no change of the clocks counts.
  const days = (instant: string, count: number): string => midnight(Date.parse(instant) + DAY_MS / 2 + count * DAY_MS);
  switch (kind) {
    case 'day': {
      const begins = from ?? (to === null ? midnight(Date.parse(now)) : days(to, -1));
      return { from: begins, to: to ?? days(begins, 1) };
    }
    case 'week': {
      const begins = from ?? days(to ?? days(midnight(Date.parse(now)), 1), -7);
      return { from: begins, to: to ?? days(begins, 7) };
    }
    case 'final':
      return { from: from ?? (await readBeginning(tx, zone)) ?? midnight(Date.parse(now)), to: to ?? now };
    case 'capacity':
    case 'security': {
      const ends = to ?? now;
      return { from: from ?? days(midnight(Date.parse(ends)), -REVIEW_DAYS), to: ends };
    }
  }
};
