import { z } from 'zod';
import { type EngineStatus, engineStatusSchema, type MonitoringStop } from '../../shared/contract/status.ts';
import type { Clock } from '../../shared/domain/clock.ts';
import { unlessContended } from '../lib/contention.ts';
import type { FestivalDatabase, Transaction } from '../postgres/pool.ts';
import { instantColumn, serialColumn } from '../postgres/rows.ts';
import { sql } from '../postgres/sql.ts';

/** Another laptop has taken the engine over: whatever was being written is rolled back. */
export class LeaseLost extends Error {
  override readonly name = 'LeaseLost';
}

/** Who runs the engine (docs/detection.md, "One engine among many laptops"). */
export type Lease = {
  /** Takes the lease when it is free, renews it when it is ours. @returns whether this laptop leads now. */
  hold(): Promise<boolean>;
  /** Whether this laptop may believe that it leads, by its monotonic clock alone. */
  trusted(): boolean;
  /** Who led at the last look. */
  leader(): EngineStatus['leader'];
  /** The leader's breaker as last read; undefined without a leader, or before it has reported. */
  leaderBreaker(): EngineStatus['breaker'] | undefined;
  /** Who had stopped monitoring for the whole festival at the last look; undefined before the first one. */
  stopped(): MonitoringStop | null | undefined;
  /**
   * One transaction of the leader: refused as a whole when the term is outdated by the time it ends. One that the server
   * ended so that another session could go on is begun again, a few times: `work` changes nothing but the database.
   * @throws LeaseLost when another laptop has taken over.
   */
  write<T>(
    work: (tx: Transaction) => Promise<T>,
    options?: { isolation?: 'read committed' | 'repeatable read' },
  ): Promise<T>;
  /** Hands the engine over at once. */
  release(): Promise<void>;
};

export const TTL_MS = 5_000;
export const RENEW_MS = 1_500;
/** The holder stops believing so long before the database does. */
const MARGIN_MS = 1_000;
/** A transaction of an earlier leader that is older than this belongs to a laptop that sleeps. */
const STUCK_SECONDS = 4;

const leaseRow = z.object({
  term: serialColumn,
  holder: z.string().nullable(),
  laptop: z.string(),
  taken_at: instantColumn,
  free: z.boolean(),
  overlong: z.boolean(),
  stopped_at: instantColumn.nullable(),
  stopped_by: z.string().nullable(),
  stopped_on: z.string().nullable(),
  reason: z.string().nullable(),
  breaker: engineStatusSchema.shape.breaker.nullable().catch(null),
});
const termRow = z.object({ term: serialColumn });

