import { z } from 'zod';
import { connectionSettingsSchema } from '../../shared/contract/connection.ts';
import { createSecretSettings } from '../operations/escalation/channel-secrets.ts';
import { createDispatcher } from '../operations/escalation/dispatch.ts';
import { openFestivalDatabase } from '../postgres/pool.ts';
import { TEST_LAPTOP } from './operators.ts';
import { whenStarted } from './when-started.ts';

/**
 * The dispatcher of a laptop that ends itself with SIGKILL at its n-th write to the festival's database: before it, or when
 * it stands. Says how many there were when it lives.
 */
const main = async (): Promise<void> => {
  const { settings, killAt } = z
    .object({ settings: connectionSettingsSchema, killAt: z.int() })
    .parse(JSON.parse(process.argv[2] ?? ''));
  let steps = 0;
  const step = (): void => {
    steps += 1;
    if (steps === killAt) process.kill(process.pid, 'SIGKILL');
  };
  const database = openFestivalDatabase({ settings, applicationName: 'regie/killed', size: 2 });
  const dispatcher = createDispatcher({
    database: {
      ...database,
      write: async (work, limits) => {
        step();
        const result = await database.write(work, limits);
        step();
        return result;
      },
    },
    secrets: createSecretSettings({ database, enrolledAs: () => TEST_LAPTOP }),
    laptop: 'booth-killed',
    timeZone: 'Europe/Paris',
    clock: { now: () => Date.now(), monotonic: () => performance.now() },
    log: { warn: () => undefined },
  });
  await dispatcher.poll();
  process.stdout.write(`steps ${steps}\n`);
  process.exit(0);
};

whenStarted(main);
