import { z } from 'zod';
import type { Cents } from '../../shared/domain/money.ts';
import type { RowId } from '../../shared/domain/row-id.ts';
import type { FestivalDatabase } from '../postgres/pool.ts';
import { centsColumn, countColumn, instantColumn } from '../postgres/rows.ts';
import { sql } from '../postgres/sql.ts';
import { createRandom } from './random.ts';
import { cardIds, VISITORS } from './world.ts';

/** What the simulator must know of the festival: all of it is in the database. */
export type FestivalState = {
  /** The database's clock, milliseconds since 1970. */
  readonly now: number;
  readonly cards: readonly { readonly id: string; readonly balance: Cents }[];
  /** Transactions of the last 15 minutes, by the second. */
  readonly recent: readonly {
    readonly at: number;
    readonly completed: number;
    readonly failed: number;
    readonly spike: number;
  }[];
  /** Cards that did something in the last minute, and how many milliseconds ago. */
  readonly active: ReadonlyMap<string, number>;
  /** Cards of which an order failed in the last 15 minutes, and how many milliseconds ago. */
  readonly failing: ReadonlyMap<string, number>;
};

const cardRow = z
  .object({ id: z.string(), amount: centsColumn })
  .transform(({ id, amount }) => ({ id, balance: amount }));
const nowRow = z.object({ now: instantColumn });
const countRow = z.object({ count: countColumn });
const secondRow = z
  .object({ second: countColumn, completed: countColumn, failed: countColumn, spike: countColumn })
  .transform(({ second, ...counts }) => ({ at: second * 1_000, ...counts }));
const ageRow = z.object({ card_id: z.string(), age_ms: countColumn });

/** Gives the visitors their cards, empty, where there are none yet. @returns whether it did. */
export const createCards = (database: FestivalDatabase, seed: number): Promise<boolean> =>
  database.write(async (tx) => {
    const { count } = await tx.row(countRow, sql`/* festival:cards */ select count(*) from table_cards`);
    if (count > 0) return false;
    const ids = cardIds(createRandom(seed), VISITORS);
    await tx.run(sql`/* festival:cards */
      insert into table_cards (id, amount) select id, 0 from unnest(${ids}::text[]) as id`);
    return true;
  });

/** How many transactions the log holds. Read once at each start: it scans the log. */
export const countTransactions = (database: FestivalDatabase): Promise<number> =>
  database.read(
    async (tx) => (await tx.row(countRow, sql`/* festival:count */ select count(*) from app_transaction_log`)).count,
    { statementTimeoutMs: 60_000 },
  );

/** Reads everything that is needed to go on, at the start and after a lost connection. */
export const readFestivalState = (database: FestivalDatabase, spikeLogIds: readonly RowId[]): Promise<FestivalState> =>
  database.read(
    async (tx) => {
      const { now } = await tx.row(nowRow, sql`/* festival:state */ select now()`);
      const cards = await tx.rows(
        cardRow,
        sql`/* festival:state */ select id, coalesce(amount, 0)::numeric(10,2) as amount from table_cards order by id`,
      );
      const recent = await tx.rows(
        secondRow,
        sql`/* festival:state */
          select floor(extract(epoch from timestamp))::bigint as second,
            count(*) filter (where status <> 'failed') as completed,
            count(*) filter (where status = 'failed' and not log_id = any (${spikeLogIds}::bigint[])) as failed,
            count(*) filter (where status = 'failed' and log_id = any (${spikeLogIds}::bigint[])) as spike
          from app_transaction_log
          where timestamp > now() - interval '15 minutes'
          group by 1
          order by 1`,
      );
      const active = await tx.rows(
        ageRow,
        sql`/* festival:state */
          select card_id, round(extract(epoch from now() - max(at)) * 1000)::bigint as age_ms
          from (
            select card_id, timestamp as at from app_transaction_log where timestamp > now() - interval '1 minute'
            union all
            select card_id_scanned, scan_timestamp from nfc_scan_log
            where scan_timestamp > now() - interval '1 minute' and card_id_scanned is not null
          ) as acts
          group by card_id`,
      );
      const failing = await tx.rows(
        ageRow,
        sql`/* festival:state */
          select card_id, round(extract(epoch from now() - max(timestamp)) * 1000)::bigint as age_ms
          from app_transaction_log
          where status = 'failed' and timestamp > now() - interval '15 minutes'
          group by card_id`,
      );
      return { now: Date.parse(now), cards, recent, active: agesOf(active), failing: agesOf(failing) };
    },
    { statementTimeoutMs: 60_000 },
  );

/** Of these cards, the ones whose balance agrees with their history again. Scans the log. */
export const findHealedCards = (
  database: FestivalDatabase,
  ids: readonly string[],
): Promise<readonly { readonly id: string; readonly balance: Cents }[]> =>
  database.read(
    (tx) =>
      tx.rows(
        cardRow,
        sql`/* festival:healed */
          select c.id, coalesce(c.amount, 0)::numeric(10,2) as amount
          from table_cards c
          left join (
            select card_id, sum(case
              when status <> 'completed' then 0
              when transaction_type in ('stripe_recharge', 'checkpoint_recharge') then amount_involved
              when transaction_type = 'bar_order' then -amount_involved
              when transaction_type = 'manual_correction' then coalesce((details ->> 'ledger_delta')::numeric, 0)
              else 0 end) as expected
            from app_transaction_log
            where card_id = any (${ids}::text[])
            group by card_id
          ) as history on history.card_id = c.id
          where c.id = any (${ids}::text[]) and c.amount >= 0 and c.amount = coalesce(history.expected, 0)`,
      ),
    { statementTimeoutMs: 60_000 },
  );

const agesOf = (rows: readonly z.output<typeof ageRow>[]): Map<string, number> =>
  new Map(rows.map(({ card_id, age_ms }) => [card_id, age_ms]));
