import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { appRoot } from '../lib/app-root.ts';

/** One of `migrations/functions/`: functions, views, triggers and rights, which replace what a database has of them. */
export type FunctionFile = {
  readonly name: string;
  /** Counted up whenever the file changes, so that a console can tell whether a database has a newer one. */
  readonly version: number;
  readonly sha256: string;
  readonly text: string;
};

const manifestSchema = z.array(
  z.strictObject({
    name: z.string().regex(/^[a-z]+(-[a-z]+)*$/),
    version: z.int().positive(),
    /** Null for a file that is no longer there: its version still tells an older console that it is older. */
    sha256: z
      .string()
      .regex(/^[0-9a-f]{64}$/)
      .nullable(),
  }),
);
/**
 * `migrations/functions/manifest.json`: the files in the order in which they are applied, each with its version and with
 * the hash that this version has. `npm run stamp` writes versions and hashes; the order is written by hand.
 */
export type FunctionManifest = z.infer<typeof manifestSchema>;

export const functionsFolder = (): string => join(appRoot(), 'migrations', 'functions');

/** Of the text as it stands in the repository, whatever line ends a checkout gave it. */
export const hashOf = (text: string): string =>
  createHash('sha256').update(text.replaceAll('\r\n', '\n')).digest('hex');

export const readManifest = (folder: string): FunctionManifest =>
  manifestSchema.parse(JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8')));

/**
 * The function files of this console, in the order in which they are applied. The hash is that of the file as it is: one
 * that was edited and not stamped is applied all the same, under the version that it had.
 */
export const readFunctionFiles = (folder = functionsFolder()): FunctionFile[] =>
  readManifest(folder).map(({ name, version, sha256 }) => {
    const text = sha256 === null ? '' : readFileSync(join(folder, `${name}.sql`), 'utf8');
    return { name, version, sha256: hashOf(text), text };
  });
