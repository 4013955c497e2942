import { chmodSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A data directory of its own. The training server's system user must be able to enter it. */
export const makeDataDir = (): string => {
  const dataDir = mkdtempSync(join(tmpdir(), 'regie-e2e-'));
  chmodSync(dataDir, 0o755);
  return dataDir;
};
