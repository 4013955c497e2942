import type { RegieError } from '../../shared/contract/errors.ts';
import {
  type BufferFinding,
  type MonitoringStop,
  monitoringStopSchema,
  type SystemStatus,
} from '../../shared/contract/status.ts';
import type { Cache } from '../buffer/cache.ts';
import type { DatabaseMemory } from '../buffer/known-database.ts';
import type { Outbox } from '../buffer/outbox.ts';
import type { CanaryWatch } from '../engine/canary-watch.ts';
import type { Engine } from '../engine/engine.ts';
import { publishOnChange } from '../lib/publish-on-change.ts';
import type { AuditWitness } from '../operations/audit/audit-witness.ts';
import type { Sender } from '../outbox/sender.ts';
import { inFestivalTime } from './festival-times.ts';
import type { Presence } from './presence.ts';
import type { Readiness } from './readiness.ts';

/** What the status is read from. */
export type StatusParts = {
  readonly readiness: Pick<Readiness, 'link'>;
  readonly engine: Pick<Engine, 'status' | 'stopped'>;
  readonly presence: Pick<Presence, 'others'>;
  readonly outbox: Pick<Outbox, 'counts'>;
  readonly sender: Pick<Sender, 'progress' | 'diskFull'>;
  readonly canary: Pick<CanaryWatch, 'status' | 'resumed'>;
  readonly witness: Pick<AuditWitness, 'lostAt'>;
  readonly memory: Pick<DatabaseMemory, 'unread'>;
  readonly clockOffsetMs: () => number;
};

/** The one picture of a site that every screen shows. */
export type SiteStatus = {
  current(): SystemStatus;
  /** Who has stopped monitoring, as the engine last saw it; before that, as this laptop last knew it. */
  stopped(): MonitoringStop | null;
  /** The engine has moved: publishes, and remembers whether monitoring is stopped. */
  engineChanged(): void;
  publish(): void;
  /** Publishes in a moment: many changes become one. */
  publishSoon(): void;
  close(): void;
};

/** Status changes with every command; the sending of thousands is shown ten times a second. */
const GATHER_MS = 100;

/** @param options.parts read when needed: some parts are made after the status to which they report */
export const createSiteStatus = (options: {
  parts: () => StatusParts;
  cache: Cache;
  /** Damaged files that are not acknowledged yet. */
  findings: () => readonly BufferFinding[];
  /** What of the data directory other users of this machine can read. */
  openEntries: readonly string[];
  /** By how much this laptop's own clock was set since Regie started, in milliseconds. */
  clockSetByMs: () => number;
  /** Why the festival could not be opened. */
  failure: RegieError | null;
  publish: (status: SystemStatus) => void;
}): SiteStatus => {
  const { parts, cache } = options;
  let stopped = cache.get('monitoring', monitoringStopSchema.nullable()) ?? null;
  let timer: NodeJS.Timeout | undefined;
  let closed = false;

  const current = (): SystemStatus => {
    const { readiness, engine, presence, outbox, sender, canary, witness, memory, clockOffsetMs } = parts();
    const { waiting, undecided } = outbox.counts();
    return {
      ...inFestivalTime({ link: readiness.link(), engine: engine.status() }, clockOffsetMs()),
      failure: options.failure,
      stopped,
      laptops: [...presence.others()],
      // The screen goes by the laptop's own clock, which somebody may have set; we do not.
      clockOffsetMs: clockOffsetMs() - options.clockSetByMs(),
      clockSetByMs: options.clockSetByMs(),
      waiting,
      undecided,
      sending: sender.progress(),
      disk: { full: sender.diskFull(), findings: [...options.findings()], open: [...options.openEntries] },
      canary: canary.status(),
      auditLostAt: witness.lostAt(),
      databaseBreak: memory.unread(),
    };
  };
  const publish = (): void => {
    clearTimeout(timer);
    timer = undefined;
    if (!closed) options.publish(current());
  };
  const noteStop = publishOnChange<MonitoringStop | null>(
    (now) => {
      if (now === null) parts().canary.resumed();
      stopped = now;
      cache.set('monitoring', now);
    },
    { initial: stopped },
  );

  return {
    current,
    stopped: () => stopped,
    engineChanged: () => {
      const now = parts().engine.stopped();
      if (now !== undefined) noteStop(now);
      publish();
    },
    publish,
    publishSoon: () => {
      timer ??= setTimeout(publish, GATHER_MS);
    },
    close: () => {
      closed = true;
      clearTimeout(timer);
    },
  };
};
