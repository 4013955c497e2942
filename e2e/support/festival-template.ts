import { chmodSync, cpSync, lchownSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { prepareFestival } from '../../electron/training/festival.ts';
import { freePort } from '../../electron/training/free-port.ts';
import { openPostgresServer } from '../../electron/training/postgres-server.ts';
import { readTrainingFile, writeTrainingFile } from '../../electron/training/training-file.ts';
import { makeDataDir } from './data-dir.ts';

const TEMPLATE = 'REGIE_FESTIVAL_TEMPLATE';
const silent = { info: () => undefined, warn: () => undefined, error: () => undefined };

/**
 * Prepares a training festival without visitors once for the whole run. A data directory that starts from its copy saves the
 * making of a cluster and all migrations, a tenth of what the run costs; host.spec.ts still starts from nothing.
 */
export default async function prepareTemplate(): Promise<() => void> {
  const dataDir = makeDataDir();
  const server = await openPostgresServer({ dataDir, log: silent });
  try {
    await prepareFestival(server);
  } finally {
    await server.stop();
  }
  process.env[TEMPLATE] = dataDir;
  return () => rmSync(dataDir, { recursive: true, force: true });
}

/** Puts a copy of the prepared festival into an empty data directory. */
export const copyTemplate = async (dataDir: string): Promise<void> => {
  const template = process.env[TEMPLATE];
  const file = template === undefined ? undefined : readTrainingFile(template);
  if (template === undefined || file === undefined) throw new Error(`${TEMPLATE} names no prepared festival`);
  cpSync(template, dataDir, { recursive: true });
  writeTrainingFile(dataDir, { ...file, port: await freePort() });
  const cluster = join(dataDir, 'postgres');
  // Postgres takes no cluster that others may enter.
  chmodSync(cluster, 0o700);
  if (process.getuid?.() !== 0) return;
  // It belongs to the system user as whom Postgres runs.
  const { uid, gid } = statSync(join(template, 'postgres'));
  for (const path of [
    cluster,
    ...readdirSync(cluster, { recursive: true, encoding: 'utf8' }).map((name) => join(cluster, name)),
  ]) {
    lchownSync(path, uid, gid);
  }
};
