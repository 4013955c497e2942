import pg from 'pg';
import { v7 as uuid } from 'uuid';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FIRST_LOG_HASH, logHash } from '../../electron/operations/log/log-hash.ts';
import { applyCommand } from '../../electron/operations/registry.ts';
import { createTestDatabase, type TestDatabase } from '../../electron/testing/database.ts';
import { anEntry, entriesOf } from '../../electron/testing/log-entries.ts';
import { createOperators } from '../../electron/testing/operators.ts';
import { signedAs, submitTo } from '../../electron/testing/submit.ts';

let database: TestDatabase;
beforeEach(async () => {
  database = await createTestDatabase();
});
afterEach(() => database.close());

const submit = submitTo(() => database.festival);
const saidOf = async () => (await entriesOf(database)).map(({ said }) => said);

describe('an entry of the incident log', () => {
  it('has its number, its three times, who wrote it in which role, and everything that was said', async () => {
    const said = anEntry({
      ...{ kind: 'decision', text: 'close bar 3', place: 'bar 3', tags: ['crowd'], importance: 'important' },
      ...{ mentions: ['Noé'], links: [{ kind: 'card', id: '04A1' }] },
      decision: { options: 'open bar 4', why: 'nobody to spare', agreed: 'Ana' },
      followUp: { who: 'Noé', by: '2026-07-03T22:00:00.000Z' },
      ...{ occurredAt: '2026-07-03T20:30:00.000Z', lateReason: 'I was at the bar' },
      ...{ clockOffsetMs: -1_200, laptopNumber: 17 },
    });
    expect(await submit('log.write', said)).toMatchObject({ outcome: 'applied', result: { number: 1 } });
    expect(await saidOf()).toMatchObject([
      {
        ...{ number: 1, act: 'written', refersTo: null, kind: 'decision', text: 'close bar 3', place: 'bar 3' },
        ...{ tags: ['crowd'], importance: 'important', mentions: ['Noé'], links: [{ kind: 'card', id: '04A1' }] },
        decision: { options: 'open bar 4', why: 'nobody to spare', agreed: 'Ana' },
        followUp: { who: 'Noé', by: '2026-07-03T22:00:00.000Z' },
        ...{ occurredAt: '2026-07-03T20:30:00.000000Z', enteredAt: '2026-07-03T21:00:00.000000Z' },
        ...{ clockOffsetMs: -1_200, lateReason: 'I was at the bar' },
        ...{ author: 'Léa', role: 'supervisor', laptop: 'booth-1', laptopNumber: 17, login: 'regie_test_login' },
      },
    ]);
  });

  it('is read by whom it names and by whom it asks for something, as a note is', async () => {
    await createOperators(database.admin, ['Ana', 'Noé']);
    await submit('log.write', {
      ...anEntry({ text: '@Noé, fetch a reader', mentions: ['Noé', 'nobody', 'Léa'] }),
      followUp: { who: 'Ana', by: '2026-07-03T22:00:00.000Z' },
    });
    const { rows } = await database.admin.query(
      'select operator, author, event_id, words from console.mentions order by operator',
    );
    expect(rows).toEqual(
      ['Ana', 'Noé'].map((operator) => ({ operator, author: 'Léa', event_id: null, words: '@Noé, fetch a reader' })),
    );
  });

  it('is written once, however often its command is sent', async () => {
    const command = signedAs('Léa', 'log.write', anEntry());
    await Promise.all([1, 2, 3].map(() => applyCommand(database.festival, command)));
    expect(await saidOf()).toHaveLength(1);
  });

  it('keeps every text that can be stored as it was typed', async () => {
    const texts = [
      '👩‍👩‍👧 🔥',
      'مرحبا ‏123‏',
      'a\u0001\u007f\u2028"\\/b',
      'é'.repeat(20_000),
      '\ud83d\ude00'.repeat(9_000),
    ];
    for (const text of texts) {
      expect(await submit('log.write', anEntry({ text }))).toMatchObject({ outcome: 'applied' });
    }
    const entries = await entriesOf(database);
    expect(entries.map(({ said }) => said.text)).toEqual(texts);
    // As the laptop computes it from what it was given.
    for (const { said, previous, hash } of entries) expect(logHash(previous, said)).toBe(hash);
  });

  it('carries the hash of the one before it; numbers have no holes, whoever writes at the same time', async () => {
    await Promise.all(
      Array.from({ length: 20 }, (_, n) => submit('log.write', anEntry({ text: `note ${n}` }), n % 2 ? 'Noé' : 'Ana')),
    );
    const entries = await entriesOf(database);
    expect(entries.map(({ said }) => said.number)).toEqual(Array.from({ length: 20 }, (_, n) => n + 1));
    let before = FIRST_LOG_HASH;
    for (const { said, previous, hash } of entries) {
      expect(previous).toBe(before);
      expect(logHash(previous, said)).toBe(hash);
      before = hash;
    }
    const { rows } = await database.admin.query(`select number, encode(hash, 'hex') as hash from console.log_head`);
    expect(rows).toEqual([{ number: '20', hash: before }]);
    const audit = await database.admin.query(
      `select subject, data ->> 'hash' as hash from console.audit where action = 'log_written' order by seq desc limit 1`,
    );
    expect(audit.rows).toEqual([{ subject: 'entry:20', hash: before }]);
  });

  it('is corrected, struck and finished by entries of their own, each of two people’s kept', async () => {
    const entryId = uuid();
    const asks = anEntry({ operationId: entryId, followUp: { who: 'Noé', by: '2026-07-03T22:00:00.000Z' } });
    await submit('log.write', asks);
    const later = { entryId, clockOffsetMs: 100, laptopNumber: 2 };
    await submit('log.correct', { ...later, text: 'queue at bar 4' });
    await submit('log.strike', { ...later, text: 'it was no queue' }, 'Ana');
    await submit('log.strike', { ...later, text: 'I was wrong' }, 'Noé');
    await submit('log.finish', { ...later, text: '' }, 'Noé');
    expect((await saidOf()).map(({ act, refersTo, text, author }) => [act, refersTo, text, author])).toEqual([
      ['written', null, 'queue at bar 3', 'Léa'],
      ['corrected', entryId, 'queue at bar 4', 'Léa'],
      ['struck', entryId, 'it was no queue', 'Ana'],
      ['struck', entryId, 'I was wrong', 'Noé'],
      ['finished', entryId, '', 'Noé'],
    ]);
  });

  it('is refused where it refers to nothing, asks for nothing that could be done, or comes late without a word', async () => {
    const entryId = uuid();
    await submit('log.write', anEntry({ operationId: entryId }));
    const later = { laptopNumber: 2, text: 'x' };
    const unknown = { outcome: 'rejected', error: { code: 'log_entry_unknown' } };
    expect(await submit('log.strike', { ...later, entryId: uuid() })).toMatchObject(unknown);
    expect(await submit('log.finish', { ...later, entryId })).toMatchObject(unknown);
    const occurredAt = '2026-07-03T20:50:00.000Z';
    expect(await submit('log.write', anEntry({ occurredAt }))).toMatchObject({ error: { code: 'log_late' } });
    // Nine minutes by the laptop's clock, which was nine minutes ahead.
    expect(await submit('log.write', anEntry({ occurredAt, clockOffsetMs: -540_000 }))).toMatchObject({
      outcome: 'applied',
    });
    expect(await submit('log.write', anEntry({ text: '', laptopNumber: null }))).toMatchObject({
      error: { code: 'log_invalid' },
    });
    expect((await saidOf()).map(({ number }) => number)).toEqual([1, 2]);
  });
});

