import pg from 'pg';
import { v7 as uuid } from 'uuid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readProposals } from '../../electron/operations/corrections/proposal-view.ts';
import { applyCommand, signCommand } from '../../electron/operations/registry.ts';
import { driverOptions } from '../../electron/postgres/connection-settings.ts';
import { textTypes } from '../../electron/postgres/driver.ts';
import { aCorrection, applyCorrection, type Correction, correctionWorld } from '../../electron/testing/corrections.ts';
import { createTestDatabase, type TestDatabase } from '../../electron/testing/database.ts';
import { eventually } from '../../electron/testing/eventually.ts';
import { authorOf, createOperators, keyOf } from '../../electron/testing/operators.ts';
import { approve, propose } from '../../electron/testing/proposals.ts';
import { submitAs, takeAs } from '../../electron/testing/submit.ts';

/* Maker and checker, held by the database (docs/decisions/0014). Léa and Noé are supervisors, Ola is an operator. */
let database: TestDatabase;
let build: ReturnType<typeof correctionWorld>;
let login: pg.Client;
beforeAll(async () => {
  database = await createTestDatabase();
  build = correctionWorld(database);
  await createOperators(database.admin, ['Ola', 'Otto'], 'operator');
  await createOperators(database.admin, ['Tia'], 'technician');
  login = new pg.Client({ ...driverOptions(database.consoleSettings), types: textTypes });
  await login.connect();
});
afterAll(async () => {
  await login.end();
  await database.close();
});

const one = async (text: string, values: readonly unknown[] = []) =>
  (await database.admin.query(text, [...values])).rows[0];
const amountOf = async (cardId: string) =>
  (await one('select amount from table_cards where id = $1', [cardId]))?.amount;
const stateOf = async (proposalId: string) =>
  (await one('select state from console.proposals where proposal_id = $1', [proposalId]))?.state;
const rowsOf = async (cardId: string) =>
  (
    await database.admin.query(
      `select from app_transaction_log where card_id = $1 and transaction_type = 'manual_correction'`,
      [cardId],
    )
  ).rowCount;

/** 60.00 that a card of 10.00 lost, proposed. */
const proposed = async (changes: Partial<Correction> = {}) => {
  const card = await build.card('10.00', '70.00');
  const event = await build.event(card);
  const big = { cardDelta: '60.00', seenExpected: '70.00', eventId: event };
  const { proposalId, outcome } = await propose(database.festival, aCorrection(card, { ...big, ...changes }));
  return { card, event, proposalId, outcome };
};
const refused = (code: string) => ({ error: { code } });

