import { setTimeout as sleep } from 'node:timers/promises';
import type { ConnectionSettings } from '../../shared/contract/connection.ts';
import { type Answer, answered, failed } from '../../shared/contract/errors.ts';
import type { LinkStatus } from '../../shared/contract/status.ts';
import { createMutex } from '../lib/mutex.ts';
import { explainConnectionError } from '../lib/postgres-errors.ts';
import { openSession } from '../postgres/session.ts';

/** Between two passwords that the server refused. */
const PAUSE_MS = 1_000;

/**
 * Takes the password of the login in use from whoever sits at the console, where none was saved or the server refuses
 * it. Host, port and login stay as they are, and the password is adopted only once the server has accepted it. It stays in
 * memory.
 */
export const createPasswordEntry = (options: {
  /** In use; the password is written into them. */
  settings: ConnectionSettings;
  applicationName: string;
  link: () => LinkStatus;
  /** The password is there: try again at once. */
  onAccepted: () => void;
}): ((password: string) => Promise<Answer<Record<string, never>>>) => {
  const { settings, applicationName, link } = options;
  const mutex = createMutex();

  const enter = async (password: string): Promise<Answer<Record<string, never>>> => {
    const { reason } = link();
    if (reason !== 'password_missing' && reason !== 'password_wrong') return failed('password_not_asked');
    try {
      const session = await openSession({ settings: { ...settings, password }, applicationName });
      session.destroy();
    } catch (error) {
      const { code } = explainConnectionError(error);
      if (code !== 'password_wrong') return failed('offline');
      await sleep(PAUSE_MS);
      return failed('password_refused');
    }
    settings.password = password;
    options.onAccepted();
    return answered({});
  };
  return (password) => mutex.run(() => enter(password));
};