/** The lease of one engine. `holder` names this process: a laptop that starts again is another holder. */
export const createLease = (options: {
  database: FestivalDatabase;
  holder: string;
  laptop: string;
  clock: Clock;
  /** This laptop's breaker, which the others see while it leads. */
  breaker: () => EngineStatus['breaker'];
}): Lease => {
  const { database, holder, laptop, clock } = options;
  let term: number | undefined;
  let trustedUntil = Number.NEGATIVE_INFINITY;
  let leader: EngineStatus['leader'] = null;
  let stopped: MonitoringStop | null | undefined;
  let leaderBreaker: EngineStatus['breaker'] | undefined;

  const readLease = (tx: Transaction) =>
    tx.row(
      leaseRow,
      sql`/* regie:lease */
        select l.term, l.holder::text, l.laptop, l.taken_at, l.expires_at <= clock_timestamp() as free,
          l.expires_at > clock_timestamp() + make_interval(secs => ${TTL_MS / 1_000}) as overlong,
          l.breaker, m.stopped_at, m.stopped_by, m.stopped_on, m.reason
        from console.engine_lease l cross join console.monitoring_state m`,
    );

  const renew = async (ours: number): Promise<boolean> =>
    (await database.write((tx) =>
      tx.run(sql`/* regie:lease */
        update console.engine_lease
        set expires_at = clock_timestamp() + make_interval(secs => ${TTL_MS / 1_000}),
          breaker = ${JSON.stringify(options.breaker())}::jsonb
        where term = ${ours} and holder = ${holder}::uuid`),
    )) === 1;

  /** Ends transactions that sleep with their laptop: what they have locked would keep the new leader from working. */
  const endStuck = (laptopBefore: string): Promise<unknown> =>
    database
      .write((tx) =>
        tx.run(sql`/* regie:lease */
          select pg_terminate_backend(pid) from pg_stat_activity
          where datname = current_database() and usename = current_user and pid <> pg_backend_pid()
            and application_name = ${`regie/${laptopBefore}`}
            and xact_start < now() - make_interval(secs => ${STUCK_SECONDS})`),
      )
      // A login that may not do so waits for idle_in_transaction_session_timeout.
      .catch(() => undefined);

  /** No holder writes such an end: somebody else has, or a clock was set. From now on it is a lease like any other. */
  const shorten = (): Promise<unknown> =>
    database.write((tx) =>
      tx.run(sql`/* regie:lease */
        update console.engine_lease set expires_at = clock_timestamp() + make_interval(secs => ${TTL_MS / 1_000})
        where expires_at > clock_timestamp() + make_interval(secs => ${TTL_MS / 1_000})`),
    );

  const takeOver = async (from: { term: number; laptop: string }): Promise<number | undefined> => {
    await endStuck(from.laptop);
    return database.write(async (tx) => {
      const next = await tx.rows(
        termRow,
        sql`/* regie:lease */
          update console.engine_term set term = term + 1
          where term = ${from.term}
            and exists (select from console.engine_lease where term = ${from.term} and expires_at <= clock_timestamp())
            and exists (select from console.monitoring_state where stopped_at is null)
          returning term`,
      );
      const [taken] = next;
      if (taken === undefined) return undefined;
      await tx.run(sql`/* regie:lease */
        update console.engine_lease
        set term = ${taken.term}, holder = ${holder}::uuid, laptop = ${laptop}, taken_at = clock_timestamp(),
          expires_at = clock_timestamp() + make_interval(secs => ${TTL_MS / 1_000}), breaker = null`);
      await tx.run(sql`/* regie:lease */ select pg_notify('regie_changes', 'engine')`);
      return taken.term;
    });
  };

  const hold = async (): Promise<boolean> => {
    const attempted = clock.monotonic();
    const trust = (): true => {
      // From before the attempt: its answer may have taken long.
      trustedUntil = attempted + TTL_MS - MARGIN_MS;
      return true;
    };
    if (term !== undefined && (await renew(term))) return trust();
    term = undefined;
    trustedUntil = Number.NEGATIVE_INFINITY;
    const found = await database.read(readLease);
    leader = found.holder === null ? null : { laptop: found.laptop, term: found.term, since: found.taken_at };
    leaderBreaker = found.free ? undefined : (found.breaker ?? undefined);
    stopped = stopOf(found);
    if (found.overlong) await shorten();
    if (stopped !== null || !found.free) return false;
    term = await takeOver(found);
    if (term === undefined) return false;
    leader = { laptop, term, since: new Date(clock.now()).toISOString() };
    leaderBreaker = undefined;
    return trust();
  };

  return {
    hold,
    trusted: () => term !== undefined && clock.monotonic() < trustedUntil,
    leader: () => leader,
    leaderBreaker: () => leaderBreaker,
    stopped: () => stopped,
    write: async (work, limits) => {
      const ours = term;
      if (ours === undefined) throw new LeaseLost('this laptop does not run the engine');
      return unlessContended(() =>
        database.write(async (tx) => {
          const result = await work(tx);
          // The last statement before the commit. A take-over that was first makes the snapshot's row outdated, which
          // Postgres refuses; one that comes now waits for this transaction.
          const current = await tx.maybeRow(
            termRow,
            sql`/* regie:fence */ select term from console.engine_term where term = ${ours} for share`,
          );
          if (current === undefined) throw new LeaseLost('another laptop has taken the engine');
          return result;
        }, limits),
      );
    },
    release: async () => {
      const ours = term;
      term = undefined;
      trustedUntil = Number.NEGATIVE_INFINITY;
      if (ours === undefined) return;
      await database.write(async (tx) => {
        await tx.run(sql`/* regie:lease */
          update console.engine_lease set expires_at = clock_timestamp()
          where term = ${ours} and holder = ${holder}::uuid`);
        await tx.run(sql`/* regie:lease */ select pg_notify('regie_changes', 'engine')`);
      });
    },
  };
};

const stopOf = (row: z.output<typeof leaseRow>): MonitoringStop | null =>
  row.stopped_at === null
    ? null
    : { at: row.stopped_at, by: row.stopped_by ?? '', on: row.stopped_on ?? '', reason: row.reason ?? '' };
