import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { v7 as uuid } from 'uuid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type CallInput, type CallName, type CallOutput, calls } from '../shared/contract/calls.ts';
import type { RegieEvent } from '../shared/contract/events.ts';
import type { Alert } from '../shared/domain/alert.ts';
import { type Core, DataDirInUse, startCore } from './core.ts';
import { outcomeOf } from './testing/outcome.ts';

let dataDir: string;
let core: Core;
const events: RegieEvent[] = [];
let heard: (() => void) | undefined;

const start = async (): Promise<Core> => {
  const started = await startCore({ dataDir, laptop: 'booth-1', version: '0.0.0', seed: 7 });
  started.subscribe((event) => {
    events.push(event);
    heard?.();
  });
  return started;
};

beforeAll(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'regie-core-'));
  chmodSync(dataDir, 0o755);
  core = await start();
  await ask('training.setAutoFaults', { on: false });
});
afterAll(async () => {
  await core.close();
  rmSync(dataDir, { recursive: true, force: true });
});

/** Calls as a host does, and holds the answer to the contract. */
const ask = async <Name extends CallName>(name: Name, input: CallInput<Name>): Promise<CallOutput<Name>> => {
  const answer = await core.call(name, input);
  if (!answer.ok) throw new Error(`${name}: ${JSON.stringify(answer.error)}`);
  return calls[name].output.parse(answer.value) as CallOutput<Name>;
};

const refused = async (name: string, input: unknown) => {
  const answer = await core.call(name, input);
  return answer.ok ? 'answered' : answer.error.code;
};

/** A hang ends before the test's own bound, and says what was pushed last of what it turned on. */
const HANG_MS = 150_000;
const lastPushed = (): string =>
  (['status', 'training', 'alerts'] as const)
    .map((kind) => JSON.stringify(events.findLast(({ event }) => event === kind) ?? `no ${kind}`).slice(0, 2_000))
    .join('\n');

/** Waits until something that was pushed satisfies the condition. */
const until = async <T>(what: string, condition: () => T | undefined): Promise<T> => {
  const ends = Date.now() + HANG_MS;
  for (;;) {
    const found = condition();
    if (found !== undefined) return found;
    if (Date.now() > ends) throw new Error(`${what}: not there. What was pushed last:\n${lastPushed()}`);
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ends - Date.now() + 1);
      heard = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
};

const raisedAlert = (algorithm: string, after: number): Alert | undefined =>
  events
    .slice(after)
    .flatMap((event) => (event.event === 'alerts' ? event.changed : []))
    .find((alert) => alert.open && alert.lead.algorithm === algorithm);

describe('the core', () => {
  it('refuses unknown calls, input that does not fit, and commands without a signed-in operator', async () => {
    expect(await refused('drop.table', {})).toBe('unknown_call');
    expect(await refused('constructor', {})).toBe('unknown_call');
    expect(await refused('alert.note', { operationId: uuid(), eventId: '1', text: ' ' })).toBe('not_signed_in');
    expect(await refused('card.get', { cardId: '04AA', extra: 1 })).toBe('bad_input');
    expect(await core.call('card.get', { cardId: 'x', odd: 'a\0' })).toMatchObject({
      error: { code: 'bad_input', params: { where: 'odd', problem: 'not_storable' } },
    });
    expect(await refused('alert.acknowledge', { operationId: uuid(), eventId: '1' })).toBe('not_signed_in');
  });

  it('refuses a second Regie in the same data directory', async () => {
    await expect(startCore({ dataDir, laptop: 'booth-2', version: '0.0.0' })).rejects.toThrow(DataDirInUse);
  });

  it('brings a fault of the training festival to the board, and the operator puts it right', async () => {
    await until('online', () =>
      events.find((event) => event.event === 'status' && event.status.link.state === 'online'),
    );
    await until('the operators', () => events.find((event) => event.event === 'operators'));
    await ask('session.begin', { name: 'Léa', pin: '246813' });
    // Cards are empty when the festival opens: some have to be charged and rested before one can lose money.
    await ask('training.setSpeed', { speed: 600 });
    await until('traffic', () =>
      events.findLast((event) => event.event === 'training' && (event.training?.transactions ?? 0) > 150),
    );
    await ask('training.setSpeed', { speed: 1 });
    const before = events.length;
    await ask('training.inject', { kind: 'deduction_on_failure' });
    const alert = await until('the alert', () => raisedAlert('balance_deduction_on_failure', before));
    const { eventId, cardId } = alert.lead;
    expect(cardId).not.toBeNull();

    const runId = uuid();
    const begin = { operationId: uuid(), eventId, runId, runbookId: 'deduction-on-failure' };
    expect(await outcomeOf(() => ask('runbook.start', begin))).toMatchObject({ outcome: 'applied' });
    const detail = await ask('alert.get', { incidentId: alert.incidentId });
    expect(detail.run?.runId).toBe(runId);
    const firstQuery = detail.runbook?.steps.find((step) => step.kind === 'query');
    const result = await ask('runbook.runQuery', { runId, stepId: firstQuery?.id ?? '' });
    expect(result.rows.length).toBeGreaterThan(0);

    const card = await ask('card.look', { cardId: cardId ?? '' });
    expect(card.discrepancyCents).toBe(-(alert.lead.amountCents ?? 0));
    const correction = {
      operationId: uuid(),
      eventId,
      cardId: card.cardId,
      kind: 'restore_card' as const,
      cardDeltaCents: -card.discrepancyCents,
      ledgerDeltaCents: 0,
      seenActualCents: card.actualCents,
      seenExpectedCents: card.expectedCents,
      originalTransaction: alert.lead.transactionId,
      reason: 'money taken by a failed order',
    };
    for (let time = 0; time < 2; time += 1) {
      expect(await outcomeOf(() => ask('correction.apply', correction))).toMatchObject({ outcome: 'applied' });
    }

    const after = await ask('card.look', { cardId: card.cardId });
    expect(after.discrepancyCents).toBe(0);
    expect(after.actualCents).toBe(card.expectedCents);
    expect(after.transactions.filter((row) => row.type === 'manual_correction')).toHaveLength(1);
    const closed = await until('its end', () =>
      events
        .flatMap((event) => (event.event === 'alerts' ? event.changed : []))
        .find((one) => one.incidentId === alert.incidentId && !one.open),
    );
    expect(closed.lead.status).toBe('RESOLVED');
  });

  it('keeps everything over a restart', async () => {
    const before = await ask('board.get', { closed: true });
    await core.close();
    core = await start();
    expect((await ask('session.get', {})).operator).toBeNull();
    const list = await ask('operators.get', {});
    const operatorId = list?.operators[0]?.operatorId ?? '';
    expect(await refused('session.signIn', { operatorId, pin: '1357' })).toBe('pin_wrong');
    expect((await ask('session.signIn', { operatorId, pin: '246813' })).operator).toBe('Léa');
    // From the local copy, before the festival has answered.
    const after = await ask('board.get', { closed: true });
    expect(after.alerts.map((alert) => alert.incidentId)).toEqual(
      expect.arrayContaining(before.alerts.map((alert) => alert.incidentId)),
    );
  });
});
