import type { StoredCommand } from '../buffer/outbox.ts';
import { ageKeyOf } from '../lib/age-key.ts';
import { serveTasks } from '../lib/thread-tasks.ts';
import { readChecklistFile } from '../operations/checklists/checklist-library.ts';
import { readRunbookFile } from '../operations/runbooks/runbook-file.ts';
import { readOutboxFile, writeOutboxFile } from '../outbox/export-file.ts';
import { readCarriedFile, writeCarriedFile } from './carried-file.ts';
import { fromLines, toLines } from './lines.ts';

/* The program of the thread that opens files of others (foreign-files.ts). */

const tasks = {
  ageKey: ageKeyOf,
  checklist: ({ file, text }: { file: string; text: string }) => readChecklistFile(file, text),
  runbook: ({ file, text }: { file: string; text: string }) => readRunbookFile(file, text),
  openSettings: readCarriedFile,
  writeSettings: writeCarriedFile,
  /** @returns the commands as lines, or why there are none */
  openOutbox: async (asked: Parameters<typeof readOutboxFile>[0]) => {
    const answer = await readOutboxFile(asked);
    return answer.ok ? toLines(answer.value) : answer;
  },
  writeOutbox: ({ lines, ...asked }: Omit<Parameters<typeof writeOutboxFile>[0], 'commands'> & { lines: Uint8Array }) =>
    writeOutboxFile({ ...asked, commands: [...fromLines<StoredCommand>(lines)] }),
};
export type Tasks = typeof tasks;

serveTasks(tasks);
