import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { v7 as uuid } from 'uuid';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { type CallInput, type CallName, type CallOutput, calls } from '../shared/contract/calls.ts';
import type { Answer } from '../shared/contract/errors.ts';
import { GUIDE_ESCALATION } from '../shared/domain/escalation.ts';
import { INITIAL_SETTINGS } from '../shared/domain/festival-settings.ts';
import { rowIdSchema } from '../shared/domain/row-id.ts';
import { coreProgram } from './testing/core-program.ts';
import { correctionWorld } from './testing/corrections.ts';
import { createTestDatabase, type TestDatabase } from './testing/database.ts';
import { createOperators, enrolLaptop, operatorIdOf, PIN } from './testing/operators.ts';
import { outcomeOf } from './testing/outcome.ts';
import { openReceivers, readMail } from './testing/receivers.ts';
import { createTcpProxy, type TcpProxy } from './testing/tcp-proxy.ts';

/* Whole consoles in processes of their own, because the zone of a laptop is its process's. */

const saidSchema = z.object({ id: z.int(), answer: z.unknown() });
const within = { timeout: 60_000, interval: 100 };

let database: TestDatabase;
let proxy: TcpProxy;
const children: ChildProcess[] = [];
const folders: string[] = [];
beforeEach(async () => {
  database = await createTestDatabase();
  proxy = await createTcpProxy(database.consoleSettings);
});
afterEach(async () => {
  for (const child of children.splice(0)) await end(child);
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
  await proxy.close();
  await database.close();
});

const end = async (child: ChildProcess): Promise<void> => {
  const gone = once(child, 'exit');
  child.kill('SIGKILL');
  if (child.exitCode === null && child.signalCode === null) await gone;
};
const makeFolder = (): string => {
  const folder = mkdtempSync(join(tmpdir(), 'regie-settings-'));
  folders.push(folder);
  return folder;
};
const laptopIn = async (zone: string, laptop: string, dataDir = makeFolder()) => {
  await enrolLaptop(database.admin, { laptop, dataDir });
  const child = fork(
    await coreProgram(),
    [JSON.stringify({ settings: proxy.through(database.consoleSettings), laptop, dataDir })],
    { env: { ...process.env, TZ: zone } },
  );
  children.push(child);
  await once(child, 'message');
  let asked = 0;
  const call = async <Name extends CallName>(name: Name, input: CallInput<Name>): Promise<Answer<CallOutput<Name>>> => {
    asked += 1;
    const id = asked;
    child.send({ id, call: name, input });
    return new Promise((resolve) => {
      const listen = (message: unknown): void => {
        const said = saidSchema.safeParse(message);
        if (said.data?.id !== id) return;
        child.off('message', listen);
        resolve(said.data.answer as Answer<CallOutput<Name>>);
      };
      child.on('message', listen);
    });
  };
  const ask = async <Name extends CallName>(name: Name, input: CallInput<Name>): Promise<CallOutput<Name>> => {
    const answer = await call(name, input);
    if (!answer.ok) throw new Error(`${name}: ${JSON.stringify(answer.error)}`);
    return calls[name].output.parse(answer.value) as CallOutput<Name>;
  };
  return {
    ...{ child, dataDir, call, ask },
    signIn: (name: string) =>
      vi.waitFor(() => ask('session.signIn', { operatorId: operatorIdOf(name), pin: PIN }), within),
    shown: async () => {
      const { festival, timeZone } = await ask('session.get', {});
      return { name: festival.name, timeZone, limit: festival.settings.approvalLimitCents };
    },
  };
};

const LAC = { name: 'Nuits du Lac', timeZone: 'Europe/Paris', limit: 2_000 };
const set = () => ({
  ...{ operationId: uuid(), base: 0, name: LAC.name, timeZone: LAC.timeZone },
  ...{ language: 'fr' as const, approvalLimitCents: LAC.limit },
  ...{ cardDayLimitCents: 10_000, operatorDayLimitCents: 50_000 },
});
const address = (): string => {
  const { host, database: name } = proxy.through(database.consoleSettings);
  return `${host}/${name}`;
};

