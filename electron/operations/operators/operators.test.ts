import { createHmac, randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { v7 as uuid } from 'uuid';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { commandRights } from '../../../shared/contract/rights.ts';
import { ROLES } from '../../../shared/domain/rights.ts';
import { type Buffer as LocalBuffer, openBuffer } from '../../buffer/buffer.ts';
import { createPreferenceStore } from '../../buffer/preferences.ts';
import { insertEvent } from '../../testing/alerts.ts';
import { createTestDatabase, type TestDatabase } from '../../testing/database.ts';
import { authorOf, createOperators, keyOf, operatorIdOf, PIN, secretOf, signed } from '../../testing/operators.ts';
import { signedBody } from '../../testing/submit.ts';
import { applyCommand, signCommand } from '../registry.ts';
import { changePin, createFirstSupervisor, notePin, readOperators, saveOperator } from './operators.ts';
import { unwrapSecret, wrapSecret } from './pin.ts';
import { signInProof } from './proof.ts';
import { createPinCheck, WRONG_PINS } from './sign-in.ts';

let database: TestDatabase;
beforeEach(async () => {
  database = await createTestDatabase();
  return () => database.close();
});

const all = async (text: string, values: unknown[] = []) => (await database.admin.query(text, values)).rows;
const by = (operator: string) => ({ author: authorOf(operator), key: keyOf(operator) });
const note = (eventId: number, operator: string) => ({
  name: 'alert.note' as const,
  input: { operationId: uuid(), eventId, text: 'seen at the bar' },
  author: authorOf(operator),
});
const known = async (name: string) => {
  const found = (await database.festival.read(readOperators)).find((one) => one.name === name);
  if (found === undefined) throw new Error(`no operator ${name}`);
  return found;
};

describe('the signature of a command', () => {
  it('is the HMAC of RFC 2104, the same here and in the database', async () => {
    for (const length of [0, 1, 32, 64, 65, 200]) {
      const [key, message] = [randomBytes(length), randomBytes(length * 3)];
      const [row] = await all(`select encode(console.hmac_sha256($1, $2), 'hex') as mac`, [key, message]);
      expect(row.mac).toBe(createHmac('sha256', key).update(message).digest('hex'));
    }
  });

  it('is refused under another secret, on the audit trail in nobody’s name, and stands in nobody’s way', async () => {
    const eventId = await insertEvent(database);
    const given = note(eventId, 'Léa');
    const forged = signCommand(given, keyOf('Ana'));
    const refused = { outcome: 'rejected', error: { code: 'proof_wrong' } };
    expect(await applyCommand(database.festival, forged)).toMatchObject(refused);
    expect(await applyCommand(database.festival, forged)).toMatchObject(refused);
    const { operationId: operation } = given.input;
    const row = {
      action: 'refused',
      actor: 'regie-console',
      subject: 'command:alert.note',
      data: { code: 'proof_wrong', operator: 'Léa', operation },
    };
    expect(await all('select action, actor, subject, data from console.audit')).toEqual([row, row]);
    expect(await all('select from console.timeline')).toEqual([]);
    expect(await all('select from console.operations')).toEqual([]);
    expect(await applyCommand(database.festival, signed(given))).toMatchObject({ outcome: 'applied' });
  });

  it('of nobody, and of somebody who may not sign in any more, is refused', async () => {
    const eventId = await insertEvent(database);
    expect(await applyCommand(database.festival, signed(note(eventId, 'Eve')))).toMatchObject({
      error: { code: 'operator_unknown' },
    });
    await all(`update console.operators set active = false where name = 'Ana'`);
    expect(await applyCommand(database.festival, signed(note(eventId, 'Ana')))).toMatchObject({
      error: { code: 'operator_inactive' },
    });
  });

  it('counts for one operation only: an id that was signed for one thing does nothing else', async () => {
    const eventId = await insertEvent(database);
    const given = note(eventId, 'Léa');
    const other = signed({ ...given, input: { ...given.input, text: 'something else' } });
    expect(await applyCommand(database.festival, { ...other, proof: signed(given).proof })).toMatchObject({
      error: { code: 'proof_wrong' },
    });
  });
});

describe('rights', () => {
  it('are the same in the database and on the laptops', async () => {
    const rows = await all('select command, role from console.command_rights');
    const theirs = rows.map(({ command, role }) => `${command} ${role}`).sort();
    const ours = commandRights.flatMap(({ command, roles }) => roles.map((role) => `${command} ${role}`));
    expect(theirs).toEqual(ours.sort());
  });

  it.each(ROLES)(
    'of a %s are held by the database for each command, and what is refused is on the audit trail',
    async (role) => {
      await createOperators(database.admin, ['Kim'], role);
      for (const { command, roles } of commandRights) {
        const operationId = uuid();
        const { body, proof } = signedBody('Kim', command, {}, operationId);
        // As anybody could who has the consoles' login and a tool of their own.
        const answer = await database.festival.write((tx) =>
          tx.table({
            text: `select console.take_command($1, null, $2) ->> 'taken' as taken`,
            values: [body, proof],
          }),
        );
        expect([command, answer.rows]).toEqual([command, [[String(roles.includes(role))]]]);
        const audit = await all('select action, actor, data from console.audit where operation_id = $1', [operationId]);
        expect(audit).toEqual(
          roles.includes(role) ? [] : [{ action: 'refused', actor: 'Kim', data: { code: 'not_allowed', role } }],
        );
      }
    },
  );
});

describe('operators', () => {
  it('begin with one supervisor, and with one only', async () => {
    await all('delete from console.operator_secrets');
    await all('delete from console.operators');
    const made = await Promise.all(
      ['Léa', 'Ana', 'Nils'].map((name) =>
        createFirstSupervisor(database.festival, { operatorId: uuid(), name, pin: PIN, laptop: 'booth-1' }),
      ),
    );
    expect(made.filter(Boolean)).toHaveLength(1);
    expect(await database.festival.read(readOperators)).toMatchObject([{ role: 'supervisor', active: true }]);
  });

  it('are made and changed by supervisors, never renamed, and the last supervisor stays', async () => {
    await all(`update console.operators set role = 'operator' where name <> 'Léa'`);
    const kim = {
      operationId: uuid(),
      operatorId: uuid(),
      name: 'Kim',
      role: 'operator' as const,
      active: true,
      pin: '1357',
    };
    expect(await saveOperator(database.festival, by('Ana'), kim)).toMatchObject({ error: { code: 'not_allowed' } });
    const save = (changes: Partial<Parameters<typeof saveOperator>[2]>) =>
      saveOperator(database.festival, by('Léa'), { ...kim, operationId: uuid(), ...changes });
    expect(await save({})).toMatchObject({ ok: true });
    expect(await save({ operatorId: uuid(), name: 'kim' })).toMatchObject({ error: { code: 'operator_name_taken' } });
    expect(await save({ name: 'Kit' })).toMatchObject({ error: { code: 'operator_name_fixed' } });
    const { operatorId, name } = await known('Léa');
    expect(await save({ operatorId, name, role: 'viewer', pin: undefined })).toMatchObject({
      error: { code: 'last_supervisor' },
    });
    expect(await unwrapSecret((await known('Kim')).wrapped, '1357')).toHaveLength(32);
  });

  it('change their own PIN without losing what they have signed; a PIN that a supervisor sets ends it', async () => {
    const eventId = await insertEvent(database);
    const waiting = [signed(note(eventId, 'Ana')), signed(note(eventId, 'Ana'))] as const;
    expect(await changePin(database.festival, by('Ana'), { operationId: uuid(), pin: '8642' })).toMatchObject({
      ok: true,
    });
    expect(await unwrapSecret((await known('Ana')).wrapped, '8642')).toEqual(secretOf('Ana'));
    expect(await applyCommand(database.festival, waiting[0])).toMatchObject({ outcome: 'applied' });
    const anew = { operatorId: operatorIdOf('Ana'), name: 'Ana', role: 'operator' as const, active: true, pin: '1111' };
    await saveOperator(database.festival, by('Léa'), { operationId: uuid(), ...anew });
    expect(await applyCommand(database.festival, waiting[1])).toMatchObject({ error: { code: 'proof_wrong' } });
  });

  it('are locked by ten wrong PINs, wherever they were typed, until a quarter of an hour or a supervisor has passed', async () => {
    const tried = { operatorId: operatorIdOf('Ana'), laptop: 'booth-1', at: '2026-07-03T21:00:00.000Z' };
    for (let times = 1; times < WRONG_PINS; times += 1) {
      expect(
        await notePin(database.festival, { ...tried, laptop: `booth-${times}`, proof: 'f'.repeat(64) }),
      ).toBeNull();
    }
    expect(await notePin(database.festival, { ...tried, proof: null })).not.toBeNull();
    const right = signInProof(secretOf('Ana'), tried);
    expect(await notePin(database.festival, { ...tried, proof: right })).not.toBeNull();
    expect((await known('Ana')).lockedUntil).not.toBeNull();
    // When the time is over, there are ten tries again.
    await all(`update console.operators set locked_until = now() - interval '1 second' where name = 'Ana'`);
    for (let times = 1; times < WRONG_PINS; times += 1) {
      expect(await notePin(database.festival, { ...tried, proof: null })).toBeNull();
    }
    expect(await notePin(database.festival, { ...tried, proof: null })).not.toBeNull();
    const unlocked = {
      operatorId: tried.operatorId,
      name: 'Ana',
      role: 'operator' as const,
      active: true,
      pin: undefined,
    };
    await saveOperator(database.festival, by('Léa'), { operationId: uuid(), ...unlocked });
    expect(await notePin(database.festival, { ...tried, proof: right })).toBeNull();
    const actions = await all(`select action from console.audit where subject = 'operator:Ana' order by seq`);
    expect(actions.map(({ action }) => action)).toEqual([
      'operator_locked',
      'operator_locked',
      'operator_saved',
      'signed_in',
    ]);
  });
});

describe('a PIN on a laptop', () => {
  let folder: string;
  let buffer: LocalBuffer;
  let now = Date.parse('2026-07-03T21:00:00.000Z');
  const clock = { now: () => now, monotonic: () => now };
  const check = () => createPinCheck({ store: createPreferenceStore(buffer), clock });
  const open = () => openBuffer(join(folder, 'laptop.sqlite'), 'mirror');
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'regie-pin-'));
    buffer = open();
  });
  afterEach(() => {
    buffer.close();
    rmSync(folder, { recursive: true, force: true });
  });
  const ana = async () => ({
    operatorId: operatorIdOf('Ana'),
    name: 'Ana',
    role: 'operator' as const,
    active: true,
    lockedUntil: null,
    wrapped: await wrapSecret(secretOf('Ana'), PIN),
    changedAt: '2026-07-01T00:00:00.000Z',
    secretAt: '2026-07-01T00:00:00.000Z',
  });

  it('opens the secret, and a wrong one says how many tries are left', async () => {
    const operator = await ana();
    expect(await check().open(operator, '0000')).toEqual({
      ok: false,
      error: { code: 'pin_wrong', params: { name: 'Ana', left: 9 } },
      tried: true,
    });
    expect(await check().open(operator, PIN)).toEqual({ ok: true, value: secretOf('Ana') });
    expect(await check().open(operator, '0000')).toMatchObject({ error: { params: { left: 9 } } });
  });

  it('locks after ten wrong ones, also at once and over a restart, for a quarter of an hour', async () => {
    const operator = await ana();
    const pins = check();
    await Promise.all(Array.from({ length: WRONG_PINS }, () => pins.open(operator, '0000')));
    buffer.close();
    buffer = open();
    expect(await check().open(operator, PIN)).toMatchObject({ error: { code: 'operator_locked' }, tried: false });
    expect(check().lockedUntil(operator)).toBe(new Date(now + 15 * 60_000).toISOString());
    now += 16 * 60_000;
    expect(check().lockedUntil(operator)).toBeNull();
    expect(await check().open(operator, PIN)).toMatchObject({ ok: true });
  });

  it('is free again when a supervisor has saved the operator, however wrong the laptop’s clock is', async () => {
    const operator = await ana();
    for (let times = 0; times < WRONG_PINS; times += 1) await check().open(operator, '0000');
    const saved = { ...operator, changedAt: new Date(now - 60 * 60_000).toISOString() };
    expect(await check().open(saved, PIN)).toMatchObject({ ok: true });
  });
});
