import { z } from 'zod';
import { curvesSchema, pulseSchema } from '../../shared/contract/overview.ts';
import type { SystemStatus } from '../../shared/contract/status.ts';
import type { Clock } from '../../shared/domain/clock.ts';
import type { TroubleKind } from '../../shared/domain/troubles.ts';
import type { Site } from '../site/site.ts';

/** What a watcher from outside is told of: counts, states and times, and nobody's name. */
export type Reading = {
  /** By this laptop's clock, milliseconds. */
  readonly now: number;
  /** By the festival's database. */
  readonly databaseNow: number;
  readonly startedAt: number;
  readonly version: string;
  readonly status: SystemStatus;
  /** Whether a page of this laptop is in view: what none can show, none displays. */
  readonly inView: boolean;
  /** When the copy of the alerts was last brought up to date; null: not yet. */
  readonly copiedAt: number | null;
  /** The last snapshot of the festival's health, as this laptop has it. */
  readonly snapshot: Snapshot | null;
  readonly pulse: PulseFigures | null;
  /** What this laptop has found wrong with Regie and is not over (docs/watching.md). */
  readonly troubles: readonly TroubleKind[];
  /** Null: none is sent. */
  readonly heartbeat: { readonly sentAt: number | null; readonly failing: boolean } | null;
};

const snapshotSchema = curvesSchema.shape.snapshots.element.pick({
  at: true,
  status: true,
  successRate: true,
  transactions: true,
  detectionMs: true,
  openCritical: true,
});
type Snapshot = z.infer<typeof snapshotSchema>;
/** A day has hundreds of them, and the last one is asked for. */
const lastSnapshotSchema = z
  .object({ snapshots: z.array(z.unknown()) })
  .transform(({ snapshots }) => snapshots.at(-1) ?? null)
  .pipe(snapshotSchema.nullable());

const pulseFiguresSchema = pulseSchema.pick({ at: true, perMinute: true, recent: true, openCritical: true });
type PulseFigures = z.infer<typeof pulseFiguresSchema>;

/** Says how things are. Nothing is asked of the festival, and what takes long to read is read ahead. */
export type Reader = {
  read(): Reading;
  /** Reads ahead what the disk has. */
  refresh(): void;
};

export const createReader = (options: {
  festival: () => Pick<Site, 'status' | 'cache' | 'clockOffsetMs' | 'copiedAt' | 'troubles'>;
  inView: () => boolean;
  heartbeat: () => Reading['heartbeat'];
  clock: Clock;
  version: string;
}): Reader => {
  const { festival, clock, version } = options;
  const startedAt = clock.now();
  let kept: Pick<Reading, 'snapshot' | 'pulse'> = { snapshot: null, pulse: null };

  return {
    read: () => {
      const site = festival();
      const now = clock.now();
      return {
        ...{ now, databaseNow: now + (site.clockOffsetMs() ?? 0), startedAt, version },
        ...{ status: site.status(), inView: options.inView(), copiedAt: site.copiedAt(), ...kept },
        troubles: site.troubles.open().map(({ kind }) => kind),
        heartbeat: options.heartbeat(),
      };
    },
    refresh: () => {
      const { cache } = festival();
      kept = {
        snapshot: cache.get('curves', lastSnapshotSchema) ?? null,
        pulse: cache.get('pulse', pulseFiguresSchema) ?? null,
      };
    },
  };
};