describe('laptops of one festival', { timeout: 120_000 }, () => {
  it('in two zones show the same times, name and limit once a supervisor has set them, also without the network', async () => {
    await createOperators(database.admin, ['Ola'], 'operator');
    const tokyo = await laptopIn('Asia/Tokyo', 'booth-1');
    const lima = await laptopIn('America/Lima', 'booth-2');
    const limit = INITIAL_SETTINGS.approvalLimitCents;
    expect(await tokyo.shown()).toEqual({ name: address(), timeZone: 'Asia/Tokyo', limit });
    expect(await lima.shown()).toEqual({ name: address(), timeZone: 'America/Lima', limit });

    await lima.signIn('Ola');
    expect(await lima.call('festival.set', set())).toMatchObject({
      error: { code: 'not_allowed', params: { name: 'Ola', command: 'festival.set' } },
    });
    await tokyo.signIn('Léa');
    const named = set();
    expect(await outcomeOf(() => tokyo.ask('festival.set', named))).toMatchObject({ outcome: 'applied' });
    for (const laptop of [tokyo, lima]) {
      await vi.waitFor(async () => expect(await laptop.shown()).toEqual(LAC), within);
    }
    // Somebody who is signed in stays so: it is the same festival under another name.
    expect((await lima.ask('session.get', {})).operator).toBe('Ola');

    // High load that is switched on here reaches the engine, which runs on the other: cycles come every 15 s instead of 30.
    await lima.signIn('Ana');
    expect((await tokyo.ask('status.get', {})).engine.leader?.laptop).toBe('booth-1');
    const highLoad = { operationId: uuid(), minutes: 60 };
    expect(await outcomeOf(() => lima.ask('database.setHighLoad', highLoad))).toMatchObject({ outcome: 'applied' });
    await vi.waitFor(
      async () => {
        const { rows } = await database.admin.query(
          `select from (select started_at, lag(started_at) over (order by started_at) as before from console.cycles
             where kind = 'critical' and laptop = 'booth-1') as c
           where started_at - before between interval '13 seconds' and interval '20 seconds'`,
        );
        expect(rows).not.toEqual([]);
      },
      { timeout: 60_000, interval: 250 },
    );
    expect((await tokyo.ask('database.highLoad', {})).load).toMatchObject({ setBy: 'Ana' });

    proxy.cut();
    await end(lima.child);
    const again = await laptopIn('America/Lima', 'booth-2', lima.dataDir);
    expect(await again.shown()).toEqual(LAC);
  });

  it('write receipts with the name and in the zone of the festival', async () => {
    const receivers = await openReceivers();
    try {
      const tokyo = await laptopIn('Asia/Tokyo', 'booth-1');
      await tokyo.signIn('Léa');
      const named = set();
      expect(await outcomeOf(() => tokyo.ask('festival.set', named))).toMatchObject({ outcome: 'applied' });
      await vi.waitFor(async () => expect(await tokyo.shown()).toEqual(LAC), within);
      const smtp = { ...receivers.smtp, secure: false, user: '', password: '', from: 'regie@festival.example' };
      const settings = { ...GUIDE_ESCALATION, smtp };
      await tokyo.ask('escalation.set', { operationId: uuid(), base: 0, settings });
      const cardId = await correctionWorld(database).card('10.00', '15.00');
      const corrected = await tokyo.ask('correction.apply', {
        ...{ operationId: uuid(), eventId: null, cardId, kind: 'restore_card', cardDeltaCents: 500 },
        ...{ ledgerDeltaCents: 0, seenActualCents: 1_000, seenExpectedCents: 1_500 },
        ...{ originalTransaction: null, reason: 'a failed order', approver: null },
      });
      if (corrected.outcome !== 'applied') throw new Error(JSON.stringify(corrected));
      const logId = rowIdSchema.parse(corrected.result.logId);
      const { at } = await tokyo.ask('receipt.look', { logId });
      const to = { channel: 'email' as const, address: 'visitor@example.org' };
      await tokyo.ask('receipt.send', { operationId: uuid(), logId, language: 'en', to });
      const { subject, text } = readMail(receivers.mails[0] ?? '');
      expect(subject).toContain(`, ${LAC.name}`);
      const hour = (zone: string): string =>
        new Intl.DateTimeFormat('en-GB', { timeZone: zone, hour: '2-digit', minute: '2-digit' }).format(new Date(at));
      expect(text).toContain(hour('Europe/Paris'));
      expect(text).not.toContain(hour('Asia/Tokyo'));
      // The database has verified who asks for it before it left.
      const { rows } = await database.admin.query(
        `select action from console.audit where action like 'receipt%' order by seq`,
      );
      expect(rows.map(({ action }) => action)).toEqual(['receipt_ordered', 'receipt_sent']);
      await database.admin.query(
        `delete from console.command_rights where command in ('receipt.order', 'escalation.orderTest')`,
      );
      const again = { operationId: uuid(), logId, language: 'en' as const, to };
      await expect(tokyo.ask('receipt.send', again)).rejects.toThrow('not_allowed');
      const test = { contact: 'support', channel: 'email' as const };
      await expect(tokyo.ask('escalation.test', test)).rejects.toThrow('not_allowed');
      expect(receivers.mails).toHaveLength(1);
    } finally {
      await receivers.close();
    }
  });
});
