import { orderingOf } from '../outbox/ordering-keys.ts';
import { createSender, type Sender } from '../outbox/sender.ts';

type Options = Parameters<typeof createSender>[0];

/** A sender by the real clock that tells nobody, and whose commands belong to no alert and no run. */
export const quietSender = (options: Pick<Options, 'outbox' | 'database' | 'reachable'> & Partial<Options>): Sender =>
  createSender({
    orderingOf: (command) => orderingOf(command, { ofEvent: () => undefined, ofRun: () => undefined }),
    onChange: () => undefined,
    onDiskFull: () => undefined,
    clock: { now: () => Date.now(), monotonic: () => performance.now() },
    random: () => 0,
    log: { info: () => undefined, warn: () => undefined, error: () => undefined },
    ...options,
  });
