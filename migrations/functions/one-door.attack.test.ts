import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import pg from 'pg';
import { v7 as uuid } from 'uuid';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { driverOptions } from '../../electron/postgres/connection-settings.ts';
import { insertEvent } from '../../electron/testing/alerts.ts';
import { aCorrection, correctionCommand, correctionWorld } from '../../electron/testing/corrections.ts';
import { createTestDatabase, type TestDatabase } from '../../electron/testing/database.ts';
import { createOperators, keyOf, operatorIdOf } from '../../electron/testing/operators.ts';
import { signedBody } from '../../electron/testing/submit.ts';
import type { RowId } from '../../shared/domain/row-id.ts';

/*
 * Somebody with the consoles' login and a copied outbox: validly signed commands that have not been sent, to be taken on a
 * connection of their own. Léa and Noé are supervisors, Ola is an operator. Everything is undone after each test.
 */

let database: TestDatabase;
let login: pg.Client;
let build: ReturnType<typeof correctionWorld>;
let cardId: string;
let other: string;
let eventId: RowId;
let elsewhere: RowId;
beforeAll(async () => {
  database = await createTestDatabase();
  await createOperators(database.admin, ['Ola'], 'operator');
  build = correctionWorld(database);
  cardId = await build.card('10.00', '15.00');
  other = await build.card('10.00', '60.00');
  eventId = await insertEvent(database, { cardId });
  elsewhere = await insertEvent(database, { cardId: other });
  login = new pg.Client(driverOptions(database.consoleSettings));
  await login.connect();
});
afterAll(async () => {
  await login.end();
  await database.close();
});
beforeEach(async () => {
  await login.query('begin');
});
afterEach(async () => {
  await login.query('rollback');
});

type Signed = ReturnType<typeof signedBody>;
const take = async ({ body, keyId, proof }: Pick<Signed, 'body' | 'keyId' | 'proof'>): Promise<unknown> =>
  (await login.query('select console.take_command($1, $2, $3) as answer', [body, keyId, proof])).rows[0]?.answer;
const rows = async (text: string, values: unknown[] = []) => (await login.query(text, values)).rows;
const refusal = (code: string) => ({ taken: false, outcome: { outcome: 'rejected', error: { code } } });
const signedText = (body: string, name = 'Léa') => ({
  body,
  keyId: keyOf(name).keyId,
  proof: createHmac('sha256', keyOf(name).secret).update(body, 'utf8').digest('hex'),
});
const audited = () =>
  rows(`select actor, data ->> 'code' as code from console.audit where action = 'refused' order by seq`);
/** Does something and undoes it, so that the next attempt finds the transaction as it was. */
const attempt = async (text: string, values: readonly unknown[] = []): Promise<string> => {
  await login.query('savepoint attempt');
  try {
    await login.query(text, [...values]);
    return 'done';
  } catch (error) {
    return error instanceof pg.DatabaseError ? `${error.code}` : String(error);
  } finally {
    await login.query('rollback to savepoint attempt');
  }
};
const REFUSED = '42501';
const note = (text = 'seen at the bar'): Signed => signedBody('Léa', 'alert.note', { eventId, text });

