import { createHash } from 'node:crypto';
import pg from 'pg';
import { v7 as uuid } from 'uuid';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readChecklists } from '../../electron/operations/checklists/checklist-follower.ts';
import { applyCommand } from '../../electron/operations/registry.ts';
import { createTestDatabase, type TestDatabase } from '../../electron/testing/database.ts';
import { createOperators } from '../../electron/testing/operators.ts';
import { signedAs, submitTo } from '../../electron/testing/submit.ts';
import { builtinChecklist, builtinChecklists } from '../../shared/checklists/index.ts';
import { type Checklist, type ChecklistDraft, checklistSchema, SENSES } from '../../shared/domain/checklist.ts';
import {
  type ChecklistRun,
  notCounted,
  openItems,
  progressOf,
  signatureOf,
  standingAnswers,
  writtenEvidence,
} from '../../shared/domain/checklist-run.ts';
import { canonicalJson } from '../../shared/domain/command-body.ts';

/* Léa and Noé are supervisors of the test database, Ana too; Ola is an operator. */

let database: TestDatabase;
beforeEach(async () => {
  database = await createTestDatabase();
  await createOperators(database.admin, ['Ola'], 'operator');
});
afterEach(() => database.close());

const submit = submitTo(() => database.festival);
const words = { en: 'words', fr: 'mots' };
const aList = (...items: ChecklistDraft['items']): Checklist =>
  checklistSchema.parse({ id: 'ours', version: 1, title: words, source: 'ours', window: 'week', items });
const breaker = builtinChecklist('morning').items.filter(({ id }) => id === 'breaker');
type Item = ChecklistDraft['items'][number];
const attested: Item = { id: 'read', kind: 'attested', title: words, text: words, figures: ['open_events'] };
const twoPerson: Item = { id: 'two', kind: 'two_person', title: words, text: words };
const answered: Item = {
  ...{ id: 'points', kind: 'answered', title: words, text: words },
  answer: { type: 'number', min: 0, max: 100 },
};

const windowKey = '2026-W27';
const run = { listId: 'ours', windowKey };
const start = (list: Checklist, by = 'Léa') => submit('checklist.start', { list, windowKey }, by);
const tick = (itemId: string, by = 'Léa') => submit('checklist.tick', { ...run, itemId }, by);
const readRun = async (): Promise<ChecklistRun> => {
  const { runs } = await readChecklists(database.festival);
  const [found] = runs;
  if (found === undefined) throw new Error('no run');
  return found;
};
const sign = async (by = 'Léa') => submit('checklist.sign', { ...run, hash: (await readRun()).hash ?? '' }, by);
const statesOf = async (itemId: string) =>
  (await readRun()).entries.filter((entry) => entry.itemId === itemId).map(({ act, state }) => state ?? act);
const engineWith = (state: string) =>
  database.admin.query(
    `update console.engine_lease set holder = gen_random_uuid(), laptop = 'booth-1', breaker = $1,
       expires_at = clock_timestamp() + interval '5 seconds'`,
    [JSON.stringify({ state })],
  );
const code = (answer: unknown) => (answer as { error?: { code?: string } }).error?.code ?? 'applied';

