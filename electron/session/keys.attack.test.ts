import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { v7 as uuid } from 'uuid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { commandRights } from '../../shared/contract/rights.ts';
import { writeBody } from '../../shared/domain/command-body.ts';
import { openBuffer } from '../buffer/buffer.ts';
import { createPreferenceStore } from '../buffer/preferences.ts';
import { startCore } from '../core.ts';
import { endLaptop } from '../operations/laptops/laptops.ts';
import { signInOnline } from '../operations/operators/online-sign-in.ts';
import { readOperators } from '../operations/operators/operators.ts';
import { pinKeyOf, stretchPin, wrappingKeyOf } from '../operations/operators/pin.ts';
import { commandProof, type SigningKey } from '../operations/operators/proof.ts';
import { createTestDatabase, type TestDatabase } from '../testing/database.ts';
import { eventually } from '../testing/eventually.ts';
import {
  authorOf,
  createOperators,
  enrolLaptop,
  laptopOf,
  operatorIdOf,
  PIN,
  signatoryOf,
} from '../testing/operators.ts';
import { guessPins } from '../testing/pin-guesses.ts';
import { createDeviceKeys } from './device-keys.ts';
import { createKeptKeys } from './kept-keys.ts';

/*
 * What a thief can do who has a full copy of a laptop's data directory, without a keychain, and the consoles' login
 * (docs/security.md). Ola and Léa have signed in on it, Max never has.
 */

const CHEAP = { n: 2, r: 1, p: 1, salt: Buffer.alloc(16, 3).toString('base64') };
const MAX_PIN = '4711';
const MAX = operatorIdOf('Max');
let database: TestDatabase;
let dataDir: string;
/** The thief's. */
let copy: string;

const filesIn = (folder: string): string[] =>
  readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    return statSync(path).isDirectory() ? filesIn(path) : [path];
  });

beforeAll(async () => {
  database = await createTestDatabase();
  await createOperators(database.admin, ['Ola'], 'operator');
  await database.admin.query(
    `insert into console.operators (operator_id, name, role, pin_params, pin_digits, created_by, changed_by)
     values ($1, 'Max', 'operator', $2, 4, 'test', 'test')`,
    [MAX, JSON.stringify(CHEAP)],
  );
  const pinKey = pinKeyOf(await stretchPin(MAX_PIN, CHEAP));
  await database.admin.query('insert into console.pin_keys values ($1, $2)', [MAX, pinKey]);
  dataDir = mkdtempSync(join(tmpdir(), 'regie-keys-'));
  await enrolLaptop(database.admin, { laptop: 'booth-1', dataDir });
  const core = await startCore({
    ...{ dataDir, laptop: 'booth-1', version: '0.0.0' },
    connection: database.consoleSettings,
  });
  for (const name of ['Ola', 'Léa']) {
    await eventually(
      async () =>
        expect(await core.call('session.signIn', { operatorId: operatorIdOf(name), pin: PIN })).toMatchObject({
          value: { operator: name, steppedUp: true },
        }),
      { interval: 200 },
    );
  }
  // Taken while it runs, somebody signed in.
  copy = mkdtempSync(join(tmpdir(), 'regie-copy-'));
  cpSync(dataDir, copy, { recursive: true });
  await core.close();
});
afterAll(async () => {
  await database.close();
  for (const folder of [dataDir, copy]) rmSync(folder, { recursive: true, force: true });
});

const secrets = async (text: string): Promise<Buffer[]> =>
  (await database.admin.query(text)).rows.map(({ secret }) => Buffer.from(String(secret).slice(2), 'hex'));
const contents = (): Buffer[] => filesIn(copy).map((file) => readFileSync(file));
const isIn = (files: readonly Buffer[], secret: Buffer): boolean =>
  files.some((file) =>
    [secret, Buffer.from(secret.toString('hex')), Buffer.from(secret.toString('base64'))].some((form) =>
      file.includes(form),
    ),
  );
