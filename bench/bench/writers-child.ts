import pg from 'pg';
import { z } from 'zod';
import { driverOptions } from '../../electron/postgres/connection-settings.ts';
import { connectionSettingsSchema } from '../../shared/contract/connection.ts';
import { cardId, writeOrder } from './festival-rows.ts';

/** Tills that order as fast as they are answered, in a process of their own, driven by their parent (writers.ts). */
const message = z.object({
  id: z.int(),
  do: z.literal('write'),
  settings: connectionSettingsSchema,
  clients: z.int(),
  seconds: z.number(),
  /** Cards are used one after the other from here. */
  firstCard: z.int(),
});

const write = async (asked: z.output<typeof message>) => {
  const took: number[] = [];
  let next = asked.firstCard;
  const clients = Array.from({ length: asked.clients }, () => new pg.Client(driverOptions(asked.settings)));
  await Promise.all(clients.map((client) => client.connect()));
  const started = performance.now();
  const until = started + asked.seconds * 1_000;
  await Promise.all(
    clients.map(async (client) => {
      while (performance.now() < until) {
        const card = cardId(next);
        next += 1;
        const from = performance.now();
        await writeOrder(client, { card, kind: 'ordinary', scan: true });
        took.push(performance.now() - from);
      }
    }),
  );
  const seconds = (performance.now() - started) / 1_000;
  await Promise.all(clients.map((client) => client.end()));
  return { took, seconds };
};

process.on('message', (raw) => {
  const asked = message.parse(raw);
  write(asked).then(
    (value) => process.send?.({ id: asked.id, value }),
    (error: unknown) => process.send?.({ id: asked.id, error: error instanceof Error ? error.stack : String(error) }),
  );
});
process.on('disconnect', () => process.exit());
