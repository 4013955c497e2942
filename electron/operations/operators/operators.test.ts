import { createHmac, randomBytes } from 'node:crypto';
import { v7 as uuid } from 'uuid';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Answer } from '../../../shared/contract/errors.ts';
import { commandRights } from '../../../shared/contract/rights.ts';
import { ROLES } from '../../../shared/domain/rights.ts';
import type { RowId } from '../../../shared/domain/row-id.ts';
import { insertEvent } from '../../testing/alerts.ts';
import type { TestDatabase } from '../../testing/database.ts';
import {
  authorOf,
  createOperators,
  keyOf,
  laptopOf,
  operatorIdOf,
  PIN,
  signatoryOf,
  signed,
} from '../../testing/operators.ts';
import { borrowTestDatabase } from '../../testing/reused-database.ts';
import { signedBody } from '../../testing/submit.ts';
import { enrolmentStatements } from '../laptops/by-administrator.ts';
import { applyCommand, signCommand } from '../registry.ts';
import { type SignedInOnline, signInOnline } from './online-sign-in.ts';
import { changePin, createFirstSupervisor, readOperators, saveOperator } from './operators.ts';
import { stretchPin } from './pin.ts';

let database: TestDatabase;
beforeEach(async () => {
  database = await borrowTestDatabase();
  return () => database.close();
});

