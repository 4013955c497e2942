import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { insertEvent } from '../../testing/alerts.ts';
import { freeze } from '../../testing/bundle.ts';
import { escalationWorld } from '../../testing/escalation.ts';

const world = escalationWorld();
const run = promisify(execFile);

let folder: string;
let program: readonly string[];
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'regie-dispatch-'));
  program = await freeze(join(import.meta.dirname, '../../testing/dispatch-process.ts'), folder);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it('a laptop that dies at any write sends no message twice, and none is forgotten', async () => {
  const by = [{ afterSeconds: 0, contact: 'technical-lead', channels: ['sms' as const] }];
  await world.save({ ladder: { CRITICAL: by, HIGH: [], MEDIUM: [], LOW: [] } });
  let ended: number | undefined;
  for (let killAt = 1; ended === undefined; killAt += 1) {
    const eventId = await insertEvent(world.database);
    const before = world.receivers.requests.length;
    const input = JSON.stringify({ settings: world.database.consoleSettings, killAt });
    const out = await run(process.execPath, [...program, input]).then(
      ({ stdout }) => stdout,
      (error: { signal?: string }) => {
        expect(error.signal).toBe('SIGKILL');
        return '';
      },
    );
    ended = /steps (\d+)/.exec(out)?.[1] === undefined ? undefined : killAt;
    // Another laptop goes on. The claim of the one that died holds for a minute.
    await world.poll();
    await world.database.admin.query(
      `update console.deliveries set claimed_at = now() - interval '61 seconds' where state = 'sending'`,
    );
    await world.poll();
    await world.poll();
    const { rows } = await world.database.admin.query(`select state from console.deliveries where event_id = $1`, [
      eventId,
    ]);
    const sent = world.receivers.requests.length - before;
    expect([killAt, rows.length]).toEqual([killAt, 1]);
    expect(sent).toBeLessThanOrEqual(1);
    // Where it is recorded as sent it was sent; where nobody knows it is said, and never sent again.
    if (rows[0].state === 'sent') expect(sent).toBe(1);
    else expect(rows[0].state).toBe('unknown');
    const kinds = (await world.said(eventId)).map(({ kind }) => kind);
    expect(kinds).toEqual([rows[0].state === 'sent' ? 'escalated' : 'escalation_unknown']);
    await world.database.admin.query(`update monitoring_events set status = 'RESOLVED' where event_id = $1`, [eventId]);
  }
  // Before and after the claim, and before and after the record.
  expect(ended).toBeGreaterThan(4);
});
