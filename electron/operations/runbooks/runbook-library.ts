import { type FSWatcher, mkdirSync, readdirSync, watch } from 'node:fs';
import { stat as lookAt, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { RunbookList, RunbookProblem } from '../../../shared/contract/runbooks.ts';
import type { Runbook } from '../../../shared/domain/runbook.ts';
import { builtinRunbooks } from '../../../shared/runbooks/index.ts';
import type { Log } from '../../lib/log.ts';
import { publishOnChange } from '../../lib/publish-on-change.ts';
import { coalesced } from '../../lib/single-flight.ts';
import { FILE_BYTES, type ReadFile } from './runbook-file.ts';

/**
 * The runbooks of this laptop: those that come with Regie, and the festival's own from files, which add to them or take
 * their place by id. A file that does not fit is refused with file, line and reason, and the built-in one stays.
 */
export type RunbookLibrary = {
  readonly folder: string;
  list(): RunbookList['runbooks'];
  find(id: string): Runbook | undefined;
  forAlgorithm(algorithm: string): Runbook | undefined;
  problems(): readonly RunbookProblem[];
  /** Reads the files again; resolves when that is done. */
  reload(): Promise<void>;
  close(): void;
};

/** An editor writes a file in several goes. */
const GATHER_MS = 200;

/** More than anybody reads at night. */
const MOST_FILES = 200;
/** Of all files together: every screen gets them as one list. */
const MOST_BYTES = 2_000_000;

type Own = { readonly runbook: Runbook; readonly file: string };

export const createRunbookLibrary = (options: {
  folder: string;
  /** Reads a file's text, away from the main thread. */
  read: (file: string, text: string) => Promise<ReadFile>;
  log: Pick<Log, 'info' | 'warn'>;
  onChange: () => void;
}): RunbookLibrary => {
  const { folder, read, log, onChange } = options;
  let own: ReadonlyMap<string, Own> = new Map();
  let problems: readonly RunbookProblem[] = [];
  let timer: NodeJS.Timeout | undefined;
  let watcher: FSWatcher | undefined;
  let closed = false;

  const publishRead = publishOnChange<readonly [readonly (readonly [string, Own])[], readonly RunbookProblem[]]>(
    ([found, wrong]) => {
      for (const problem of wrong) log.warn('a runbook of the festival was refused', problem);
      if (found.length > 0) log.info('runbooks of the festival are in use', { ids: found.map(([id]) => id) });
      onChange();
    },
  );
  const readAll = async (): Promise<void> => {
    const { found, wrong } = await readFolder(folder, read);
    if (closed) return;
    own = found;
    problems = wrong;
    publishRead([[...found], wrong]);
  };
  const reload = coalesced(readAll);
  const look = (): void => {
    reload().catch((error: unknown) => log.warn('the folder of runbooks could not be read', { error }));
  };

  try {
    mkdirSync(folder, { recursive: true });
    watcher = watch(folder, { persistent: false }, () => {
      clearTimeout(timer);
      timer = setTimeout(look, GATHER_MS);
    });
    watcher.on('error', (error) => log.warn('the folder of runbooks is not watched any more', { error }));
  } catch (error) {
    // Without it the button still reads the files again.
    log.warn('the folder of runbooks cannot be watched', { error });
  }
  look();

  const list = (): RunbookList['runbooks'] => {
    const builtin = builtinRunbooks.map((runbook) => {
      const instead = own.get(runbook.id);
      return instead === undefined
        ? { runbook, file: null, overrides: false }
        : { runbook: instead.runbook, file: instead.file, overrides: true };
    });
    const added = [...own.values()]
      .filter(({ runbook }) => !builtinRunbooks.some(({ id }) => id === runbook.id))
      .map(({ runbook, file }) => ({ runbook, file, overrides: false }));
    return [...builtin, ...added];
  };

  return {
    folder,
    list,
    find: (id) => own.get(id)?.runbook ?? builtinRunbooks.find((runbook) => runbook.id === id),
    forAlgorithm: (algorithm) =>
      // An own one first. One that came with Regie answers also where its own successor does not: no alert goes without.
      [...own.values(), ...list(), ...builtinRunbooks.map((runbook) => ({ runbook }))]
        .map(({ runbook }) => runbook)
        .find(({ algorithms }) => algorithms.includes(algorithm)),
    problems: () => problems,
    reload,
    close: () => {
      closed = true;
      clearTimeout(timer);
      watcher?.close();
    },
  };
};

/** All files of a folder in the order of their names, and what is wrong with which. */
const readFolder = async (
  folder: string,
  read: (file: string, text: string) => Promise<ReadFile>,
): Promise<{ found: Map<string, Own>; wrong: RunbookProblem[] }> => {
  const found = new Map<string, Own>();
  const wrong: RunbookProblem[] = [];
  const refuse = (file: string, reason: string, problem: RunbookProblem['problem'] = null): void => {
    wrong.push({ file, line: null, reason, problem });
  };
  const names = namesIn(folder);
  const tooMany = names[MOST_FILES];
  if (tooMany !== undefined) refuse(tooMany, `more than ${MOST_FILES} files are not read`);
  let bytes = 0;
  for (const file of names.slice(0, MOST_FILES)) {
    try {
      const stat = await lookAt(join(folder, file));
      if (!stat.isFile()) {
        refuse(file, 'it is no file');
        continue;
      }
      if (stat.size > FILE_BYTES) {
        const problem = { where: '', problem: 'file_too_long', limit: FILE_BYTES } as const;
        refuse(file, 'the file is too long for a runbook', problem);
        continue;
      }
      bytes += stat.size;
      if (bytes > MOST_BYTES) {
        refuse(file, `files of more than ${MOST_BYTES / 1_000_000} MB together are not read`);
        continue;
      }
      const answer = await read(file, await readFile(join(folder, file), 'utf8'));
      const twin = answer.ok ? found.get(answer.runbook.id) : undefined;
      if (!answer.ok) wrong.push(...answer.problems);
      else if (twin !== undefined) {
        const problem = { where: 'id', problem: 'in_other_file', limit: twin.file } as const;
        refuse(file, `"${answer.runbook.id}" is in ${twin.file} already`, problem);
      } else found.set(answer.runbook.id, { runbook: answer.runbook, file });
    } catch (error) {
      refuse(file, error instanceof Error ? error.message : String(error));
    }
  }
  return { found, wrong };
};

const namesIn = (folder: string): string[] => {
  try {
    return readdirSync(folder)
      .filter((name) => /\.(ya?ml|json)$/i.test(name) && !name.startsWith('.'))
      .sort();
  } catch {
    // Nobody has made it, or it cannot be read: there are none.
    return [];
  }
};