describe('a proposal', () => {
  it('changes nothing until somebody else approves it, and then the card, once', async () => {
    const { card, event, proposalId, outcome } = await proposed({ operator: 'Ola' });
    expect(outcome).toMatchObject({ outcome: 'applied' });
    expect(await amountOf(card)).toBe('10.00');
    expect(await approve(database.festival, 'Noé', proposalId)).toMatchObject({
      outcome: 'applied',
      result: { cardAfterCents: 7_000 },
    });
    expect(await amountOf(card)).toBe('70.00');
    const row = await one(
      `select details, client_request_id from app_transaction_log where card_id = $1 and transaction_type = 'manual_correction'`,
      [card],
    );
    expect(row.details).toMatchObject({ operator: 'Ola', approver: 'Noé', event_id: event, card_delta: 60 });
    const audit = await database.admin.query(
      `select actor, action from console.audit where subject in ('card:' || $1, 'proposal:' || $2) order by seq`,
      [card, proposalId],
    );
    expect(audit.rows).toEqual([
      { actor: 'Ola', action: 'correction_proposed' },
      { actor: 'Ola', action: 'correction' },
      { actor: 'Noé', action: 'correction_approved' },
    ]);
    expect(await one(`select status from monitoring_events where event_id = $1`, [event])).toEqual({
      status: 'RESOLVED',
    });
    const correction = await one('select operation_id from console.corrections where card_id = $1', [card]);
    expect(correction.operation_id).toBe(row.client_request_id);
  });

  it.each([
    ['Léa', 'proposal_own'],
    ['léa', 'operator_unknown'],
    ['Noé', 'operator_unknown'],
  ])('is not approved by its own author, a supervisor, under the name %s', async (name, code) => {
    const { card, proposalId } = await proposed({ operator: 'Léa' });
    const input = { operationId: uuid(), proposalId };
    // The same person and the same secret, whatever the name.
    const author = { ...authorOf('Léa', { laptop: 'booth-2' }), operator: name };
    const command = signCommand({ name: 'correction.approve', input, author }, keyOf('Léa'));
    expect(await applyCommand(database.festival, command)).toMatchObject(refused(code));
    expect(await amountOf(card)).toBe('10.00');
    expect(await stateOf(proposalId)).toBe('pending');
  });

  it.each([
    ['Otto', 'not_allowed'],
    ['Tia', 'not_allowed'],
    ['Eve', 'operator_unknown'],
  ])('is not approved by %s', async (name, code) => {
    const { card, proposalId } = await proposed({ operator: 'Ola' });
    expect(await approve(database.festival, name, proposalId)).toMatchObject(refused(code));
    expect(await amountOf(card)).toBe('10.00');
  });

  it('is not approved twice, also not by two supervisors at the same moment', async () => {
    const { card, proposalId } = await proposed({ operator: 'Ola' });
    const answers = await Promise.all(
      ['Léa', 'Noé', 'Ana'].map((name) => approve(database.festival, name, proposalId)),
    );
    expect(answers.filter(({ outcome }) => outcome === 'applied')).toHaveLength(1);
    expect(answers.filter((answer) => 'error' in answer && answer.error.code === 'proposal_done')).toHaveLength(2);
    expect(await amountOf(card)).toBe('70.00');
    expect(await rowsOf(card)).toBe(1);
  });

  it('approved again under the same id is answered as before', async () => {
    const { card, proposalId } = await proposed({ operator: 'Ola' });
    const again = { operationId: uuid(), proposalId };
    const first = await submitAs(database.festival, 'Noé', 'correction.approve', again);
    expect(await submitAs(database.festival, 'Noé', 'correction.approve', again)).toEqual(first);
    expect(await rowsOf(card)).toBe(1);
  });

  it('that has expired by the database’s clock is not applied', async () => {
    const { card, proposalId } = await proposed({ operator: 'Ola' });
    await database.admin.query(
      `update console.proposals set expires_at = clock_timestamp() - interval '1 second' where proposal_id = $1`,
      [proposalId],
    );
    expect(await approve(database.festival, 'Noé', proposalId)).toMatchObject(refused('proposal_expired'));
    expect(await amountOf(card)).toBe('10.00');
    expect(await stateOf(proposalId)).toBe('expired');
    // The card is free for another one.
    const next = await propose(database.festival, aCorrection(card, { cardDelta: '60.00', seenExpected: '70.00' }));
    expect(next.outcome).toMatchObject({ outcome: 'applied' });
  });

  it('expires a quarter of an hour after it reached the database', async () => {
    const { proposalId } = await proposed();
    expect(
      await one(
        'select extract(epoch from expires_at - proposed_at)::int as s from console.proposals where proposal_id = $1',
        [proposalId],
      ),
    ).toEqual({ s: 900 });
  });

  it('whose figures have moved says so with today’s, and nothing is written', async () => {
    const { card, event, proposalId } = await proposed({ operator: 'Ola' });
    await database.admin.query('update table_cards set amount = amount - 4 where id = $1', [card]);
    expect(await approve(database.festival, 'Noé', proposalId)).toMatchObject({
      outcome: 'conflict',
      error: { code: 'correction_stale', params: { actualCents: 600, expectedCents: 7_000 } },
    });
    expect(await amountOf(card)).toBe('6.00');
    expect(await rowsOf(card)).toBe(0);
    expect(await one('select status from monitoring_events where event_id = $1', [event])).toEqual({ status: 'OPEN' });
    const { proposals } = await database.festival.read(readProposals);
    expect(proposals.find((found) => found.proposalId === proposalId)).toMatchObject({
      state: 'failed',
      item: { state: 'stale', todayActualCents: 600, todayExpectedCents: 7_000 },
    });
  });

  it('that was withdrawn or rejected is not applied, and says who did it', async () => {
    const withdrawn = await proposed({ operator: 'Ola' });
    const withdraw = (name: string) =>
      submitAs(database.festival, name, 'correction.withdraw', { proposalId: withdrawn.proposalId });
    expect(await withdraw('Noé')).toMatchObject(refused('proposal_not_yours'));
    expect(await withdraw('Ola')).toMatchObject({ outcome: 'applied' });
    expect(await approve(database.festival, 'Noé', withdrawn.proposalId)).toMatchObject(refused('proposal_withdrawn'));
    const { proposalId, card } = await proposed({ operator: 'Ola' });
    const reason = 'ask the bar first';
    expect(await submitAs(database.festival, 'Otto', 'correction.reject', { proposalId, reason })).toMatchObject(
      refused('not_allowed'),
    );
    expect(await submitAs(database.festival, 'Noé', 'correction.reject', { proposalId, reason })).toMatchObject({
      outcome: 'applied',
    });
    expect(await approve(database.festival, 'Ana', proposalId)).toMatchObject({
      error: { code: 'proposal_rejected', params: { name: 'Noé' } },
    });
    expect(await amountOf(card)).toBe('10.00');
  });

  it('is one at a time for a card and for an alert', async () => {
    const { card } = await proposed({ operator: 'Ola' });
    const second = await propose(database.festival, aCorrection(card, { cardDelta: '55.00', seenExpected: '70.00' }));
    expect(second.outcome).toMatchObject({ error: { code: 'proposal_pending', params: { name: 'Ola' } } });
    const free = await build.card('10.00', '70.00');
    const at = aCorrection(free, { cardDelta: '60.00', seenExpected: '70.00' });
    const both = await Promise.all([propose(database.festival, at), propose(database.festival, at)]);
    expect(both.map(({ outcome }) => outcome.outcome).sort()).toEqual(['applied', 'conflict']);
  });

  it.each<[string, Partial<Correction>, string]>([
    ['of a card that has moved', { seenActual: '9.00' }, 'correction_stale'],
    ['of more than the difference', { cardDelta: '60.01' }, 'correction_deltas_do_not_fit_kind'],
    ['of an unknown card', { cardId: 'nobody', eventId: null }, 'correction_unknown_card'],
    ['of an unknown alert', { eventId: '999999' }, 'correction_event_unknown'],
  ])('%s is told at once, and not kept', async (_, changes, code) => {
    const { outcome, proposalId } = await proposed(changes);
    expect(outcome).toMatchObject(refused(code));
    expect(await stateOf(proposalId)).toBeUndefined();
  });

  it('waits for a bar that holds the card, and is tried again later', async () => {
    const { card, proposalId } = await proposed({ operator: 'Ola' });
    await database.admin.query('begin');
    await database.admin.query('select from table_cards where id = $1 for update', [card]);
    await expect(approve(database.festival, 'Noé', proposalId)).rejects.toThrow('correction_card_busy');
    await database.admin.query('rollback');
    expect(await stateOf(proposalId)).toBe('pending');
    expect(await approve(database.festival, 'Noé', proposalId)).toMatchObject({ outcome: 'applied' });
  });

  it('of a laptop that dies while it approves stays pending', async () => {
    const { card, proposalId } = await proposed({ operator: 'Ola' });
    const laptop = new pg.Client({ ...driverOptions(database.consoleSettings), types: textTypes });
    laptop.on('error', () => undefined);
    await laptop.connect();
    const { rows } = await laptop.query<{ pid: number }>('select pg_backend_pid() as pid');
    await laptop.query('begin');
    const { operationId } = await takeAs(laptop, 'Noé', 'correction.approve', { proposalId });
    const { rows: approved } = await laptop.query(`select console.approve_proposal($1) ->> 'outcome' as outcome`, [
      operationId,
    ]);
    expect(approved).toEqual([{ outcome: 'applied' }]);
    await database.admin.query('select pg_terminate_backend($1)', [rows[0]?.pid]);
    await eventually(async () =>
      expect(await one('select from pg_stat_activity where pid = $1', [rows[0]?.pid])).toBeUndefined(),
    );
    expect(await stateOf(proposalId)).toBe('pending');
    expect(await amountOf(card)).toBe('10.00');
    expect(await approve(database.festival, 'Noé', proposalId)).toMatchObject({ outcome: 'applied' });
    expect(await rowsOf(card)).toBe(1);
  });
});

