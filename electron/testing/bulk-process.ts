import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { connectionSettingsSchema } from '../../shared/contract/connection.ts';
import { createBatches } from '../operations/corrections/batches.ts';
import { type FestivalDatabase, openFestivalDatabase, type Transaction } from '../postgres/pool.ts';

/** A laptop that applies approved bulks and ends itself with SIGKILL at its n-th step: each statement and commit counts twice. */
const { settings, killAt } = z
  .object({ settings: connectionSettingsSchema, killAt: z.int() })
  .parse(JSON.parse(process.argv[2] ?? ''));

let steps = 0;
const step = async (): Promise<void> => {
  steps += 1;
  if (steps !== killAt) return;
  process.kill(process.pid, 'SIGKILL');
  await sleep(10_000);
};

const counted = (database: FestivalDatabase): FestivalDatabase => ({
  ...database,
  write: async (work, limits) => {
    const result = await database.write(async (tx) => {
      await step();
      const row: Transaction['row'] = async (schema, statement) => {
        const found = await tx.row(schema, statement);
        // Done in the database, and not committed yet.
        await step();
        return found;
      };
      return await work({ ...tx, row });
    }, limits);
    await step();
    return result;
  },
});

const database = openFestivalDatabase({ settings, applicationName: 'regie/bulk', size: 1 });
const slices = createBatches({
  database: counted(database),
  reachable: () => true,
  log: { warn: () => undefined },
});
await slices.work();
await database.close();
process.stdout.write(`steps ${steps}\n`);
