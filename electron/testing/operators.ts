import { createHash } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import type pg from 'pg';
import { v5 as uuidOf } from 'uuid';
import type { Author } from '../../shared/domain/operator.ts';
import type { Role } from '../../shared/domain/rights.ts';
import { enrolmentStatements } from '../operations/laptops/by-administrator.ts';
import type { EnrolledAs } from '../operations/laptops/laptops.ts';
import { type PinParams, pinKeyOf, stretchPin } from '../operations/operators/pin.ts';
import type { SigningKey } from '../operations/operators/proof.ts';
import type { Signatory } from '../operations/operators/signed.ts';
import { type Command, type SubmittedCommand, signCommand } from '../operations/registry.ts';
import { createDeviceKeys } from '../session/device-keys.ts';

/** The PIN of everybody in tests: long enough for a supervisor. */
export const PIN = '246813';

/** Who is there in the test databases (global-setup.ts). */
export const TEST_OPERATORS = ['Léa', 'Ana', 'Nils', 'Ada', 'Noé'];

const NAMESPACE = '6f1f0d8e-3a55-4f0e-9d0d-7f3f6f1c2b11';
export const operatorIdOf = (name: string): string => uuidOf(name, NAMESPACE);
const secretOf = (words: string): Buffer => createHash('sha256').update(`secret of ${words}`).digest();

/** A key of the laptop, or of a session, with which somebody signs in tests. The test databases have it for each operator. */
export const keyOf = (name: string, kind: 'laptop' | 'session' = 'session'): SigningKey => ({
  keyId: uuidOf(`${kind} key of ${name}`, NAMESPACE),
  secret: secretOf(`${kind} key of ${name}`),
});
/** The laptop of that name as `enrolLaptop` makes it. */
export const laptopOf = (name: string): EnrolledAs => ({
  laptopId: uuidOf(`laptop ${name}`, NAMESPACE),
  name,
  deviceKey: secretOf(`laptop ${name}`),
});

/** Where everybody signs who has not signed in anywhere. */
export const TEST_LAPTOP = laptopOf('test-laptop');

/** Who acts in a test, at booth-1 unless told otherwise. */
export const authorOf = (operator: string, changes: Partial<Author> = {}): Author => ({
  ...{ operator, operatorId: operatorIdOf(operator), laptop: 'booth-1', laptopId: TEST_LAPTOP.laptopId },
  laptopAt: '2026-07-03T21:00:00.000Z',
  ...changes,
});

/** Somebody who can sign. */
export const signatoryOf = (name: string): Signatory => ({
  author: authorOf(name),
  laptopKey: keyOf(name, 'laptop'),
  sessionKey: keyOf(name),
});

/** Signs a command as its author, whose keys the test databases know. */
export const signed = (given: SubmittedCommand): Command => signCommand(given, keyOf(given.author.operator));

/**
 * One salt for everybody: what is made of their PIN is made once. Cheap, as nobody guesses it: what the product makes a sign-in
 * cost is its own, for whomever it adds or whose PIN it changes.
 */
export const TEST_PIN_PARAMS: PinParams = { n: 2 ** 4, r: 8, p: 1, salt: Buffer.alloc(16, 7).toString('base64') };
let pinKey: Promise<Buffer> | undefined;

const run = async (admin: pg.ClientBase, statements: ReturnType<typeof enrolmentStatements>): Promise<void> => {
  for (const { text, values } of statements) await admin.query(text, [...values]);
};

/** Makes operators as the administrator, with a PIN and with keys that tests know. */
export const createOperators = async (
  admin: pg.ClientBase,
  names: readonly string[],
  role: Role = 'supervisor',
): Promise<void> => {
  pinKey ??= stretchPin(PIN, TEST_PIN_PARAMS).then(pinKeyOf);
  await run(admin, enrolmentStatements(TEST_LAPTOP));
  for (const name of names) {
    const operatorId = operatorIdOf(name);
    await admin.query(
      `insert into console.operators (operator_id, name, role, pin_params, pin_digits, created_by, changed_by)
       values ($1, $2, $3, $4, $5, 'regie-test', 'regie-test') on conflict do nothing`,
      [operatorId, name, role, JSON.stringify(TEST_PIN_PARAMS), PIN.length],
    );
    await admin.query(
      // Whoever was there by that name before stays as they are.
      `insert into console.pin_keys (operator_id, pin_key)
       select operator_id, $2 from console.operators where operator_id = $1 on conflict do nothing`,
      [operatorId, await pinKey],
    );
    for (const kind of ['laptop', 'session'] as const) {
      const { keyId, secret } = keyOf(name, kind);
      await admin.query(
        `insert into console.signing_keys (key_id, operator_id, laptop_id, kind, secret, expires_at)
         select $1, operator_id, $3, $4, $5, case when $4 = 'session' then now() + interval '10 years' end
         from console.operators where operator_id = $2 on conflict do nothing`,
        [keyId, operatorId, TEST_LAPTOP.laptopId, kind, secret],
      );
    }
  }
};

/** Enrols a laptop as the administrator, and writes its device key into its data directory. */
export const enrolLaptop = async (
  admin: pg.ClientBase,
  { laptop, dataDir }: { laptop: string; dataDir: string },
): Promise<void> => {
  await run(admin, enrolmentStatements(laptopOf(laptop)));
  const { rows } = await admin.query('select festival_id from console.identity');
  const log = { warn: () => undefined };
  mkdirSync(dataDir, { recursive: true });
  createDeviceKeys({ dataDir, secrets: undefined, log }).write(String(rows[0]?.festival_id), laptopOf(laptop));
};
