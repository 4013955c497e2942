import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { Log } from '../lib/log.ts';
import type { EnrolledAs } from '../operations/laptops/laptops.ts';
import type { Secrets } from '../site/saved-connection.ts';

/** What this laptop is enrolled as, by festival. */
export type DeviceKeys = {
  read(festivalId: string): EnrolledAs | undefined;
  write(festivalId: string, as: EnrolledAs): void;
  /** Where the key is; undefined where there is none. */
  keptIn(festivalId: string): 'keychain' | 'file' | undefined;
};

const keptSchema = z.object({
  laptopId: z.uuid(),
  name: z.string(),
  /** Base64; null where the keychain has it. */
  key: z.base64().nullable(),
});
const fileSchema = z.record(z.uuid(), keptSchema);

/** A name beside its place: what is written there is whole or not there. */
const FILE = 'device-keys.json';

/** Device keys in the system's keychain, and where there is none in a file that only this user reads. */
export const createDeviceKeys = (options: {
  dataDir: string;
  secrets: Secrets | undefined;
  log: Pick<Log, 'warn'>;
}): DeviceKeys => {
  const { secrets, log } = options;
  const file = join(options.dataDir, FILE);
  const all = (): z.infer<typeof fileSchema> =>
    existsSync(file) ? fileSchema.catch({}).parse(JSON.parse(readFileSync(file, 'utf8'))) : {};
  const nameOf = (festivalId: string): string => `device-key-${festivalId}`;
  const inKeychain = (festivalId: string, key: string): boolean => {
    if (secrets === undefined) return false;
    try {
      secrets.write(nameOf(festivalId), key);
      return secrets.read(nameOf(festivalId)) === key;
    } catch (error) {
      log.warn('the keychain could not be used', { error });
      return false;
    }
  };
  const keyOf = (festivalId: string, kept: string | null): string | undefined => {
    if (kept !== null) return kept;
    try {
      return secrets?.read(nameOf(festivalId));
    } catch (error) {
      log.warn('the keychain could not be used', { error });
      return undefined;
    }
  };
  return {
    read: (festivalId) => {
      const kept = all()[festivalId];
      if (kept === undefined) return undefined;
      const key = keyOf(festivalId, kept.key);
      if (key === undefined) return undefined;
      return { laptopId: kept.laptopId, name: kept.name, deviceKey: Buffer.from(key, 'base64') };
    },
    write: (festivalId, { laptopId, name, deviceKey }) => {
      const key = deviceKey.toString('base64');
      const kept = { laptopId, name, key: inKeychain(festivalId, key) ? null : key };
      writeFileSync(`${file}.new`, JSON.stringify({ ...all(), [festivalId]: kept }), { mode: 0o600 });
      renameSync(`${file}.new`, file);
    },
    keptIn: (festivalId) => {
      const kept = all()[festivalId];
      return kept === undefined ? undefined : kept.key === null ? 'keychain' : 'file';
    },
  };
};
