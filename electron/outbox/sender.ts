import { z } from 'zod';
import { type CommandOutcome, movesMoney, rulesOf } from '../../shared/contract/calls.ts';
import { type Answer, answered, failed } from '../../shared/contract/errors.ts';
import type { Clock } from '../../shared/domain/clock.ts';
import { isDiskFull } from '../buffer/buffer.ts';
import type { NewCommand, Outbox, StoredCommand } from '../buffer/outbox.ts';
import { backoffMs } from '../lib/backoff.ts';
import { isConnectionError, isServerTrouble } from '../lib/connection-errors.ts';
import type { Log } from '../lib/log.ts';
import { TransientRefusal } from '../operations/command/command-handler.ts';
import { applyCommand, type Command, type GivenCommand, hashOf, parseStored } from '../operations/registry.ts';
import { type FestivalDatabase, OutcomeUnknown } from '../postgres/pool.ts';
import { createLanes } from './key-queues.ts';
import type { Subject } from './ordering-keys.ts';

/** The way of every command: into the outbox, then, in order and exactly once, into the festival's database. */
export type Replay = {
  /**
   * Takes a command in. Answers with what became of it, or with `waiting` where that is not known within two seconds:
   * it is on disk then and goes its way by itself.
   */
  submit(command: Command): Promise<Answer<CommandOutcome>>;
  /** Takes over a command of another laptop as it was given there. @returns false where it is here already. */
  adopt(command: NewCommand): boolean;
  /** Gives a command of the tray again: under its own id where nothing was stored under it, else as a new one. */
  giveAgain(
    operationId: string,
    as: { operationId: string; author: Command['author']; sign: (given: GivenCommand) => Command },
  ): Promise<Answer<object>>;
  /** The operator has been told of this conflict or rejection on the spot: it needs no place in the tray. */
  seen(operationId: string, by: string): void;
  /** The link is back: what waits is sent now. */
  wake(): void;
  /** Whether the laptop's disk had no room for the last action. */
  diskFull(): boolean;
  /** How far a replay has come; null while only a few commands are on their way. */
  progress(): { done: number; total: number } | null;
  /** Stops sending. What is on its way keeps its state. */
  close(): Promise<void>;
};

/** Commands that are sent side by side, each of another event, card or runbook. */
const LANES = 4;
const ANSWER_WITHIN_MS = 2_000;
/** A command that fails for a reason of its own is put aside after so many times, for a person to decide. */
const ATTEMPTS = 5;
const RETRY = { firstMs: 250, longestMs: 5_000 };
/** Fewer commands than this are no replay worth a progress bar. */
const WORTH_SHOWING = 20;