describe('a captured command', () => {
  it('is applied once and does what it says', async () => {
    const captured = correctionCommand(aCorrection(cardId));
    expect(await take(captured)).toEqual({ taken: true });
    const [row] = await rows('select console.apply_correction($1) as answer', [captured.operationId]);
    expect(row.answer).toMatchObject({ outcome: 'applied', card_after: '15.00' });
    const [again] = await rows('select console.apply_correction($1) as answer', [captured.operationId]);
    expect(again.answer).toMatchObject({ outcome: 'already_applied' });
    expect(await rows('select operator, card_delta from console.corrections')).toEqual([
      { operator: 'Léa', card_delta: '5.00' },
    ]);
  });

  it('has no function that takes figures, names or words beside it', async () => {
    const { rows: found } = await database.admin.query(
      `select p.oid::regprocedure::text as name from pg_proc p
       where p.pronamespace = 'console'::regnamespace and p.prorettype <> 'trigger'::regtype
         and has_function_privilege('regie_console', p.oid, 'execute') and p.prosecdef
         and pg_get_function_identity_arguments(p.oid) <> 'p_operation_id uuid'
       order by 1`,
    );
    expect(found.map(({ name }) => name)).toEqual(FUNCTIONS_WITH_OTHER_ARGUMENTS);
  });

  it('of one kind opens no function of another', async () => {
    const captured = [note(), correctionCommand(aCorrection(cardId)), signedBody('Léa', 'operators.changePin')];
    const { rows: byOperation } = await database.admin.query(
      `select proname as name from pg_proc
       where pronamespace = 'console'::regnamespace and has_function_privilege('regie_console', oid, 'execute') and prosecdef
         and pg_get_function_identity_arguments(oid) = 'p_operation_id uuid'`,
    );
    expect(byOperation.length).toBeGreaterThan(25);
    for (const one of captured) {
      await login.query('savepoint command');
      expect(await take(one)).toEqual({ taken: true });
      for (const { name } of byOperation) {
        if (name === 'apply_correction' && one === captured[1]) continue;
        if (name === 'change_pin' && one === captured[2]) continue;
        expect([name, await attempt(`select console.${name}($1)`, [one.operationId])]).toEqual([name, REFUSED]);
      }
      expect(await attempt('select console.save_operator($1, null)', [one.operationId])).toBe(REFUSED);
      await login.query('rollback to savepoint command');
    }
  });

  it('is not signed again by whoever has it: another secret, another author, another laptop', async () => {
    const { body, keyId, proof } = correctionCommand(aCorrection(cardId));
    expect(await take(signedText(body, 'Ola'))).toMatchObject(refusal('proof_wrong'));
    for (const [a, b] of [
      ['"operator":"Léa"', '"operator":"Noé"'],
      [operatorIdOf('Léa'), operatorIdOf('Noé')],
    ] as const) {
      expect(await take({ body: body.replace(a, b), keyId, proof })).toMatchObject(refusal('operator_unknown'));
    }
    expect(await take({ body: body.replace('booth-1', 'booth-2'), keyId, proof })).toMatchObject(
      refusal('proof_wrong'),
    );
    expect(await audited()).toEqual([
      { actor: 'regie-console', code: 'proof_wrong' },
      { actor: 'regie-console', code: 'operator_unknown' },
      { actor: 'regie-console', code: 'operator_unknown' },
      { actor: 'regie-console', code: 'proof_wrong' },
    ]);
  });

  it('with one byte changed, anywhere and to anything, is refused and on the audit trail, and the true one is taken', async () => {
    const captured = correctionCommand(aCorrection(cardId));
    const bytes = Buffer.from(captured.body, 'utf8');
    let tried = 0;
    await fc.assert(
      fc.asyncProperty(fc.nat(bytes.length - 1), fc.integer({ min: 0x20, max: 0x7e }), async (at, byte) => {
        const changed = Buffer.from(bytes);
        changed[at] = byte;
        // Valid UTF-8 only: the driver sends text.
        const body = changed.toString('utf8');
        if (body === captured.body) return;
        tried += 1;
        expect(await take({ ...captured, body })).toMatchObject({ taken: false });
      }),
      { numRuns: 400 },
    );
    expect(await audited()).toHaveLength(tried);
    expect(await rows('select from console.operations where operation_id = $1', [captured.operationId])).toEqual([]);
    expect(await take(captured)).toEqual({ taken: true });
  });

  it('whose id was used stands for its first contents only, and the second ones are on the audit trail', async () => {
    const first = note('one thing');
    expect(await take(first)).toEqual({ taken: true });
    const second = signedBody('Léa', 'alert.note', { eventId, text: 'another thing' }, first.operationId);
    expect(await take(second)).toMatchObject(refusal('operation_reused'));
    const later = signedBody(
      { operator: 'Léa', laptopAt: '2026-07-03T22:00:00.000Z' },
      'alert.note',
      {},
      first.operationId,
    );
    expect(await take(later)).toMatchObject(refusal('operation_reused'));
    expect(await audited()).toEqual([
      { actor: 'regie-console', code: 'operation_reused' },
      { actor: 'regie-console', code: 'operation_reused' },
    ]);
    // The same bytes get the first answer, whatever the proof.
    expect(await take({ ...first, proof: '' })).toEqual({ taken: false, outcome: { outcome: 'waiting' } });
  });
});

