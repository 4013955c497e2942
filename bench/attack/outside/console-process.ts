import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { startBrowserHost } from '../../../electron/browser/server.ts';
import { startCore } from '../../../electron/core.ts';
import { connectionSettingsSchema } from '../../../shared/contract/connection.ts';
import { startProbe } from './probe.ts';

/** A console with its browser host in a process of its own, which says how long its main thread was held up (console.ts). */
const { settings, laptop, dataDir } = z
  .object({ settings: connectionSettingsSchema, laptop: z.string(), dataDir: z.string() })
  .parse(JSON.parse(process.argv[2] ?? ''));
const askedSchema = z.object({ id: z.int(), call: z.string().nullable(), input: z.unknown() });

let left = 0;
process.on('unhandledRejection', (error) => {
  left += 1;
  console.error('a rejected promise was left', error);
});
const core = await startCore({ dataDir, laptop, version: '0.0.0', connection: settings });
// No screen is asked for.
const rendererDir = join(dataDir, 'renderer');
mkdirSync(rendererDir, { recursive: true });
const host = await startBrowserHost({ core, rendererDir, port: 0 });
const ofCall = startProbe();
const sinceAsked = startProbe();

process.on('message', async (message) => {
  const { id, call, input } = askedSchema.parse(message);
  let answer: string | null = null;
  if (call !== null) {
    // What it took to get here is not the console's.
    await ofCall.longest();
    answer = JSON.stringify(await core.call(call, input));
  }
  const longestMs = await (call === null ? sinceAsked : ofCall).longest();
  process.send?.({ id, answer, longestMs, left, address: host.address });
});
// Whoever started it is gone.
process.on('disconnect', () => process.exit(0));
process.send?.({ ready: true });