export const createReplay = (options: {
  outbox: Outbox;
  database: FestivalDatabase;
  /** False while the link is down: then nothing is sent. */
  reachable: () => boolean;
  subjectOf: (command: Command) => Subject;
  /** A command was taken in, sent or settled. */
  onChange: (command: StoredCommand, change: 'added' | 'sent' | 'settled') => void;
  /** There was no room for an action on this laptop's disk. */
  onDiskFull: () => void;
  clock: Clock;
  /** 0 ≤ random() < 1, for the jitter. */
  random: () => number;
  log: Log;
  /** How long `submit` waits for what becomes of a command, milliseconds. */
  answerWithinMs?: number;
}): Replay => {
  const { outbox, database, clock, log } = options;
  const lanes = createLanes();
  const waiters = new Map<string, ((outcome: CommandOutcome) => void)[]>();
  const timers = new Set<NodeJS.Timeout>();
  const running = new Set<Promise<void>>();
  /** Commands that failed for a reason of their own rest, and their lanes with them. */
  const resting = new Set<string>();
  let closed = false;
  let full = false;
  let pausedUntil = 0;
  let outages = 0;
  let done = 0;
  let total = 0;

  const later = (ms: number, act: () => void): void => {
    const timer = setTimeout(() => {
      timers.delete(timer);
      if (!closed) act();
    }, ms);
    timers.add(timer);
  };

  const enter = (stored: StoredCommand): void => {
    lanes.add(stored.operationId, stored.keys);
    total += 1;
  };

  const entered = (operationId: string): void => {
    const added = outbox.find(operationId);
    if (added === undefined) throw new Error('a command that was taken in is not in the outbox');
    enter(added);
    options.onChange(added, 'added');
  };

  const settled = (stored: StoredCommand, outcome: CommandOutcome, kept: boolean): void => {
    outbox.settle(stored.operationId, outcome, new Date(clock.now()).toISOString(), kept);
    lanes.remove(stored.operationId);
    done += 1;
    if (lanes.size() === 0) {
      done = 0;
      total = 0;
    }
    for (const tell of waiters.get(stored.operationId) ?? []) tell(outcome);
    waiters.delete(stored.operationId);
    const after = outbox.find(stored.operationId);
    if (after !== undefined) options.onChange(after, 'settled');
  };

  /** Nothing is wrong with the command: the festival's database does not answer as it should. All lanes wait. */
  const pause = (): void => {
    const ms = backoffMs(outages, options.random, RETRY);
    outages += 1;
    const until = clock.monotonic() + ms;
    pausedUntil = until;
    // A timer counts whole milliseconds and may be early by a part of one: it ends its own pause, not the clock.
    later(ms, () => {
      if (pausedUntil === until) pausedUntil = 0;
      pump();
    });
  };

  const putOff = (stored: StoredCommand, error: unknown): void => {
    outbox.countAttempt(stored.operationId);
    const attempts = stored.attempts + 1;
    log.warn('a command failed', { command: stored.command, operationId: stored.operationId, attempts, error });
    if (attempts >= ATTEMPTS) {
      const why = error instanceof TransientRefusal ? error.error : { code: 'internal', params: {} };
      settled(stored, { outcome: 'rejected', error: why }, false);
      return;
    }
    resting.add(stored.operationId);
    later(backoffMs(attempts, options.random, RETRY), () => {
      resting.delete(stored.operationId);
      pump();
    });
  };

  const send = async (operationId: string): Promise<void> => {
    const stored = outbox.find(operationId);
    if (stored === undefined || closed) return;
    const command = parseStored(stored);
    if (command === undefined || hashOf(command) !== stored.contentHash) {
      // Written by another version, or changed on the disk: a person decides, the lane goes on.
      settled(stored, { outcome: 'rejected', error: { code: 'command_unreadable', params: {} } }, false);
      return;
    }
    try {
      if (stored.state === 'waiting') {
        outbox.markSent(operationId);
        options.onChange({ ...stored, state: 'sent' }, 'sent');
      }
      const outcome = await applyCommand(database, command);
      outages = 0;
      settled(stored, outcome, true);
    } catch (error) {
      if (closed) return;
      if (error instanceof OutcomeUnknown || isConnectionError(error) || isServerTrouble(error)) {
        log.warn('a command was not answered', { command: stored.command, operationId, error });
        pause();
      } else putOff(stored, error);
    }
  };

  function pump(): void {
    if (closed || !options.reachable() || clock.monotonic() < pausedUntil) return;
    for (const operationId of lanes.takeReady(LANES - running.size, resting)) {
      const sending = send(operationId)
        .catch((error) => {
          // The laptop's own disk refused: the command stays as it was, and is sent again.
          log.error('the outbox could not be written', { operationId, error });
          pause();
        })
        .finally(() => {
          lanes.giveBack(operationId);
          running.delete(sending);
          pump();
        });
      running.add(sending);
    }
  }

  const outcomeWithin = (operationId: string): Promise<CommandOutcome> =>
    new Promise((resolve) => {
      const told = (outcome: CommandOutcome): void => {
        clearTimeout(timer);
        resolve(outcome);
      };
      const timer = setTimeout(() => {
        waiters.delete(operationId);
        resolve({ outcome: 'waiting' });
      }, options.answerWithinMs ?? ANSWER_WITHIN_MS);
      waiters.set(operationId, [...(waiters.get(operationId) ?? []), told]);
    });

  /** An unknown or waiting correction blocks further ones of its card (offline.md; money.md). */
  const blockedBy = (command: Command): string | undefined => {
    if (!movesMoney(command.name)) return undefined;
    const other = options
      .subjectOf(command)
      .keys.filter((key) => key.startsWith('card:'))
      .flatMap((key) => lanes.onKey(key))
      .map((operationId) => outbox.find(operationId))
      .find((stored) => stored !== undefined && movesMoney(stored.command));
    if (other === undefined) return undefined;
    return other.state === 'sent' ? 'correction_unknown' : 'correction_waiting';
  };

  const submit = async (command: Command): Promise<Answer<CommandOutcome>> => {
    const { operationId, supersedes } = command.input;
    const contentHash = hashOf(command);
    const known = outbox.find(operationId);
    if (known === undefined) {
      const blocked = blockedBy(command);
      if (blocked !== undefined) return failed(blocked);
      const discarded = rulesOf(command.name).discards?.(command.input);
      const closes =
        discarded !== undefined
          ? { operationId: discarded, as: 'dropped' as const, by: command.author.operator }
          : supersedes === undefined
            ? undefined
            : { operationId: supersedes, as: 'redone' as const, by: operationId };
      if (closes !== undefined && !outbox.tray().some((one) => one.operationId === closes.operationId)) {
        return failed('not_in_tray');
      }
      try {
        outbox.add(toStored(command, contentHash, options.subjectOf(command)), closes);
      } catch (error) {
        if (!isDiskFull(error)) throw error;
        log.error('the disk is full: an action was not taken in', { command: command.name, error });
        full = true;
        options.onDiskFull();
        return failed('disk_full');
      }
      full = false;
      entered(operationId);
    } else if (known.contentHash !== contentHash) {
      return answered({ outcome: 'rejected', error: { code: 'operation_reused', params: {} } });
    } else if (known.outcome !== null) return answered(known.outcome);
    if (!options.reachable()) return answered({ outcome: 'waiting' });
    const outcome = outcomeWithin(operationId);
    pump();
    return answered(await outcome);
  };

  for (const stored of outbox.unsettled()) enter(stored);

  return {
    submit,
    adopt: (command) => {
      if (outbox.add(command) === undefined) return false;
      entered(command.operationId);
      pump();
      return true;
    },
    giveAgain: async (operationId, as) => {
      const stored = outbox.tray().find((one) => one.operationId === operationId);
      if (stored === undefined) return failed('not_in_tray');
      if (outbox.giveAgain(operationId)) {
        const again = { ...stored, state: 'waiting' as const };
        enter(again);
        options.onChange(again, 'added');
        pump();
        return answered({});
      }
      const command = parseStored(stored);
      if (command === undefined) return failed('command_unreadable');
      const input = { ...command.input, operationId: as.operationId, supersedes: operationId };
      const outcome = await submit(as.sign({ name: command.name, input, author: as.author } as GivenCommand));
      return outcome.ok ? answered({}) : outcome;
    },
    seen: (operationId, by) => {
      const stored = outbox.find(operationId);
      if (stored !== undefined && outbox.close(operationId, { as: 'seen', by })) options.onChange(stored, 'settled');
    },
    wake: () => {
      pausedUntil = 0;
      pump();
    },
    diskFull: () => full,
    progress: () => (total < WORTH_SHOWING ? null : { done, total }),
    close: async () => {
      closed = true;
      for (const timer of timers) clearTimeout(timer);
      for (const [, tells] of waiters) for (const tell of tells) tell({ outcome: 'waiting' });
      waiters.clear();
      await Promise.allSettled(running);
    },
  };
};

const toStored = (command: Command, contentHash: string, subject: Subject) => ({
  operationId: command.input.operationId,
  command: command.name,
  // As it crosses the disk: without what is undefined.
  input: z.record(z.string(), z.json()).parse(JSON.parse(JSON.stringify(command.input))),
  author: command.author,
  proof: command.proof,
  contentHash,
  ...subject,
});
