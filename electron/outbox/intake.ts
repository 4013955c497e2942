import { z } from 'zod';
import { movesMoney, rulesOf } from '../../shared/contract/calls.ts';
import { type Answer, answered, failed } from '../../shared/contract/errors.ts';
import type { CommandOutcome } from '../../shared/contract/outcome.ts';
import { LARGEST_BODY } from '../../shared/domain/command-body.ts';
import { isDiskFull } from '../buffer/buffer.ts';
import type { Closing, NewCommand, Outbox } from '../buffer/outbox.ts';
import type { Log } from '../lib/log.ts';
import { type Command, hashOf } from '../operations/registry.ts';
import type { KeyQueues } from './key-queues.ts';
import type { Ordering } from './ordering-keys.ts';

/** How a command comes into the outbox, or why it does not. */
export type Intake = {
  /**
   * Writes a command to the disk, once, however often it comes.
   * @returns `pending` where its outcome is not known yet, else the answer to give
   */
  accept(command: Command): 'pending' | Answer<CommandOutcome>;
  /** Whether the laptop's disk had no room for the last action. */
  diskFull(): boolean;
};

export const createIntake = (options: {
  outbox: Outbox;
  queues: KeyQueues;
  orderingOf: (command: Command) => Ordering;
  onAdded: (operationId: string) => void;
  onDiskFull: () => void;
  log: Pick<Log, 'error'>;
}): Intake => {
  const { outbox, queues, log } = options;
  let full = false;

  /** A correction that waits, or whose outcome is unknown, blocks further ones of its card. */
  const blockedBy = (command: Command, keys: readonly string[]): string | undefined => {
    if (!movesMoney(command.name)) return undefined;
    const other = keys
      .filter((key) => key.startsWith('card:'))
      .flatMap((key) => queues.onKey(key))
      .map((operationId) => outbox.find(operationId))
      .find((stored) => stored !== undefined && movesMoney(stored.command));
    if (other === undefined) return undefined;
    return other.state === 'sent' ? 'correction_unknown' : 'correction_waiting';
  };

  const add = (command: Command, contentHash: string): 'pending' | Answer<CommandOutcome> => {
    if (Buffer.byteLength(command.body) > LARGEST_BODY) return failed('command_too_large');
    const subject = options.orderingOf(command);
    const blocked = blockedBy(command, subject.keys);
    if (blocked !== undefined) return failed(blocked);
    const closes = closedBy(command);
    if (closes !== undefined && outbox.conflict(closes.operationId) === undefined) return failed('not_in_conflicts');
    try {
      outbox.add(toStored(command, contentHash, subject), closes);
    } catch (error) {
      if (!isDiskFull(error)) throw error;
      log.error('the disk is full: an action was not accepted', { command: command.name, error });
      full = true;
      options.onDiskFull();
      return failed('disk_full');
    }
    full = false;
    options.onAdded(command.input.operationId);
    return 'pending';
  };

  return {
    accept: (command) => {
      const contentHash = hashOf(command);
      const stored = outbox.find(command.input.operationId);
      if (stored === undefined) return add(command, contentHash);
      if (stored.contentHash !== contentHash) {
        return answered({ outcome: 'rejected', error: { code: 'operation_reused', params: {} } });
      }
      return stored.outcome === null ? 'pending' : answered(stored.outcome);
    },
    diskFull: () => full,
  };
};

/** The conflict whose place this command takes. */
const closedBy = ({ name, input, author }: Command): ({ operationId: string } & Closing) | undefined => {
  const discarded = rulesOf(name).discards?.(input);
  if (discarded !== undefined) return { operationId: discarded, as: 'dropped', by: author.operator };
  const { supersedes, operationId } = input;
  return supersedes === undefined ? undefined : { operationId: supersedes, as: 'redone', by: operationId };
};

const toStored = (command: Command, contentHash: string, subject: Ordering): NewCommand => ({
  operationId: command.input.operationId,
  command: command.name,
  // As it crosses the disk: without what is undefined.
  input: z.record(z.string(), z.json()).parse(JSON.parse(JSON.stringify(command.input))),
  author: command.author,
  body: command.body,
  keyId: command.keyId,
  proof: command.proof,
  contentHash,
  ...subject,
});
