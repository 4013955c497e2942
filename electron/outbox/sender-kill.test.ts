import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { v7 as uuid } from 'uuid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openBuffer } from '../buffer/buffer.ts';
import { createOutbox } from '../buffer/outbox.ts';
import { insertEvent } from '../testing/alerts.ts';
import { freeze } from '../testing/bundle.ts';
import { createTestDatabase, type TestDatabase } from '../testing/database.ts';
import { festivalOf } from '../testing/festival.ts';
import { anEntry } from '../testing/log-entries.ts';
import { authorOf } from '../testing/operators.ts';
import { quietSender } from '../testing/sender.ts';
import { submitAs } from '../testing/submit.ts';

let database: TestDatabase;
let folder: string;
let program: readonly string[];
beforeAll(async () => {
  database = await createTestDatabase();
  folder = mkdtempSync(join(tmpdir(), 'regie-kill-'));
  program = await freeze(join(import.meta.dirname, '../testing/sender-process.ts'), folder);
});
afterAll(async () => {
  await database.close();
  rmSync(folder, { recursive: true, force: true });
});

const one = async (query: string, values: unknown[]) => (await database.admin.query(query, values)).rows[0];

/** What an operator does without the network. */
const given = (command: string, input: Record<string, unknown>, author = authorOf('Léa')) => ({
  command,
  input: { operationId: uuid(), ...input },
  author,
});

/** A card that lost 5.00, its alert, and what an operator does about it without the network. */
const prepare = async () => {
  const cardId = `CARD-${uuid()}`;
  await festivalOf(database).wrongCard(cardId, { actual: 10, expected: 15 });
  const eventId = await insertEvent(database, { cardId });
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
  const commands = [
    given('alert.take', { eventId }),
    given('correction.apply', correction),
    given('alert.note', { eventId, text: 'told the visitor' }),
  ];
  return { cardId, commands, ids: commands.map(({ input }) => input.operationId) };
};

const PIECES = 2;

/** A picture like no other, piece by piece, and the entry that shows it. */
const preparePicture = () => {
  const contents = Buffer.from(`a picture in pieces: ${uuid()}`);
  const text = contents.toString('base64');
  // A piece is base64 by itself.
  const length = Math.ceil(text.length / 4 / PIECES) * 4;
  const file = { sha256: createHash('sha256').update(contents).digest('hex'), type: 'image/png' as const };
  const piecesAs = (fileId: string) =>
    Array.from({ length: PIECES }, (_, piece) => ({
      ...{ ...file, fileId, piece, pieces: PIECES, data: text.slice(piece * length, (piece + 1) * length) },
    }));
  const fileId = uuid();
  const attachments = [{ ...file, name: 'reader.png', bytes: contents.length }];
  const pieces = piecesAs(fileId).map((piece) => given('log.attach', piece));
  const entry = given('log.write', anEntry({ attachments }));
  return { ...file, fileId, text, piecesAs, pieces, entry, commands: [...pieces, entry] };
};

/** Runs until the n-th step or to the end. @returns what was acknowledged, and all steps where it came to the end. */
const runUntil = async (killAt: number, file: string, commands: readonly ReturnType<typeof given>[]) => {
  const child = spawn(process.execPath, [
    ...program,
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
  const sender = quietSender({
    outbox,
    database: database.festival,
    reachable: () => true,
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

  it('between two pieces of a picture, or anywhere else, loses nothing and stores nothing twice', async () => {
    const { steps: end } = await runUntil(0, join(folder, 'picture.sqlite'), preparePicture().commands);
    expect(end).toBeGreaterThan(30);
    const killedAt = async (step: number): Promise<void> => {
      const { sha256, fileId, text, piecesAs, pieces, entry, commands } = preparePicture();
      const file = join(folder, `picture-${step}.sqlite`);
      const { acknowledged, steps } = await runUntil(step, file, commands);
      expect(steps, `step ${step} was not reached`).toBeUndefined();
      await recover(file);
      const stored = () =>
        one(
          `select (select string_agg(data, ' ') from console.log_files where sha256 = $1) as pictures,
             (select count(*)::int from console.log_pieces where file_id = $2) as pieces,
             (select count(*)::int from console.operations where operation_id = any ($3)) as operations,
             (select count(*)::int from console.log_entries where entry_id = $4) as entries`,
          [sha256, fileId, pieces.map(({ input }) => input.operationId), entry.input.operationId],
        );
      const { operations, ...found } = await stored();
      const promised = pieces.filter(({ input }) => acknowledged.includes(input.operationId)).length;
      expect(operations, `step ${step}`).toBeGreaterThanOrEqual(promised);
      const whole = operations === PIECES;
      // An entry is submitted once its picture is on this laptop's disk.
      const written = acknowledged.includes(entry.input.operationId) ? 1 : whole ? found.entries : 0;
      const expected = { pictures: whole ? text : null, pieces: whole ? 0 : operations, entries: written };
      expect([step, found]).toEqual([step, expected]);
      // Whoever saw it die attaches the picture once more.
      for (const piece of piecesAs(uuid())) {
        expect(await submitAs(database.festival, 'Léa', 'log.attach', piece)).toMatchObject({ outcome: 'applied' });
      }
      expect([step, (await stored()).pictures]).toEqual([step, text]);
    };
    const all = Array.from({ length: end ?? 0 }, (_, index) => index + 1);
    for (let first = 0; first < all.length; first += 4) await Promise.all(all.slice(first, first + 4).map(killedAt));
    const { count } = await one(
      `select count(*)::int from (
         select number, lag(number, 1, 0::bigint) over w as before, previous_hash, lag(hash) over w as before_hash
         from console.log_entries window w as (order by number)) as entry
       where number <> before + 1 or previous_hash <> before_hash`,
      [],
    );
    expect(count).toBe(0);
  }, 600_000);
});
