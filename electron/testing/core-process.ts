import { z } from 'zod';
import { connectionSettingsSchema } from '../../shared/contract/connection.ts';
import { startCore } from '../core.ts';

/**
 * A whole core in a process of its own, for tests that kill or pause it: says its engine's state whenever that changes,
 * and answers calls of the contract as a host does.
 */
const { settings, laptop, dataDir } = z
  .object({ settings: connectionSettingsSchema, laptop: z.string(), dataDir: z.string() })
  .parse(JSON.parse(process.argv[2] ?? ''));
const core = await startCore({ dataDir, laptop, version: '0.0.0', connection: settings });
core.subscribe((event) => {
  if (event.event === 'status') process.send?.({ state: event.status.engine.state });
});
const askedSchema = z.object({ id: z.int(), call: z.string(), input: z.unknown() });
process.on('message', async (message) => {
  const { id, call, input } = askedSchema.parse(message);
  process.send?.({ id, answer: await core.call(call, input) });
});
// Whoever started it is gone.
process.on('disconnect', () => process.exit(0));
process.send?.({ ready: true });
