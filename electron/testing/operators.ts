import { createHash } from 'node:crypto';
import type pg from 'pg';
import { v5 as uuidOf } from 'uuid';
import type { Author } from '../../shared/domain/operator.ts';
import type { Role } from '../../shared/domain/rights.ts';
import { wrapSecret } from '../operations/operators/pin.ts';
import type { SigningKey } from '../operations/operators/proof.ts';
import { type Command, type SubmittedCommand, signCommand } from '../operations/registry.ts';

/** The PIN of everybody in tests. */
export const PIN = '2468';

/** Who is there in the test databases (global-setup.ts). */
export const TEST_OPERATORS = ['Léa', 'Ana', 'Nils', 'Ada', 'Noé'];

const NAMESPACE = '6f1f0d8e-3a55-4f0e-9d0d-7f3f6f1c2b11';
export const operatorIdOf = (name: string): string => uuidOf(name, NAMESPACE);
export const secretOf = (name: string): Buffer => createHash('sha256').update(`secret of ${name}`).digest();

/** What the commands of somebody in tests are signed with. */
export const keyOf = (name: string): SigningKey => ({ keyId: null, secret: secretOf(name) });

/** Who acts in a test, at booth-1 unless told otherwise. */
export const authorOf = (operator: string, changes: Partial<Author> = {}): Author => ({
  ...{ operator, operatorId: operatorIdOf(operator), laptop: 'booth-1', laptopId: null },
  laptopAt: '2026-07-03T21:00:00.000Z',
  ...changes,
});

/** Signs a command as its author, whose secret the test databases know. */
export const signed = (given: SubmittedCommand): Command => signCommand(given, keyOf(given.author.operator));

/** Makes operators as the administrator, with a PIN and a secret that tests know. */
export const createOperators = async (
  admin: pg.ClientBase,
  names: readonly string[],
  role: Role = 'supervisor',
): Promise<void> => {
  for (const name of names) {
    const wrapped = JSON.stringify(await wrapSecret(secretOf(name), PIN));
    await admin.query(
      `insert into console.operators (operator_id, name, role, wrapped, created_by, changed_by)
       values ($1, $2, $3, $4, 'regie-test', 'regie-test') on conflict do nothing`,
      [operatorIdOf(name), name, role, wrapped],
    );
    await admin.query(
      // Whoever was there by that name before stays as they are.
      `insert into console.operator_secrets (operator_id, secret)
       select operator_id, $2 from console.operators where operator_id = $1 on conflict do nothing`,
      [operatorIdOf(name), secretOf(name)],
    );
  }
};