describe('a body that its author signed with a tool of their own', () => {
  const { body } = signedBody('Léa', 'correction.apply', { cardId: 'a', reason: 'r' });
  it.each<[string, string, string]>([
    ['of 10 MB', body.replace('"r"', `"${'x'.repeat(10_000_000)}"`), 'command_too_large'],
    ['of a byte too much', body.replace('"r"', `"${'é'.repeat(524_288)}"`), 'command_too_large'],
    [
      'nested ten thousand deep',
      body.replace('"r"', `${'['.repeat(10_000)}${']'.repeat(10_000)}`),
      'command_unreadable',
    ],
    ['nested a hundred deep', body.replace('"r"', `${'[['.repeat(50)}${']]'.repeat(50)}`), 'command_unreadable'],
    ['with an escaped NUL', body.replace('"r"', '"\\u0000"'), 'command_unreadable'],
    ['with half a character', body.replace('"r"', '"\\ud800"'), 'command_unreadable'],
    ['with two inputs', body.replace('"input":{', '"input":{"cardId":"b"},"input":{'), 'command_unreadable'],
    ['with a key twice in its input', body.replace('"cardId":"a"', '"cardId":"a","cardId":"b"'), 'command_unreadable'],
    ['with two authors', body.replace('{"author"', '{"author":{},"author"'), 'command_unreadable'],
    ['with something beside', body.replace('{"author"', '{"approver":"Noé","author"'), 'command_unreadable'],
    ['with 1e400', body.replace('"r"', '1e400'), 'command_unreadable'],
    ['with 1e131071', body.replace('"r"', '[1e131071,1e131071]'), 'command_unreadable'],
    ['with 1e3', body.replace('"r"', '1e3'), 'command_unreadable'],
    ['with 1.0', body.replace('"r"', '1.0'), 'command_unreadable'],
    ['with a space', body.replace('"command":', '"command": '), 'command_unreadable'],
    [
      'with its keys in another order',
      body.replace('"cardId":"a","reason":"r"', '"reason":"r","cardId":"a"'),
      'command_unreadable',
    ],
    ['with an escape that says nothing', body.replace('"cardId"', '"c\\u0061rdId"'), 'command_unreadable'],
    ['at a time that is a word', body.replace(/"laptopAt":"[^"]*"/, '"laptopAt":"infinity"'), 'command_unreadable'],
    ['without an input', body.replace(/"input":\{[^}]*\}/, '"input":null'), 'command_unreadable'],
    ['that is no object', '[]', 'command_unreadable'],
    ['that is no JSON', 'hello', 'command_unreadable'],
    ['that is empty', '', 'command_unreadable'],
  ])('%s is refused and on the audit trail', async (_, text, code) => {
    expect(await take(signedText(text))).toMatchObject(refusal(code));
    expect(await audited()).toEqual([{ actor: 'regie-console', code }]);
    expect(await rows('select from console.operations')).toEqual([]);
  });

  it('with a NUL does not come through', async () => {
    await expect(take(signedText(body.replace('"r"', '"\0"')))).rejects.toMatchObject({ code: '22021' });
  });

  it('moves no amount that is not an integer of cents', async () => {
    for (const cardDeltaCents of [500.5, '500', true, [500], 1e18, null]) {
      await login.query('savepoint command');
      const input = {
        cardId,
        kind: 'restore_card',
        ledgerDeltaCents: 0,
        seenActualCents: 1000,
        seenExpectedCents: 1500,
      };
      const given = signedBody('Léa', 'correction.apply', { ...input, cardDeltaCents, eventId: null, reason: 'r' });
      expect(await take(given)).toEqual({ taken: true });
      const [row] = await rows('select console.apply_correction($1) as answer', [given.operationId]);
      expect(row.answer).toMatchObject({ outcome: 'refused' });
      await login.query('rollback to savepoint command');
    }
  });

  it('of the largest bulk is taken in time', async () => {
    const item = {
      cardId: 'c'.repeat(36),
      cardDeltaCents: 500,
      ledgerDeltaCents: 0,
      seenActualCents: 1,
      seenExpectedCents: 2,
    };
    const items = Array.from({ length: 5_000 }, (_, index) => ({ ...item, eventId: 1_000_000 + index }));
    const given = signedBody('Léa', 'correction.proposeBulk', { eventId, kind: 'restore_card', reason: 'r', items });
    expect(await take(given)).toEqual({ taken: true });
  });
});

