import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import type { SafeStorage } from 'electron';
import { z } from 'zod';
import type { Secrets } from '../core.ts';

const fileSchema = z.record(z.string(), z.base64());

/**
 * Secrets encrypted by the operating system's keychain. Undefined where there is none: on Linux without a keyring
 * safeStorage would encrypt with a password that everybody knows, and then the password is asked for at each start instead.
 */
export const createSecrets = (storage: SafeStorage, file: string): Secrets | undefined => {
  if (!storage.isEncryptionAvailable()) return undefined;
  if (process.platform === 'linux' && storage.getSelectedStorageBackend() === 'basic_text') return undefined;
  const read = () => (existsSync(file) ? fileSchema.catch({}).parse(JSON.parse(readFileSync(file, 'utf8'))) : {});
  return {
    read: (key) => {
      const secret = read()[key];
      return secret === undefined ? undefined : storage.decryptString(Buffer.from(secret, 'base64'));
    },
    write: (key, value) => {
      const secrets = { ...read(), [key]: storage.encryptString(value).toString('base64') };
      writeFileSync(file, JSON.stringify(secrets), { mode: 0o600 });
    },
  };
};