describe('a run of a checklist', () => {
  it('is one for its list and stretch of time, whoever starts it; it keeps the list that it was started with', async () => {
    await start(aList(attested));
    await start(aList(twoPerson), 'Noé');
    const { runs } = await readChecklists(database.festival);
    expect(runs.map(({ startedBy, list }) => [startedBy, list?.items[0]?.id])).toEqual([['Léa', 'read']]);
  });

  it('keeps the first signature, and the second beside it', async () => {
    await start(aList(attested));
    const command = signedAs('Noé', 'checklist.tick', { ...run, itemId: 'read' });
    await Promise.all([1, 2].map(() => applyCommand(database.festival, command)));
    await tick('read', 'Ana');
    const [progress] = progressOf(await readRun(), []);
    expect(progress?.confirmed.map(({ actor }) => actor)).toEqual(['Noé', 'Ana']);
    expect(progress?.confirmed[0]?.evidence).toMatchObject({
      figures: [{ sense: 'open_events', value: 0, query: expect.stringMatching(/^select/) }],
    });
  });

  it('needs two who are two', async () => {
    await start(aList(twoPerson));
    await tick('two');
    await tick('two');
    expect(code(await sign())).toBe('checklist_incomplete');
    // Léa has changed Ola's access today: the screen says at once that the two are not surely two.
    await database.admin.query(
      `insert into console.operations
       select (jsonb_populate_record(one, jsonb_build_object(
         'operation_id', gen_random_uuid(), 'command', 'operators.save',
         'body', json_build_object('input', json_build_object('operatorId', ola.operator_id))::text))).*
       from console.operations one, console.operators ola
       where one.command = 'checklist.start' and one.operator = 'Léa' and ola.name = 'Ola'`,
    );
    await tick('two', 'Ola');
    const [puppet] = progressOf(await readRun(), []);
    expect([puppet?.done, puppet && notCounted(puppet)?.actor]).toEqual([false, 'Ola']);
    expect(code(await sign())).toBe('checklist_incomplete');
    await tick('two', 'Noé');
    expect(progressOf(await readRun(), [])).toMatchObject([{ done: true }]);
    expect(code(await sign())).toBe('applied');
  });

  it('takes answers that fit, and nothing for what it does not ask', async () => {
    await start(aList(answered, attested));
    const answer = (value: string | number, itemId = 'points') =>
      submit('checklist.answer', { ...run, itemId, answer: value }).then(code);
    expect(await answer('many')).toBe('checklist_answer_wrong');
    expect(await answer(101)).toBe('checklist_answer_wrong');
    expect(await answer(80, 'read')).toBe('checklist_item_unknown');
    expect(code(await tick('points'))).toBe('checklist_item_unknown');
    expect(code(await tick('nothing'))).toBe('checklist_item_unknown');
    expect(await answer(80)).toBe('applied');
    expect((await readRun()).entries.map((entry) => entry.answer)).toEqual([80]);
  });

  it('takes an answer again until it is signed, beside the one that it corrects', async () => {
    await start(aList(answered, { ...answered, id: 'other' }));
    const answer = async (value: number, replaces?: readonly string[], itemId = 'points', by = 'Léa') => {
      const input = { ...run, itemId, answer: value, ...(replaces && { replaces: [...replaces] }) };
      expect(code(await submit('checklist.answer', input, by))).toBe('applied');
      return (await readRun()).entries.at(-1)?.entryId ?? '';
    };
    const standing = async () =>
      progressOf(await readRun(), []).map(({ confirmed }) => standingAnswers(confirmed).map((entry) => entry.answer));
    const elsewhere = await answer(50, undefined, 'other');
    const first = await answer(8);
    expect(await standing()).toEqual([[8], [50]]);
    const second = await answer(80, [first], 'points', 'Noé');
    expect(await standing()).toEqual([[80], [50]]);
    // Whoever has not seen the correction says something beside it. What is not of this item, or was discarded, is not corrected.
    await answer(81, [first, elsewhere, uuid()]);
    expect(await standing()).toEqual([[80, 81], [50]]);
    expect((await readRun()).entries.map(({ evidence }) => evidence.replaces)).toEqual([
      ...[undefined, undefined, [first], [first]],
    ]);
    await answer(82, [second, (await readRun()).entries.at(-1)?.entryId ?? '']);
    expect(await standing()).toEqual([[82], [50]]);
    expect(code(await sign())).toBe('applied');
    expect(code(await submit('checklist.answer', { ...run, itemId: 'points', answer: 1 }))).toBe('checklist_signed');
    expect((await readRun()).entries.map((entry) => entry.answer)).toEqual([50, 8, 80, 81, 82, null]);
  });

  it('ticks by what is measured, and says what has turned bad; nobody ticks it for the database', async () => {
    await engineWith('closed');
    await start(aList(...breaker));
    expect(await statesOf('breaker')).toEqual(['good']);
    await engineWith('open');
    expect(await statesOf('breaker')).toEqual(['good', 'bad']);
    expect(progressOf(await readRun(), [])).toMatchObject([{ done: false, turned: true }]);
    expect(code(await tick('breaker'))).toBe('checklist_item_unknown');
    expect(code(await sign())).toBe('checklist_incomplete');
    // Where nothing changes, nothing is written.
    await readRun();
    expect(await statesOf('breaker')).toEqual(['good', 'bad']);
    await engineWith('closed');
    expect(code(await sign())).toBe('applied');
  });

  it('is not done by data that is older than its item allows, or that is not to be had', async () => {
    await engineWith('closed');
    await database.admin.query(`update console.engine_lease set expires_at = now() - interval '10 minutes'`);
    await start(aList(...breaker));
    expect(await statesOf('breaker')).toEqual(['old']);
    await database.admin.query('update console.engine_lease set breaker = null');
    expect(await statesOf('breaker')).toEqual(['old', 'unknown']);
    expect(code(await sign())).toBe('checklist_incomplete');
  });

  it('lets a supervisor pass what is not as it should be, with a reason, and keeps what was passed', async () => {
    await engineWith('open');
    await start(aList(...breaker));
    const override = (by: string) =>
      submit('checklist.override', { ...run, itemId: 'breaker', reason: 'it is being reset' }, by).then(code);
    expect(await override('Ola')).toBe('not_allowed');
    expect(await override('Noé')).toBe('applied');
    const entry = (await readRun()).entries.at(-1);
    expect(entry).toMatchObject({ act: 'overridden', actor: 'Noé', reason: 'it is being reset' });
    expect(entry?.evidence).toMatchObject({ state: 'bad', value: 'OPEN', expect: { equals: 'CLOSED' } });
    expect(code(await sign())).toBe('applied');
  });

  it('keeps with the signature what was measured at that moment, and not when it last turned', async () => {
    const item: Item = {
      ...{ id: 'open', kind: 'sensed', sense: 'open_critical', expect: { atMost: 0 }, maxAgeS: 120 },
      ...{ title: words, text: words },
    };
    const critical = () =>
      database.admin.query(`insert into monitoring_events (event_type, severity, detection_algorithm, event_data)
        values ('transaction_failure', 'CRITICAL', 'a', '{}')`);
    await critical();
    await start(aList(item));
    await critical();
    await submit('checklist.override', { ...run, itemId: 'open', reason: 'a test of the tills' });
    expect(writtenEvidence(await readRun(), 'open')).toMatchObject({ value: 2 });
    await critical();
    expect(code(await sign())).toBe('applied');
    expect(writtenEvidence(await readRun(), 'open')).toMatchObject({ state: 'bad', value: 3 });
  });

  it('leaves out what a condition leaves out, and says so in the signature', async () => {
    const when = { sense: 'open_events', expect: { atLeast: 1 } } as const;
    await start(aList(attested, { ...twoPerson, when }));
    await tick('read');
    expect(code(await sign())).toBe('applied');
    expect(signatureOf(await readRun())?.evidence).toMatchObject({ leftOut: ['two'] });
  });

  it('is signed over everything that was seen, once, and takes nothing afterwards', async () => {
    await start(aList(attested));
    await tick('read');
    const seen = (await readRun()).hash ?? '';
    await tick('read', 'Noé');
    const signWith = (hash: string) => submit('checklist.sign', { ...run, hash }).then(code);
    expect(await signWith(seen)).toBe('checklist_changed');
    expect(code(await sign('Ana'))).toBe('applied');
    expect(code(await sign())).toBe('checklist_signed');
    expect(code(await tick('read', 'Ola'))).toBe('checklist_signed');
    expect(signatureOf(await readRun())?.actor).toBe('Ana');
    const { rows } = await database.admin.query(
      `select action, subject, data ->> 'hash' as hash from console.audit where action like 'checklist_%' order by seq`,
    );
    expect(rows.map(({ action }) => action)).toEqual([
      ...['checklist_started', 'checklist_ticked', 'checklist_ticked', 'checklist_signed'],
    ]);
    expect(rows.at(-1)).toEqual({
      ...{ action: 'checklist_signed', subject: `checklist:ours:${windowKey}`, hash: (await readRun()).hash },
    });
  });

  it('has hashes that any program computes from what is exported', async () => {
    await engineWith('closed');
    const list = aList(...breaker, attested);
    await start(list);
    await tick('read');
    await sign();
    const { entries, hash, list: kept } = await readRun();
    const sha256 = (...parts: (Buffer | string)[]) =>
      parts.reduce((all, part) => all.update(part), createHash('sha256')).digest();
    let before = sha256(canonicalJson({ listId: 'ours', windowKey, list: JSON.parse(JSON.stringify(kept)) }));
    for (const entry of entries) before = sha256(before, canonicalJson(JSON.parse(JSON.stringify(entry))));
    expect(before.toString('hex')).toBe(hash);
  });

  it('shows each fault of a morning, and is not signed over it', async () => {
    await engineWith('open');
    await database.admin.query(`
      insert into console.detector_state (algorithm, last_run_at, last_error, last_error_at)
        values ('a', now(), null, null), ('b', now() - interval '1 hour', 'it broke', now() - interval '1 hour');
      insert into system_health_snapshots (snapshot_timestamp, overall_health_status)
        values (now() - interval '1 hour', 'CRITICAL');
      insert into monitoring_events (event_type, severity, detection_algorithm, event_data)
        values ('transaction_failure', 'CRITICAL', 'a', '{}')`);
    await submit('checklist.start', { list: builtinChecklist('morning'), windowKey });
    const states = Object.fromEntries(
      progressOf(await readRun(), []).flatMap(({ item, state }) => (item.kind === 'sensed' ? [[item.id, state]] : [])),
    );
    expect(states).toMatchObject({
      ...{ 'system-status': 'old', snapshot: 'bad', breaker: 'bad', detectors: 'bad', 'detector-errors': 'bad' },
      ...{ 'open-critical': 'bad', unreviewed: 'bad', backup: 'unknown', engine: 'good', connections: 'good' },
    });
  });

  it.each(builtinChecklists)('of the list $id says the same on a laptop as in the database', async (list) => {
    await submit('checklist.start', { list, windowKey });
    const { runs, values } = await readChecklists(database.festival);
    const [there] = runs;
    if (there === undefined) throw new Error('no run');
    const open = openItems(progressOf(there, values)).length;
    const answer = await submit('checklist.sign', { listId: list.id, windowKey, hash: there.hash ?? '' });
    expect(answer).toMatchObject({ error: { code: 'checklist_incomplete', params: { count: open } } });
  });
});

