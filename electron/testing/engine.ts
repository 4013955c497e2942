import { z } from 'zod';
import { createEngine, type Engine } from '../engine/engine.ts';
import { idColumn } from '../postgres/rows.ts';
import type { TestDatabase } from './database.ts';

const engines = new WeakMap<TestDatabase, Engine>();

/**
 * An engine on a test's database. What it logs as an error is put into `errors`, what it warns of into `warnings`. The
 * engine that a test made before hands over first, unless this one stands `beside` it, as on another laptop.
 */
export const createTestEngine = (options: {
  database: TestDatabase;
  errors: unknown[];
  warnings?: unknown[];
  laptop?: string;
  batch?: number;
  beside?: boolean;
  /** What the laptop's clock is off, milliseconds. */
  clockOffMs?: number;
}): Engine => {
  const engine = createEngine({
    database: options.database.festival,
    laptop: options.laptop ?? 'booth-1',
    clock: { now: () => Date.now() + (options.clockOffMs ?? 0), monotonic: () => performance.now() },
    log: {
      info: () => undefined,
      warn: (message, facts) => options.warnings?.push({ message, ...facts }),
      error: (message, facts) => options.errors.push({ message, ...facts }),
    },
    ...(options.batch === undefined ? {} : { batch: options.batch }),
  });
  if (options.beside) return engine;
  const before = engines.get(options.database);
  engines.set(options.database, engine);
  return {
    ...engine,
    runCycle: async (kind) => {
      await before?.close();
      return engine.runCycle(kind);
    },
    recompute: async () => {
      await before?.close();
      return engine.recompute();
    },
  };
};

const eventRow = z.object({
  event_id: idColumn,
  incident_id: idColumn.nullable(),
  detection_algorithm: z.string(),
  severity: z.string(),
  status: z.string(),
  card_id: z.string().nullable(),
  affected_amount: z.string().nullable(),
  event_data: z.record(z.string(), z.json()),
});

/** The events of a detector, in the order in which they were written. */
export const eventsOf = async (database: TestDatabase, algorithm: string) =>
  z.array(eventRow).parse(
    (
      await database.admin.query(
        `select event_id, incident_id, detection_algorithm, severity, status, card_id, affected_amount, event_data
         from monitoring_events left join console.alerts using (event_id)
         where detection_algorithm = $1 order by event_id`,
        [algorithm],
      )
    ).rows,
  );

/** Time passes between two looks at a card: the first look is moved into the past. */
export const ageComparisons = (database: TestDatabase) =>
  database.admin.query(`update console.mismatch_looks set first_seen_at = first_seen_at - interval '2 seconds'`);
