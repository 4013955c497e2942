import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import type { Clock } from '../../shared/domain/clock.ts';
import type { Log } from '../lib/log.ts';
import { singleFlight } from '../lib/single-flight.ts';
import type { FestivalDatabase } from '../postgres/pool.ts';
import { sql } from '../postgres/sql.ts';
import type { Engine } from './engine.ts';

/*
 * The engine runs on one laptop, and the person who needs a cycle now sits at another: a request is a row, which the
 * laptop that leads claims, performs and answers.
 */

export type EngineRequestKind = 'cycle' | 'breaker' | 'recompute';
type Result = Readonly<Record<string, number>>;
export type EngineAnswer =
  | { readonly state: 'done'; readonly result: Result }
  | { readonly state: 'failed'; readonly error: string }
  /** Nobody has claimed it in time: no engine is running. */
  | { readonly state: 'unclaimed' };

const ASK_MS = 250;
/** A request that is older is not claimed: whoever asked has gone away. */
const UNCLAIMED_SECONDS = 10;

const requestRow = z.object({ request_id: z.uuid(), kind: z.enum(['cycle', 'breaker', 'recompute']) });
const answerRow = z.object({
  claimed: z.boolean(),
  ended: z.boolean(),
  result: z.record(z.string(), z.number()).nullable(),
  error: z.string().nullable(),
});

/** Asks the engine and waits for its answer: a short time until the request is claimed, then until it is done. */
export const requestEngine = async (options: {
  database: FestivalDatabase;
  request: { id: string; kind: EngineRequestKind; operator: string; laptop: string };
  clock: Clock;
  /** Gives up waiting after so many milliseconds; the request goes on. */
  withinMs: number;
}): Promise<EngineAnswer> => {
  const { database, request, clock } = options;
  await database.write(async (tx) => {
    await tx.run(sql`/* regie:request */
      with old as (delete from console.engine_requests where requested_at < now() - interval '1 day')
      insert into console.engine_requests (request_id, kind, requested_by, requested_on)
      values (${request.id}, ${request.kind}, ${request.operator}, ${request.laptop})`);
  });
  const askedAt = clock.monotonic();
  for (;;) {
    await sleep(ASK_MS);
    const answer = await database.read((tx) =>
      tx.row(
        answerRow,
        sql`/* regie:request */
          select claimed_by is not null as claimed, ended_at is not null as ended, result, error
          from console.engine_requests where request_id = ${request.id}`,
      ),
    );
    if (answer.ended) {
      return answer.error === null
        ? { state: 'done', result: answer.result ?? {} }
        : { state: 'failed', error: answer.error };
    }
    const waited = clock.monotonic() - askedAt;
    if (!answer.claimed && waited > UNCLAIMED_SECONDS * 1_000) return { state: 'unclaimed' };
    if (waited > options.withinMs) return { state: 'failed', error: 'no answer in time' };
  }
};

export type RequestTaker = {
  /** Claims and performs what was requested since, while this laptop leads. Never two side by side. */
  poll(): Promise<void>;
  close(): Promise<void>;
};

export const createRequestTaker = (options: {
  database: FestivalDatabase;
  engine: Pick<Engine, 'leads' | 'runCycle' | 'recompute' | 'resetBreaker'>;
  laptop: string;
  log: Pick<Log, 'warn'>;
}): RequestTaker => {
  const { database, engine, laptop, log } = options;

  const perform = async (kind: EngineRequestKind): Promise<Result> => {
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
      const [request] = await database.write((tx) =>
        tx.rows(
          requestRow,
          // By engine_requests_open_idx; once a second on the laptop that leads.
          sql`/* regie:request */
            update console.engine_requests set claimed_by = ${laptop}
            where request_id = (
              select request_id from console.engine_requests
              where claimed_by is null and requested_at > now() - make_interval(secs => ${UNCLAIMED_SECONDS})
              order by requested_at limit 1 for update skip locked)
            returning request_id::text, kind`,
        ),
      );
      if (request === undefined) return;
      let result: Result | null = null;
      let error: string | null = null;
      try {
        result = await perform(request.kind);
      } catch (thrown) {
        error = thrown instanceof Error ? thrown.message : String(thrown);
        log.warn('an engine request failed', { kind: request.kind, error: thrown });
      }
      await database.write((tx) =>
        tx.run(sql`/* regie:request */
          update console.engine_requests
          set ended_at = clock_timestamp(), result = ${result === null ? null : JSON.stringify(result)}::jsonb, error = ${error}
          where request_id = ${request.request_id}`),
      );
    }
  });

  return {
    poll: () => (engine.leads() ? work() : Promise.resolve()),
    close: work.settled,
  };
};
