import type pg from 'pg';
import { v7 as uuid } from 'uuid';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { enrolmentStatements, invitationStatement } from '../../electron/operations/laptops/by-administrator.ts';
import { newEnrolmentCode, parseEnrolmentCode } from '../../electron/operations/laptops/enrolment-code.ts';
import { endLaptop, enrolLaptop, inviteLaptop } from '../../electron/operations/laptops/laptops.ts';
import { signInProof } from '../../electron/operations/operators/key-material.ts';
import { type SignedInOnline, signInOnline, signOut } from '../../electron/operations/operators/online-sign-in.ts';
import { createFirstSupervisor } from '../../electron/operations/operators/operators.ts';
import { type PinParams, pinKeyOf, stretchPin } from '../../electron/operations/operators/pin.ts';
import { commandProof, type SigningKey } from '../../electron/operations/operators/proof.ts';
import { connectAs } from '../../electron/testing/connect.ts';
import type { TestDatabase } from '../../electron/testing/database.ts';
import { authorOf, laptopOf, operatorIdOf, PIN, signatoryOf } from '../../electron/testing/operators.ts';
import { guessPins, secretsIn } from '../../electron/testing/pin-guesses.ts';
import { readEverything } from '../../electron/testing/read-everything.ts';
import { borrowTestDatabase } from '../../electron/testing/reused-database.ts';
import type { Answer } from '../../shared/contract/errors.ts';
import { commandRights } from '../../shared/contract/rights.ts';
import { writeBody } from '../../shared/domain/command-body.ts';

/* What the consoles' login can do about PINs, keys and laptops, with a tool of its own (docs/security.md). */

let database: TestDatabase;
/** The login that every laptop has. */
let login: pg.Client;

/** Cheap on purpose: every PIN is tried here. */
const CHEAP: PinParams = { n: 2, r: 1, p: 1, salt: Buffer.alloc(16, 3).toString('base64') };
const MAX_PIN = '4711';
const MAX = operatorIdOf('Max');
const BOOTH = laptopOf('booth-1');

const admin = async (text: string, values: unknown[] = []) => (await database.admin.query(text, values)).rows;
const ask = async (text: string, values: unknown[] = []) => (await login.query(text, values)).rows[0]?.answer;
const pinKey = async (pin: string) => pinKeyOf(await stretchPin(pin, CHEAP));

beforeEach(async () => {
  database = await borrowTestDatabase();
  login = await connectAs(database.consoleSettings);
  for (const { text, values } of enrolmentStatements(BOOTH)) await admin(text, [...values]);
  await admin(
    `insert into console.operators (operator_id, name, role, pin_params, pin_digits, created_by, changed_by)
     values ($1, 'Max', 'operator', $2, 4, 'test', 'test')`,
    [MAX, JSON.stringify(CHEAP)],
  );
  await admin('insert into console.pin_keys values ($1, $2)', [MAX, await pinKey(MAX_PIN)]);
});
afterEach(async () => {
  await login.end();
  await database.close();
});

const challenge = async (): Promise<string> =>
  (await ask('select console.sign_in_challenge($1, $2) as answer', [MAX, BOOTH.laptopId])).nonce;
const tryPin = async (nonce: string, pin: string, deviceKey = BOOTH.deviceKey, client = login) => {
  const proofs = [deviceKey, await pinKey(pin)].map((key) => signInProof(key, nonce, MAX));
  return (await client.query('select console.try_pin($1, $2, $3) as answer', [nonce, ...proofs])).rows[0]?.answer;
};
const verdict = (nonce: string) => ask('select console.sign_in($1, false) as answer', [nonce]);
const signIn = (pin = MAX_PIN): Promise<Answer<SignedInOnline>> =>
  signInOnline(database.festival, {
    operator: { operatorId: MAX, name: 'Max' },
    laptop: BOOTH,
    stretch: (params) => stretchPin(pin, params),
    once: false,
  });
