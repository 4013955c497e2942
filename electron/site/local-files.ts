import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { z } from 'zod';
import type { ConnectionSettings } from '../../shared/contract/connection.ts';
import { type BufferFinding, bufferFindingSchema } from '../../shared/contract/status.ts';
import { createBackups } from '../buffer/backup.ts';
import { type Buffer, type BufferKind, openBuffer } from '../buffer/buffer.ts';
import { createPreferenceStore, type PreferenceStore } from '../buffer/preferences.ts';
import { openOrRepair } from '../buffer/repair.ts';
import { createRetention } from '../buffer/retention.ts';
import type { Log } from '../lib/log.ts';
import { hostsOf } from '../postgres/connection-settings.ts';

/** A festival's two local files, and what ends the work on them: backups, and removing what is too old. */
export type SiteFiles = { readonly mirror: Buffer; readonly outbox: Buffer; endUpkeep(): Promise<void> };

/** The local databases of a data directory. Damaged ones are repaired, and reported until somebody acknowledges it. */
export type LocalFiles = {
  readonly preferences: PreferenceStore;
  /** @throws what keeps a file from being opened at all: rights, a newer version. */
  openFestival(settings: ConnectionSettings | null): SiteFiles;
  /** Damaged files that are not acknowledged yet, over restarts as well. */
  findings(): readonly BufferFinding[];
  acknowledge(): void;
  close(): void;
};

const FINDINGS = 'damaged-files';

export const openLocalFiles = (options: { dataDir: string; now: () => number; log: Log }): LocalFiles => {
  const { dataDir, now, log } = options;
  const damaged: BufferFinding[] = [];
  const openFile = (file: string, kind: BufferKind, name: BufferFinding['file']): Buffer => {
    const { buffer, finding } = openOrRepair({ file, kind, name, now });
    if (finding !== null) {
      log.error('a local file was damaged', finding);
      damaged.push(finding);
    }
    return buffer;
  };
  const laptop = openFile(join(dataDir, 'laptop.sqlite'), 'mirror', 'laptop');
  const preferences = createPreferenceStore(laptop);
  const findings = (): BufferFinding[] => {
    const earlier = preferences.read(FINDINGS, z.array(bufferFindingSchema)) ?? [];
    if (damaged.length > 0) preferences.write(FINDINGS, [...earlier, ...damaged]);
    return [...earlier, ...damaged.splice(0)];
  };

  return {
    preferences,
    openFestival: (settings) => {
      const file = join(dataDir, 'festivals', festivalKey(settings));
      const outbox = openFile(`${file}.outbox.sqlite`, 'outbox', 'outbox');
      try {
        const mirror = openFile(`${file}.sqlite`, 'mirror', 'mirror');
        const backups = createBackups({ buffer: outbox, file: `${file}.outbox.sqlite`, now, log });
        const retention = createRetention({ outbox, mirror, now, log });
        const endUpkeep = async (): Promise<void> => {
          await backups.close();
          await retention.close();
        };
        return { mirror, outbox, endUpkeep };
      } catch (error) {
        outbox.close();
        throw error;
      }
    },
    findings,
    acknowledge: () => {
      findings();
      preferences.write(FINDINGS, []);
    },
    close: () => {
      laptop.close();
    },
  };
};

/** For a festival whose files cannot be opened: it has no data, and no operator can sign in. */
export const filesInMemory = (): SiteFiles => ({
  mirror: openBuffer(':memory:', 'mirror'),
  outbox: openBuffer(':memory:', 'outbox'),
  endUpkeep: async () => undefined,
});

/**
 * The name of the festival's local files: one festival's alerts are never shown for another's. Of several servers the first
 * one names them, so that what waits stays where it is when a replica is added to the address.
 */
export const festivalKey = (settings: ConnectionSettings | null): string => {
  if (settings === null) return 'training';
  const [{ host, port }] = hostsOf(settings);
  return createHash('sha256').update(`${host}:${port}/${settings.database}`).digest('hex').slice(0, 16);
};
