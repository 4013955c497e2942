import { z } from 'zod';
import { inputWithoutSecrets, secretCommands } from '../../shared/contract/calls.ts';
import type { RegieError } from '../../shared/contract/errors.ts';
import { type CommandOutcome, commandOutcomeSchema, partlyRefused } from '../../shared/contract/outcome.ts';
import { readBody } from '../../shared/domain/command-body.ts';
import type { Author } from '../../shared/domain/operator.ts';
import type { Buffer } from './buffer.ts';

/** A command as the outbox keeps it. Whoever sends it parses `input` with the contract. */
export type StoredCommand = {
  readonly seq: number;
  readonly operationId: string;
  readonly command: string;
  /** With its operationId, as it was submitted. */
  readonly input: Readonly<Record<string, z.core.util.JSONType>>;
  readonly author: Author;
  /** Its one text, as it was signed and is sent; empty where an older version took it in. */
  readonly body: string;
  /** What it was signed with; null where an older version did. */
  readonly keyId: string | null;
  /** That it is the author's: hexadecimal HMAC of the body. */
  readonly proof: string;
  readonly contentHash: string;
  /** What it acts on: `event:12`, `card:04A1`. Commands with a key in common keep their order. */
  readonly keys: readonly string[];
  readonly snapshot: Readonly<Record<string, z.core.util.JSONType>>;
  readonly state: 'waiting' | 'sent' | 'applied' | 'conflict' | 'rejected';
  readonly attempts: number;
  /** The festival's database keeps this outcome under the operation_id. */
  readonly stored: boolean;
  readonly outcome: CommandOutcome | null;
  readonly settledAt: string | null;
};

export type NewCommand = Omit<StoredCommand, 'seq' | 'state' | 'attempts' | 'stored' | 'outcome' | 'settledAt'>;

/** What changes of a command when it is signed anew. */
export type SignedAnew = Partial<Pick<NewCommand, 'author' | 'body' | 'keyId' | 'proof' | 'contentHash'>>;

/** How a conflict or rejection leaves the inbox of conflicts. */
export type Closing = { readonly as: 'seen' | 'dropped' | 'redone'; readonly by: string };

/**
 * What operators did on this laptop, on disk before the screen confirms it. Every
 * function is one transaction: after a crash it has happened or it has not.
 */
export type Outbox = {
  /**
   * Adds a command; `closes` is the conflict that it replaces, closed in the same transaction.
   * @returns its number, or undefined where the outbox has this operation_id already.
   * @throws the driver's SQLITE_FULL where the disk is full: nothing is added then.
   */
  add(command: NewCommand, closes?: { operationId: string } & Closing): number | undefined;
  find(operationId: string): StoredCommand | undefined;
  /** From now on it may be in the festival's database, whatever happens. */
  markSent(operationId: string): void;
  /** It could not be done now and will be tried again. */
  countAttempt(operationId: string): void;
  /** `stored`: the festival's database has stored the outcome. */
  settle(operationId: string, outcome: CommandOutcome, at: string, stored: boolean): void;
  /** A conflict or rejection is decided. @returns false where it is not in the inbox. */
  close(operationId: string, closing: Closing): boolean;
  /**
   * Out of the inbox of conflicts, to be sent under the same id: as it was signed, or signed anew where the database does not
   * know with what it was signed. @returns false where that is not possible.
   */
  resubmit(operationId: string, anew?: SignedAnew): boolean;
  /** Of those that the festival's database has confirmed as applied, the last ones before a number, the newest first. */
  confirmed(some: { before: number; limit: number }): StoredCommand[];
  /** The database does not have them any more: they come into the inbox of conflicts, with why. Part of one transaction. */
  markLost(lost: readonly { readonly operationId: string; readonly error: RegieError }[]): void;
  /** Not settled, in the order in which they were submitted; those after a number alone where one is given. */
  unsettled(some?: { limit?: number; after?: number }): StoredCommand[];
  /** Undecided conflicts and rejections, oldest first. */
  conflicts(): StoredCommand[];
  /** One of them; undefined where it is decided, or never was one. */
  conflict(operationId: string): StoredCommand | undefined;
  counts(): { waiting: number; undecided: number };
};

const json = <S extends z.ZodType>(schema: S) =>
  z
    .string()
    .transform((text): unknown => JSON.parse(text))
    .pipe(schema);

