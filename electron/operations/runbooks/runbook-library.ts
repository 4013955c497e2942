import { type FSWatcher, mkdirSync, readdirSync, readFileSync, statSync, watch } from 'node:fs';
import { join } from 'node:path';
import type { RunbookList, RunbookProblem } from '../../../shared/contract/runbooks.ts';
import type { Runbook } from '../../../shared/domain/runbook.ts';
import { builtinRunbooks } from '../../../shared/runbooks/index.ts';
import type { Log } from '../../lib/log.ts';
import { publishOnChange } from '../../lib/publish-on-change.ts';
import { FILE_BYTES, readRunbookFile } from './runbook-file.ts';

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
  reload(): void;
  close(): void;
};

/** An editor writes a file in several goes. */
const GATHER_MS = 200;

/** More than anybody reads at night. */
const MOST_FILES = 200;

type Own = { readonly runbook: Runbook; readonly file: string };

export const createRunbookLibrary = (options: {
  folder: string;
  log: Pick<Log, 'info' | 'warn'>;
  onChange: () => void;
}): RunbookLibrary => {
  const { folder, log, onChange } = options;
  let own: ReadonlyMap<string, Own> = new Map();
  let problems: readonly RunbookProblem[] = [];
  let timer: NodeJS.Timeout | undefined;
  let watcher: FSWatcher | undefined;

  const publishRead = publishOnChange<readonly [readonly (readonly [string, Own])[], readonly RunbookProblem[]]>(
    ([found, wrong]) => {
      for (const problem of wrong) log.warn('a runbook of the festival was refused', problem);
      if (found.length > 0) log.info('runbooks of the festival are in use', { ids: found.map(([id]) => id) });
      onChange();
    },
  );
  const readAll = (): void => {
    const found = new Map<string, Own>();
    const wrong: RunbookProblem[] = [];
    const names = namesIn(folder);
    const tooMany = names[MOST_FILES];
    if (tooMany !== undefined) {
      wrong.push({ file: tooMany, line: null, reason: `more than ${MOST_FILES} files are not read`, problem: null });
    }
    for (const file of names.slice(0, MOST_FILES)) {
      try {
        if (statSync(join(folder, file)).size > FILE_BYTES) {
          const problem = { where: '', problem: 'file_too_long', limit: FILE_BYTES } as const;
          wrong.push({ file, line: null, reason: 'the file is too long for a runbook', problem });
          continue;
        }
        const read = readRunbookFile(file, readFileSync(join(folder, file), 'utf8'));
        const twin = read.ok ? found.get(read.runbook.id) : undefined;
        if (!read.ok) wrong.push(...read.problems);
        else if (twin !== undefined) {
          const problem = { where: 'id', problem: 'in_other_file', limit: twin.file } as const;
          wrong.push({ file, line: null, reason: `"${read.runbook.id}" is in ${twin.file} already`, problem });
        } else found.set(read.runbook.id, { runbook: read.runbook, file });
      } catch (error) {
        const reason = error instanceof Error ? error.message : String(error);
        wrong.push({ file, line: null, reason, problem: null });
      }
    }
    own = found;
    problems = wrong;
    publishRead([[...found], wrong]);
  };

  try {
    mkdirSync(folder, { recursive: true });
    watcher = watch(folder, { persistent: false }, () => {
      clearTimeout(timer);
      timer = setTimeout(readAll, GATHER_MS);
    });
    watcher.on('error', (error) => log.warn('the folder of runbooks is not watched any more', { error }));
  } catch (error) {
    // Without it the button still reads the files again.
    log.warn('the folder of runbooks cannot be watched', { error });
  }
  readAll();

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
    reload: readAll,
    close: () => {
      clearTimeout(timer);
      watcher?.close();
    },
  };
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