const signedIn = async (): Promise<SignedInOnline & { laptopKey: SigningKey }> => {
  const answer = await signIn();
  if (!answer.ok || answer.value.laptopKey === null) throw new Error(JSON.stringify(answer));
  return { ...answer.value, laptopKey: answer.value.laptopKey };
};
const failures = async (): Promise<number> =>
  (await admin('select failures from console.operators where operator_id = $1', [MAX]))[0]?.failures;
/** Has a command taken that is signed with this key; says why not. */
const take = async ({ keyId, secret }: SigningKey, command = 'alert.note', changes = {}): Promise<string> => {
  const author = authorOf('Max', { laptopId: BOOTH.laptopId, ...changes });
  const body = writeBody({ name: command, input: { operationId: uuid() }, author });
  const answer = await ask('select console.take_command($1, $2, $3) as answer', [
    body,
    keyId,
    commandProof(secret, body),
  ]);
  return answer.taken ? 'taken' : answer.outcome.error.code;
};

describe('with the login alone', () => {
  it('nothing that can be read lets anybody try PINs, and what only the administrator reads does', async () => {
    const { laptopKey } = await signedIn();
    await take(laptopKey);
    // One is on its way, its proof in the database.
    const nonce = await challenge();
    await tryPin(nonce, MAX_PIN);
    const readable = await readEverything(login);
    expect(readable).toContain(MAX);
    expect(readable).toContain(laptopKey.keyId);
    const nonces = [nonce, await challenge(), laptopKey.keyId];
    expect(secretsIn(readable).values.has(laptopKey.secret.toString('hex'))).toBe(false);
    // The same search, of somebody who reads everything: it finds it.
    const readables = [readable, await readEverything(database.admin)];
    expect(await guessPins(readables, { params: CHEAP, operatorId: MAX, nonces })).toEqual([[], [MAX_PIN]]);
  });

  it('nobody is locked, and nothing is learned: without a laptop’s key nothing is counted', async () => {
    for (let times = 0; times < 15; times += 1) {
      expect(await tryPin(await challenge(), '0000', laptopOf('mine').deviceKey)).toEqual({
        outcome: 'refused',
        code: 'laptop_unknown',
      });
      expect(await tryPin(await challenge(), MAX_PIN, laptopOf('mine').deviceKey)).toMatchObject({
        code: 'laptop_unknown',
      });
    }
    expect(await failures()).toBe(0);
    expect(await signIn()).toMatchObject({ ok: true });
  });

  it('no laptop enrols itself', async () => {
    const mine = laptopOf('mine');
    for (const { text, values } of enrolmentStatements(mine)) {
      await expect(login.query(text, [...values])).rejects.toThrow('permission denied');
    }
    expect(await enrolLaptop(database.festival, { code: newEnrolmentCode(), name: 'mine' })).toMatchObject({
      error: { code: 'enrolment_code_wrong' },
    });
    const made = { operatorId: uuid(), name: 'Eve', pin: PIN, laptop: mine };
    expect(await createFirstSupervisor(database.festival, made)).toMatchObject({ error: { code: 'operators_exist' } });
    // Not either where an administrator has enrolled laptops and nobody works there yet.
    for (const table of ['signing_keys', 'pin_keys', 'operators']) await admin(`delete from console.${table}`);
    expect(await createFirstSupervisor(database.festival, made)).toMatchObject({ error: { code: 'laptop_unknown' } });
    expect(await createFirstSupervisor(database.festival, { ...made, laptop: BOOTH })).toMatchObject({ ok: true });
  });
});

