import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { CarriedFile } from '../../shared/contract/carried.ts';
import { type Answer, answered, failed } from '../../shared/contract/errors.ts';
import type { Checklist } from '../../shared/domain/checklist.ts';
import type { Runbook } from '../../shared/domain/runbook.ts';
import type { StoredCommand } from '../buffer/outbox.ts';
import type { AgeKey } from '../lib/age-key.ts';
import { appRoot } from '../lib/app-root.ts';
import { cutOffFile, type ReadFile } from '../lib/data-file.ts';
import { createSideThread, TaskCutOff } from '../lib/side-thread.ts';
import type { CarriedCommand } from '../outbox/export-file.ts';
import { fromLines, toLines } from './lines.ts';
import type { Tasks } from './thread.ts';

/**
 * Opens files that somebody else may have written, on a thread beside the main one: how long that takes is decided by what
 * stands in them. A file that takes too long, or too much memory, is refused.
 */
export type ForeignFiles = {
  checklist(file: string, text: string): Promise<ReadFile<Checklist>>;
  runbook(file: string, text: string): Promise<ReadFile<Runbook>>;
  /** Of a backup that is locked with a passphrase. */
  readonly ageKey: AgeKey;
  /** Every command of a file of waiting actions, some at a time, so that taking them over holds nobody up. */
  openOutbox(asked: OutboxFile): Promise<Answer<AsyncIterable<readonly CarriedCommand[]>>>;
  /** @param parts the commands in the order of their submission, some at a time */
  writeOutbox(parts: Iterable<readonly StoredCommand[]>, asked: WrittenFile): Promise<Answer<string>>;
  /** A file of another festival's settings. */
  openSettings(asked: Parameters<Tasks['openSettings']>[0]): Promise<Answer<CarriedFile>>;
  /** @returns its bytes, base64 */
  writeSettings(asked: Parameters<Tasks['writeSettings']>[0]): Promise<Answer<string>>;
  close(): Promise<void>;
};

type OutboxFile = Parameters<Tasks['openOutbox']>[0];
type WrittenFile = Omit<Parameters<Tasks['writeOutbox']>[0], 'lines'>;

/** Processor time. Ten thousand waiting actions take some seconds; no file of ours comes near it. */
const DEADLINE_MS = 10_000;
const MEMORY_MB = 512;
/** As many as are taken over in some milliseconds. */
const SOME = 20;

export const createForeignFiles = (options: { deadlineMs?: number } = {}): ForeignFiles => {
  const thread = createSideThread({
    program: threadProgram(),
    deadlineMs: options.deadlineMs ?? DEADLINE_MS,
    memoryMb: MEMORY_MB,
  });
  // What the thread answers is what its program's functions return.
  const run = async <Name extends keyof Tasks>(
    name: Name,
    input: Parameters<Tasks[Name]>[0],
  ): Promise<Awaited<ReturnType<Tasks[Name]>> | TaskCutOff> => {
    try {
      return (await thread.run(name, input)) as Awaited<ReturnType<Tasks[Name]>>;
    } catch (error) {
      if (error instanceof TaskCutOff) return error;
      throw error;
    }
  };
  return {
    checklist: async (file, text) => {
      const read = await run('checklist', { file, text });
      return read instanceof TaskCutOff ? cutOffFile(file) : read;
    },
    runbook: async (file, text) => {
      const read = await run('runbook', { file, text });
      return read instanceof TaskCutOff ? cutOffFile(file) : read;
    },
    ageKey: async (asked) => {
      const key = await run('ageKey', asked);
      if (key instanceof TaskCutOff) throw key;
      return key;
    },
    openOutbox: async (asked) => {
      const opened = await run('openOutbox', asked);
      if (opened instanceof TaskCutOff) return failed('import_too_slow');
      return opened instanceof Uint8Array ? answered(inParts(opened)) : opened;
    },
    writeOutbox: async (parts, asked) => {
      const lines: Uint8Array[] = [];
      for (const part of parts) {
        lines.push(toLines(part));
        await nextTurn();
      }
      const content = await run('writeOutbox', { ...asked, lines: Buffer.concat(lines) });
      return content instanceof TaskCutOff ? failed('export_too_slow') : answered(content);
    },
    openSettings: async (asked) => {
      const opened = await run('openSettings', asked);
      return opened instanceof TaskCutOff ? failed('import_too_slow') : opened;
    },
    writeSettings: async (asked) => {
      const content = await run('writeSettings', asked);
      return content instanceof TaskCutOff ? failed('export_too_slow') : answered(content);
    },
    close: thread.close,
  };
};

async function* inParts(lines: Uint8Array): AsyncGenerator<readonly CarriedCommand[]> {
  let part: CarriedCommand[] = [];
  for (const command of fromLines<CarriedCommand>(lines)) {
    part.push(command);
    if (part.length < SOME) continue;
    yield part;
    part = [];
    await nextTurn();
  }
  if (part.length > 0) yield part;
}

/** The thread's program: the source beside this one, or the file that the build makes of it (electron.vite.config.ts). */
const threadProgram = (): string =>
  import.meta.filename.endsWith('.ts')
    ? join(import.meta.dirname, 'thread.ts')
    : join(appRoot(), 'out', 'main', 'foreign-files.js');
