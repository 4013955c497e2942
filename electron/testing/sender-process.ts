import { writeSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { connectionSettingsSchema } from '../../shared/contract/connection.ts';
import { type Buffer, openBuffer } from '../buffer/buffer.ts';
import { createOutbox } from '../buffer/outbox.ts';
import { type Command, parseStored } from '../operations/registry.ts';
import { type FestivalDatabase, openFestivalDatabase, type Transaction } from '../postgres/pool.ts';
import { signed } from './operators.ts';
import { quietSender } from './sender.ts';
import { whenStarted } from './when-started.ts';

const inputSchema = z.object({
  settings: connectionSettingsSchema,
  file: z.string(),
  killAt: z.int(),
  commands: z.array(
    z.object({
      command: z.string(),
      input: z.record(z.string(), z.json()),
      author: z.object({
        operator: z.string(),
        operatorId: z.string(),
        laptop: z.string(),
        laptopId: z.string().nullable(),
        laptopAt: z.string(),
      }),
    }),
  ),
});

let killAt = 0;
let steps = 0;
const step = (): void => {
  steps += 1;
  if (steps === killAt) process.kill(process.pid, 'SIGKILL');
};

/** Every statement that writes to the laptop's file counts before and after. */
const counted = (buffer: Buffer): Buffer => {
  const prepare = buffer.prepare.bind(buffer);
  buffer.prepare = ((source: string) => {
    const statement = prepare(source);
    const run = statement.run.bind(statement);
    statement.run = ((...values: unknown[]) => {
      step();
      const result = run(...values);
      step();
      return result;
    }) as typeof statement.run;
    return statement;
  }) as typeof buffer.prepare;
  return buffer;
};

/** Every statement that is sent counts before and after, and so does the commit. */
const countedDatabase = (database: FestivalDatabase): FestivalDatabase => {
  const around =
    <Args extends readonly unknown[], Result>(send: (...args: Args) => Promise<Result>) =>
    async (...args: Args): Promise<Result> => {
      step();
      const result = await send(...args);
      step();
      return result;
    };
  const listening = (tx: Transaction): Transaction => ({
    ...tx,
    rows: around(tx.rows) as Transaction['rows'],
    row: around(tx.row) as Transaction['row'],
    maybeRow: around(tx.maybeRow) as Transaction['maybeRow'],
    run: around(tx.run),
  });
  return {
    ...database,
    write: async (work, limits) => {
      const result = await database.write(async (tx) => {
        const done = await work(listening(tx));
        step();
        return done;
      }, limits);
      step();
      return result;
    },
  };
};

/**
 * An outbox to which commands are added while the link is down, and which then sends them, in a process that ends itself with
 * SIGKILL at its n-th write, before it or after it. Each command that was acknowledged is said on stdout at once.
 */
const main = async (): Promise<void> => {
  const asked = inputSchema.parse(JSON.parse(process.argv[2] ?? ''));
  const { settings, file, commands } = asked;
  killAt = asked.killAt;
  const database = openFestivalDatabase({ settings, applicationName: 'regie/killed', size: 4 });
  const outbox = createOutbox(counted(openBuffer(file, 'outbox')));
  let reachable = false;
  const sender = quietSender({
    outbox,
    database: countedDatabase(database),
    reachable: () => reachable,
  });
  for (const given of commands) {
    const command = parseStored({ ...given, body: '', keyId: null, proof: '' });
    if (command === undefined) throw new Error('a command that the contract does not know');
    const answer = await sender.submit(signed(command) satisfies Command);
    if (answer.ok) writeSync(1, `${command.input.operationId}\n`);
  }
  reachable = true;
  sender.wake();
  while (outbox.counts().waiting > 0) await sleep(2);
  writeSync(1, `steps ${steps}\n`);
  process.exit(0);
};

whenStarted(main);
