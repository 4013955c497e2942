import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import type { Clock } from '../../shared/domain/clock.ts';
import type { Log } from '../lib/log.ts';
import { singleFlight } from '../lib/single-flight.ts';
import type { FestivalDatabase } from '../postgres/pool.ts';
import { sql } from '../postgres/sql.ts';
import type { Engine } from './engine.ts';

/*
 * The engine runs on one laptop, and the person who needs a cycle now sits at another: an order is a row, which the laptop
 * that leads takes, carries out and answers.
 */

export type OrderKind = 'cycle' | 'breaker' | 'recompute';
type Result = Readonly<Record<string, number>>;
export type OrderAnswer =
  | { readonly state: 'done'; readonly result: Result }
  | { readonly state: 'failed'; readonly error: string }
  /** Nobody has taken it in time: no engine is running. */
  | { readonly state: 'untaken' };

const ASK_MS = 250;
/** Nobody takes an order that is older: whoever gave it has gone away. */
const UNTAKEN_SECONDS = 10;

const takenRow = z.object({ order_id: z.uuid(), kind: z.enum(['cycle', 'breaker', 'recompute']) });
const answerRow = z.object({
  taken: z.boolean(),
  ended: z.boolean(),
  result: z.record(z.string(), z.number()).nullable(),
  error: z.string().nullable(),
});

/** Gives an order and waits for its answer: a short time until it is taken, then for as long as it takes. */
export const giveOrder = async (options: {
  database: FestivalDatabase;
  order: { id: string; kind: OrderKind; operator: string; laptop: string };
  clock: Clock;
  /** Gives up waiting; the order goes on. */
  withinMs: number;
}): Promise<OrderAnswer> => {
  const { database, order, clock } = options;
  await database.write(async (tx) => {
    await tx.run(sql`/* regie:order */
      with old as (delete from console.engine_orders where ordered_at < now() - interval '1 day')
      insert into console.engine_orders (order_id, kind, ordered_by, ordered_on)
      values (${order.id}, ${order.kind}, ${order.operator}, ${order.laptop})`);
  });
  const given = clock.monotonic();
  for (;;) {
    await sleep(ASK_MS);
    const answer = await database.read((tx) =>
      tx.row(
        answerRow,
        sql`/* regie:order */
          select taken_by is not null as taken, ended_at is not null as ended, result, error
          from console.engine_orders where order_id = ${order.id}`,
      ),
    );
    if (answer.ended) {
      return answer.error === null
        ? { state: 'done', result: answer.result ?? {} }
        : { state: 'failed', error: answer.error };
    }
    const waited = clock.monotonic() - given;
    if (!answer.taken && waited > UNTAKEN_SECONDS * 1_000) return { state: 'untaken' };
    if (waited > options.withinMs) return { state: 'failed', error: 'no answer in time' };
  }
};

export type OrderTaker = {
  /** Takes what has been ordered since, while this laptop leads. Never two side by side. */
  look(): Promise<void>;
  close(): Promise<void>;
};

export const createOrderTaker = (options: {
  database: FestivalDatabase;
  engine: Pick<Engine, 'leads' | 'runCycle' | 'recompute' | 'resetBreaker'>;
  laptop: string;
  log: Pick<Log, 'warn'>;
}): OrderTaker => {
  const { database, engine, laptop, log } = options;

  const carryOut = async (kind: OrderKind): Promise<Result> => {
    switch (kind) {
      case 'cycle':
        return engine.runCycle('critical');
      case 'breaker':
        engine.resetBreaker();
        return {};
      case 'recompute': {
        const { cards, drifted, durationMs } = await engine.recompute();
        return { cards, drifted, durationMs };
      }
    }
  };

  const work = singleFlight(async (): Promise<void> => {
    for (;;) {
      const [order] = await database.write((tx) =>
        tx.rows(
          takenRow,
          // By engine_orders_open_idx; once a second on the laptop that leads.
          sql`/* regie:order */
            update console.engine_orders set taken_by = ${laptop}
            where order_id = (
              select order_id from console.engine_orders
              where taken_by is null and ordered_at > now() - make_interval(secs => ${UNTAKEN_SECONDS})
              order by ordered_at limit 1 for update skip locked)
            returning order_id::text, kind`,
        ),
      );
      if (order === undefined) return;
      let result: Result | null = null;
      let error: string | null = null;
      try {
        result = await carryOut(order.kind);
      } catch (thrown) {
        error = thrown instanceof Error ? thrown.message : String(thrown);
        log.warn('an order could not be carried out', { kind: order.kind, error: thrown });
      }
      await database.write((tx) =>
        tx.run(sql`/* regie:order */
          update console.engine_orders
          set ended_at = clock_timestamp(), result = ${result === null ? null : JSON.stringify(result)}::jsonb, error = ${error}
          where order_id = ${order.order_id}`),
      );
    }
  });

  return {
    look: () => (engine.leads() ? work() : Promise.resolve()),
    close: work.settled,
  };
};
