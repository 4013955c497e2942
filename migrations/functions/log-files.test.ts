import { createHash, randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { v7 as uuid } from 'uuid';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openBuffer } from '../../electron/buffer/buffer.ts';
import { createLogFiles, type LogFiles } from '../../electron/buffer/log-files.ts';
import { fetchLogFile } from '../../electron/operations/log/fetch-file.ts';
import { applyCommand } from '../../electron/operations/registry.ts';
import { sql } from '../../electron/postgres/sql.ts';
import { createTestDatabase, type TestDatabase } from '../../electron/testing/database.ts';
import { anEntry } from '../../electron/testing/log-entries.ts';
import { type SubmittedInput, signedAs } from '../../electron/testing/submit.ts';
import { PIECE_LENGTH } from '../../shared/domain/log.ts';

let database: TestDatabase;
beforeEach(async () => {
  database = await createTestDatabase();
});
afterEach(() => database.close());

/** The commands with which a picture travels. */
const piecesOf = (contents: Buffer, changes: Partial<SubmittedInput<'log.attach'>> = {}) => {
  const text = contents.toString('base64');
  const pieces = Math.ceil(text.length / PIECE_LENGTH);
  const file = {
    fileId: uuid(),
    sha256: createHash('sha256').update(contents).digest('hex'),
    type: 'image/png' as const,
  };
  return Array.from({ length: pieces }, (_, piece) =>
    signedAs('Léa', 'log.attach', {
      ...{ ...file, piece, pieces, data: text.slice(piece * PIECE_LENGTH, (piece + 1) * PIECE_LENGTH) },
      ...changes,
    }),
  );
};
const send = (command: ReturnType<typeof piecesOf>[number]) => applyCommand(database.festival, command);
const counts = async () => {
  const { rows } = await database.admin.query(
    `select (select count(*)::int from console.log_files) as files, (select count(*)::int from console.log_pieces) as pieces`,
  );
  return rows[0];
};

it('a picture in pieces is stored once, however often and in whatever order they are sent', async () => {
  const contents = randomBytes(1_500_000);
  const commands = piecesOf(contents);
  expect(commands).toHaveLength(4);
  for (const command of [...commands.slice(1), ...commands.slice(1)]) {
    expect(await send(command)).toMatchObject({ outcome: 'applied' });
  }
  expect(await counts()).toEqual({ files: 0, pieces: 3 });
  for (const command of [...commands, ...commands]) expect(await send(command)).toMatchObject({ outcome: 'applied' });
  // The same picture by another entry.
  for (const command of piecesOf(contents)) expect(await send(command)).toMatchObject({ outcome: 'applied' });
  expect(await counts()).toEqual({ files: 1, pieces: 0 });

  const folder = mkdtempSync(join(tmpdir(), 'regie-files-'));
  const buffer = openBuffer(join(folder, 'mirror.sqlite'), 'mirror');
  try {
    const files: LogFiles = createLogFiles(buffer);
    const sha256 = createHash('sha256').update(contents).digest('hex');
    expect(await fetchLogFile({ database: database.festival, files }, 'a'.repeat(64))).toBe(false);
    expect(await fetchLogFile({ database: database.festival, files }, sha256)).toBe(true);
    const text = Array.from({ length: 4 }, (_, piece) => files.piece(sha256, piece)?.data ?? '').join('');
    expect(Buffer.from(text, 'base64').equals(contents)).toBe(true);
    expect(files.piece(sha256, 4)).toBeNull();
    expect(files.has(sha256)).toBe(true);
  } finally {
    buffer.close();
    rmSync(folder, { recursive: true });
  }
});

it('one that is not what it says, or is larger than may be, is refused, and leaves nothing', async () => {
  const broken = { outcome: 'rejected', error: { code: 'log_file_broken' } };
  const [other] = piecesOf(randomBytes(100), { sha256: 'b'.repeat(64) });
  const [noBase64] = piecesOf(randomBytes(100), { data: 'A' });
  if (!other || !noBase64) throw new Error('no pieces');
  for (const command of [other, noBase64]) expect(await send(command)).toMatchObject(broken);
  const tooLarge = piecesOf(Buffer.alloc(5 * 1_048_576 + 1));
  for (const command of tooLarge.slice(0, -1)) expect(await send(command)).toMatchObject({ outcome: 'applied' });
  expect(await send(tooLarge.slice(-1)[0] ?? other)).toMatchObject(broken);
  expect(await counts()).toEqual({ files: 0, pieces: 0 });
});

it('nobody changes or removes one, with the console’s login or with the owner of the functions', async () => {
  for (const command of piecesOf(randomBytes(100))) await send(command);
  const texts = [
    `update console.log_files set data = ''`,
    'delete from console.log_files',
    'truncate console.log_files',
  ];
  for (const role of ['regie_console', 'regie_owner', null]) {
    for (const text of texts) {
      await database.admin.query('begin');
      if (role !== null) await database.admin.query(`set local role ${role}`);
      await expect(database.admin.query(text)).rejects.toMatchObject({ code: '42501' });
      await database.admin.query('rollback');
    }
  }
  expect(await counts()).toEqual({ files: 1, pieces: 0 });
});

it('pieces are cleared once nobody can complete them, and never while their laptop may', async () => {
  const { admin } = database;
  const sent = async (changes: Partial<SubmittedInput<'log.attach'>> = {}) => {
    const [piece] = piecesOf(randomBytes(600_000), changes);
    if (!piece) throw new Error('no piece');
    expect(await send(piece)).toMatchObject({ outcome: 'applied' });
    return changes.fileId ?? '';
  };
  const [abandoned, growing, named] = [uuid(), uuid(), uuid()];
  const sha256 = 'c'.repeat(64);
  await sent({ fileId: abandoned });
  await sent({ fileId: growing });
  await sent({ fileId: named, sha256 });
  const attachments = [{ sha256, name: 'bar.png', type: 'image/png' as const, bytes: 600_000 }];
  await applyCommand(database.festival, signedAs('Léa', 'log.write', anEntry({ attachments })));
  await admin.query(`update console.log_pieces set added_at = now() - interval '31 days'`);
  // A second piece of one of them came a week ago.
  await admin.query(
    `insert into console.log_pieces select file_id, 1, data, added_by, now() - interval '7 days', sha256, laptop_id
     from console.log_pieces where file_id = $1`,
    [growing],
  );
  const operationsDaysAgo = (days: number) =>
    admin.query('update console.operations set applied_at = now() - make_interval(secs => $1::float8 * 86400)', [days]);
  const laptopsEnded = (at: string | null) => admin.query('update console.enrolled_laptops set ended_at = $1', [at]);
  const left = async (): Promise<string[]> => {
    await database.festival.write((tx) => tx.run(sql`select console.clear_log_pieces()`));
    const { rows } = await admin.query('select distinct file_id from console.log_pieces');
    return rows.map(({ file_id }) => file_id).sort();
  };
  const all = [abandoned, growing, named].sort();
  // Its laptop has brought nothing since, or has only just come back.
  await operationsDaysAgo(31);
  expect(await left()).toEqual(all);
  await operationsDaysAgo(30.5);
  expect(await left()).toEqual(all);

  await admin.query('begin');
  await laptopsEnded('2026-07-04T00:00:00Z');
  expect(
    (await admin.query('select console.clear_log_pieces() as cleared')).rows.map(({ cleared }) => Number(cleared)),
  ).toEqual([1]);
  await admin.query('rollback');

  await operationsDaysAgo(2);
  expect(await left()).toEqual([growing, named].sort());
});
