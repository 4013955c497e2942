import { randomBytes } from 'node:crypto';
import { closeSync, fsyncSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

const trainingFileSchema = z.object({
  /** Where the server listened last, on this machine only. */
  port: z.int().min(1).max(65_535),
  passwords: z.object({ administrator: z.string().min(1), console: z.string().min(1), festival: z.string().min(1) }),
});
/** What `training.json` remembers: only its owner may read it. */
export type TrainingFile = z.infer<typeof trainingFileSchema>;

const pathOf = (dataDir: string): string => join(dataDir, 'training.json');

/** @returns undefined where there is none, or one that cannot be read. */
export const readTrainingFile = (dataDir: string): TrainingFile | undefined => {
  try {
    return trainingFileSchema.parse(JSON.parse(readFileSync(pathOf(dataDir), 'utf8')));
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof z.ZodError || isMissing(error)) return undefined;
    throw error;
  }
};

/** Replaces the file in one step: a crash leaves the old one or the new one. */
export const writeTrainingFile = (dataDir: string, content: TrainingFile): void => {
  const written = `${pathOf(dataDir)}.new`;
  const file = openSync(written, 'w', 0o600);
  try {
    writeSync(file, `${JSON.stringify(content, null, 2)}\n`);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  renameSync(written, pathOf(dataDir));
};

/** Random passwords, which only this file holds. */
export const newPasswords = (): TrainingFile['passwords'] => {
  const password = () => randomBytes(24).toString('base64url');
  return { administrator: password(), console: password(), festival: password() };
};

const isMissing = (error: unknown): boolean => error instanceof Error && 'code' in error && error.code === 'ENOENT';