describe('nobody changes the incident log', () => {
  const REWRITING = [
    `update console.log_entries set text = 'nothing happened' where number = 1`,
    `update console.log_entries set hash = hash where false`,
    'delete from console.log_entries where number = 2',
    'truncate console.log_entries',
    `update console.log_head set number = 1, hash = (select hash from console.log_entries where number = 1)`,
    'update console.log_head set number = number + 1',
    'delete from console.log_head',
    'truncate console.log_head',
  ];
  const asWhom: readonly [string, () => Promise<pg.Client>][] = [
    [
      'with a console’s login',
      async () => {
        const { host, port, database: name, user, password } = database.consoleSettings;
        const client = new pg.Client({ host, port, database: name, user, password });
        await client.connect();
        return client;
      },
    ],
    ['as the owner of the commands’ functions', () => administrator('set role regie_owner')],
    ['as the administrator of the database', () => administrator('select 1')],
    ['in a session that puts triggers aside', () => administrator(`set session_replication_role = 'replica'`)],
  ];
  const administrator = async (first: string): Promise<pg.Client> => {
    const { host, port, database: name, user, password } = database.adminSettings;
    const client = new pg.Client({ host, port, database: name, user, password });
    await client.connect();
    await client.query(first);
    return client;
  };

  it.each(asWhom)('%s', async (_, connect) => {
    for (const text of ['one', 'two']) await submit('log.write', anEntry({ text }));
    const before = await entriesOf(database);
    const client = await connect();
    try {
      for (const text of REWRITING) {
        const error = await client.query(text).then(
          () => 'done',
          (reason: unknown) => (reason instanceof pg.DatabaseError ? reason.code : String(reason)),
        );
        expect([text, error]).toEqual([text, '42501']);
      }
    } finally {
      await client.end();
    }
    expect(await entriesOf(database)).toEqual(before);
  });

  it('adds to it without a command that says so', async () => {
    const attempts = [
      `insert into console.log_entries select * from console.log_entries`,
      `select console.write_log(gen_random_uuid())`,
      `select console.log_hash('', e) from console.log_entries e`,
    ];
    for (const text of attempts) {
      const error = await database.festival
        .write((tx) => tx.run({ text, values: [] }))
        .then(
          () => 'done',
          (reason: unknown) => String(reason),
        );
      expect([text, error]).toEqual([text, expect.stringMatching(/permission denied|is done by the command/)]);
    }
    // Under another command of their own.
    const note = signedAs('Léa', 'log.set', { base: 1, tags: [], templates: [] });
    const refused = await database.festival
      .write(async (tx) => {
        await tx.run({
          text: 'select console.take_command($1::text, $2::uuid, $3::text)',
          values: [note.body, note.keyId, note.proof],
        });
        await tx.run({ text: 'select console.write_log($1::uuid)', values: [note.input.operationId] });
      })
      .catch((reason: unknown) => String(reason));
    expect(refused).toMatch(/is done by the command/);
    expect(await entriesOf(database)).toEqual([]);
  });
});
