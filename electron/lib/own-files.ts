import { type FSWatcher, mkdirSync, readdirSync, watch } from 'node:fs';
import { stat as lookAt, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { FileProblem } from '../../shared/domain/input-problem.ts';
import { FILE_BYTES, type ReadFile } from './data-file.ts';
import type { Log } from './log.ts';
import { publishOnChange } from './publish-on-change.ts';
import { coalesced } from './single-flight.ts';

/**
 * The festival's own files of one kind: a folder that is watched, each file checked. One that does not fit is refused with
 * file, line and reason.
 */
export type OwnFiles<Content> = {
  readonly folder: string;
  /** By id, in the order of their files' names. */
  own(): ReadonlyMap<string, OwnFile<Content>>;
  problems(): readonly FileProblem[];
  /** Reads the files again; resolves when that is done. */
  reload(): Promise<void>;
  close(): void;
};
export type OwnFile<Content> = { readonly content: Content; readonly file: string };
type ReadText<Content> = (file: string, text: string) => Promise<ReadFile<Content>>;

/** An editor writes a file in several goes. */
const GATHER_MS = 200;

/** More than anybody reads at night. */
const MOST_FILES = 200;
/** Of all files together: every screen gets them as one list. */
const MOST_BYTES = 2_000_000;

export const createOwnFiles = <Content extends { readonly id: string }>(options: {
  folder: string;
  /** For the log: 'runbook', 'checklist'. */
  what: string;
  /** Reads a file's text, away from the main thread. */
  read: ReadText<Content>;
  log: Pick<Log, 'info' | 'warn'>;
  onChange: () => void;
}): OwnFiles<Content> => {
  const { folder, what, read, log, onChange } = options;
  let own: ReadonlyMap<string, OwnFile<Content>> = new Map();
  let problems: readonly FileProblem[] = [];
  let timer: NodeJS.Timeout | undefined;
  let watcher: FSWatcher | undefined;
  let closed = false;

  const publishRead = publishOnChange<
    readonly [readonly (readonly [string, OwnFile<Content>])[], readonly FileProblem[]]
  >(([found, wrong]) => {
    for (const problem of wrong) log.warn(`a ${what} of the festival was refused`, problem);
    if (found.length > 0) log.info(`${what}s of the festival are in use`, { ids: found.map(([id]) => id) });
    onChange();
  });
  const readAll = async (): Promise<void> => {
    const { found, wrong } = await readFolder(folder, read);
    if (closed) return;
    own = found;
    problems = wrong;
    publishRead([[...found], wrong]);
  };
  const reload = coalesced(readAll);
  const look = (): void => {
    reload().catch((error: unknown) => log.warn(`the folder of ${what}s could not be read`, { error }));
  };

  try {
    mkdirSync(folder, { recursive: true });
    watcher = watch(folder, { persistent: false }, () => {
      clearTimeout(timer);
      timer = setTimeout(look, GATHER_MS);
    });
    watcher.on('error', (error) => log.warn(`the folder of ${what}s is not watched any more`, { error }));
  } catch (error) {
    // Without it the button still reads the files again.
    log.warn(`the folder of ${what}s cannot be watched`, { error });
  }
  look();

  return {
    folder,
    own: () => own,
    problems: () => problems,
    reload,
    close: () => {
      closed = true;
      clearTimeout(timer);
      watcher?.close();
    },
  };
};

/** What came with Regie, with the festival's own in its place by id and after it. */
export const withOwn = <Content extends { readonly id: string }>(
  builtin: readonly Content[],
  own: ReadonlyMap<string, OwnFile<Content>>,
): { content: Content; file: string | null; overrides: boolean }[] => [
  ...builtin.map((content) => {
    const instead = own.get(content.id);
    return instead === undefined
      ? { content, file: null, overrides: false }
      : { content: instead.content, file: instead.file, overrides: true };
  }),
  ...[...own.values()]
    .filter(({ content: { id } }) => !builtin.some((one) => one.id === id))
    .map(({ content, file }) => ({ content, file, overrides: false })),
];

/** All files of a folder in the order of their names, and what is wrong with which. */
const readFolder = async <Content extends { readonly id: string }>(
  folder: string,
  read: ReadText<Content>,
): Promise<{ found: Map<string, OwnFile<Content>>; wrong: FileProblem[] }> => {
  const found = new Map<string, OwnFile<Content>>();
  const wrong: FileProblem[] = [];
  const refuse = (file: string, reason: string, problem: FileProblem['problem'] = null): void => {
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
        refuse(file, 'the file is too long', problem);
        continue;
      }
      bytes += stat.size;
      if (bytes > MOST_BYTES) {
        refuse(file, `files of more than ${MOST_BYTES / 1_000_000} MB together are not read`);
        continue;
      }
      const answer = await read(file, await readFile(join(folder, file), 'utf8'));
      const twin = answer.ok ? found.get(answer.content.id) : undefined;
      if (!answer.ok) wrong.push(...answer.problems);
      else if (twin !== undefined) {
        const problem = { where: 'id', problem: 'in_other_file', limit: twin.file } as const;
        refuse(file, `"${answer.content.id}" is in ${twin.file} already`, problem);
      } else found.set(answer.content.id, { content: answer.content, file });
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