describe('what Regie measures', () => {
  it('is a value, when it is of, and the query that gave it', async () => {
    for (const sense of SENSES) {
      const { rows } = await database.admin.query('select console.sense($1) as sensed', [sense]);
      expect(rows[0].sensed).toMatchObject({ sense, query: expect.stringMatching(/^select /) });
    }
  });

  it('of the daily maintenance is how the last one ended that nobody cancelled, for a day', async () => {
    const item = builtinChecklist('evening').items.find(({ id }) => id === 'maintenance');
    const ended = async (outcome: string, hoursAgo: number) => {
      await database.admin.query(
        `insert into console.daily_maintenance (day, asked_by, due_at, retention_days, finished_at, outcome)
         select at::date, 'Léa', at, 30, at, $1 from (select now() - make_interval(mins => $2 * 60)) as v (at)`,
        [outcome, hoursAgo],
      );
      const { rows } = await database.admin.query('select console.measure($1) as measured', [JSON.stringify(item)]);
      return [rows[0].measured.value, rows[0].measured.state];
    };
    expect(await ended('cancelled', 60)).toEqual([null, 'unknown']);
    expect(await ended('done', 25)).toEqual(['DONE', 'old']);
    expect(await ended('missed', 20)).toEqual(['MISSED', 'bad']);
    expect(await ended('failed', 15)).toEqual(['FAILED', 'bad']);
    expect(await ended('done', 10)).toEqual(['DONE', 'good']);
    expect(await ended('cancelled', 1)).toEqual(['DONE', 'good']);
  });

  it('is nothing else', async () => {
    const { rows } = await database.admin.query(`select console.sense('select 1') as sensed`);
    expect(rows[0].sensed).toMatchObject({ value: null, query: null });
  });
});