const row = z
  .object({
    seq: z.int(),
    operation_id: z.string(),
    command: z.string(),
    input: json(z.record(z.string(), z.json())),
    operator: z.string(),
    laptop: z.string(),
    laptop_at: z.string(),
    body: z.string(),
    key_id: z.string().nullable(),
    proof: z.string(),
    content_hash: z.string(),
    keys: json(z.array(z.string())),
    saw: json(z.record(z.string(), z.json())),
    state: z.enum(['waiting', 'sent', 'applied', 'conflict', 'rejected']),
    attempts: z.int(),
    stored: z.int(),
    outcome: json(commandOutcomeSchema).nullable(),
    settled_at: z.string().nullable(),
  })
  .transform(
    (stored): StoredCommand => ({
      seq: stored.seq,
      operationId: stored.operation_id,
      ...saidBy(stored),
      body: stored.body,
      keyId: stored.key_id,
      proof: stored.proof,
      contentHash: stored.content_hash,
      keys: stored.keys,
      snapshot: stored.saw,
      state: stored.state,
      attempts: stored.attempts,
      stored: stored.stored === 1,
      outcome: stored.outcome,
      settledAt: stored.settled_at,
    }),
  );
/** The body says what the command is; the columns beside it are what an older version kept. */
const saidBy = (stored: {
  operation_id: string;
  body: string;
  command: string;
  input: StoredCommand['input'];
  operator: string;
  laptop: string;
  laptop_at: string;
}): Pick<StoredCommand, 'command' | 'input' | 'author'> => {
  const said = readBody(stored.body);
  if (said !== undefined) {
    const { command, author, input } = said;
    return { command, author, input: { ...input, operationId: stored.operation_id } };
  }
  const { command, input, operator, laptop, laptop_at: laptopAt } = stored;
  return { command, input, author: { operator, operatorId: '', laptop, laptopId: null, laptopAt } };
};
const countsRow = z.object({ waiting: z.int(), undecided: z.int() });

const COLUMNS = `seq, operation_id, command, input, operator, laptop, laptop_at, body, key_id, proof, content_hash, keys, saw,
  state, attempts, stored, outcome, settled_at`;

const secretRow = z.object({ seq: z.int(), command: z.string(), input: json(z.record(z.string(), z.json())) });

/**
 * Removes secrets from the commands that will not be sent any more, or from all. With secure_delete nothing of them is
 * left in the file, and none in its log once that is written back.
 * @returns whether there were any
 */
export const forgetSecrets = (buffer: Buffer, which: 'settled' | 'all'): boolean => {
  const select = buffer.prepare(`
    select seq, command, input from outbox
    where command in (select value from json_each(?)) ${which === 'all' ? '' : `and (${SETTLED})`}`);
  const update = buffer.prepare(`update outbox set input = ?, body = '' where seq = ? and (input <> ? or body <> '')`);
  let changes = 0;
  for (const found of z.array(secretRow).parse(select.all(JSON.stringify(secretCommands)))) {
    const input = JSON.stringify(inputWithoutSecrets(found.command, found.input));
    changes += update.run(input, found.seq, input).changes;
  }
  return changes > 0;
};

/** Nothing sends these again: a rejection that the database has not stored may still be. */
const SETTLED = "state = 'applied' or closed_as is not null or (state in ('conflict', 'rejected') and stored = 1)";

/** Nobody has decided these yet. */
const UNDECIDED = "state in ('conflict', 'rejected') and closed_as is null";

