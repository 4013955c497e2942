import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { v7 as uuid } from 'uuid';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type CallInput, type CallName, type CallOutput, calls } from '../../shared/contract/calls.ts';
import { type Core, startCore } from '../core.ts';
import type { TestDatabase } from '../testing/database.ts';
import { eventually } from '../testing/eventually.ts';
import { createOperators, enrolLaptop, operatorIdOf, PIN } from '../testing/operators.ts';
import { borrowTestDatabase } from '../testing/reused-database.ts';
import { createTcpProxy, type TcpProxy } from '../testing/tcp-proxy.ts';

/* Signing in on a real core, whose network is cut. */

let database: TestDatabase;
let proxy: TcpProxy;
let core: Core;
let dataDir: string;
const within = { interval: 200 };

beforeEach(async () => {
  database = await borrowTestDatabase();
  await createOperators(database.admin, ['Ola'], 'operator');
  proxy = await createTcpProxy(database.consoleSettings);
  dataDir = mkdtempSync(join(tmpdir(), 'regie-sign-in-'));
});
afterEach(async () => {
  await core.close();
  await proxy.close();
  await database.close();
  rmSync(dataDir, { recursive: true, force: true });
});

const start = async (laptop = 'booth-1'): Promise<void> => {
  core = await startCore({ dataDir, laptop, version: '0.0.0', connection: proxy.through(database.consoleSettings) });
};
const startEnrolled = async (): Promise<void> => {
  await enrolLaptop(database.admin, { laptop: 'booth-1', dataDir });
  await start();
  await online();
};
const ask = async <Name extends CallName>(name: Name, input: CallInput<Name>): Promise<CallOutput<Name>> => {
  const answer = await core.call(name, input);
  if (!answer.ok) throw new Error(`${name}: ${JSON.stringify(answer.error)}`);
  return calls[name].output.parse(answer.value) as CallOutput<Name>;
};
const codeOf = async <Name extends CallName>(name: Name, input: CallInput<Name>): Promise<string> => {
  const answer = await core.call(name, input);
  return answer.ok ? 'answered' : answer.error.code;
};
const signIn = (name: string, pin = PIN) => ask('session.signIn', { operatorId: operatorIdOf(name), pin });
const linkIs = (state: string) =>
  eventually(async () => expect((await ask('status.get', {})).link).toMatchObject({ state, reason: null }), within);
const online = async (): Promise<void> => {
  await linkIs('online');
  await eventually(async () => expect((await ask('operators.get', {}))?.operators.length).toBeGreaterThan(0), within);
};
const cut = async (): Promise<void> => {
  proxy.cut();
  await eventually(async () => expect((await ask('status.get', {})).link.state).toBe('offline'), within);
};
const forward = async (): Promise<void> => {
  proxy.forward();
  await ask('link.retry', {});
  await linkIs('online');
};
const sessions = async () =>
  (
    await database.admin.query(
      `select ended_why from console.signing_keys k join console.enrolled_laptops l using (laptop_id)
       where kind = 'session' and l.name = 'booth-1' order by made_at`,
    )
  ).rows.map(({ ended_why }) => ended_why);

describe('without the network', () => {
  it('who has signed in on this laptop can, and nobody else; what asks for a session waits for the network and the PIN', async () => {
    await startEnrolled();
    expect(await signIn('Léa')).toMatchObject({ operator: 'Léa', steppedUp: true });
    await cut();
    await ask('session.lock', {});
    expect(await codeOf('session.signIn', { operatorId: operatorIdOf('Ola'), pin: PIN })).toBe('sign_in_needs_network');
    expect(await codeOf('session.signIn', { operatorId: operatorIdOf('Léa'), pin: '000000' })).toBe('pin_wrong');
    expect(await signIn('Léa')).toMatchObject({ operator: 'Léa', steppedUp: false });
    const approve = { operationId: uuid(), proposalId: uuid() };
    expect(await codeOf('correction.approve', approve)).toBe('offline');
    await forward();
    expect(await codeOf('correction.approve', approve)).toBe('step_up_required');
    expect(await codeOf('laptops.invite', {})).toBe('step_up_required');
    expect(await signIn('Léa')).toMatchObject({ operator: 'Léa', steppedUp: true });
    expect(await codeOf('laptops.invite', {})).toBe('answered');
  });

  it('a PIN that was changed elsewhere opens nothing here any more, as soon as this laptop has heard of it', async () => {
    await startEnrolled();
    await signIn('Ola');
    await signIn('Léa');
    await ask('operators.save', {
      ...{ operatorId: operatorIdOf('Ola'), name: 'Ola', role: 'operator', active: true },
      pin: '975310',
    });
    await cut();
    expect(await codeOf('session.signIn', { operatorId: operatorIdOf('Ola'), pin: PIN })).toBe('sign_in_needs_network');
    await forward();
    expect(await codeOf('session.signIn', { operatorId: operatorIdOf('Ola'), pin: PIN })).toBe('pin_wrong');
    expect(await signIn('Ola', '975310')).toMatchObject({ operator: 'Ola' });
  });
});