const all = async (text: string, values: unknown[] = []) => (await database.admin.query(text, values)).rows;
const by = (operator: string) => signatoryOf(operator);
const note = (eventId: RowId, operator: string) => ({
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
    const rows = await all('select command, role, step_up from console.command_rights');
    const theirs = rows.map(({ command, role, step_up }) => `${command} ${role} ${step_up}`).sort();
    const ours = commandRights.flatMap(({ command, roles, stepUp }) =>
      roles.map((role) => `${command} ${role} ${stepUp}`),
    );
    expect(theirs).toEqual(ours.sort());
  });

  it.each(ROLES)(
    'of a %s are held by the database for each command, and what is refused is on the audit trail',
    async (role) => {
      await createOperators(database.admin, ['Kim'], role);
      for (const { command, roles } of commandRights) {
        const operationId = uuid();
        const { body, keyId, proof } = signedBody('Kim', command, {}, operationId);
        // As anybody could who has the consoles' login and a tool of their own.
        const answer = await database.festival.write((tx) =>
          tx.table({
            text: `select console.take_command($1, $2, $3) ->> 'taken' as taken`,
            values: [body, keyId, proof],
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

/** Somebody signs in at a laptop as a console does, with the network. */
const signInAt = (laptop: string, name: string, pin: string, once = false): Promise<Answer<SignedInOnline>> =>
  signInOnline(database.festival, {
    operator: { operatorId: operatorIdOf(name), name },
    laptop: laptopOf(laptop),
    stretch: (params) => stretchPin(pin, params),
    once,
  });
const enrol = async (laptop: string): Promise<void> => {
  for (const { text, values } of enrolmentStatements(laptopOf(laptop))) await all(text, [...values]);
};

describe('operators', () => {
  it('begin with one supervisor, and with one only', async () => {
    for (const table of ['signing_keys', 'pin_keys', 'operators', 'laptop_keys', 'enrolled_laptops']) {
      await all(`delete from console.${table}`);
    }
    const made = await Promise.all(
      ['Léa', 'Ana', 'Nils'].map((name) =>
        createFirstSupervisor(database.festival, { operatorId: uuid(), name, pin: PIN, laptop: laptopOf(name) }),
      ),
    );
    expect(made.filter(({ ok }) => ok)).toHaveLength(1);
    expect(made.filter(({ ok }) => !ok)).toMatchObject(Array(2).fill({ error: { code: 'operators_exist' } }));
    expect(await database.festival.read(readOperators)).toMatchObject([{ role: 'supervisor', active: true }]);
    expect(await all('select name from console.enrolled_laptops')).toHaveLength(1);
  });

  it('are made and changed by supervisors, never renamed, and the last supervisor stays', async () => {
    await all(`update console.operators set role = 'operator' where name <> 'Léa'`);
    await enrol('booth-1');
    const kim = { operatorId: operatorIdOf('Kim'), name: 'Kim', role: 'operator' as const, active: true, pin: '1357' };
    expect(await saveOperator(database.festival, by('Ana'), kim)).toMatchObject({ error: { code: 'not_allowed' } });
    const save = (changes: Partial<Parameters<typeof saveOperator>[2]>) =>
      saveOperator(database.festival, by('Léa'), { ...kim, ...changes });
    expect(await save({})).toMatchObject({ ok: true });
    expect(await save({ operatorId: uuid(), name: 'kim' })).toMatchObject({ error: { code: 'operator_name_taken' } });
    expect(await save({ name: 'Kit' })).toMatchObject({ error: { code: 'operator_name_fixed' } });
    const { operatorId, name } = await known('Léa');
    expect(await save({ operatorId, name, role: 'viewer', pin: undefined })).toMatchObject({
      error: { code: 'last_supervisor' },
    });
    expect(await signInAt('booth-1', 'Kim', '1357')).toMatchObject({ ok: true });
  });

  it('who become supervisors have six digits, whoever says so', async () => {
    const kim = { operatorId: operatorIdOf('Kim'), name: 'Kim', active: true };
    const save = (role: 'operator' | 'supervisor', pin: string | undefined) =>
      saveOperator(database.festival, by('Léa'), { ...kim, role, pin });
    expect(await save('supervisor', '12345')).toMatchObject({ error: { code: 'pin_too_short' } });
    expect(await save('operator', '1234')).toMatchObject({ ok: true });
    expect(await save('supervisor', undefined)).toMatchObject({ error: { code: 'pin_too_short' } });
    expect(await save('supervisor', '123456')).toMatchObject({ ok: true, value: { nominated: true } });
    // It takes a second supervisor, whom the first one cannot be.
    expect(await saveOperator(database.festival, by('Ada'), { ...kim, role: 'supervisor', pin: undefined })).toEqual({
      ok: true,
      value: { nominated: false },
    });
    await enrol('booth-1');
    const opened = await signInAt('booth-1', 'Kim', '123456');
    if (!opened.ok) throw new Error(opened.error.code);
    const author = authorOf('Kim', { laptopId: laptopOf('booth-1').laptopId });
    const kimSigns = { ...by('Kim'), author, sessionKey: opened.value.sessionKey };
    expect(await changePin(database.festival, kimSigns, '1234')).toMatchObject({ error: { code: 'pin_too_short' } });
    await expect(all(`update console.operators set pin_digits = 4 where name = 'Kim'`)).rejects.toThrow(
      'operators_supervisor_pin_check',
    );
  });

  it('change their own PIN without losing what they have signed; a PIN that a supervisor sets ends it', async () => {
    await enrol('booth-1');
    const eventId = await insertEvent(database);
    const sign = () => signCommand(note(eventId, 'Ana'), keyOf('Ana', 'laptop'));
    const waiting = [sign(), sign()] as const;
    const ofSession = signed(note(eventId, 'Ana'));
    expect(await changePin(database.festival, by('Ana'), '864208')).toMatchObject({ ok: true });
    expect(await signInAt('booth-1', 'Ana', PIN)).toMatchObject({ error: { code: 'pin_wrong' } });
    expect(await signInAt('booth-1', 'Ana', '864208')).toMatchObject({ ok: true });
    expect(await applyCommand(database.festival, waiting[0])).toMatchObject({ outcome: 'applied' });
    expect(await applyCommand(database.festival, ofSession)).toMatchObject({ error: { code: 'key_ended' } });
    const anew = { operatorId: operatorIdOf('Ana'), name: 'Ana', role: 'operator' as const, active: true, pin: '1111' };
    await saveOperator(database.festival, by('Léa'), anew);
    expect(await applyCommand(database.festival, waiting[1])).toMatchObject({ error: { code: 'key_ended' } });
  });

  it('are locked by ten wrong PINs, wherever they were typed, until a quarter of an hour or a supervisor has passed', async () => {
    const laptops = ['booth-1', 'booth-2', 'booth-3'];
    for (const laptop of laptops) await enrol(laptop);
    const wrongAt = (times: number) => signInAt(laptops[times % 3] ?? '', 'Ana', '000000');
    for (let times = 1; times < 10; times += 1) {
      expect(await wrongAt(times)).toMatchObject({ error: { code: 'pin_wrong', params: { left: 10 - times } } });
    }
    expect(await wrongAt(10)).toMatchObject({ error: { code: 'operator_locked' } });
    expect(await signInAt('booth-2', 'Ana', PIN)).toMatchObject({ error: { code: 'operator_locked' } });
    expect((await known('Ana')).lockedUntil).not.toBeNull();
    // When the time is over, there are ten tries again.
    await all(`update console.operators set locked_until = now() - interval '1 second' where name = 'Ana'`);
    for (let times = 1; times < 10; times += 1) {
      expect(await wrongAt(times)).toMatchObject({ error: { code: 'pin_wrong', params: { left: 10 - times } } });
    }
    expect(await wrongAt(10)).toMatchObject({ error: { code: 'operator_locked' } });
    const ana = { operatorId: operatorIdOf('Ana'), name: 'Ana', role: 'operator' as const, active: true };
    await saveOperator(database.festival, by('Léa'), { ...ana, pin: undefined });
    expect(await signInAt('booth-1', 'Ana', PIN)).toMatchObject({ ok: true });
    const actions = await all(`select action from console.audit where subject = 'operator:Ana' order by seq`);
    expect(actions.map(({ action }) => action)).toEqual([
      'operator_locked',
      'operator_locked',
      'operator_saved',
      'signed_in',
    ]);
  });
});