describe('under a captured note', () => {
  let given: Signed;
  beforeEach(async () => {
    given = note();
    expect(await take(given)).toEqual({ taken: true });
  });
  const timeline = `insert into console.timeline (event_id, kind, actor, laptop, operation_id, data) values ($1, $2, $3, $4, $5, $6)`;
  const audit = 'select console.record_given($1, $2, $3, $4)';

  it('its own row of the timeline and the audit trail is written, once', async () => {
    const data = { text: 'seen at the bar' };
    await login.query(timeline, [eventId, 'note', 'Léa', 'booth-1', given.operationId, data]);
    await login.query(audit, [given.operationId, 'note', `event:${eventId}`, data]);
    expect(await attempt(audit, [given.operationId, 'note', `event:${eventId}`, data])).toBe(REFUSED);
  });

  it.each<[string, (is: () => { eventId: RowId; elsewhere: RowId; id: string }) => unknown[]]>([
    ['of another event', (is) => [is().elsewhere, 'note', 'Léa', 'booth-1', is().id, {}]],
    ['of another kind', (is) => [is().eventId, 'resolved', 'Léa', 'booth-1', is().id, {}]],
    ['of another person', (is) => [is().eventId, 'note', 'Noé', 'booth-1', is().id, {}]],
    ['of another laptop', (is) => [is().eventId, 'note', 'Léa', 'booth-9', is().id, {}]],
    ['of no laptop', (is) => [is().eventId, 'note', 'Léa', null, is().id, {}]],
    ['of no operation', (is) => [is().eventId, 'note', 'Léa', 'booth-1', null, {}]],
    ['of another operation', (is) => [is().eventId, 'note', 'Léa', 'booth-1', uuid(), {}]],
    ['of nobody', (is) => [is().eventId, 'note', null, 'booth-1', null, {}]],
    ['of the engine under it', (is) => [is().eventId, 'note', 'regie-engine', 'booth-1', is().id, {}]],
    ['in other words', (is) => [is().eventId, 'note', 'Léa', 'booth-1', is().id, { text: 'paid back' }]],
    ['in other words, further in', (is) => [is().eventId, 'note', 'Léa', 'booth-1', is().id, { a: [{ reason: 'x' }] }]],
  ])('no row of the timeline is written %s', async (_, values) => {
    expect(
      await attempt(
        timeline,
        values(() => ({ eventId, elsewhere, id: given.operationId })),
      ),
    ).toBe(REFUSED);
  });

  it.each<[string, string, string, object]>([
    ['of another action', 'resolve', 'event:1', {}],
    ['of another event', 'note', 'event:999', {}],
    ['of a card', 'note', 'card:1', {}],
    ['in other words', 'note', 'event:1', { text: 'paid back' }],
  ])('no row of the audit trail is written %s', async (_, action, subject, data) => {
    const about = subject === 'event:1' ? `event:${eventId}` : subject;
    expect(await attempt(audit, [given.operationId, action, about, data])).toBe(REFUSED);
    expect(
      await attempt(`select console.append_audit('Léa', 'booth-1', 'a', 'b', '{}', $1)`, [given.operationId]),
    ).toBe(REFUSED);
  });

  it.each<[string, string]>([
    ['takes an alert', `update console.alerts set taken_by = 'Léa', taken_on = 'booth-1', taken_at = now()`],
    ['acknowledges in another name', `update console.alerts set acknowledged_by = 'Noé', acknowledged_at = now()`],
    ['places an alert', `update console.alerts set placed_by = 'Léa', placed_on = 'booth-1', placed = 'split'`],
    ['acknowledges for the guide', `update alert_history set acknowledged_by = 'Léa'`],
    [
      'mentions whom it does not name',
      `insert into console.mentions (operation_id, operator, event_id, author, laptop, words)
      select operation_id, 'Noé', (select max(event_id) from monitoring_events), 'Léa', 'booth-1', 'seen at the bar'
      from console.operations`,
    ],
    [
      'starts a run',
      `insert into console.runbook_runs (run_id, runbook_id, runbook_version, started_by, started_on)
      values (gen_random_uuid(), 'a', 1, 'Léa', 'booth-1')`,
    ],
    ['joins a run', `insert into console.runbook_joins values (gen_random_uuid(), gen_random_uuid())`],
    [
      'does a step',
      `insert into console.runbook_steps (run_id, step_id, state, actor, laptop)
      values (gen_random_uuid(), 'a', 'done', 'Léa', 'booth-1')`,
    ],
    [
      'ticks an item',
      `insert into console.runbook_ticks (run_id, step_id, item_id, actor, laptop)
      values (gen_random_uuid(), 'a', 'b', 'Léa', 'booth-1')`,
    ],
    [
      'orders a message',
      `insert into console.deliveries (severity, called_at, episode, step, contact, channel, due_at, operation_id, message)
      select 'HIGH', now(), now(), 1, 'a', 'sms', now(), operation_id, 'come' from console.operations`,
    ],
    ['sets thresholds', `insert into console.detector_settings values ('a', '{}', 'Léa')`],
    [
      'changes who is told',
      `insert into console.escalation_settings (version, settings, changed_by) values (1, '{}', 'Léa')`,
    ],
    [
      'stops monitoring',
      `update console.monitoring_state set stopped_at = now(), stopped_by = 'Léa', stopped_on = 'b', reason = 'r'`,
    ],
    [
      'silences',
      `insert into console.silences (silence_id, device, reason, starts_at, ends_at, made_by, made_on)
      values (gen_random_uuid(), 'a', 'r', now(), now() + interval '1 hour', 'Léa', 'booth-1')`,
    ],
    [
      'hands a shift over',
      `insert into console.handovers (handover_id, from_operator, from_laptop, note, incidents, expires_at)
      values (gen_random_uuid(), 'Léa', 'booth-1', '', '{}', now())`,
    ],
    ['rewrites a timeline', `update console.timeline set actor = 'Noé'`],
    ['empties a timeline', `delete from console.timeline`],
    ['allows itself more', `insert into console.command_records values ('alert.note', 'audit', 'resolve')`],
    ['reads what was signed', `select body from console.operations`],
    ['reads a secret', `select * from console.signing_key_of(null, gen_random_uuid(), null, '')`],
    ['reads what a command says', `select console.given_command(operation_id, 'alert.note') from console.operations`],
  ])('nobody %s', async (_, text) => {
    expect(await attempt(text)).toBe(REFUSED);
  });
});

