import type { CommandOutcome } from '../../shared/contract/outcome.ts';
import type { Clock } from '../../shared/domain/clock.ts';
import type { Outbox, StoredCommand } from '../buffer/outbox.ts';
import type { Log } from '../lib/log.ts';
import { isConnectionError, isServerTrouble } from '../lib/postgres-errors.ts';
import { TransientRefusal } from '../operations/command/command-handler.ts';
import { applyCommand, isAsSigned, outcomeOfUnsigned, parseStored } from '../operations/registry.ts';
import { type FestivalDatabase, OutcomeUnknown } from '../postgres/pool.ts';
import type { KeyQueues } from './key-queues.ts';
import { createRetries } from './retries.ts';

/** Sends what waits: the first command of each queue, a few at a time, for as long as the link is up. */
export type Pump = {
  /** Sends whatever can be sent now. */
  run(): void;
  /** The same, without waiting for the end of a pause. */
  wake(): void;
  /** What is being sent keeps its state. */
  close(): Promise<void>;
};

/** Commands that are sent side by side, each of another event, card or runbook. */
const SIDE_BY_SIDE = 4;
/** A command that fails for a reason of its own is put aside after so many attempts, for a person to decide. */
const ATTEMPTS = 5;

/** What nobody is proven to have given is kept under no id (`console.take_command`). */
export const UNPROVEN: readonly string[] = ['proof_wrong', 'operator_unknown'];
const isUnproven = (outcome: CommandOutcome): boolean => 'error' in outcome && UNPROVEN.includes(outcome.error.code);

export type PumpOptions = {
  outbox: Outbox;
  queues: KeyQueues;
  database: FestivalDatabase;
  /** False while the link is down: then nothing is sent. */
  reachable: () => boolean;
  /** @param inDatabase whether the festival's database keeps this outcome under the operation_id */
  settle: (command: StoredCommand, outcome: CommandOutcome, inDatabase: boolean) => void;
  onSent: (command: StoredCommand) => void;
  clock: Clock;
  random: () => number;
  log: Log;
};

export const createPump = (options: PumpOptions): Pump => {
  const { outbox, queues, database, settle, log } = options;
  const sending = new Set<Promise<void>>();
  let closed = false;
  const retries = createRetries({ clock: options.clock, random: options.random, onDue: () => run() });

  const failedByItself = (stored: StoredCommand, error: unknown): void => {
    outbox.countAttempt(stored.operationId);
    const attempts = stored.attempts + 1;
    const { operationId, command } = stored;
    log.warn('a command failed', { command, operationId, attempts, error });
    if (attempts < ATTEMPTS) {
      retries.rest(operationId, attempts);
      return;
    }
    const why = error instanceof TransientRefusal ? error.error : { code: 'internal', params: {} };
    settle(stored, { outcome: 'rejected', error: why }, false);
  };

  const send = async (operationId: string): Promise<void> => {
    const stored = outbox.find(operationId);
    if (stored === undefined || closed) return;
    const command = parseStored(stored);
    if (command === undefined || !isAsSigned(stored)) {
      // Written by another version, or changed on the disk: a person decides, the queue goes on.
      settle(stored, { outcome: 'rejected', error: { code: 'command_unreadable', params: {} } }, false);
      return;
    }
    try {
      if (stored.state === 'waiting') {
        outbox.markSent(operationId);
        options.onSent({ ...stored, state: 'sent' });
      }
      // An older version's may have been applied by it: then its outcome is there.
      const outcome = await (command.body === ''
        ? outcomeOfUnsigned(database, operationId)
        : applyCommand(database, command));
      retries.recovered();
      settle(stored, outcome, !isUnproven(outcome));
    } catch (error) {
      if (closed) return;
      if (error instanceof OutcomeUnknown || isConnectionError(error) || isServerTrouble(error)) {
        log.warn('a command was not answered', { command: stored.command, operationId, error });
        retries.pauseAll();
      } else failedByItself(stored, error);
    }
  };

  const run = (): void => {
    if (closed || !options.reachable() || retries.paused()) return;
    for (const operationId of queues.checkOut(SIDE_BY_SIDE - sending.size, retries.resting)) {
      const one = send(operationId)
        .catch((error) => {
          // The laptop's own disk refused: the command stays as it was, and is sent again.
          log.error('the outbox could not be written', { operationId, error });
          retries.pauseAll();
        })
        .finally(() => {
          queues.release(operationId);
          sending.delete(one);
          run();
        });
      sending.add(one);
    }
  };

  return {
    run,
    wake: () => {
      retries.resume();
      run();
    },
    close: async () => {
      closed = true;
      retries.close();
      await Promise.allSettled(sending);
    },
  };
};
