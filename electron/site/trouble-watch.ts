import { statfs } from 'node:fs/promises';
import { z } from 'zod';
import { type DatabaseBreak, hasLost } from '../../shared/contract/database-break.ts';
import type { EngineStatus, LinkStatus } from '../../shared/contract/status.ts';
import type { Clock } from '../../shared/domain/clock.ts';
import { type Judged, judge, judgedBefore, type Reading } from '../../shared/domain/trouble-judge.ts';
import { WHOLE_FESTIVAL } from '../../shared/domain/troubles.ts';
import type { CanaryWatch } from '../engine/canary-watch.ts';
import type { TroubleKeeper } from '../operations/troubles/trouble-keeper.ts';
import type { FestivalDatabase } from '../postgres/pool.ts';
import { sql } from '../postgres/sql.ts';
import { type EngineSight, engineSenses } from './senses/engine-senses.ts';
import { laptopSenses } from './senses/laptop-senses.ts';

/** Judges several times a second what is wrong with Regie, and hands it to the keeper (docs/watching.md). */
export type TroubleWatch = {
  /** Synchronous: nothing that hangs may delay it. */
  tick(): void;
  /** Asks the festival's database what only it knows. */
  look(): Promise<void>;
  /** Asks this laptop's disk. */
  lookAtDisk(): Promise<void>;
  /** The copy of the alerts is up to date now. */
  followed(): void;
};

/** What is missing there is the whole festival's. */
const setBackReadings = (found: DatabaseBreak | null, laptop: string): Reading[] =>
  found === null || !hasLost(found)
    ? []
    : [
        {
          ...{ kind: 'database_set_back', subject: WHOLE_FESTIVAL, state: 'wrong' },
          facts: { laptop, commands: found.lost.commands },
        },
      ];

/** A snapshot is taken every five minutes; the guide's own limit for one is ten. */
const SNAPSHOT_LATE_S = 330;

const sightRow = z.object({
  read_only: z.boolean(),
  /** For how long no laptop has held the lease; 0 while one does. */
  free_s: z.number(),
  /** How old the newest snapshot is; 0 where there was none. */
  snapshot_s: z.number(),
});

export const createTroubleWatch = (options: {
  database: Pick<FestivalDatabase, 'write'>;
  keeper: Pick<TroubleKeeper, 'raise' | 'end' | 'open' | 'takeForgotten' | 'tick'>;
  laptop: string;
  /** The folder whose disk is watched; null: its files are in memory. */
  folder: string | null;
  clock: Clock;
  link: () => LinkStatus;
  reachable: () => boolean;
  stopped: () => boolean;
  engine: () => Pick<EngineStatus, 'breaker'>;
  canary: CanaryWatch['sight'];
  /** The database's clock minus this laptop's own as it is set now; null: not measured. */
  clockOffMs: () => number | null;
  diskFull: () => boolean;
  /** The database was found to be another or an older one, and nobody has read that here. */
  setBack: () => DatabaseBreak | null;
  /** The festival's time now, milliseconds. */
  nowMs: () => number;
  /** Something was raised or has ended: it is reported at once. */
  onChange: () => void;
}): TroubleWatch => {
  const { database, keeper, laptop, clock, reachable } = options;
  let judged: Judged = judgedBefore(keeper.open(), clock.monotonic());
  let reachableSinceMs: number | null = null;
  let lostSinceMs: number | null = null;
  let followedMs = Number.NEGATIVE_INFINITY;
  let freeBytes: number | null = null;
  let seen: Pick<EngineSight, 'readOnly' | 'idleSinceMs'> | null = null;
  /** Through a break of the connection as well: what was wrong before it is as old when it is seen again. */
  let readOnly: EngineSight['readOnly'] = null;

  const isLost = (): boolean => ['offline', 'connecting'].includes(options.link().state);
  const senses = (now: number) => {
    const { others, receivedMs, noneCame, blindSinceMs, noneDisplayed } = options.canary();
    const ofEngine = engineSenses({
      ...{ reachableSinceMs, stopped: options.stopped(), breaker: options.engine().breaker, canaryMs: receivedMs },
      ...{ noCanaryCame: noneCame, nowMs: now },
      ...{ idleSinceMs: seen?.idleSinceMs ?? null, readOnly: seen?.readOnly ?? null },
    });
    const ofLaptop = laptopSenses({
      ...{ laptop, nowMs: now, reachableSinceMs, lostSinceMs, blindSinceMs, noneDisplayed, followedMs, freeBytes },
      // What was said of the others before the link was lost is old.
      othersBlind:
        (reachableSinceMs === null ? [] : others)?.map((one) => ({
          laptop: one.laptop,
          sinceMs: now - (options.nowMs() - Date.parse(one.blindSince)),
        })) ?? null,
      ...{ clockOffMs: options.clockOffMs(), diskFull: options.diskFull() },
    });
    const setBack = options.setBack();
    const readings = [...setBackReadings(setBack, laptop), ...ofEngine.readings, ...ofLaptop.readings];
    return { readings, unclear: [...ofEngine.unclear, ...ofLaptop.unclear] };
  };

  return {
    tick: () => {
      const now = clock.monotonic();
      reachableSinceMs = reachable() ? (reachableSinceMs ?? now) : null;
      if (reachableSinceMs === null) seen = null;
      lostSinceMs = isLost() ? (lostSinceMs ?? now) : null;
      const forgotten = keeper.takeForgotten();
      const before = {
        ...judged,
        remembered: judged.remembered.filter(
          ({ kind, subject }) => !forgotten.some((one) => one.kind === kind && one.subject === subject),
        ),
      };
      const { after, raised, ended } = judge(senses(now), before, now);
      judged = after;
      keeper.raise(raised);
      keeper.end(ended);
      keeper.tick();
      if (raised.length + ended.length > 0) options.onChange();
    },
    look: async () => {
      const asked = clock.monotonic();
      // As what writes: a session of a server that takes nothing says so.
      const row = await database.write((tx) =>
        tx.row(
          sightRow,
          sql`/* regie:trouble */
            select current_setting('transaction_read_only') = 'on' as read_only,
              greatest(extract(epoch from clock_timestamp() - (
                select greatest(expires_at, clock_timestamp() - interval '1 day') from console.engine_lease)), 0)::float8 as free_s,
              greatest(extract(epoch from clock_timestamp() - (
                select greatest(max(snapshot_timestamp), clock_timestamp() - interval '1 day')
                from public.system_health_snapshots having count(*) > 0)), 0)::float8 as snapshot_s`,
        ),
      );
      const idleS = Math.max(row.free_s, row.snapshot_s > SNAPSHOT_LATE_S ? row.snapshot_s : 0);
      readOnly = row.read_only && (readOnly || { sinceMs: asked });
      seen = { readOnly, idleSinceMs: idleS > 0 ? asked - idleS * 1_000 : null };
    },
    lookAtDisk: async () => {
      if (options.folder === null) return;
      const { bavail, bsize } = await statfs(options.folder);
      freeBytes = bavail * bsize;
    },
    followed: () => {
      followedMs = clock.monotonic();
    },
  };
};
