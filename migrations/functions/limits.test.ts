import { createHash, randomUUID } from 'node:crypto';
import pg from 'pg';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { enrolmentStatements } from '../../electron/operations/laptops/by-administrator.ts';
import { commandProof } from '../../electron/operations/operators/proof.ts';
import { driverOptions } from '../../electron/postgres/connection-settings.ts';
import { textTypes } from '../../electron/postgres/driver.ts';
import { insertEvent } from '../../electron/testing/alerts.ts';
import { aCorrection, applyCorrection, type Correction, correctionWorld } from '../../electron/testing/corrections.ts';
import type { TestDatabase } from '../../electron/testing/database.ts';
import {
  authorOf,
  createOperators,
  laptopOf,
  operatorIdOf,
  TEST_PIN_PARAMS,
} from '../../electron/testing/operators.ts';
import { approve, propose } from '../../electron/testing/proposals.ts';
import { borrowTestDatabase } from '../../electron/testing/reused-database.ts';
import { submitAs, takeAs } from '../../electron/testing/submit.ts';
import { writeBody } from '../../shared/domain/command-body.ts';

/* What one person can move alone, and what one supervisor can do to be two (docs/decisions/0024). */

let database: TestDatabase;
let login: pg.Client;
let card: string;
let world: ReturnType<typeof correctionWorld>;
beforeEach(async () => {
  database = await borrowTestDatabase();
  await createOperators(database.admin, ['Ola', 'Oskar'], 'operator');
  login = new pg.Client({ ...driverOptions(database.consoleSettings), types: textTypes });
  await login.connect();
  world = correctionWorld(database);
  card = await world.card('1000.00', '1000.00');
});
afterEach(async () => {
  await login.end();
  await database.close();
});

/** Gives or takes money without a second person, on the figures of the moment. */
const give = async (
  euros: number,
  { by = 'Ola', on = card, ...more }: { by?: string; on?: string } & Partial<Correction> = {},
) => {
  const { rows } = await database.admin.query(
    'select amount, console.expected_balance(id)::numeric(10,2) as expected from table_cards where id = $1',
    [on],
  );
  const amount = euros.toFixed(2);
  return applyCorrection(
    login,
    aCorrection(on, {
      ...{ kind: 'goodwill', cardDelta: amount, ledgerDelta: amount, reason: 'a gift', operator: by },
      ...{ seenActual: rows[0]?.amount, seenExpected: rows[0]?.expected, ...more },
    }),
  );
};
const later = (hours: number) =>
  database.admin.query(`
    update console.corrections set applied_at = applied_at - interval '${hours} hours';
    update console.operations set applied_at = applied_at - interval '${hours} hours';
    update console.limit_changes set changed_at = changed_at - interval '${hours} hours';
    update console.nominations set nominated_at = nominated_at - interval '${hours} hours';
    update console.supervisor_ends set ended_at = ended_at - interval '${hours} hours'`);

/** What a supervisor does to somebody's access, as the database is told of it. */
const touch = async (by: string, name: string, changes: { role?: string; active?: boolean; pin?: boolean } = {}) => {
  const { role, active = true, pin = false } = changes;
  const { rows } = await database.admin.query('select role from console.operators where name = $1', [name]);
  await login.query('begin');
  const secret = Buffer.alloc(32, name);
  const { operationId } = await takeAs(login, by, 'operators.save', {
    ...{ operatorId: operatorIdOf(name), name, role: role ?? rows[0]?.role ?? 'operator', active },
    ...(pin || rows.length === 0
      ? { pin: { params: TEST_PIN_PARAMS, digits: 6, keySha256: createHash('sha256').update(secret).digest('hex') } }
      : {}),
  });
  const { rows: saved } = await login.query(`select console.save_operator($1, $2) as answer`, [
    operationId,
    pin || rows.length === 0 ? secret : null,
  ]);
  await login.query(`select console.settle_operation($1, '{"outcome": "applied"}')`, [operationId]);
  await login.query('commit');
  // With a new PIN they sign in again.
  await database.admin.query('update console.signing_keys set ended_at = null, ended_why = null');
  await createOperators(database.admin, [name]);
  return saved[0]?.answer;
};
const roleOf = async (name: string) =>
  (await database.admin.query('select role, active from console.operators where name = $1', [name])).rows[0];
const NEEDS = { outcome: 'refused', code: 'approval_required' };