describe('with the console’s login and a tool of one’s own', () => {
  const forged = (text: string, values: readonly unknown[]) => login.query(text, [...values]);

  it('an approver’s name alone approves nothing', async () => {
    const card = await build.card('0', '100.00');
    const big = { cardDelta: '60', seenActual: '0', seenExpected: '100' };
    expect(await applyCorrection(login, aCorrection(card, { ...big, approver: 'Noé' }))).toMatchObject({
      code: 'approver_not_proven',
    });
    expect(await applyCorrection(login, aCorrection(card, big))).toMatchObject({ code: 'approval_required' });
    expect(await amountOf(card)).toBe('0.00');
  });

  it.each([
    ['a correction without a command', `select console.apply_correction(gen_random_uuid()), $1::text`],
    [
      'the function behind it',
      `select console.correct_card(gen_random_uuid(), $1, 'goodwill', 1, 1, 10, 70, null, null, 'r', 'Léa', 'Noé', 'b', now(), null)`,
    ],
    ['an approval without a command', `select console.approve_proposal(gen_random_uuid()), $1::text`],
    ['a proposal without a command', `select console.propose_corrections(gen_random_uuid()), $1::text`],
    ['an end without a command', `select console.end_proposal(gen_random_uuid()), $1::text`],
    [
      'an item',
      `insert into console.proposal_items (proposal_id, position, card_id, card_delta, ledger_delta, seen_actual, seen_expected, state) values (gen_random_uuid(), 1, $1, 1, 1, 1, 1, 'approved')`,
    ],
    ['a state', `update console.proposals set state = 'approved' where $1::text is not null`],
    ['more time', `update console.proposals set expires_at = now() + interval '1 day' where $1::text is not null`],
  ])('%s is refused', async (_, text) => {
    const card = await build.card('10.00', '70.00');
    await expect(forged(text, [card])).rejects.toMatchObject({ code: '42501' });
  });

  it('an approval approves the proposal that it was signed for, and no other one', async () => {
    const [wanted, other] = [await proposed({ operator: 'Ola' }), await proposed({ operator: 'Ola' })];
    await login.query('begin');
    const { operationId } = await takeAs(login, 'Noé', 'correction.approve', { proposalId: wanted.proposalId });
    await forged('select console.approve_proposal($1)', [operationId]);
    await login.query('commit');
    expect(await amountOf(wanted.card)).toBe('70.00');
    expect(await amountOf(other.card)).toBe('10.00');
  });
});
