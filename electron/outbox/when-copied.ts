import type { StoredCommand } from '../buffer/outbox.ts';

/**
 * Takes away what a settled command shows. What was applied is shown until what the festival says of it has been read, so that
 * nothing vanishes, or calls, for a moment in between.
 * @param refresh asks the festival
 */
export const whenCopied = (stored: StoredCommand, refresh: () => Promise<void>, remove: () => void): void => {
  if (stored.state === 'applied')
    void refresh()
      .catch(() => undefined)
      .finally(remove);
  else remove();
};
