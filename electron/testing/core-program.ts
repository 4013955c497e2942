import { existsSync, mkdtempSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { inject } from 'vitest';
import { bundle } from './bundle.ts';

const FOLDER = 'core';

/**
 * core-process.ts as one file, which starts in a third of the processor's time. The first test file of a run that asks makes it
 * for all.
 * @returns where it is.
 */
export const coreProgram = async (): Promise<string> => {
  const programs = inject('programs');
  const place = join(programs, FOLDER);
  const program = join(place, 'core-process.mjs');
  if (existsSync(program)) return program;
  const made = mkdtempSync(join(programs, 'made-'));
  await bundle(join(import.meta.dirname, 'core-process.ts'), made);
  try {
    renameSync(made, place);
  } catch (error) {
    // Another worker was faster.
    if (!existsSync(program)) throw error;
  }
  return program;
};
