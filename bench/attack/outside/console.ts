import { fork } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type pg from 'pg';
import { z } from 'zod';
import { createOperators, enrolLaptop, operatorIdOf, PIN } from '../../../electron/testing/operators.ts';
import type { ConnectionSettings } from '../../../shared/contract/connection.ts';
import { eventually } from '../attack.ts';

/** A console that is attacked, in a process of its own, with a supervisor signed in on it. */
export type AttackedConsole = {
  readonly dataDir: string;
  /** @returns the answer, and the longest time for which the call held up the main thread; milliseconds of processor time */
  call(name: string, input: unknown): Promise<{ answer: unknown; longestMs: number }>;
  /** What has happened since it was last asked, by calls and beside them. */
  state(): Promise<{ longestMs: number; left: number; address: string }>;
  close(): Promise<void>;
};

const replySchema = z.union([
  z.object({ ready: z.literal(true) }),
  z.object({
    id: z.int(),
    answer: z.string().nullable(),
    longestMs: z.number(),
    left: z.int(),
    address: z.string(),
  }),
]);
type Reply = Exclude<z.infer<typeof replySchema>, { ready: true }>;

export const startAttackedConsole = async (festival: {
  admin: pg.Client;
  login: ConnectionSettings;
}): Promise<AttackedConsole> => {
  const dataDir = mkdtempSync(join(tmpdir(), 'regie-outside-'));
  chmodSync(dataDir, 0o700);
  await createOperators(festival.admin, ['Sue'], 'supervisor');
  await enrolLaptop(festival.admin, { laptop: 'booth-1', dataDir });
  const child = fork(
    join(import.meta.dirname, 'console-process.ts'),
    [JSON.stringify({ settings: festival.login, laptop: 'booth-1', dataDir })],
    // As a window hands input over: with maps, dates and circles.
    { execArgv: ['--no-warnings'], serialization: 'advanced', stdio: ['ignore', 'ignore', 'inherit', 'ipc'] },
  );
  const open = new Map<number, { resolve: (reply: Reply) => void; reject: (error: Error) => void }>();
  let nextId = 1;
  let ended: Error | undefined;
  await new Promise<void>((resolve, reject) => {
    child.once('exit', (code, signal) => {
      ended = new Error(`the console has ended (${code ?? signal})`);
      reject(ended);
      for (const waiting of open.values()) waiting.reject(ended);
    });
    child.on('message', (message) => {
      const reply = replySchema.parse(message);
      if ('ready' in reply) return resolve();
      open.get(reply.id)?.resolve(reply);
      open.delete(reply.id);
    });
  });
  const ask = (call: string | null, input: unknown): Promise<Reply> =>
    new Promise((resolve, reject) => {
      if (ended !== undefined) return reject(ended);
      const id = nextId;
      nextId += 1;
      open.set(id, { resolve, reject });
      child.send({ id, call, input });
    });

  const call: AttackedConsole['call'] = async (name, input) => {
    const { answer, longestMs } = await ask(name, input);
    return { answer: JSON.parse(answer ?? 'null'), longestMs };
  };
  const close = async (): Promise<void> => {
    const gone = new Promise((resolve) => child.once('exit', resolve));
    if (ended === undefined) {
      child.kill('SIGKILL');
      await gone;
    }
    rmSync(dataDir, { recursive: true, force: true });
  };
  try {
    await eventually(async () => {
      const { answer } = await call('session.signIn', { operatorId: operatorIdOf('Sue'), pin: PIN });
      if (!z.object({ ok: z.literal(true) }).safeParse(answer).success) throw new Error(JSON.stringify(answer));
    });
  } catch (error) {
    await close();
    throw error;
  }
  return { dataDir, call, state: () => ask(null, null), close };
};