describe('one operator alone moves in a day at most', () => {
  it('the limit of a card, in however many parts, however mixed, and whoever moves the rest', async () => {
    expect(await give(40)).toMatchObject({ outcome: 'applied' });
    expect(await give(-40)).toMatchObject({ outcome: 'applied' });
    expect(await give(20.01)).toEqual({ ...NEEDS, limit: 'card_day_limit' });
    expect(await give(20.01, { by: 'Oskar' })).toEqual({ ...NEEDS, limit: 'card_day_limit' });
    expect(await give(20, { by: 'Oskar' })).toMatchObject({ outcome: 'applied' });
    expect(await give(0.01)).toEqual({ ...NEEDS, limit: 'card_day_limit' });
    await later(24);
    expect(await give(50)).toMatchObject({ outcome: 'applied' });
  });

  it('the same with undo and redo', async () => {
    const first = randomUUID();
    expect(await give(40, { operationId: first })).toMatchObject({ outcome: 'applied' });
    expect(await give(-40, { kind: 'undo', undoes: first })).toMatchObject({ outcome: 'applied' });
    expect(await give(40)).toEqual({ ...NEEDS, limit: 'card_day_limit' });
    expect(await give(20)).toMatchObject({ outcome: 'applied' });
  });

  it('the limit of an operator over all cards, from whichever laptop', async () => {
    await database.admin.query('update console.festival_settings set operator_day_limit = 120');
    const one = await world.card('100.00', '100.00');
    const two = await world.card('100.00', '100.00');
    const three = await world.card('100.00', '100.00');
    expect(await give(50, { on: one })).toMatchObject({ outcome: 'applied' });
    expect(await give(50, { on: two })).toMatchObject({ outcome: 'applied' });
    expect(await give(20.01, { on: three })).toEqual({ ...NEEDS, limit: 'operator_day_limit' });
    expect(await give(50, { on: three, by: 'Oskar' })).toMatchObject({ outcome: 'applied' });
  });

  it('no more from another laptop, signed with another key there', async () => {
    await database.admin.query('update console.festival_settings set operator_day_limit = 60');
    const elsewhere = laptopOf('booth-7');
    const key = { keyId: randomUUID(), secret: Buffer.alloc(32, 7) };
    for (const { text, values } of enrolmentStatements(elsewhere)) await database.admin.query(text, [...values]);
    await database.admin.query(
      `insert into console.signing_keys (key_id, operator_id, laptop_id, kind, secret) values ($1, $2, $3, 'laptop', $4)`,
      [key.keyId, operatorIdOf('Ola'), elsewhere.laptopId, key.secret],
    );
    /** As a laptop of that name sends it, under Ola's key there. */
    const giveThere = async (euros: number, on: string) => {
      const operationId = randomUUID();
      const figures = { seenActualCents: 100_000, seenExpectedCents: 100_000, reason: 'a gift', approver: null };
      const body = writeBody({
        name: 'correction.apply',
        input: {
          ...{ operationId, cardId: on, kind: 'goodwill', cardDeltaCents: euros * 100, ledgerDeltaCents: euros * 100 },
          ...{ eventId: null, originalTransaction: null, ...figures },
        },
        author: authorOf('Ola', { laptop: elsewhere.name, laptopId: elsewhere.laptopId }),
      });
      await login.query('begin');
      const proof = commandProof(key.secret, body);
      const { rows: taken } = await login.query('select console.take_command($1, $2, $3) as answer', [
        body,
        key.keyId,
        proof,
      ]);
      expect(taken[0]?.answer).toEqual({ taken: true });
      const { rows } = await login.query('select console.apply_correction($1) as answer', [operationId]);
      await login.query('commit');
      return rows[0]?.answer;
    };
    const other = await world.card('1000.00', '1000.00');
    expect(await give(50)).toMatchObject({ outcome: 'applied' });
    expect(await giveThere(11, other)).toEqual({ ...NEEDS, limit: 'operator_day_limit' });
    expect(await giveThere(10, other)).toMatchObject({ outcome: 'applied' });
    expect(await give(0.01)).toEqual({ ...NEEDS, limit: 'operator_day_limit' });
  });

  it('nothing in a bulk: all of it waits for a second person, and then counts for nobody', async () => {
    const cardId = await world.card('100.00', '120.00');
    const eventId = await insertEvent(database, { cardId, eventType: 'balance_discrepancy' });
    const bulk = await submitAs(database.festival, 'Ola', 'correction.proposeBulk', {
      ...{ eventId, kind: 'restore_card', reason: 'many small ones' },
      items: [
        {
          ...{ cardId, eventId, cardDeltaCents: 2_000, ledgerDeltaCents: 0 },
          ...{ seenActualCents: 10_000, seenExpectedCents: 12_000 },
        },
      ],
    });
    expect(bulk).toMatchObject({ outcome: 'applied' });
    const batch = () => login.query('select console.apply_proposal_batch() as answer');
    await batch();
    expect((await database.admin.query('select from console.corrections')).rows).toEqual([]);
    const { rows } = await database.admin.query('select proposal_id from console.proposals');
    expect(await approve(database.festival, 'Ola', rows[0]?.proposal_id)).toMatchObject({ outcome: 'rejected' });
    await batch();
    expect((await database.admin.query('select from console.corrections')).rows).toEqual([]);
    expect(await approve(database.festival, 'Noé', rows[0]?.proposal_id)).toMatchObject({ outcome: 'applied' });
    await batch();
    expect((await database.admin.query('select approver from console.corrections')).rows).toEqual([
      { approver: 'Noé' },
    ]);
    expect(await give(50)).toMatchObject({ outcome: 'applied' });
  });

  it('no more once their access was ended and given again', async () => {
    await database.admin.query('update console.festival_settings set operator_day_limit = 60');
    expect(await give(50)).toMatchObject({ outcome: 'applied' });
    await touch('Léa', 'Ola', { active: false });
    await touch('Léa', 'Ola', { active: true });
    expect(await give(20, { on: await world.card('100.00', '100.00') })).toEqual({
      ...NEEDS,
      limit: 'operator_day_limit',
    });
  });

  it('what is approved does not count, and what is proposed is not moved', async () => {
    const proposed = aCorrection(card, {
      ...{ kind: 'goodwill', cardDelta: '90.00', ledgerDelta: '90.00', seenActual: '1000.00', seenExpected: '1000.00' },
      operator: 'Ola',
    });
    const { proposalId } = await propose(database.festival, proposed);
    expect(await approve(database.festival, 'Noé', proposalId)).toMatchObject({ outcome: 'applied' });
    expect(await give(50)).toMatchObject({ outcome: 'applied' });
  });

  it('no more by many at the same moment', async () => {
    await database.admin.query('update console.festival_settings set operator_day_limit = 100');
    const others = await Promise.all(
      Array.from({ length: 5 }, async () => {
        const client = new pg.Client({ ...driverOptions(database.consoleSettings), types: textTypes });
        await client.connect();
        return client;
      }),
    );
    const cards: string[] = [];
    for (const _ of others) cards.push(await world.card('100.00', '100.00'));
    try {
      const answers = await Promise.all(
        others.map((client, index) =>
          applyCorrection(
            client,
            aCorrection(cards[index] ?? '', {
              ...{ kind: 'goodwill', cardDelta: '40.00', ledgerDelta: '40.00', operator: 'Ola' },
              ...{ seenActual: '100.00', seenExpected: '100.00' },
            }),
          ),
        ),
      );
      expect(answers.filter(({ outcome }) => outcome === 'applied')).toHaveLength(2);
    } finally {
      for (const client of others) await client.end();
    }
  });

  it('nor by a snapshot from before what has moved', async () => {
    await login.query('begin isolation level repeatable read');
    await login.query('select 1 from console.identity');
    await expect(give(10)).rejects.toMatchObject({ code: '42501' });
    await login.query('rollback');
  });

  it('not more for a supervisor who raises the limits, for a day', async () => {
    const set = async (limits: Record<string, number>, base: number) => {
      await login.query('begin');
      const { operationId } = await takeAs(login, 'Léa', 'festival.set', {
        ...{ base, name: '', timeZone: null, language: null },
        ...{ approvalLimitCents: 5_000, cardDayLimitCents: 10_000, operatorDayLimitCents: 50_000, ...limits },
      });
      const { rows } = await login.query('select console.set_festival_settings($1) as answer', [operationId]);
      await login.query(`select console.settle_operation($1, '{"outcome": "applied"}')`, [operationId]);
      await login.query('commit');
      expect(rows[0]?.answer).toMatchObject({ outcome: 'saved' });
    };
    await set({ approvalLimitCents: 90_000, cardDayLimitCents: 90_000 }, 0);
    expect(await give(60, { by: 'Léa' })).toEqual({ ...NEEDS, limit: 'approval_limit' });
    expect(await give(60, { by: 'Noé' })).toMatchObject({ outcome: 'applied' });
    // Nor for whom she has unlocked.
    expect(await touch('Léa', 'Oskar')).toEqual({ outcome: 'saved', nominated: false });
    expect(await give(60, { by: 'Oskar' })).toMatchObject(NEEDS);
    await later(24);
    expect(await give(60, { by: 'Léa' })).toMatchObject({ outcome: 'applied' });
  });
});