describe('nobody changes what was confirmed', () => {
  const REWRITING = [
    `update console.checklist_entries set actor = 'Noé'`,
    'delete from console.checklist_entries',
    'truncate console.checklist_entries',
    `update console.checklist_runs set list = '{"items": []}'`,
    'delete from console.checklist_runs',
    'truncate console.checklist_runs cascade',
  ];
  const connect = async (login: 'console' | 'admin', first: string): Promise<pg.Client> => {
    const settings = login === 'console' ? database.consoleSettings : database.adminSettings;
    const { host, port, database: name, user, password } = settings;
    const client = new pg.Client({ host, port, database: name, user, password });
    await client.connect();
    await client.query(first);
    return client;
  };

  it.each([
    ['with a console’s login', 'console', 'select 1'],
    ['as the owner of the commands’ functions', 'admin', 'set role regie_owner'],
    ['as the administrator of the database', 'admin', 'select 1'],
    ['in a session that puts triggers aside', 'admin', `set session_replication_role = 'replica'`],
  ] as const)('%s', async (_, login, first) => {
    await start(aList(attested));
    await tick('read');
    const before = await readRun();
    const client = await connect(login, first);
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
    expect(await readRun()).toEqual(before);
  });

  it('confirms, starts or signs without a command that says so', async () => {
    await start(aList(attested));
    for (const name of ['start_checklist', 'confirm_item', 'sign_checklist', 'set_checklist_times']) {
      const client = await connect('console', 'select 1');
      const error = await client.query(`select console.${name}($1)`, [uuid()]).then(
        () => 'done',
        (reason: unknown) => String(reason),
      );
      await client.end();
      expect(error).toMatch(/is done by the command/);
    }
    for (const text of [
      `select console.append_to_run(r, null) from console.checklist_runs r`,
      `select console.measure_run(r) from console.checklist_runs r`,
      `insert into console.checklist_entries select * from console.checklist_entries`,
    ]) {
      const client = await connect('console', 'select 1');
      const error = await client.query(text).then(
        () => 'done',
        (reason: unknown) => String(reason),
      );
      await client.end();
      expect([text, error]).toEqual([text, expect.stringMatching(/permission denied/)]);
    }
  });
});
