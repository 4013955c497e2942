import { type Runbook, runbookSchema } from '../../../shared/domain/runbook.ts';
import { type ReadFile, readDataFile } from '../../lib/data-file.ts';

/** Reads a runbook from a file's text. */
export const readRunbookFile = (file: string, text: string): ReadFile<Runbook> =>
  readDataFile(runbookSchema, file, text);