describe('with a laptop’s key as well', () => {
  it('a PIN is not tried twice for one count: its answer comes when the count is there for good', async () => {
    await login.query('begin');
    const nonce = await challenge();
    await tryPin(nonce, '0000');
    expect(await verdict(nonce)).toMatchObject({ code: 'sign_in_expired' });
    await login.query('rollback');
    expect(await failures()).toBe(0);
    // Counted, and then asked in transactions that are rolled back: it is the same PIN each time.
    const counted = await challenge();
    await tryPin(counted, '0000');
    for (let times = 0; times < 3; times += 1) {
      await login.query('begin');
      expect(await tryPin(counted, MAX_PIN)).toMatchObject({ code: 'sign_in_expired' });
      expect(await verdict(counted)).toMatchObject({ code: 'pin_wrong', left: 9 });
      await login.query('rollback');
    }
    expect(await failures()).toBe(1);
  });

  it('ten PINs are tried, also at once, and the right one after them is none', async () => {
    const clients = await Promise.all(Array.from({ length: 12 }, () => connectAs(database.consoleSettings)));
    try {
      const nonces: string[] = [];
      for (const _ of clients) nonces.push(await challenge());
      const tried = await Promise.all(
        clients.map((client, index) => tryPin(nonces[index] ?? '', `000${index % 10}`, BOOTH.deviceKey, client)),
      );
      expect(tried.filter(({ outcome }) => outcome === 'tried')).toHaveLength(10);
      expect(await tryPin(await challenge(), MAX_PIN)).toMatchObject({ code: 'operator_locked' });
    } finally {
      await Promise.all(clients.map((client) => client.end()));
    }
  });

  it('a sign-in is not repeated: neither its number nor its answer is worth anything a second time', async () => {
    const nonce = await challenge();
    await tryPin(nonce, MAX_PIN);
    expect(await verdict(nonce)).toMatchObject({ outcome: 'signed_in' });
    expect(await tryPin(nonce, MAX_PIN)).toMatchObject({ code: 'sign_in_expired' });
    expect(await verdict(nonce)).toMatchObject({ code: 'sign_in_expired' });
    const old = await challenge();
    await admin(`update console.sign_in_tries set made_at = now() - interval '61 seconds'`);
    expect(await tryPin(old, MAX_PIN)).toMatchObject({ code: 'sign_in_expired' });
  });
});

describe('a code for a laptop', () => {
  const invited = async (name: string | null = null): Promise<string> => {
    const code = newEnrolmentCode();
    const parsed = parseEnrolmentCode(code);
    if (parsed === undefined) throw new Error('no code');
    const { text, values } = invitationStatement({ ...parsed, name });
    await admin(text, [...values]);
    return code;
  };
  const enrol = async (code: string, name = 'booth-9') => enrolLaptop(database.festival, { code, name });
  const wrong = (code: string) => `${code.slice(0, 5)}${code[5] === 'A' ? 'B' : 'A'}${code.slice(6)}`;

  it('enrols one laptop, under the name that its maker gave it', async () => {
    const code = await invited('booth-4');
    const enrolled = await enrol(code.toLowerCase().replaceAll('-', ' '));
    expect(enrolled).toMatchObject({ ok: true, value: { name: 'booth-4' } });
    expect(await enrol(code)).toMatchObject({ error: { code: 'enrolment_code_ended' } });
    if (!enrolled.ok) return;
    const [row] = await admin('select key from console.laptop_keys where laptop_id = $1', [enrolled.value.laptopId]);
    expect(row.key).toBe(`\\x${enrolled.value.deviceKey.toString('hex')}`);
  });

  it('is ended by five wrong ones and by ten minutes', async () => {
    const code = await invited();
    for (let times = 0; times < 5; times += 1) {
      expect(await enrol(wrong(code))).toMatchObject({ error: { code: 'enrolment_code_wrong' } });
    }
    expect(await enrol(code)).toMatchObject({ error: { code: 'enrolment_code_ended' } });
    const later = await invited();
    await admin(`update console.enrolment_codes set expires_at = now() - interval '1 second'`);
    expect(await enrol(later)).toMatchObject({ error: { code: 'enrolment_code_ended' } });
  });

  it('is made by a supervisor with the key of a session, and its name is nobody else’s', async () => {
    const withoutSession = { ...signatoryOf('Léa'), sessionKey: null };
    expect(await inviteLaptop(database.festival, withoutSession)).toMatchObject({
      error: { code: 'step_up_required' },
    });
    const invitation = await inviteLaptop(database.festival, signatoryOf('Léa'));
    if (!invitation.ok) throw new Error(invitation.error.code);
    expect(await enrol(invitation.value.code, 'BOOTH-1')).toMatchObject({ error: { code: 'laptop_name_taken' } });
    expect(await enrol(invitation.value.code, 'booth-2')).toMatchObject({ ok: true });
    expect(await admin(`select enrolled_by, login from console.enrolled_laptops where name = 'booth-2'`)).toEqual([
      { enrolled_by: 'Léa', login: database.consoleSettings.user },
    ]);
  });
});

