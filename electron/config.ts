import { z } from 'zod';
import { connectionSettingsSchema } from '../shared/contract/connection.ts';

/** What a host tells the core at start. Everything else is a setting kept in the data directory. */
export const configSchema = z.strictObject({
  /** Absolute path of the folder that keeps the local database, the training festival and the logs. */
  dataDir: z.string().min(1),
  /** The laptop's name as other laptops and the DBA see it. */
  laptop: z.string().trim().min(1).max(40),
  version: z.string(),
  /** A festival given on the command line; without it the saved one, and at first the training festival. */
  connection: connectionSettingsSchema.optional(),
  /** Seed of the training festival's simulator. */
  seed: z.int().optional(),
  /** Intervals of the cycles in milliseconds. */
  intervals: z
    .strictObject({ criticalMs: z.int().min(1_000).max(600_000), mediumMs: z.int().min(1_000).max(3_600_000) })
    .optional(),
  /** Watchers from outside ask over HTTP (docs/monitoring/README.md); without it, nobody does. */
  monitor: z
    .strictObject({
      port: z.int().min(0).max(65_535),
      /** The IP address where it listens. */
      address: z.string(),
      /** Without it, the one of the data directory. */
      token: z.string().optional(),
    })
    .optional(),
  /** Where a heartbeat goes once a minute. A secret. */
  heartbeatUrl: z.string().optional(),
});
export type Config = z.infer<typeof configSchema>;
