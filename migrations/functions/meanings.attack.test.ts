import pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { commandProof } from '../../electron/operations/operators/proof.ts';
import { driverOptions } from '../../electron/postgres/connection-settings.ts';
import { createTestDatabase, type TestDatabase } from '../../electron/testing/database.ts';
import { createOperators, keyOf } from '../../electron/testing/operators.ts';
import { signedBody, submitAs, takeAs } from '../../electron/testing/submit.ts';

/*
 * What a word means moves what every card should hold. Somebody with the consoles' login alone, or with the command of
 * somebody who may not, tries to say it. Léa is a supervisor, Ola an operator.
 */

let database: TestDatabase;
let login: pg.Client;
beforeAll(async () => {
  database = await createTestDatabase();
  await createOperators(database.admin, ['Ola'], 'operator');
  await createOperators(database.admin, ['Tom'], 'technician');
  login = new pg.Client(driverOptions(database.consoleSettings));
  await login.connect();
});
afterAll(async () => {
  await login.end();
  await database.close();
});
beforeEach(async () => {
  await login.query('begin');
  return () => login.query('rollback');
});

const codeOf = async (text: string, values: readonly unknown[] = []): Promise<string> => {
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
const meanings = async () =>
  (await database.admin.query('select kind, word, meaning from console.transaction_meanings')).rows;
const input = { kind: 'type', word: 'payout', meaning: 'adds', base: 0 } as const;

describe('what a word of the log means', () => {
  it('is written by nobody with the login alone', async () => {
    for (const attempt of [
      `insert into console.transaction_meanings values ('type', 'payout', 'adds', 1, now(), 'Léa')`,
      `update console.transaction_meanings set meaning = 'adds'`,
      `delete from console.transaction_meanings`,
      `update console.meaning_version set version = version + 1`,
      `select console.set_transaction_meaning(gen_random_uuid())`,
      `create or replace function console.looked_up_status(status text) returns text language sql as 'select null'`,
    ]) {
      expect([attempt, await codeOf(attempt)]).toEqual([attempt, '42501']);
    }
  });

  it('is not said by what shadows the words of it', async () => {
    await login.query(`create temporary table transaction_meanings (kind text, word text, meaning text)`);
    await login.query(`insert into transaction_meanings values ('type', 'payout', 'adds')`);
    await login.query('set local search_path = pg_temp, console, public');
    const { rows } = await login.query(`select console.sign_of('payout') as sign`);
    expect(rows).toEqual([{ sign: null }]);
  });

  it('is said by no operator and no technician, nor with another command', async () => {
    for (const name of ['Ola', 'Tom']) {
      expect(await submitAs(database.festival, name, 'transactionMeanings.set', input)).toMatchObject({
        ...{ outcome: 'rejected', error: { code: 'not_allowed' } },
      });
    }
    const { operationId } = await takeAs(login, 'Léa', 'monitoring.restart', input);
    expect(await codeOf('select console.set_transaction_meaning($1)', [operationId])).toBe('42501');
    expect(await meanings()).toEqual([]);
  });

  it('is not said twice with one command, nor otherwise than it was signed', async () => {
    const signed = signedBody('Léa', 'transactionMeanings.set', input);
    const take = (body: string) =>
      login.query('select console.take_command($1, $2, $3) as answer', [body, signed.keyId, signed.proof]);
    const forged = await take(signed.body.replace('"adds"', '"takes"'));
    expect(forged.rows).toMatchObject([{ answer: { taken: false, outcome: { error: { code: 'proof_wrong' } } } }]);
    expect((await take(signed.body)).rows).toEqual([{ answer: { taken: true } }]);
    const set = () => login.query('select console.set_transaction_meaning($1) as answer', [signed.operationId]);
    expect((await set()).rows).toEqual([{ answer: { outcome: 'saved', version: 1 } }]);
    // It was against no meaning at all.
    expect((await set()).rows).toMatchObject([{ answer: { outcome: 'refused', code: 'changed' } }]);
  });

  it('is the supervisor’s, in a session of theirs, on the audit trail with what was before', async () => {
    const { body } = signedBody('Léa', 'transactionMeanings.set', input);
    const { keyId, secret } = keyOf('Léa', 'laptop');
    const taken = await login.query('select console.take_command($1, $2, $3) as answer', [
      body,
      keyId,
      commandProof(secret, body),
    ]);
    expect(taken.rows).toMatchObject([{ answer: { taken: false, outcome: { error: { code: 'step_up_required' } } } }]);
    // What was refused holds the audit trail.
    await login.query('rollback');
    const set = (meaning: 'adds' | 'takes' | null, base: number) =>
      submitAs(database.festival, 'Léa', 'transactionMeanings.set', { ...input, meaning, base });
    expect(await set('adds', 0)).toEqual({ outcome: 'applied', result: { version: 1 } });
    expect(await set('takes', 0)).toMatchObject({
      outcome: 'conflict',
      error: { code: 'meaning_changed', params: { name: 'Léa' } },
    });
    expect(await set('takes', 1)).toEqual({ outcome: 'applied', result: { version: 2 } });
    const { rows } = await database.admin.query(
      `select actor, subject, data from console.audit where action = 'transaction_meaning_set' order by seq`,
    );
    expect(rows).toEqual([
      { actor: 'Léa', subject: 'meaning:type:payout', data: { before: null, after: 'adds' } },
      { actor: 'Léa', subject: 'meaning:type:payout', data: { before: 'adds', after: 'takes' } },
    ]);
    expect(await meanings()).toEqual([{ kind: 'type', word: 'payout', meaning: 'takes' }]);
  });

  it('is fixed where everybody means the same, and fits its kind', async () => {
    const status = { kind: 'status', meaning: 'completed' } as const;
    for (const [changed, code] of [
      [{ word: 'bar_order' }, 'meaning_fixed'],
      [{ word: 'stripe_recharge', meaning: 'nothing' }, 'meaning_fixed'],
      [{ word: 'checkpoint_recharge', meaning: 'takes' }, 'meaning_fixed'],
      [{ word: 'manual_correction' }, 'meaning_fixed'],
      [{ word: 'Payout ' }, 'meaning_fixed'],
      [{ word: 'x'.repeat(201) }, 'meaning_fixed'],
      [{ word: 'x'.repeat(12_000) }, 'meaning_fixed'],
      [{ ...status, word: 'failed' }, 'meaning_fixed'],
      [{ ...status, word: 'failed', meaning: null }, 'meaning_fixed'],
      [{ ...status, word: 'FAILED' }, 'meaning_fixed'],
      [{ ...status, word: ' failed' }, 'meaning_fixed'],
      [{ ...status, word: 'failed\u00a0' }, 'meaning_fixed'],
      [{ ...status, word: 'completed', meaning: 'failed' }, 'meaning_fixed'],
      [{ kind: 'status', word: 'ok', meaning: 'adds' }, 'meaning_invalid'],
      [{ word: 'tip', meaning: 'failed' }, 'meaning_invalid'],
    ] as const) {
      expect(
        await submitAs(database.festival, 'Léa', 'transactionMeanings.set', { ...input, ...changed }),
      ).toMatchObject({
        ...{ outcome: 'rejected', error: { code } },
      });
    }
    expect(await meanings()).toEqual([{ kind: 'type', word: 'payout', meaning: 'takes' }]);
  });

  it('changes nothing about the words that everybody uses, were it written beside all doors', async () => {
    const all = (kind: string, words: readonly string[], meaning: string) =>
      words.map((word) => [`${kind}:${word}`, meaning]);
    const planted = Object.fromEntries([
      ...all('type', ['bar_order', 'stripe_recharge', 'checkpoint_recharge', 'manual_correction'], 'nothing'),
      ...all('status', ['completed'], 'failed'),
      ...all('status', ['failed'], 'completed'),
    ]);
    const { rows } = await login.query(
      `select console.ledger_amount('bar_order', 'completed', 3, null, $1) as ordered,
         console.ledger_amount('Stripe_Recharge', 'Completed', 3, null, $1) as charged,
         console.ledger_amount('checkpoint_recharge', 'completed', 3, null, $1) as paid,
         console.ledger_amount('manual_correction', 'completed', 3, '{"ledger_delta": "2"}', $1) as corrected,
         console.ledger_amount('stripe_recharge', 'failed', 3, null, $1) as failed,
         console.known_status('failed', $1) as status, console.status_of('FAILED ', $1) as written`,
      [JSON.stringify(planted)],
    );
    expect(rows).toEqual([
      { ordered: '-3', charged: '3', paid: '3', corrected: '2', failed: '0', status: 'failed', written: 'failed' },
    ]);
  });
});