describe('splitting', () => {
  it('is an alert, once, as soon as the parts are more than one correction may be', async () => {
    const alerts = async () =>
      (
        await database.admin.query(
          `select card_id, severity, affected_amount, event_data, incident_id is not null as on_board
           from monitoring_events left join console.alerts using (event_id) where detection_algorithm = 'split_corrections'`,
        )
      ).rows;
    await give(30);
    await give(20);
    expect(await alerts()).toEqual([]);
    await give(-1, { by: 'Oskar' });
    expect(await alerts()).toEqual([]);
    await give(0.5);
    await give(10);
    expect(await alerts()).toEqual([
      {
        ...{ card_id: card, severity: 'HIGH', affected_amount: '50.50', on_board: true },
        event_data: { operator: 'Ola', corrections: 3, moved: 50.5, limit: 50 },
      },
    ]);
  });
});

describe('one supervisor is not two', () => {
  const outcomeOf = async (author: string, approver: string) => {
    const { proposalId } = await propose(
      database.festival,
      aCorrection(card, {
        ...{ kind: 'goodwill', cardDelta: '200.00', ledgerDelta: '200.00', operator: author },
        ...{ seenActual: '1000.00', seenExpected: '1000.00' },
      }),
    );
    return approve(database.festival, approver, proposalId);
  };
  const REFUSED = { outcome: 'rejected', error: { code: 'proposal_not_independent' } };

  it('by a new PIN for a colleague, on either side, for a day', async () => {
    await touch('Léa', 'Ola', { pin: false });
    expect(await outcomeOf('Ola', 'Léa')).toMatchObject(REFUSED);
    await database.admin.query(`delete from console.proposal_items; delete from console.proposals`);
    await touch('Léa', 'Noé');
    expect(await outcomeOf('Léa', 'Noé')).toMatchObject(REFUSED);
    await database.admin.query(`delete from console.proposal_items; delete from console.proposals`);
    // Both of them hers, neither of them she.
    expect(await outcomeOf('Ola', 'Noé')).toMatchObject(REFUSED);
    await database.admin.query(`delete from console.proposal_items; delete from console.proposals`);
    expect(await outcomeOf('Oskar', 'Noé')).toMatchObject({ outcome: 'applied' });
    await later(24);
    await database.admin.query(`update table_cards set amount = 1000 where id = '${card}'`);
  });

  it('through another one, whose access she has changed before', async () => {
    await touch('Léa', 'Ana');
    await touch('Ana', 'Ola');
    expect(await outcomeOf('Ola', 'Léa')).toMatchObject(REFUSED);
    await database.admin.query(`delete from console.proposal_items; delete from console.proposals`);
    await later(24);
    expect(await outcomeOf('Ola', 'Léa')).toMatchObject({ outcome: 'applied' });
  });

  it('by a new supervisor: it takes two to make one', async () => {
    expect(await touch('Léa', 'Puppet', { role: 'supervisor' })).toEqual({ outcome: 'saved', nominated: true });
    expect(await roleOf('Puppet')).toEqual({ role: 'operator', active: true });
    await touch('Léa', 'Puppet', { role: 'supervisor' });
    expect(await roleOf('Puppet')).toEqual({ role: 'operator', active: true });
    await touch('Léa', 'Ana');
    // One whose access is hers for today is no second one.
    await touch('Ana', 'Puppet', { role: 'supervisor' });
    expect(await roleOf('Puppet')).toMatchObject({ role: 'operator' });
    await touch('Noé', 'Puppet', { role: 'supervisor' });
    expect(await roleOf('Puppet')).toEqual({ role: 'supervisor', active: true });
    expect(
      (await database.admin.query(`select count(*) from console.audit where action = 'supervisor_nominated'`)).rows,
    ).toEqual([{ count: '3' }]);
  });

  it('nor by one who was a supervisor before, or by ending the others first', async () => {
    await touch('Léa', 'Ana', { active: false });
    expect(await roleOf('Ana')).toMatchObject({ active: false });
    await touch('Léa', 'Ana', { active: true });
    expect(await roleOf('Ana')).toEqual({ role: 'supervisor', active: false });
    for (const name of ['Nils', 'Ada', 'Noé']) await touch('Léa', name, { active: false });
    await touch('Léa', 'Ola', { role: 'supervisor', pin: true });
    expect(await roleOf('Ola')).toMatchObject({ role: 'operator' });
    await later(24);
    await touch('Léa', 'Ola', { role: 'supervisor' });
    expect(await roleOf('Ola')).toMatchObject({ role: 'supervisor' });
  });

  it('nor under another name', async () => {
    await login.query('begin');
    const { operationId } = await takeAs(login, 'Léa', 'operators.save', {
      ...{ operatorId: operatorIdOf('Léa'), name: 'Somebody else', role: 'supervisor', active: true },
    });
    const { rows } = await login.query('select console.save_operator($1, null) as answer', [operationId]);
    await login.query('rollback');
    expect(rows[0]?.answer).toEqual({ outcome: 'refused', code: 'operator_name_fixed' });
  });
});
