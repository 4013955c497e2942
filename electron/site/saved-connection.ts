import { type ConnectionSettings, connectionSettingsSchema } from '../../shared/contract/connection.ts';
import type { PreferenceStore } from '../buffer/preferences.ts';
import type { Log } from '../lib/log.ts';

/** Where a host keeps the festival's password. Without it the password is asked for at each start. */
export type Secrets = { read(key: string): string | undefined; write(key: string, value: string): void };

/** The connection that the next start uses. Its password is never in the same file. */
export type SavedConnection = {
  /** Null: the training festival. */
  read(): ConnectionSettings | null;
  /** @returns whether its password will be there at the next start */
  write(settings: ConnectionSettings | null): boolean;
};

const savedSchema = connectionSettingsSchema.omit({ password: true }).nullable();
const CONNECTION = 'connection';
const PASSWORD = 'festival-password';

export const createSavedConnection = (options: {
  preferences: PreferenceStore;
  secrets: Secrets | undefined;
  log: Pick<Log, 'warn'>;
}): SavedConnection => {
  const { preferences, secrets, log } = options;
  /** Without the keychain the password is asked for, as where there is none. */
  const withKeychain = <T>(work: () => T): T | undefined => {
    try {
      return work();
    } catch (error) {
      log.warn('the keychain could not be used', { error });
      return undefined;
    }
  };
  return {
    read: () => {
      const saved = preferences.read(CONNECTION, savedSchema) ?? null;
      if (saved === null) return null;
      return { ...saved, password: withKeychain(() => secrets?.read(PASSWORD)) ?? '' };
    },
    write: (settings) => {
      const { password, ...rest } = settings ?? { password: '' };
      preferences.write(CONNECTION, settings === null ? null : rest);
      const kept = withKeychain(() => {
        secrets?.write(PASSWORD, password);
        return secrets?.read(PASSWORD) === password;
      });
      return kept ?? false;
    },
  };
};
