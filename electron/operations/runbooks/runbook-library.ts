import type { RunbookList } from '../../../shared/contract/runbooks.ts';
import type { FileProblem } from '../../../shared/domain/input-problem.ts';
import type { Runbook } from '../../../shared/domain/runbook.ts';
import { builtinRunbooks } from '../../../shared/runbooks/index.ts';
import type { ReadFile } from '../../lib/data-file.ts';
import type { Log } from '../../lib/log.ts';
import { createOwnFiles, withOwn } from '../../lib/own-files.ts';

/**
 * The runbooks of this laptop: those that come with Regie, and the festival's own from files, which add to them or take
 * their place by id. A file that does not fit is refused with file, line and reason, and the built-in one stays.
 */
export type RunbookLibrary = {
  readonly folder: string;
  list(): RunbookList['runbooks'];
  find(id: string): Runbook | undefined;
  forAlgorithm(algorithm: string): Runbook | undefined;
  problems(): readonly FileProblem[];
  /** Reads the files again; resolves when that is done. */
  reload(): Promise<void>;
  close(): void;
};

export const createRunbookLibrary = (options: {
  folder: string;
  /** Reads a file's text, away from the main thread. */
  read: (file: string, text: string) => Promise<ReadFile<Runbook>>;
  log: Pick<Log, 'info' | 'warn'>;
  onChange: () => void;
}): RunbookLibrary => {
  const { folder, own, problems, reload, close } = createOwnFiles({ what: 'runbook', ...options });
  const list = (): RunbookList['runbooks'] =>
    withOwn(builtinRunbooks, own()).map(({ content, ...rest }) => ({ runbook: content, ...rest }));
  return {
    ...{ folder, list, problems, reload, close },
    find: (id) => own().get(id)?.content ?? builtinRunbooks.find((runbook) => runbook.id === id),
    forAlgorithm: (algorithm) =>
      // An own one first. One that came with Regie answers also where its own successor does not: no alert goes without.
      [
        ...[...own().values()].map(({ content }) => content),
        ...list().map(({ runbook }) => runbook),
        ...builtinRunbooks,
      ].find(({ algorithms }) => algorithms.includes(algorithm)),
  };
};
