import { parentPort, type TransferListItem } from 'node:worker_threads';
import type { ThreadMessage } from './side-thread.ts';

/** Does the tasks of a side thread's program, by name. What a task gives in bytes is handed over, not copied. */
export const serveTasks = (tasks: Readonly<Record<string, (input: never) => unknown>>): void => {
  const say = (message: ThreadMessage, transfer: readonly TransferListItem[] = []): void =>
    parentPort?.postMessage(message, transfer);
  parentPort?.on('message', async ({ task, input }: { task: string; input: never }) => {
    try {
      const result = await tasks[task]?.(input);
      say({ result }, result instanceof Uint8Array ? [result.buffer as ArrayBuffer] : []);
    } catch (error) {
      say({ failed: error instanceof Error ? error.message : String(error) });
    }
  });
  say({ ready: true });
};
