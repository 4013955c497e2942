import { z } from 'zod';
import { connectionSettingsSchema } from '../../shared/contract/connection.ts';
import { createEngine } from '../engine/index.ts';
import { openFestivalDatabase } from '../festival/pool.ts';

/** An engine in a process of its own, for tests that kill or pause it: says its state whenever that changes. */
const { settings, laptop } = z
  .object({ settings: connectionSettingsSchema, laptop: z.string() })
  .parse(JSON.parse(process.argv[2] ?? ''));
const quiet = () => undefined;
const database = openFestivalDatabase({ settings, applicationName: `regie/${laptop}`, size: 4, onError: quiet });
const engine = createEngine({
  database,
  laptop,
  clock: { now: () => Date.now(), monotonic: () => performance.now() },
  log: { info: quiet, warn: quiet, error: quiet },
  onStatus: ({ state }) => process.send?.({ state }),
});
engine.start();
// Whoever started it is gone.
process.on('disconnect', () => process.exit(0));
