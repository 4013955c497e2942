import { join } from 'node:path';
import { appRoot } from '../lib/app-root.ts';
import { createSideThread } from '../lib/side-thread.ts';
import type { Tasks } from './thread.ts';

/**
 * Hashes, reads and writes reports on a thread beside the main one: a PDF of a whole festival is seconds of work, in which nobody's
 * alert may wait (docs/performance.md, "A final report"). The thread begins with the first report and ends soon after the last one.
 *
 * Each task throws TaskCutOff where the thread was closed or took longer than any report of ours can.
 */
export type ReportFiles = {
  hash(asked: Parameters<Tasks['hash']>[0]): Promise<ReturnType<Tasks['hash']>>;
  /** @throws also where the file is no report, or not there */
  about(asked: Parameters<Tasks['about']>[0]): Promise<ReturnType<Tasks['about']>>;
  /** @throws also where the file is no report, or not there */
  write(asked: Parameters<Tasks['write']>[0]): Promise<Awaited<ReturnType<Tasks['write']>>>;
  /** What is being written is given up. */
  close(): Promise<void>;
};

/** Processor time: the longest report takes a tenth of it. */
const DEADLINE_MS = 60_000;
const MEMORY_MB = 512;

export const createReportFiles = (): ReportFiles => {
  const thread = createSideThread({ program: threadProgram(), deadlineMs: DEADLINE_MS, memoryMb: MEMORY_MB });
  // What the thread answers is what its program's functions return.
  const run =
    <Name extends keyof Tasks>(name: Name) =>
    async (asked: Parameters<Tasks[Name]>[0]): Promise<Awaited<ReturnType<Tasks[Name]>>> =>
      (await thread.run(name, asked)) as Awaited<ReturnType<Tasks[Name]>>;
  return { hash: run('hash'), about: run('about'), write: run('write'), close: thread.close };
};

/** The thread's program: the source beside this one, or the file that the build makes of it (electron.vite.config.ts). */
const threadProgram = (): string =>
  import.meta.filename.endsWith('.ts')
    ? join(import.meta.dirname, 'thread.ts')
    : join(appRoot(), 'out', 'main', 'report-files.js');