export const createOutbox = (buffer: Buffer): Outbox => {
  const insert = buffer.prepare(`
    insert into outbox (
      operation_id, command, input, operator, laptop, laptop_at, body, key_id, proof, content_hash, keys, saw)
    values (
      @operationId, @command, @input, @operator, @laptop, @laptopAt, @body, @keyId, @proof, @contentHash, @keys, @saw)
    on conflict (operation_id) do nothing`);
  const selectOne = buffer.prepare(`select ${COLUMNS} from outbox where operation_id = ?`);
  const updateSent = buffer.prepare("update outbox set state = 'sent' where operation_id = ? and state = 'waiting'");
  const updateAttempts = buffer.prepare('update outbox set attempts = attempts + 1 where operation_id = ?');
  const updateOutcome = buffer.prepare(`
    update outbox set state = @state, outcome = @outcome, settled_at = @at, stored = @stored
    where operation_id = @operationId and state in ('waiting', 'sent')`);
  const updateClosed = buffer.prepare(`
    update outbox set closed_as = @as, closed_by = @by
    where operation_id = @operationId and ${UNDECIDED}`);
  const updateAgain = buffer.prepare(`
    update outbox set state = 'waiting', outcome = null, settled_at = null, attempts = 0,
      operator = coalesce(@operator, operator), laptop = coalesce(@laptop, laptop),
      laptop_at = coalesce(@laptopAt, laptop_at), body = coalesce(@body, body), key_id = coalesce(@keyId, key_id),
      proof = coalesce(@proof, proof), content_hash = coalesce(@contentHash, content_hash)
    where operation_id = @operationId and state = 'rejected' and stored = 0 and closed_as is null`);
  const selectConfirmed = buffer.prepare(`
    select ${COLUMNS} from outbox
    where stored = 1 and outcome ->> '$.outcome' = 'applied' and seq < ? order by seq desc limit ?`);
  const updateLost = buffer.prepare(`
    update outbox set state = 'rejected', stored = 0, attempts = 0, closed_as = null, closed_by = null, outcome = @outcome
    where operation_id = @operationId`);
  const selectUnsettled = buffer.prepare(
    `select ${COLUMNS} from outbox where state in ('waiting', 'sent') and seq > ? order by seq limit ?`,
  );
  const selectConflicts = buffer.prepare(`select ${COLUMNS} from outbox where ${UNDECIDED} order by seq`);
  const selectConflict = buffer.prepare(`select ${COLUMNS} from outbox where operation_id = ? and ${UNDECIDED}`);
  const selectCounts = buffer.prepare(`
    select (select count(*) from outbox where state in ('waiting', 'sent')) as waiting,
      (select count(*) from outbox where ${UNDECIDED}) as undecided`);

  const forget = (): void => {
    if (forgetSecrets(buffer, 'settled')) buffer.pragma('wal_checkpoint(TRUNCATE)');
  };
  /** The whole file is read for it: only where the command holds secrets. */
  const forgetIfSecret = (operationId: string): void => {
    const stored = row.optional().parse(selectOne.get(operationId));
    if (secretCommands.some((name) => name === stored?.command)) forget();
  };
  // What an older version has left, or a crash.
  forget();

  return {
    add: buffer.transaction((command: NewCommand, closes?: { operationId: string } & Closing) => {
      const { changes, lastInsertRowid } = insert.run({
        operationId: command.operationId,
        command: command.command,
        input: JSON.stringify(command.input),
        operator: command.author.operator,
        laptop: command.author.laptop,
        laptopAt: command.author.laptopAt,
        body: command.body,
        keyId: command.keyId,
        proof: command.proof,
        contentHash: command.contentHash,
        keys: JSON.stringify(command.keys),
        saw: JSON.stringify(command.snapshot),
      });
      if (changes === 0) return undefined;
      if (closes !== undefined) updateClosed.run(closes);
      return Number(lastInsertRowid);
    }),
    find: (operationId) => row.optional().parse(selectOne.get(operationId)),
    markSent: (operationId) => {
      updateSent.run(operationId);
    },
    countAttempt: (operationId) => {
      updateAttempts.run(operationId);
    },
    settle: (operationId, outcome, at, stored) => {
      updateOutcome.run({
        operationId,
        // What was done on some of its alerts alone has to be seen by somebody, like a conflict.
        state: partlyRefused(outcome) === null ? outcome.outcome : 'conflict',
        outcome: JSON.stringify(outcome),
        at,
        stored: stored ? 1 : 0,
      });
      forgetIfSecret(operationId);
    },
    close: (operationId, closing) => {
      const closed = updateClosed.run({ operationId, ...closing }).changes === 1;
      if (closed) forgetIfSecret(operationId);
      return closed;
    },
    resubmit: (operationId, anew) => {
      const { author, body = null, keyId = null, proof = null, contentHash = null } = anew ?? {};
      const { operator = null, laptop = null, laptopAt = null } = author ?? {};
      const signed = { operator, laptop, laptopAt, body, keyId, proof, contentHash };
      return updateAgain.run({ operationId, ...signed }).changes === 1;
    },
    confirmed: ({ before, limit }) => z.array(row).parse(selectConfirmed.all(before, limit)),
    markLost: (lost) => {
      for (const { operationId, error } of lost) {
        updateLost.run({
          operationId,
          outcome: JSON.stringify({ outcome: 'rejected', error } satisfies CommandOutcome),
        });
      }
    },
    unsettled: ({ limit = -1, after = 0 } = {}) => z.array(row).parse(selectUnsettled.all(after, limit)),
    conflicts: () => z.array(row).parse(selectConflicts.all()),
    conflict: (operationId) => row.optional().parse(selectConflict.get(operationId)),
    counts: () => countsRow.parse(selectCounts.get()),
  };
};
