import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { v7 as uuid } from 'uuid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RegieEvent } from '../shared/contract/events.ts';
import { type Core, startCore } from './core.ts';
import { insertEvent } from './testing/alerts.ts';
import { createTestDatabase, type TestDatabase } from './testing/database.ts';
import { enrolLaptop, operatorIdOf, PIN } from './testing/operators.ts';

const DISK_MB = 16;
const disk = mkdtempSync(join(tmpdir(), 'regie-disk-'));
/** A small disk of its own needs the right to mount one; elsewhere the outbox's own tests limit its file. */
const mounted =
  process.platform === 'linux' &&
  spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${DISK_MB}m`, 'tmpfs', disk]).status === 0;

let database: TestDatabase;
let core: Core | undefined;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(async () => {
  await core?.close();
  await database.close();
  if (mounted) spawnSync('umount', [disk]);
  rmdirSync(disk);
});

describe.skipIf(!mounted)('a laptop whose disk is full', () => {
  it('refuses actions with a clear word, shows what it has, and works again when there is room', async () => {
    const eventId = await insertEvent(database);
    const events: RegieEvent[] = [];
    await enrolLaptop(database.admin, { laptop: 'booth-1', dataDir: disk });
    core = await startCore({
      dataDir: disk,
      laptop: 'booth-1',
      version: '0.0.0',
      connection: database.consoleSettings,
    });
    const { call } = core;
    core.subscribe((event) => events.push(event));
    const signIn = () => call('session.signIn', { operatorId: operatorIdOf('Léa'), pin: PIN });
    await expect.poll(signIn).toMatchObject({ ok: true });
    const board = async () => JSON.stringify(await call('board.get', { closed: true }));
    await expect.poll(board).toContain(`"eventId":"${eventId}"`);
    const note = (text: string) => call('alert.note', { operationId: uuid(), eventId, text });
    expect(await note('before')).toMatchObject({ ok: true, value: { outcome: 'applied' } });

    const filler = join(disk, 'filler');
    writeFileSync(filler, Buffer.alloc(statfsSync(disk).bavail * statfsSync(disk).bsize));
    expect(statfsSync(disk).bavail).toBe(0);
    // What the files have kept for themselves is used up first.
    let refused: unknown;
    for (let tries = 0; tries < 300 && refused === undefined; tries += 1) {
      const answer = await note(`while it is full ${'x'.repeat(1_900)}`);
      if (!answer.ok) refused = answer.error;
    }
    expect(refused).toMatchObject({ code: 'disk_full' });
    const full = () => events.some((event) => event.event === 'status' && event.status.disk.full);
    await expect.poll(full).toBe(true);
    // Alerts go on coming, as far as the copy has room; nothing of the console stops.
    await insertEvent(database);
    expect(await board()).toContain(`"eventId":"${eventId}"`);
    expect(await call('status.get', {})).toMatchObject({ ok: true, value: { disk: { full: true } } });

    rmSync(filler);
    await expect.poll(() => note('after')).toMatchObject({ ok: true, value: { outcome: 'applied' } });
    expect(await call('status.get', {})).toMatchObject({ ok: true, value: { disk: { full: false } } });
    const later = await insertEvent(database);
    await expect.poll(board).toContain(`"eventId":"${later}"`);
  });
});
