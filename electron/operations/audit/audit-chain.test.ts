import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { TestDatabase } from '../../testing/database.ts';
import { signatoryOf } from '../../testing/operators.ts';
import { borrowTestDatabase } from '../../testing/reused-database.ts';
import { acceptAudit } from './accept-audit.ts';
import { verifyAudit } from './audit-chain.ts';
import { createAuditWitness } from './audit-witness.ts';

let database: TestDatabase;
beforeEach(async () => {
  database = await borrowTestDatabase();
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
         (a.seq, a.at, a.laptop_at, a.operation_id, 'Ana', a.laptop, a.action, a.subject, a.data, a.previous_hash, a.hash, a.login, a.term)::console.audit)
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

  it('has the hashes that the database computes, whatever the words are', async () => {
    const words = ['"quoted" \\ back', 'tab\tline\nfeed\u0001\u001f\u007f', 'é€😀\u2028', '', '<script>&'];
    for (const text of words) {
      await database.admin.query(
        `select console.append_audit('regie-test', $1::text, 'note', $1, jsonb_build_object($1::text, $1, 'n', 1e3, 'b', null), null, now())`,
        [text],
      );
    }
    expect(await verify()).toMatchObject({ ok: true, rows: words.length });
  });

  it('says by which login a row was written, and in which term where the engine wrote it and led', async () => {
    const engine = `select console.append_engine_audit('booth-1', 'note', 'event:1', '{}')`;
    const { consoleSettings } = database;
    await database.festival.write((tx) => tx.run({ text: engine, values: [] }));
    await database.festival.write((tx) =>
      tx.run({ text: `update console.engine_lease set expires_at = now() + interval '1 minute'`, values: [] }),
    );
    await database.festival.write((tx) => tx.run({ text: engine, values: [] }));
    await run(engine);
    const { rows } = await run('select login::text, term from console.audit order by seq');
    expect(rows).toEqual([
      { login: consoleSettings.user, term: null },
      { login: consoleSettings.user, term: '0' },
      { login: 'postgres', term: null },
    ]);
  });

  it('notices that the last rows were cut off together with the head', async () => {
    await append(10);
    await run(`delete from console.audit where seq > 8; update console.audit_head set seq = 8`);
    expect(await verify()).toMatchObject({ ok: false, what: 'head', seq: 8, rows: 8 });
  });
});

describe('a laptop that has seen the audit trail', () => {
  const witnessed = () => {
    const kept = new Map<string, unknown>();
    const witness = createAuditWitness({
      ...{ database: database.festival, laptop: 'booth-1', log: { error: () => undefined } },
      cache: {
        get: (name, schema) => (kept.has(name) ? schema.parse(kept.get(name)) : undefined),
        set: (name, value) => void kept.set(name, value),
      },
    });
    return { witness, check: () => verifyAudit(database.festival, { seen: witness.seen() }) };
  };
  /** Whoever can write as the administrator makes the whole chain anew. */
  const REWRITE = `do $$
    declare v_row console.audit; v_previous bytea := sha256('regie');
    begin
      for v_row in select * from console.audit order by seq loop
        v_row.previous_hash := v_previous;
        v_row.hash := console.audit_hash(v_previous, v_row);
        update console.audit set previous_hash = v_row.previous_hash, hash = v_row.hash where seq = v_row.seq;
        v_previous := v_row.hash;
      end loop;
      update console.audit_head set seq = coalesce((select max(seq) from console.audit), 0), hash = v_previous;
    end $$`;

  it('says nothing while rows are only appended', async () => {
    const { witness, check } = witnessed();
    await witness.poll();
    for (let times = 0; times < 3; times += 1) {
      await append(3);
      await witness.poll();
    }
    expect(witness.lostAt()).toBeNull();
    expect(witness.seen()).toMatchObject({ seq: 9 });
    expect(await check()).toMatchObject({ ok: true, rows: 9 });
  });

  it.each([
    ['whose end was cut off and the head moved back', 'delete from console.audit where seq > 8', 10, 8],
    [
      'of which a row was rewritten, and every hash after it',
      `update console.audit set actor = 'Ana' where seq = 3`,
      10,
      9,
    ],
    ['that was emptied', 'delete from console.audit', 10, 0],
  ])('notices one %s', async (_, tampering, seq, rows) => {
    const { witness, check } = witnessed();
    await append(10);
    await witness.poll();
    await run(tampering);
    await run(REWRITE);
    expect(await verifyAudit(database.festival)).toMatchObject({ ok: true });
    expect(await check()).toMatchObject({ ok: false, what: 'witness', by: 'booth-1', seq, rows });
    await witness.poll();
    expect(witness.lostAt()).not.toBeNull();
    // Growing over it hides nothing.
    await append(10);
    await witness.poll();
    expect(witness.seen()).toMatchObject({ seq: 10 });
    expect(await check()).toMatchObject({ ok: false, what: 'witness' });
  });

  it('goes on from what is there once a supervisor has accepted the loss, which the trail then says', async () => {
    const { witness, check } = witnessed();
    const accept = (by = signatoryOf('Léa')) => acceptAudit(database.festival, by, { witness, reason: 'restored' });
    await append(10);
    await witness.poll();
    const seen = witness.seen();
    expect(await accept()).toMatchObject({ error: { code: 'audit_kept' } });
    await run('delete from console.audit where seq > 8');
    await run(REWRITE);
    await witness.poll();
    expect(await accept({ ...signatoryOf('Léa'), sessionKey: null })).toMatchObject({
      error: { code: 'step_up_required' },
    });
    await run(`update console.operators set role = 'operator' where name = 'Ana'`);
    expect(await accept(signatoryOf('Ana'))).toMatchObject({ error: { code: 'not_allowed' } });
    expect(witness.lostAt()).not.toBeNull();
    expect(await accept()).toEqual({ ok: true, value: {} });
    expect(witness.lostAt()).toBeNull();
    expect(await check()).toMatchObject({ ok: true });
    const { rows } = await run(`select actor, subject, data from console.audit where action = 'audit_accepted'`);
    expect(rows).toEqual([
      {
        ...{ actor: 'Léa', subject: 'audit' },
        data: { seen: { seq: seen?.seq, hash: seen?.hash }, reason: 'restored' },
      },
    ]);
    await append(3);
    await witness.poll();
    expect(witness.lostAt()).toBeNull();
  });

  it('tells the others, who notice it as well', async () => {
    await run(`insert into console.laptops (laptop, seen_at) values ('booth-1', now())`);
    await append(10);
    await witnessed().witness.poll();
    await run('delete from console.audit where seq > 8');
    await run(REWRITE);
    expect(await verify()).toMatchObject({ ok: false, what: 'witness', by: 'booth-1', seq: 10 });
  });
});
