import { createHash } from 'node:crypto';
import { z } from 'zod';
import { type Answer, answered, failed } from '../../../shared/contract/errors.ts';
import type { SignedCall } from '../../../shared/contract/rights.ts';
import { writeBody } from '../../../shared/domain/command-body.ts';
import type { Author } from '../../../shared/domain/operator.ts';
import { type Operator, operatorSchema } from '../../../shared/domain/operator.ts';
import { instantSchema } from '../../../shared/domain/primitives.ts';
import type { Role } from '../../../shared/domain/rights.ts';
import type { FestivalDatabase, Transaction } from '../../postgres/pool.ts';
import { instantColumn } from '../../postgres/rows.ts';
import { sql } from '../../postgres/sql.ts';
import { applied, rejected } from '../command/command-handler.ts';
import { settleOperation, takeCommand } from '../command/operation.ts';
import { newSecret, type WrappedSecret, wrappedSchema, wrapSecret } from './pin.ts';
import { commandProof, type SigningKey } from './proof.ts';

/** An operator as this laptop keeps them, so that they can sign in without the network. */
export const knownOperatorSchema = operatorSchema.extend({
  wrapped: wrappedSchema,
  changedAt: instantSchema,
  secretAt: instantSchema,
});
export type KnownOperator = z.infer<typeof knownOperatorSchema>;

const operatorRow = z.object({
  operator_id: z.uuid(),
  name: z.string(),
  role: operatorSchema.shape.role,
  active: z.boolean(),
  locked_until: instantColumn.nullable(),
  wrapped: wrappedSchema,
  changed_at: instantColumn,
  secret_at: instantColumn,
});

/** All operators of the festival, by name. */
export const readOperators = async (tx: Transaction): Promise<KnownOperator[]> => {
  const rows = await tx.rows(
    operatorRow,
    sql`/* regie:operators */
      select operator_id::text, name, role, active, case when locked_until > clock_timestamp() then locked_until end as locked_until,
        wrapped, changed_at, secret_at
      from console.operators order by lower(name)`,
  );
  return rows.map((row) => ({
    operatorId: row.operator_id,
    name: row.name,
    role: row.role,
    active: row.active,
    lockedUntil: row.locked_until,
    wrapped: row.wrapped,
    changedAt: row.changed_at,
    secretAt: row.secret_at,
  }));
};

/** The answer of what has nothing to tell but that it was done. */
type Nothing = Record<string, never>;

/** What the screens see: never the secret, wrapped or not. */
export const shownOperator = ({ wrapped: _, changedAt: __, secretAt: ___, ...operator }: KnownOperator): Operator =>
  operator;

const bytes = (secret: Buffer): string => secret.toString('hex');

/**
 * The first supervisor of a festival makes themselves.
 * @returns false where somebody was first
 */
export const createFirstSupervisor = async (
  database: FestivalDatabase,
  { operatorId, name, pin, laptop }: { operatorId: string; name: string; pin: string; laptop: string },
): Promise<boolean> => {
  const secret = newSecret();
  const wrapped = JSON.stringify(await wrapSecret(secret, pin));
  const { made } = await database.write((tx) =>
    tx.row(
      z.object({ made: z.boolean() }),
      sql`/* regie:operators */
        select console.create_first_supervisor(${operatorId}::uuid, ${name}::text, ${wrapped}::jsonb,
          decode(${bytes(secret)}::text, 'hex'), ${laptop}::text) as made`,
    ),
  );
  return made;
};

/** Somebody at this laptop who can sign. */
export type Signatory = { readonly author: Author; readonly key: SigningKey };

/** Does a signed command that needs the network, in one transaction. */
const signed = (
  database: FestivalDatabase,
  by: Signatory,
  given: { operationId: string; command: SignedCall; content: Readonly<Record<string, unknown>> },
  act: (tx: Transaction) => Promise<Answer<Nothing>>,
): Promise<Answer<Nothing>> =>
  database.write(async (tx) => {
    const { operationId, command } = given;
    const body = writeBody({ name: command, input: { ...given.content, operationId }, author: by.author });
    const { keyId, secret } = by.key;
    const taken = await takeCommand(tx, { body, keyId, proof: commandProof(secret, body) });
    if (!taken.taken) {
      return taken.outcome.outcome === 'rejected' || taken.outcome.outcome === 'conflict'
        ? { ok: false, error: taken.outcome.error }
        : answered({});
    }
    const answer = await act(tx);
    await settleOperation(tx, operationId, answer.ok ? applied() : rejected(answer.error.code, answer.error.params));
    return answer;
  });

const savedRow = z.object({
  answer: z.discriminatedUnion('outcome', [
    z.object({ outcome: z.literal('saved') }),
    z.object({ outcome: z.literal('refused'), code: z.string() }),
  ]),
});

/**
 * Makes an operator, or changes one: role, whether they may sign in at all, and with `pin` a new PIN. A new PIN given by
 * somebody else comes with a new secret: what was signed with the old one and still waits is refused.
 */
export const saveOperator = async (
  database: FestivalDatabase,
  by: Signatory,
  saved: {
    operationId: string;
    operatorId: string;
    name: string;
    role: Role;
    active: boolean;
    pin: string | undefined;
  },
): Promise<Answer<Nothing>> => {
  const { operationId, operatorId, name, role, active, pin } = saved;
  const secret = pin === undefined ? undefined : newSecret();
  const wrapped: WrappedSecret | undefined =
    pin === undefined || secret === undefined ? undefined : await wrapSecret(secret, pin);
  // The secret itself goes beside the command, which only says which one it is.
  const secretSha256 = secret === undefined ? undefined : createHash('sha256').update(secret).digest('hex');
  const content = { operatorId, name, role, active, wrapped, secretSha256 };
  return signed(database, by, { operationId, command: 'operators.save', content }, async (tx) => {
    const { answer } = await tx.row(
      savedRow,
      sql`/* regie:operators */
        select console.save_operator(${operationId}::uuid, decode(${secret === undefined ? null : bytes(secret)}::text, 'hex')) as answer`,
    );
    if (answer.outcome === 'refused') return failed(answer.code, { name });
    return answered({});
  });
};

/** A new PIN of one's own: the same secret under another key, so that what waits stays valid. */
export const changePin = async (
  database: FestivalDatabase,
  by: Signatory,
  { operationId, pin }: { operationId: string; pin: string },
): Promise<Answer<Nothing>> => {
  const wrapped = await wrapSecret(by.key.secret, pin);
  return signed(database, by, { operationId, command: 'operators.changePin', content: { wrapped } }, async (tx) => {
    await tx.run(sql`/* regie:operators */ select console.change_pin(${operationId}::uuid)`);
    return answered({});
  });
};

const lockedRow = z.object({ locked_until: instantColumn.nullable() });

/** Tells the festival of a PIN that was tried here. @param proof of the right one, else null */
export const notePin = async (
  database: FestivalDatabase,
  tried: { operatorId: string; laptop: string; at: string; proof: string | null },
): Promise<string | null> => {
  const { locked_until: lockedUntil } = await database.write((tx) =>
    tx.row(
      lockedRow,
      sql`/* regie:operators */
        select console.note_pin(${tried.operatorId}::uuid, ${tried.laptop}::text, ${tried.at}::text, ${tried.proof}::text) as locked_until`,
    ),
  );
  return lockedUntil;
};
