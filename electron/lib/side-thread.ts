import { setTimeout as sleep } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';

/**
 * A thread beside the main one, for work whose time or memory somebody else's bytes decide: one task at a time, each with
 * a deadline, after which the thread is ended with all that it holds. It starts with the first task, and ends when there
 * has been none for a while.
 */
export type SideThread = {
  /** @throws TaskCutOff where the task took too long or too much memory; else what the task itself threw, as words */
  run(task: string, input: unknown): Promise<unknown>;
  close(): Promise<void>;
};

/** The thread was ended before the task was done. */
export class TaskCutOff extends Error {
  override readonly name = 'TaskCutOff';
}

/** What the thread's program says: that it is loaded, and what came of each task. */
export type ThreadMessage = { readonly ready: true } | { readonly result: unknown } | { readonly failed: string };

/** A machine on which a thread takes longer to start has more to do than to read files. */
const START_MS = 60_000;
const IDLE_MS = 30_000;
/** A thread that cannot even say what it has spent. */
const UNANSWERED_MS = 30_000;

type Task = {
  readonly message: { readonly task: string; readonly input: unknown };
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: Error) => void;
};

/**
 * @param options.program the file that the thread runs (serveTasks, thread-tasks.ts)
 * @param options.deadlineMs of processor time, for each task
 */
export const createSideThread = (options: { program: string; deadlineMs: number; memoryMb: number }): SideThread => {
  const queue: Task[] = [];
  let running: Task | undefined;
  let thread: { readonly worker: Worker; ready: boolean } | undefined;
  let timer: NodeJS.Timeout | undefined;
  let closed = false;

  const setTimer = (ms: number, then: () => void): void => {
    clearTimeout(timer);
    timer = setTimeout(then, ms);
    if (running === undefined) timer.unref();
  };
  /** Ends the thread; the task that it had is cut off, and the next one begins in another thread. */
  const end = (why: string): Promise<unknown> => {
    const ending = thread?.worker.terminate();
    thread = undefined;
    clearTimeout(timer);
    const cutOff = running;
    running = undefined;
    cutOff?.reject(new TaskCutOff(why));
    return ending ?? Promise.resolve();
  };
  const next = (): void => {
    running ??= queue.shift();
    if (running === undefined) {
      if (thread !== undefined) setTimer(IDLE_MS, () => void end('idle'));
      return;
    }
    thread ??= start();
    if (!thread.ready) return;
    const { worker } = thread;
    const task = running;
    const before = worker.cpuUsage();
    setTimer(options.deadlineMs, () => void judge(task, worker, before));
    worker.postMessage(running.message);
  };
  /** Time in which other programs had the processor is not the task's: a busy laptop refuses no file for it. */
  const judge = async (task: Task, worker: Worker, before: Promise<NodeJS.CpuUsage>): Promise<void> => {
    const { deadlineMs } = options;
    const spent = before
      .then((then) => worker.cpuUsage(then))
      .then(({ user, system }) => (user + system) / 1_000)
      .catch(() => Number.POSITIVE_INFINITY);
    const spentMs = await Promise.race([spent, sleep(UNANSWERED_MS, Number.POSITIVE_INFINITY, { ref: false })]);
    if (running !== task) return;
    if (spentMs >= deadlineMs) restart('it took too long');
    else setTimer(deadlineMs - spentMs, () => void judge(task, worker, before));
  };
  const restart = (why: string): void => {
    void end(why);
    if (!closed) next();
  };
  const start = () => {
    // Neither our arguments nor our environment, which may hold a password, are its business.
    const worker = new Worker(options.program, {
      ...{ argv: [], execArgv: [], env: {}, resourceLimits: { maxOldGenerationSizeMb: options.memoryMb } },
    });
    worker.unref();
    const started = { worker, ready: false };
    const isOurs = (): boolean => thread === started;
    worker.on('message', (message: ThreadMessage) => {
      if (!isOurs()) return;
      if ('ready' in message) started.ready = true;
      else {
        const done = running;
        running = undefined;
        if ('failed' in message) done?.reject(new Error(message.failed));
        else done?.resolve(message.result);
      }
      next();
    });
    worker.on('error', (error) => isOurs() && restart(error.message));
    worker.on('exit', () => isOurs() && restart('the thread has ended'));
    setTimer(START_MS, () => restart('the thread did not start'));
    return started;
  };

  return {
    run: (task, input) =>
      new Promise((resolve, reject) => {
        if (closed) return reject(new TaskCutOff('closed'));
        queue.push({ message: { task, input }, resolve, reject });
        if (running === undefined) next();
      }),
    close: async () => {
      closed = true;
      for (const { reject } of queue.splice(0)) reject(new TaskCutOff('closed'));
      await end('closed');
    },
  };
};