describe('a session', () => {
  it('ends in the database when it is locked, and when somebody else signs in', async () => {
    await startEnrolled();
    await signIn('Léa');
    await ask('session.lock', {});
    await eventually(async () => expect(await sessions()).toEqual(['signed_out']), within);
    await signIn('Léa');
    await signIn('Ola');
    await eventually(async () => expect(await sessions()).toEqual(['signed_out', 'signed_out', null]), within);
  });

  it('goes on when its operator changes the PIN, with the new one', async () => {
    await startEnrolled();
    await signIn('Léa');
    expect(await codeOf('operators.changePin', { pin: '111111', newPin: '975310' })).toBe('pin_wrong');
    expect(await codeOf('operators.changePin', { pin: PIN, newPin: '9753' })).toBe('pin_too_short');
    expect(await codeOf('operators.changePin', { pin: PIN, newPin: '975310' })).toBe('answered');
    expect(await ask('session.get', {})).toMatchObject({ operator: 'Léa', steppedUp: true, locked: null });
    expect(await codeOf('laptops.invite', {})).toBe('answered');
    await cut();
    await ask('session.lock', {});
    expect(await codeOf('session.signIn', { operatorId: operatorIdOf('Léa'), pin: PIN })).toBe('pin_wrong');
    expect(await signIn('Léa', '975310')).toMatchObject({ operator: 'Léa', steppedUp: false });
  });
});

describe('a laptop', () => {
  it('that is not enrolled is enrolled with a code, has the name that was typed, and can be ended', async () => {
    await start('new-machine');
    await online();
    expect(await ask('laptops.get', {})).toMatchObject({ state: 'missing', laptopId: null, keptIn: null });
    expect(await codeOf('session.signIn', { operatorId: operatorIdOf('Léa'), pin: PIN })).toBe('laptop_not_enrolled');
    expect(await codeOf('laptops.enrol', { code: 'AAAA-AAAA-AAAA', name: 'gate' })).toBe('enrolment_code_wrong');

    const elsewhere = mkdtempSync(join(tmpdir(), 'regie-sign-in-'));
    await enrolLaptop(database.admin, { laptop: 'booth-1', dataDir: elsewhere });
    const other = await startCore({
      ...{ dataDir: elsewhere, laptop: 'booth-1', version: '0.0.0' },
      connection: database.consoleSettings,
    });
    try {
      await eventually(async () => {
        const signedIn = await other.call('session.signIn', { operatorId: operatorIdOf('Léa'), pin: PIN });
        expect(signedIn).toMatchObject({ ok: true, value: { steppedUp: true } });
      }, within);
      const invited = calls['laptops.invite'].output.parse(
        ((await other.call('laptops.invite', {})) as { value: unknown }).value,
      );
      expect(await codeOf('laptops.enrol', { code: invited.code, name: 'gate' })).toBe('answered');
      await online();
      expect(await ask('session.get', {})).toMatchObject({ laptop: 'gate' });
      const view = await ask('laptops.get', {});
      expect(view).toMatchObject({ state: 'enrolled', keptIn: 'file' });
      expect(statSync(join(dataDir, 'device-keys.json')).mode & 0o777).toBe(0o600);
      expect(await signIn('Ola')).toMatchObject({ operator: 'Ola', laptop: 'gate' });

      expect(await codeOf('laptops.end', { laptopId: uuid() })).toBe('not_allowed');
      expect(await other.call('laptops.end', { laptopId: view.laptopId })).toMatchObject({ value: { asked: 1 } });
      await eventually(async () => {
        expect(await ask('session.get', {})).toMatchObject({ operator: null, locked: { why: 'laptopEnded' } });
        expect(await ask('laptops.get', {})).toMatchObject({ state: 'ended' });
      }, within);
      await eventually(async () => {
        const ola = (await ask('operators.get', {}))?.operators.find(({ name }) => name === 'Ola');
        expect(ola?.pinChangeAsked).toBe(true);
      }, within);
      await cut();
      expect(await codeOf('session.signIn', { operatorId: operatorIdOf('Ola'), pin: PIN })).toBe('laptop_not_enrolled');
    } finally {
      await other.close();
      rmSync(elsewhere, { recursive: true, force: true });
    }
  });
});
