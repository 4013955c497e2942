import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { v7 as uuid } from 'uuid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openBuffer } from '../buffer/buffer.ts';
import { createOutbox } from '../buffer/outbox.ts';
import { insertEvent } from '../testing/alerts.ts';
import { createTestDatabase, type TestDatabase } from '../testing/database.ts';
import { festivalOf } from '../testing/festival.ts';
import { authorOf } from '../testing/operators.ts';
import { orderingOf } from './ordering-keys.ts';
import { createSender } from './sender.ts';

let database: TestDatabase;
let folder: string;
beforeAll(async () => {
  database = await createTestDatabase();
  folder = mkdtempSync(join(tmpdir(), 'regie-kill-'));
});
afterAll(async () => {
  await database.close();
  rmSync(folder, { recursive: true, force: true });
});

const one = async (query: string, values: unknown[]) => (await database.admin.query(query, values)).rows[0];
const program = fileURLToPath(new URL('../testing/sender-process.ts', import.meta.url));

/** A card that lost 5.00, its alert, and what an operator does about it without the network. */
const prepare = async () => {
  const cardId = `CARD-${uuid()}`;
  await festivalOf(database).wrongCard(cardId, { actual: 10, expected: 15 });
  const eventId = await insertEvent(database, { cardId });
  const author = authorOf('Léa');
  const correction = {
    eventId,
    cardId,
    kind: 'restore_card',
    cardDeltaCents: 500,
    ledgerDeltaCents: 0,
    seenActualCents: 1_000,
    seenExpectedCents: 1_500,
    originalTransaction: null,
    reason: 'taken by a failed order',
    approver: null,
  };
  const given = (command: string, input: Record<string, string | number | null>) => ({
    command,
    input: { operationId: uuid(), ...input },
    author,
  });
  const commands = [
    given('alert.take', { eventId }),
    given('correction.apply', correction),
    given('alert.note', { eventId, text: 'told the visitor' }),
  ];
  return { cardId, commands, ids: commands.map(({ input }) => input.operationId) };
};

/** Runs until the n-th step or to the end. @returns what was acknowledged, and all steps where it came to the end. */
const runUntil = async (killAt: number, file: string, commands: Awaited<ReturnType<typeof prepare>>['commands']) => {
  const child = spawn(process.execPath, [
    program,
    JSON.stringify({ settings: database.consoleSettings, file, killAt, commands }),
  ]);
  const [said, complaint, [code, signal]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'exit'),
  ]);
  if (code !== 0 && signal !== 'SIGKILL') throw new Error(`ended with ${code}: ${complaint}`);
  const lines = said.trim().split('\n').filter(Boolean);
  const steps = lines.find((line) => line.startsWith('steps '));
  return {
    acknowledged: lines.filter((line) => line !== steps),
    steps: steps === undefined ? undefined : Number(steps.slice('steps '.length)),
  };
};

/** The laptop is started again, and sends what it has. */
const recover = async (file: string): Promise<void> => {
  const buffer = openBuffer(file, 'outbox');
  const outbox = createOutbox(buffer);
  const sender = createSender({
    outbox,
    database: database.festival,
    reachable: () => true,
    orderingOf: (command) => orderingOf(command, { ofEvent: () => undefined, ofRun: () => undefined }),
    onChange: () => undefined,
    onDiskFull: () => undefined,
    clock: { now: () => Date.now(), monotonic: () => performance.now() },
    random: () => 0,
    log: { info: () => undefined, warn: () => undefined, error: () => undefined },
  });
  sender.wake();
  await expect.poll(() => outbox.counts(), { interval: 5 }).toEqual({ waiting: 0, undecided: 0 });
  await sender.close();
  buffer.close();
};

const effectsOf = async (operationId: string) => {
  const found = await one(
    `select (select count(*)::int from console.operations where operation_id = $1) as operations,
       (select count(*)::int from console.audit where operation_id = $1) as audit,
       (select count(*)::int from console.timeline where operation_id = $1) as timeline`,
    [operationId],
  );
  return found as { operations: number; audit: number; timeline: number };
};

describe('a laptop that dies', () => {
  it('at any single write of submitting and sending loses nothing and does nothing twice', async () => {
    const whole = await prepare();
    const { steps: end } = await runUntil(0, join(folder, 'whole.sqlite'), whole.commands);
    // 3 commands: taken in, marked, some statements and a commit each, settled.
    expect(end).toBeGreaterThan(40);
    const killedAt = async (step: number): Promise<void> => {
      const { cardId, commands, ids } = await prepare();
      const file = join(folder, `${step}.sqlite`);
      const { acknowledged, steps } = await runUntil(step, file, commands);
      expect(steps, `step ${step} was not reached`).toBeUndefined();
      await recover(file);
      const [, correctionId] = ids;
      for (const id of ids) {
        const { operations, audit, timeline } = await effectsOf(id);
        if (acknowledged.includes(id)) expect([step, id, operations]).toEqual([step, id, 1]);
        expect([step, id, audit, timeline]).toEqual([step, id, operations, operations]);
      }
      const card = await one(
        `select amount, (select count(*)::int from app_transaction_log where client_request_id = $2) as corrections
         from table_cards where id = $1`,
        [cardId, correctionId],
      );
      const corrected = card.corrections === 1;
      expect([step, card]).toEqual([step, { amount: corrected ? '15.00' : '10.00', corrections: corrected ? 1 : 0 }]);
      if (acknowledged.includes(correctionId ?? '')) expect([step, corrected]).toEqual([step, true]);
    };
    const all = Array.from({ length: end ?? 0 }, (_, index) => index + 1);
    for (let first = 0; first < all.length; first += 4) await Promise.all(all.slice(first, first + 4).map(killedAt));
  }, 600_000);
});