describe('temporary objects', () => {
  it('of the names that the door reads change nothing', async () => {
    await login.query(`create temporary table operations as select * from console.operators`);
    await login.query(`create temporary table signing_keys as select key_id, operator_id, laptop_id, kind, ''::bytea as secret
      from console.signing_keys`);
    await login.query(`create temporary table pg_class (oid oid, relowner oid)`);
    await login.query(`set local search_path = pg_temp, console, public`);
    expect(await take(signedText(note().body, 'Ola'))).toMatchObject(refusal('proof_wrong'));
    const captured = note();
    expect(await take(captured)).toEqual({ taken: true });
    expect(await attempt('select console.apply_correction($1)', [captured.operationId])).toBe(REFUSED);
  });
});

/** What a console calls with what it says itself: the engine's, what proves itself, and questions. */
const FUNCTIONS_WITH_OTHER_ARGUMENTS = [
  'console.allowance(text,text)',
  'console.append_engine_audit(text,text,text,jsonb)',
  'console.append_engine_audits(text,jsonb)',
  'console.apply_proposal_batch(integer)',
  // How many rows it reads at once, of what is there.
  'console.catch_up_history(integer)',
  'console.change_pin(uuid,bytea)',
  'console.clear_log_pieces()',
  'console.create_first_supervisor(uuid,text,jsonb,integer,bytea,uuid,text,bytea,text)',
  // For a message that a command ordered, and with nothing of the caller's but what became of it.
  'console.draw_test_code(uuid)',
  'console.end_message_test(uuid,text,jsonb)',
  // Of kinds that there are, about laptops that there are.
  'console.end_trouble(text,text,text)',
  'console.end_troubles_of_gone(text)',
  'console.enrol_laptop(text,uuid,text,text,text)',
  'console.events_since_backup()',
  'console.expire_proposals()',
  'console.finish_maintenance(uuid,jsonb,jsonb,text)',
  'console.give_secrets(uuid)',
  'console.history_shrank()',
  'console.invite_laptop(uuid,bytea)',
  'console.log_sequence_at()',
  'console.maintain(text)',
  'console.measure_checklists()',
  'console.move_sequences()',
  'console.note_backup(jsonb)',
  'console.note_emptied_log()',
  'console.note_history()',
  'console.record_floods(text,jsonb)',
  'console.record_given(uuid,text,text,jsonb)',
  'console.report_trouble(uuid,text,text,text,timestamp with time zone,timestamp with time zone,timestamp with time zone,jsonb)',
  'console.request_secrets(uuid,text)',
  // Counts, and writes nothing.
  'console.retention_preview(integer)',
  'console.save_operator(uuid,bytea)',
  'console.secrets_challenge(uuid)',
  'console.sense(text)',
  'console.settle_operation(uuid,jsonb)',
  'console.sign_in(uuid,boolean)',
  'console.sign_in_challenge(uuid,uuid)',
  'console.sign_out(uuid,text)',
  'console.take_command(text,uuid,text)',
  'console.try_pin(uuid,text,text)',
  // Measures by itself.
  'console.verify_hours(text)',
];
