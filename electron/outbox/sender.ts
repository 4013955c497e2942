import { isCommandName } from '../../shared/contract/calls.ts';
import { type Answer, answered, failed } from '../../shared/contract/errors.ts';
import { NEVER_AGAIN } from '../../shared/contract/outbox.ts';
import type { CommandOutcome } from '../../shared/contract/outcome.ts';
import { needsStepUp } from '../../shared/contract/rights.ts';
import type { Clock } from '../../shared/domain/clock.ts';
import type { NewCommand, Outbox, StoredCommand } from '../buffer/outbox.ts';
import type { Log } from '../lib/log.ts';
import { type Command, hashOf, parseStored, type SubmittedCommand } from '../operations/registry.ts';
import type { FestivalDatabase } from '../postgres/pool.ts';
import { createIntake } from './intake.ts';
import { createKeyQueues } from './key-queues.ts';
import type { Ordering } from './ordering-keys.ts';
import { createOutcomeWaiters } from './outcome-waiters.ts';
import { createPump, UNPROVEN } from './pump.ts';

/** The way of every command: into the outbox, then, in order and exactly once, into the festival's database. */
export type Sender = {
  /**
   * Writes a command to the disk and sends it. Answers with its outcome, or with `waiting` where that is not known
   * within two seconds: it is sent then without anybody waiting for it.
   */
  submit(command: Command): Promise<Answer<CommandOutcome>>;
  /** Takes over a command that was submitted on another laptop, as it is. @returns false where it is here already. */
  adopt(command: NewCommand): boolean;
  /** Sends a conflict again: under its own id where the database stored nothing under that, else as a new command. */
  resubmit(operationId: string, as: SentAgainBy): Promise<Answer<object>>;
  /** The operator saw this conflict or rejection when it happened: it needs no place in the inbox of conflicts. */
  markSeen(operationId: string, by: string): void;
  /** The link is back: what waits is sent now. */
  wake(): void;
  /** Whether the laptop's disk had no room for the last action. */
  diskFull(): boolean;
  /** How much of what waited has been sent; null while only a few commands wait. */
  progress(): { done: number; total: number } | null;
  /** Stops sending. What is being sent keeps its state. */
  close(): Promise<void>;
};

/** Who sends a conflict again. */
export type SentAgainBy = {
  /** For a new command. */
  readonly operationId: string;
  readonly author: Command['author'];
  readonly sign: (command: SubmittedCommand) => Command;
  /** What they sign with today, under the very text that they gave before; undefined where somebody else gave it. */
  readonly prove: (command: Command) => Pick<Command, 'keyId' | 'proof'> | undefined;
};

export type SenderOptions = {
  outbox: Outbox;
  database: FestivalDatabase;
  /** False while the link is down: then nothing is sent. */
  reachable: () => boolean;
  orderingOf: (command: Command) => Ordering;
  onChange: (command: StoredCommand, change: 'added' | 'sent' | 'settled') => void;
  /** There was no room for an action on this laptop's disk. */
  onDiskFull: () => void;
  clock: Clock;
  /** 0 ≤ random() < 1, for the jitter. */
  random: () => number;
  log: Log;
  /** How long `submit` waits for a command's outcome, milliseconds. */
  answerWithinMs?: number;
};

const ANSWER_WITHIN_MS = 2_000;

