import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../testing/database.ts';
import { verifyAudit } from './audit-chain.ts';

let database: TestDatabase;
beforeEach(async () => {
  database = await createTestDatabase();
});
afterEach(() => database.close());

const run = (text: string) => database.admin.query(text);
const append = (rows: number) =>
  run(`select console.append_audit('regie-test', 'booth-1', 'note', 'event:' || n, jsonb_build_object('text', n),
    null, now()) from generate_series(1, ${rows}) as n`);
const verify = () => verifyAudit(database.festival);

describe('the audit trail', () => {
  it('verifies from its first row to its head, in several batches, while others append', async () => {
    expect(await verify()).toMatchObject({ ok: true, rows: 0 });
    await append(5_000);
    const appending = (async () => {
      for (let times = 0; times < 20; times += 1) await append(10);
    })();
    const progress: number[] = [];
    const verdict = await verifyAudit(database.festival, { onProgress: (done) => progress.push(done) });
    await appending;
    expect(verdict.ok).toBe(true);
    expect(verdict.rows).toBeGreaterThanOrEqual(5_000);
    expect(progress.slice(0, 2)).toEqual([2_000, 4_000]);
    expect(await verify()).toMatchObject({ ok: true, rows: 5_200, head: { seq: 5_200 } });
  });

  it.each([
    ['whose words were changed', `update console.audit set data = '{"text": 8}' where seq = 2007`, 'hash', 2_007],
    ['whose author was changed', `update console.audit set actor = 'Ana' where seq = 7`, 'hash', 7],
    ['whose hash was changed', `update console.audit set hash = sha256('x') where seq = 7`, 'hash', 7],
    [
      'that was changed and hashed again',
      `update console.audit a set actor = 'Ana', hash = console.audit_hash(previous_hash,
         (a.seq, a.at, a.laptop_at, a.operation_id, 'Ana', a.laptop, a.action, a.subject, a.data, a.previous_hash, a.hash)::console.audit)
       where seq = 7`,
      'previous_hash',
      8,
    ],
    ['that was deleted', `delete from console.audit where seq = 2001`, 'missing', 2_001],
    ['that was deleted with all after it', `delete from console.audit where seq >= 2900`, 'missing', 2_900],
    ['that was deleted first of all', `delete from console.audit where seq = 1`, 'missing', 1],
  ])('names the row %s', async (_, tampering, what, seq) => {
    await append(3_000);
    await run(tampering);
    expect(await verify()).toMatchObject({ ok: false, what, seq, rows: seq - 1 });
  });

  it('notices that the last rows were cut off together with the head', async () => {
    await append(10);
    await run(`delete from console.audit where seq > 8; update console.audit_head set seq = 8`);
    expect(await verify()).toMatchObject({ ok: false, what: 'head', seq: 8, rows: 8 });
  });
});
