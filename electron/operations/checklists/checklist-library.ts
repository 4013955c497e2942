import { builtinChecklists } from '../../../shared/checklists/index.ts';
import { type Checklist, checklistSchema } from '../../../shared/domain/checklist.ts';
import type { FileProblem } from '../../../shared/domain/input-problem.ts';
import { type ReadFile, readDataFile } from '../../lib/data-file.ts';
import type { Log } from '../../lib/log.ts';
import { createOwnFiles, withOwn } from '../../lib/own-files.ts';

/**
 * The checklists of this laptop: those that come with Regie, and the festival's own from files, which add to them or take
 * their place by id. A file that does not fit is refused with file, line and reason, and the built-in one stays.
 */
export type ChecklistLibrary = {
  readonly folder: string;
  list(): { checklist: Checklist; file: string | null; overrides: boolean }[];
  problems(): readonly FileProblem[];
  /** Reads the files again; resolves when that is done. */
  reload(): Promise<void>;
  close(): void;
};

/** Reads a checklist from a file's text. */
export const readChecklistFile = (file: string, text: string): ReadFile<Checklist> =>
  readDataFile(checklistSchema, file, text);

export const createChecklistLibrary = (options: {
  folder: string;
  /** Reads a file's text, away from the main thread. */
  read: (file: string, text: string) => Promise<ReadFile<Checklist>>;
  log: Pick<Log, 'info' | 'warn'>;
  onChange: () => void;
}): ChecklistLibrary => {
  const { folder, own, problems, reload, close } = createOwnFiles({ what: 'checklist', ...options });
  return {
    ...{ folder, problems, reload, close },
    list: () => withOwn(builtinChecklists, own()).map(({ content, ...rest }) => ({ checklist: content, ...rest })),
  };
};