export const createSender = (options: SenderOptions): Sender => {
  const { outbox, reachable, onChange, clock } = options;
  const queues = createKeyQueues();
  const waiters = createOutcomeWaiters(options.answerWithinMs ?? ANSWER_WITHIN_MS);
  const progress = createProgress();

  const enqueue = ({ operationId, keys }: StoredCommand): void => {
    queues.add(operationId, keys);
    progress.added();
  };
  const onAdded = (operationId: string): void => {
    const added = outbox.find(operationId);
    if (added === undefined) throw new Error('a command that was accepted is not in the outbox');
    enqueue(added);
    onChange(added, 'added');
  };
  const settle = ({ operationId }: StoredCommand, outcome: CommandOutcome, inDatabase: boolean): void => {
    outbox.settle(operationId, outcome, new Date(clock.now()).toISOString(), inDatabase);
    queues.remove(operationId);
    progress.settled(queues.size());
    waiters.settle(operationId, outcome);
    const settled = outbox.find(operationId);
    if (settled !== undefined) onChange(settled, 'settled');
  };

  const intake = createIntake({ ...options, queues, onAdded });
  const pump = createPump({ ...options, queues, settle, onSent: (command) => onChange(command, 'sent') });

  const submit = async (command: Command): Promise<Answer<CommandOutcome>> => {
    const accepted = intake.accept(command);
    if (accepted !== 'pending') return accepted;
    if (!reachable()) return answered({ outcome: 'waiting' });
    const outcome = waiters.wait(command.input.operationId);
    pump.run();
    return answered(await outcome);
  };

  const resubmit: Sender['resubmit'] = async (operationId, as) => {
    const stored = outbox.conflict(operationId);
    if (stored === undefined) return failed('not_in_conflicts');
    const code = errorOf(stored);
    // What it acted on is gone, or its secret is: it would do something else.
    if (NEVER_AGAIN.includes(code)) return failed(code);
    const command = parseStored(stored);
    // What has no body is never sent: it is signed anew.
    if (stored.body !== '' && outbox.resubmit(operationId, signedAnew(stored, { code, command, as }))) {
      const again = outbox.find(operationId) ?? stored;
      enqueue(again);
      onChange(again, 'added');
      pump.run();
      return answered({});
    }
    if (command === undefined) return failed('command_unreadable');
    const input = { ...command.input, operationId: as.operationId, supersedes: operationId };
    const outcome = await submit(as.sign({ name: command.name, input, author: as.author } as SubmittedCommand));
    return outcome.ok ? answered({}) : outcome;
  };

  for (const stored of outbox.unsettled()) enqueue(stored);

  return {
    submit,
    adopt: (command) => {
      if (outbox.add(command) === undefined) return false;
      onAdded(command.operationId);
      pump.run();
      return true;
    },
    resubmit,
    markSeen: (operationId, by) => {
      const stored = outbox.find(operationId);
      if (stored !== undefined && outbox.close(operationId, { as: 'seen', by })) onChange(stored, 'settled');
    },
    wake: pump.wake,
    diskFull: intake.diskFull,
    progress: progress.view,
    close: async () => {
      const stopped = pump.close();
      waiters.close();
      await stopped;
    },
  };
};

const errorOf = ({ outcome }: StoredCommand): string =>
  outcome !== null && 'error' in outcome ? outcome.error.code : '';

/** The database does not know with what it was signed, or that has ended by now: it has stored nothing under the id. */
const mustBeSigned = ({ command }: StoredCommand, code: string): boolean =>
  UNPROVEN.includes(code) || (code === 'lost_by_database' && isCommandName(command) && needsStepUp(command));

/**
 * With what a command is sent again that the database does not have: as it was signed; with today's key of whoever gave it; or
 * as one of whoever sends it, under the same id, so that whatever else comes under that is refused.
 */
const signedAnew = (
  stored: StoredCommand,
  { code, command, as }: { code: string; command: Command | undefined; as: SentAgainBy },
) => {
  const isKnown = code !== 'lost_by_database' && !UNPROVEN.includes(code);
  if (command === undefined || isKnown) return undefined;
  const proven = as.prove(command);
  if (proven !== undefined || !mustBeSigned(stored, code)) return proven;
  const { name, input } = command;
  const signed = as.sign({ name, input, author: as.author } as SubmittedCommand);
  const { body, keyId, proof } = signed;
  return { author: as.author, body, keyId, proof, contentHash: hashOf(signed) };
};

/** Fewer commands than this are not worth a progress bar. */
const WORTH_SHOWING = 20;

/** Counts since the outbox was last empty. */
const createProgress = () => {
  let done = 0;
  let total = 0;
  return {
    added: (): void => {
      total += 1;
    },
    /** @param left commands that still wait */
    settled: (left: number): void => {
      done = left === 0 ? 0 : done + 1;
      if (left === 0) total = 0;
    },
    view: () => (total < WORTH_SHOWING ? null : { done, total }),
  };
};
