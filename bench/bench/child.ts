import { type ChildProcess, fork } from 'node:child_process';
import { z } from 'zod';

/** A process of ours that answers questions. */
export type Child = {
  ask<S extends z.ZodType>(schema: S, question: object): Promise<z.output<S>>;
  end(): Promise<void>;
};

const answerSchema = z.object({ id: z.int(), value: z.unknown().optional(), error: z.string().optional() });
const running = new Set<ChildProcess>();

/** Forks a TypeScript program of this folder under the same Node. */
export const startChild = (program: URL): Child => {
  const child = fork(program, { execArgv: process.execArgv, stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  running.add(child);
  const waiting = new Map<number, { resolve: (value: unknown) => void; reject: (error: Error) => void }>();
  let asked = 0;
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  child.once('exit', (code, signal) => {
    running.delete(child);
    for (const { reject } of waiting.values()) reject(new Error(`a child process ended with ${signal ?? code}`));
  });
  child.on('message', (raw) => {
    const { id, value, error } = answerSchema.parse(raw);
    const one = waiting.get(id);
    waiting.delete(id);
    if (error === undefined) one?.resolve(value);
    else one?.reject(new Error(error));
  });
  return {
    ask: async (schema, question) => {
      asked += 1;
      const id = asked;
      const answer = new Promise<unknown>((resolve, reject) => waiting.set(id, { resolve, reject }));
      child.send({ id, ...question });
      return schema.parse(await answer);
    },
    end: async () => {
      if (child.connected) child.disconnect();
      await gone;
    },
  };
};

/** Ends what is still running when a measurement failed or was interrupted. */
export const endChildren = async (): Promise<void> => {
  await Promise.all(
    [...running].map((child) => {
      const gone = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGKILL');
      return gone;
    }),
  );
};