describe('a key', () => {
  it('of a session ends with it, and by itself; nobody else ends it', async () => {
    const { sessionKey } = await signedIn();
    await signOut(database.festival, { ...sessionKey, secret: Buffer.alloc(32) });
    expect(await take(sessionKey)).toBe('taken');
    await signOut(database.festival, sessionKey);
    expect(await take(sessionKey)).toBe('key_ended');
    const next = (await signedIn()).sessionKey;
    await admin(`update console.signing_keys set expires_at = now() - interval '1 second' where key_id = $1`, [
      next.keyId,
    ]);
    expect(await take(next)).toBe('key_ended');
  });

  it('of a laptop signs nothing that asks for a session', async () => {
    const { laptopKey, sessionKey } = await signedIn();
    await admin(`update console.operators set pin_digits = 6, role = 'supervisor' where operator_id = $1`, [MAX]);
    for (const { command, roles, stepUp } of commandRights.filter((one) => one.roles.includes('supervisor'))) {
      expect(roles).toContain('supervisor');
      expect([command, await take(laptopKey, command)]).toEqual([command, stepUp ? 'step_up_required' : 'taken']);
      expect([command, await take(sessionKey, command)]).toEqual([command, 'taken']);
    }
    expect(commandRights.filter(({ stepUp }) => stepUp).map(({ command }) => command)).toEqual(
      expect.arrayContaining([
        ...['correction.approve', 'correction.reject', 'detectors.set', 'escalation.set', 'festival.set'],
        ...['audit.accept', 'laptops.invite', 'laptops.end', 'operators.save', 'operators.changePin'],
        'transactionMeanings.set',
      ]),
    );
  });

  it('signs for nobody else, and on no other laptop', async () => {
    const { laptopKey } = await signedIn();
    const ofLea = { operator: 'Léa', operatorId: operatorIdOf('Léa') };
    expect(await take(laptopKey, 'alert.note', ofLea)).toBe('proof_wrong');
    expect(await take(laptopKey, 'alert.note', { laptopId: laptopOf('booth-2').laptopId })).toBe('proof_wrong');
    expect(await take(laptopKey, 'alert.note', { laptopId: null })).toBe('proof_wrong');
    expect(await take({ ...laptopKey, keyId: uuid() })).toBe('proof_wrong');
  });

  it('of a laptop that was ended is worth nothing, and who signed in there is asked for another PIN', async () => {
    const { laptopKey, sessionKey } = await signedIn();
    const lea = signatoryOf('Léa');
    expect(await endLaptop(database.festival, lea, BOOTH)).toEqual({ ok: true, value: { asked: 1 } });
    expect(await take(laptopKey)).toBe('key_ended');
    expect(await take(sessionKey)).toBe('key_ended');
    expect(await signIn()).toMatchObject({ error: { code: 'laptop_ended' } });
    expect(await admin('select name from console.operators where pin_change_asked is not null')).toEqual([
      { name: 'Max' },
    ]);
    expect(await endLaptop(database.festival, lea, BOOTH)).toMatchObject({ error: { code: 'not_found' } });
    expect(await admin('select count(*)::int from console.laptop_keys where laptop_id = $1', [BOOTH.laptopId])).toEqual(
      [{ count: 0 }],
    );
  });
});