/** Opens somebody's key in the copy, as whoever has found their PIN. */
const crack = async (name: string, pin = PIN): Promise<SigningKey | undefined> => {
  const operators = await database.festival.read(readOperators);
  const { rows } = await database.admin.query('select festival_id from console.identity');
  const festivalId = String(rows[0]?.festival_id);
  const log = { warn: () => undefined };
  const device = createDeviceKeys({ dataDir: copy, secrets: undefined, log }).read(festivalId);
  const buffer = openBuffer(join(copy, 'laptop.sqlite'), 'mirror');
  try {
    const kept = createKeptKeys({ store: createPreferenceStore(buffer), festivalId: () => festivalId });
    const operator = operators.find((one) => one.name === name);
    const found = operator && kept.find(operator.operatorId, operator.pinAt);
    if (found === undefined || device === undefined) return undefined;
    // What each try costs, and what only the right PIN with the right laptop opens.
    expect(found.pinParams).toMatchObject({ n: 2 ** 17, r: 8 });
    expect(await kept.open(found, pin, Buffer.alloc(32))).toBeUndefined();
    return await kept.open(found, pin, device.deviceKey);
  } finally {
    buffer.close();
  }
};
const take = async (name: string, { keyId, secret }: SigningKey, command: string): Promise<string> => {
  const author = authorOf(name, { laptopId: laptopOf('booth-1').laptopId });
  const body = writeBody({ name: command, input: { operationId: uuid() }, author });
  const { rows } = await database.admin.query('select console.take_command($1, $2, $3) as answer', [
    body,
    keyId,
    commandProof(secret, body),
  ]);
  return rows[0]?.answer.taken ? 'taken' : rows[0]?.answer.outcome.error.code;
};
const stepUps = commandRights.filter(({ stepUp }) => stepUp);

describe('with a full copy of a laptop', () => {
  it('nothing is found of somebody who has never signed in there', async () => {
    const device = laptopOf('booth-1').deviceKey;
    const files = contents();
    const readable = files.map((file) => file.toString('latin1')).join('\n');
    // The operators are there, and so is the laptop's key.
    expect(readable).toContain(MAX);
    expect(isIn(files, device)).toBe(true);
    const opens = (stretched: Buffer): boolean => isIn(files, wrappingKeyOf(stretched, device));
    const nonces = [uuid()];
    expect(await guessPins([readable], { params: CHEAP, operatorId: MAX, nonces })).toEqual([[]]);
    expect(opens(await stretchPin(MAX_PIN, CHEAP))).toBe(false);
    expect(await crack('Max', MAX_PIN)).toBeUndefined();
  });

  it('no key of a session is there, nor any other in the clear', async () => {
    const files = contents();
    const all = [
      ...(await secrets('select secret from console.signing_keys')),
      ...(await secrets('select pin_key as secret from console.pin_keys')),
    ];
    expect(all.length).toBeGreaterThan(10);
    expect(all.filter((secret) => isIn(files, secret))).toEqual([]);
  });

  it('the PIN of somebody who has signed in there signs what can wait, and nothing that asks for a session', async () => {
    expect(await crack('Léa', '000000')).toBeUndefined();
    for (const name of ['Ola', 'Léa']) {
      const key = await crack(name);
      if (key === undefined) throw new Error(`${name}’s key is not there`);
      expect(await take(name, key, 'alert.note')).toBe('taken');
      for (const { command, roles } of stepUps) {
        const may = name === 'Léa' || roles.includes('operator');
        expect([command, await take(name, key, command)]).toEqual([command, may ? 'step_up_required' : 'not_allowed']);
      }
    }
  });

  it('a PIN of four digits that was found signs in with the network: it approves nothing and changes no setting', async () => {
    const operator = { operatorId: operatorIdOf('Ola'), name: 'Ola' };
    const stretch = (params: Parameters<typeof stretchPin>[1]) => stretchPin(PIN, params);
    const laptop = laptopOf('booth-1');
    const opened = await signInOnline(database.festival, { operator, laptop, stretch, once: false });
    if (!opened.ok) throw new Error(opened.error.code);
    for (const { command } of stepUps) {
      const expected = command === 'operators.changePin' ? 'taken' : 'not_allowed';
      expect([command, await take('Ola', opened.value.sessionKey, command)]).toEqual([command, expected]);
    }
    // Who may has six digits: at the price above, 10⁶ of them are days of two cores (docs/security.md).
    const { rows } = await database.admin.query(
      `select count(*)::int as short from console.operators where role = 'supervisor' and pin_digits < 6`,
    );
    expect(rows).toEqual([{ short: 0 }]);
  });

  it('all of it is worth nothing once the laptop was ended', async () => {
    const [ola, lea] = [await crack('Ola'), await crack('Léa')];
    if (ola === undefined || lea === undefined) throw new Error('a key is not there');
    await endLaptop(database.festival, signatoryOf('Noé'), laptopOf('booth-1'));
    expect(await take('Ola', ola, 'alert.note')).toBe('key_ended');
    expect(await take('Léa', lea, 'alert.note')).toBe('key_ended');
    const operator = { operatorId: operatorIdOf('Ola'), name: 'Ola' };
    const stretch = (params: Parameters<typeof stretchPin>[1]) => stretchPin(PIN, params);
    const laptop = laptopOf('booth-1');
    expect(await signInOnline(database.festival, { operator, laptop, stretch, once: false })).toMatchObject({
      error: { code: 'laptop_ended' },
    });
  });
});
