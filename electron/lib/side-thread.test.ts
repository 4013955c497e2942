import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createSideThread, type SideThread, TaskCutOff } from './side-thread.ts';

/** A thread that can be asked to do anything, as a file may have it. */
const PROGRAM = `
  import { parentPort, threadId } from 'node:worker_threads';
  const tasks = {
    echo: (input) => input,
    thread: () => threadId,
    environment: () => Object.keys(process.env),
    refuse: () => { throw new Error('not this one'); },
    never: () => { for (;;); },
    leave: () => process.exit(3),
    fill: () => { const all = []; for (;;) all.push(Array.from({ length: 1_000 }, () => ({}))); },
  };
  parentPort.on('message', ({ task, input }) => {
    try {
      parentPort.postMessage({ result: tasks[task](input) });
    } catch (error) {
      parentPort.postMessage({ failed: error.message });
    }
  });
  parentPort.postMessage({ ready: true });
`;

let folder: string;
let thread: SideThread;
const open = (deadlineMs: number): SideThread => {
  thread = createSideThread({ program: join(folder, 'thread.mjs'), deadlineMs, memoryMb: 32 });
  return thread;
};
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'regie-thread-'));
  writeFileSync(join(folder, 'thread.mjs'), PROGRAM);
});
afterEach(() => thread.close());
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('a side thread', () => {
  it('does its tasks in the order in which they were given', async () => {
    const { run } = open(60_000);
    expect(await Promise.all([1, 2, 3].map((input) => run('echo', input)))).toEqual([1, 2, 3]);
    await expect(run('refuse', null)).rejects.toThrow('not this one');
    expect(await run('echo', 4)).toBe(4);
  });

  it('knows nothing of our environment', async () => {
    process.env.REGIE_SECRET = 'x';
    expect(await open(60_000).run('environment', null)).toEqual([]);
    delete process.env.REGIE_SECRET;
  });

  it('is ended where a task takes too long, and those behind it are done by another', async () => {
    const { run } = open(300);
    const first = await run('thread', null);
    const [endless, behind] = [run('never', null), run('thread', null)];
    await expect(endless).rejects.toBeInstanceOf(TaskCutOff);
    expect(await behind).not.toBe(first);
  });

  it('is ended where a task wants all memory, or ends it itself', async () => {
    const { run } = open(60_000);
    await expect(run('fill', null)).rejects.toBeInstanceOf(TaskCutOff);
    await expect(run('leave', null)).rejects.toBeInstanceOf(TaskCutOff);
    expect(await run('echo', 'still here')).toBe('still here');
  });

  it('leaves nobody waiting when it is closed', async () => {
    const { run, close } = open(60_000);
    const waiting = [run('never', null), run('echo', 1)].map((one) => one.catch((error: unknown) => error));
    await close();
    for (const one of waiting) expect(await one).toBeInstanceOf(TaskCutOff);
    await expect(run('echo', 2)).rejects.toBeInstanceOf(TaskCutOff);
  });
});
