import { hostname } from 'node:os';
import { basename } from 'node:path';
import { z } from 'zod';
import type { Statement } from '../postgres/sql.ts';
import { sql } from '../postgres/sql.ts';
import type { MadeBackup } from './make-backup.ts';

/** Tells the festival that a backup was made and read again, so that every laptop and the checklists know of it. */
export const madeStatement = (
  backupId: string,
  { path, festivalId: _, takenAt, ...made }: MadeBackup,
  by: { madeBy: string; laptop?: string },
): Statement =>
  noteStatement({
    ...made,
    ...by,
    ...{ backupId, outcome: 'made', snapshotAt: takenAt, file: basename(path), verified: true },
  });

/** Tells the festival that none could be made. */
export const failedStatement = (backupId: string, error: string, by: { madeBy: string; laptop?: string }): Statement =>
  noteStatement({ ...by, backupId, outcome: 'failed', error });

const noteStatement = ({ laptop = hostname(), ...note }: Record<string, unknown>): Statement =>
  sql`/* regie:backup */ select console.note_backup(${JSON.stringify({ laptop, ...note })}::jsonb)`;

/** What a note answers. */
export const notedRow = z.object({ note_backup: z.string().nullable() });
