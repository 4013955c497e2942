import { v7 as uuid } from 'uuid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { correctionKindSchema } from '../../../shared/domain/correction.ts';
import { type RowId, rowId } from '../../../shared/domain/row-id.ts';
import { saidText } from '../../../shared/i18n/reconcile.ts';
import { type FestivalDatabase, openFestivalDatabase, type Transaction } from '../../postgres/pool.ts';
import { idColumn } from '../../postgres/rows.ts';
import { sql } from '../../postgres/sql.ts';
import { aCorrection, type Correction, correctionWorld } from '../../testing/corrections.ts';
import { createTestDatabase, type TestDatabase } from '../../testing/database.ts';
import { createTestEngine } from '../../testing/engine.ts';
import { operatorIdOf } from '../../testing/operators.ts';
import { approve, propose } from '../../testing/proposals.ts';
import { applyTo } from '../../testing/submit.ts';
import { createBatches } from './batches.ts';
import { INVARIANTS } from './invariants.ts';
import { type Reconciliation, reconcile } from './reconcile.ts';

/* A day is played once, by its operators; then each tampering of the administrator is tried and rolled back. */
let database: TestDatabase;
let build: ReturnType<typeof correctionWorld>;
let administrator: FestivalDatabase;
/** Corrections of the day, by what they were. */
let day: Awaited<ReturnType<typeof playDay>>;
beforeAll(async () => {
  database = await createTestDatabase();
  administrator = openFestivalDatabase({
    ...{ settings: database.adminSettings, applicationName: 'regie/test', size: 1 },
  });
  build = correctionWorld(database);
  day = await playDay();
});
afterAll(async () => {
  await administrator.close();
  await database.close();
});

const apply = applyTo(() => database.festival);
const centsOf = (amount: string | null) => Math.round(Number(amount) * 100);
const correct = async (correction: Correction): Promise<string> => {
  await apply(
    'correction.apply',
    {
      ...{ operationId: correction.operationId, eventId: null, cardId: correction.cardId ?? '' },
      ...{ kind: correctionKindSchema.parse(correction.kind) },
      ...{ cardDeltaCents: centsOf(correction.cardDelta), ledgerDeltaCents: centsOf(correction.ledgerDelta) },
      ...{ seenActualCents: centsOf(correction.seenActual), seenExpectedCents: centsOf(correction.seenExpected) },
      ...{ originalTransaction: correction.original, reason: correction.reason ?? '' },
      ...(correction.undoes === null ? {} : { undoes: correction.undoes }),
    },
    correction.operator ?? '',
  );
  return correction.operationId;
};
const corrected = async (card: string): Promise<string> =>
  String(
    (
      await database.admin.query(
        'select operation_id::text from console.corrections where card_id = $1 order by applied_at desc limit 1',
        [card],
      )
    ).rows[0]?.operation_id,
  );

/** Cards that were charged before the log began, opened together. */
const openStorm = async (count: number): Promise<void> => {
  const proposalId = uuid();
  const items: { cardId: string; eventId: RowId }[] = [];
  for (let made = 0; made < count; made += 1) {
    const cardId = await build.card('40.00', '0');
    const incident = items[0] === undefined ? {} : { incident: items[0].eventId };
    const eventId = rowId(await build.event(cardId, { algorithm: 'balance_mismatch_detection', ...incident }));
    items.push({ cardId, eventId });
  }
  const deltas = { cardDeltaCents: 0, ledgerDeltaCents: 4_000, seenActualCents: 4_000, seenExpectedCents: 0 };
  await apply('correction.proposeBulk', {
    ...{ operationId: proposalId, eventId: items[0]?.eventId ?? rowId(0) },
    ...{ kind: 'opening_balance', reason: 'charged before the log began' },
    items: items.map((item) => ({ ...item, ...deltas })),
  });
  await approve(database.festival, 'Noé', proposalId);
  await createBatches({ database: database.festival, reachable: () => true, log: { warn: () => undefined } }).work();
};

const playDay = async () => {
  const returned = await build.card('10.00', '15.00');
  const { transactionId } = await build.failedOrder(returned);
  const restored = await correct(aCorrection(returned, { original: transactionId }));

  const pleased = await build.card('20.00', '20.00');
  const gift = { kind: 'goodwill', cardDelta: '6.00', ledgerDelta: '6.00', seenActual: '20', seenExpected: '20' };
  const given = await correct(aCorrection(pleased, { ...gift, operator: 'Ana' }));
  const back = { kind: 'undo', cardDelta: '-6.00', ledgerDelta: '-6.00', seenActual: '26', seenExpected: '26' };
  const undone = await correct(aCorrection(pleased, { ...back, operator: 'Ana', undoes: given }));

  const large = await build.card('10.00', '70.00');
  const sixty = { cardDelta: '60.00', seenExpected: '70.00' };
  const { proposalId } = await propose(database.festival, aCorrection(large, { ...sixty, operator: 'Ana' }));
  await approve(database.festival, 'Noé', proposalId);
  const approved = await corrected(large);

  await openStorm(3);
  await propose(
    database.festival,
    aCorrection(await build.card('10.00', '90.00'), { ...sixty, seenExpected: '90.00' }),
  );

  const receipt = { correctionId: restored, channel: 'email', to: 'v…@example.org', language: 'fr' } as const;
  await apply('receipt.order', receipt);
  await apply('receipt.sent', receipt);
  const untouched = await build.card('20.00', '20.00');
  await createTestEngine({ database, errors: [] }).runCycle('critical');
  return { restored, returned, given, undone, approved, proposalId, untouched };
};

type Run = (text: string, ...values: unknown[]) => Promise<unknown>;
class Undone extends Error {}

/** What reconciling finds after a tampering, which is rolled back. */
const afterTampering = async (tamper: (run: Run, tx: Transaction) => Promise<unknown>): Promise<Reconciliation> => {
  let found: Reconciliation | undefined;
  const tampered = administrator.write(async (tx) => {
    await tamper((text, ...values) => tx.run({ text, values }), tx);
    found = await reconcile({ read: (work) => work(tx) });
    throw new Undone();
  });
  await expect(tampered).rejects.toThrow(Undone);
  if (found === undefined) throw new Error('nothing was found');
  return found;
};

/** Writes a correction past Regie's function, on a card with 20.00 where 20.00 are expected; all else is as it should be. */
const forge = async (
  tx: Transaction,
  changes: { cardId?: string; kind?: string; card?: string; ledger?: string; undoes?: string; audited?: boolean },
): Promise<void> => {
  const { kind = 'goodwill', card = '5.00', ledger = '5.00', undoes = null, audited = true } = changes;
  const { cardId = day.untouched } = changes;
  const id = uuid();
  await tx.run(sql`
    insert into console.operations (operation_id, command, content_hash, outcome, operator, operator_id, laptop, laptop_at)
    values (${id}, 'correction.apply', '', '{"outcome": "waiting"}', 'Léa', ${operatorIdOf('Léa')}, 'booth-1', now())`);
  const { log_id: logId } = await tx.row(
    z.object({ log_id: idColumn }),
    sql`insert into app_transaction_log (transaction_id, card_id, transaction_type, status, amount_involved, previous_balance,
        new_balance, client_request_id, details)
      values (${id}, ${cardId}, 'manual_correction', 'completed', abs(${card}::numeric), 20, 20 + ${card}::numeric, ${id},
        jsonb_build_object('reason', 'Phase4_monitoring_correction', 'kind', ${kind}::text, 'card_delta', ${card}::text,
          'ledger_delta', ${ledger}::text, 'operator', 'Léa', 'note', 'forged', 'undoes', ${undoes}::text))
      returning log_id`,
  );
  await tx.run(sql`
    insert into console.corrections (operation_id, card_id, kind, card_delta, ledger_delta, log_id, reason, operator, laptop,
      content_hash, undoes, result)
    values (${id}, ${cardId}, ${kind}, ${card}::numeric, ${ledger}::numeric, ${logId}, 'forged', 'Léa', 'booth-1', '',
      ${undoes}::uuid, jsonb_build_object('transaction_id', ${id}::text, 'log_id', ${logId}::text, 'card_before', '20.00',
        'card_after', (20 + ${card}::numeric)::text, 'expected_before', '20.00',
        'expected_after', (20 + ${ledger}::numeric)::text))`);
  await tx.run(sql`update console.corrections set undone_by = ${id} where operation_id = ${undoes}::uuid`);
  if (audited) {
    await tx.run(sql`
      select console.append_audit('Léa', 'booth-1', 'correction', 'card:' || card_id, result || jsonb_build_object(
        'kind', kind, 'card_delta', card_delta::text, 'ledger_delta', ledger_delta::text, 'reason', reason,
        'undoes', undoes), operation_id, now())
      from console.corrections where operation_id = ${id}`);
  }
  await tx.run(sql`update console.operations set outcome = '{"outcome": "applied"}' where operation_id = ${id}`);
};

/** Makes the chain of the audit trail anew, as whoever can write as the administrator can. */
const REWRITE = `do $$
  declare v_row console.audit; v_old bigint; v_seq bigint := 0; v_previous bytea := sha256('regie');
  begin
    for v_row in select * from console.audit order by seq loop
      v_seq := v_seq + 1; v_old := v_row.seq;
      v_row.seq := v_seq; v_row.previous_hash := v_previous;
      v_row.hash := console.audit_hash(v_previous, v_row);
      update console.audit set seq = v_seq, previous_hash = v_previous, hash = v_row.hash where seq = v_old;
      v_previous := v_row.hash;
    end loop;
    update console.audit_head set seq = v_seq, hash = v_previous;
  end $$`;

const TAMPERINGS: readonly [what: string, broken: string[], tamper: (run: Run, tx: Transaction) => Promise<unknown>][] =
  [
    ['a correction without an audit row', ['has_audit_row'], (_, tx) => forge(tx, { audited: false })],
    [
      'the same operation twice in the log',
      ['applied_once'],
      (run) =>
        run(
          `insert into app_transaction_log (card_id, transaction_type, status, amount_involved, previous_balance, new_balance,
           client_request_id, details)
         select card_id, transaction_type, status, amount_involved, previous_balance, new_balance, client_request_id, details
         from app_transaction_log where client_request_id = $1`,
          day.restored,
        ),
    ],
    [
      'another delta in a correction',
      ['not_edited'],
      (run) => run('update console.corrections set card_delta = 9 where operation_id = $1', day.restored),
    ],
    [
      'an edited amount in the log',
      ['log_not_edited'],
      (run) => run(`update app_transaction_log set amount_involved = 50 where client_request_id = $1`, day.restored),
    ],
    [
      'an amount in the log that is none',
      ['log_not_edited'],
      (run) =>
        run(
          `update app_transaction_log set details = details || '{"card_delta": "much"}' where client_request_id = $1`,
          day.restored,
        ),
    ],
    [
      'a deleted row of the log',
      ['has_log_row'],
      (run) => run('delete from app_transaction_log where client_request_id = $1', day.restored),
    ],
    [
      'a deleted row of the audit trail, whose chain was made anew',
      ['has_audit_row'],
      async (run) => {
        await run(`delete from console.audit where operation_id = $1 and action = 'correction'`, day.undone);
        await run(REWRITE);
      },
    ],
    [
      'a deleted row of the audit trail',
      ['has_audit_row', 'audit_unbroken'],
      (run) => run(`delete from console.audit where operation_id = $1 and action = 'correction'`, day.undone),
    ],
    [
      'a changed row of the audit trail',
      ['audit_unbroken'],
      (run) => run(`update console.audit set at = at - interval '1 hour' where action = 'correction_proposed'`),
    ],
    [
      'an undo with another amount',
      ['undone_exactly'],
      (_, tx) =>
        forge(tx, { ...{ cardId: day.returned, kind: 'undo', card: '-4.00', ledger: '0.00' }, undoes: day.restored }),
    ],
    [
      'an approval by the author',
      ['approved'],
      async (run) => {
        await run('alter table console.proposals drop constraint proposals_check1');
        await run('update console.proposals set decided_by_id = author_id where proposal_id = $1', day.proposalId);
      },
    ],
    [
      'an amount above the limit that nobody approved',
      ['approved'],
      (_, tx) => forge(tx, { card: '60', ledger: '60' }),
    ],
    [
      'an amount above that of a day, in parts',
      ['approved'],
      async (_, tx) => {
        for (let times = 0; times < 3; times += 1) await forge(tx, { card: '40.00', ledger: '40.00' });
      },
    ],
    [
      'another amount in the proposal',
      ['as_proposed'],
      (run) => run('update console.proposal_items set card_delta = 6 where proposal_id = $1', day.proposalId),
    ],
    [
      'a receipt of nothing',
      ['receipt_refers'],
      (run) =>
        run(
          `select console.append_audit('regie-console', '', 'receipt_sent', 'card:x',
           jsonb_build_object('correction', gen_random_uuid()))`,
        ),
    ],
    ['money for the card that the ledger was not told', ['deltas_agree'], (_, tx) => forge(tx, { ledger: '0.00' })],
    [
      'another sum in the ledger',
      ['ledger_agrees'],
      (run) =>
        run('update console.card_ledger set expected_cents = expected_cents - 500 where card_id = $1', day.returned),
    ],
    [
      'a deleted command',
      ['has_command'],
      (run) => run('delete from console.operations where operation_id = $1', day.given),
    ],
    [
      'a deleted correction',
      ['has_correction'],
      (run) => run('delete from console.corrections where operation_id = $1', day.approved),
    ],
  ];

describe('reconcile', () => {
  it('finds nothing wrong with a day of corrections, undos, bulks, approvals and receipts', async () => {
    expect(await reconcile(database.festival)).toMatchObject({ ok: true, corrections: 7, cards: 6, broken: [] });
  });

  it.each(TAMPERINGS)('finds %s, and nothing else', async (_, broken, tamper) => {
    const { ok, broken: found } = await afterTampering(tamper);
    expect(found.map(({ invariant }) => invariant)).toEqual(broken);
    expect(ok).toBe(false);
    for (const { count, rows } of found) expect(rows).toHaveLength(count);
    // In both languages each row says which it is and what is wrong with it, in whole sentences.
    for (const { row, why, said } of found.flatMap(({ rows }) => rows)) {
      const french = [saidText([said.row], 'fr'), saidText(said.why, 'fr')];
      expect([saidText([said.row], 'en'), saidText(said.why, 'en')]).toEqual([row, why]);
      for (const text of [row, why, ...french]) expect(text).not.toMatch(/\{\{|undefined|null|NaN/);
      expect(french[1]).not.toBe(why);
    }
  });

  it('has a tampering for each invariant', () => {
    expect([...new Set(TAMPERINGS.flatMap(([, broken]) => broken))].sort()).toEqual(Object.keys(INVARIANTS).sort());
  });

  it('names a hundred rows, and counts all', async () => {
    const { broken } = await afterTampering((run) =>
      run(
        `insert into app_transaction_log (card_id, transaction_type, status, client_request_id, details)
         select 'x', 'manual_correction', 'completed', gen_random_uuid()::text, '{"reason": "Phase4_monitoring_correction"}'
         from generate_series(1, 150)`,
      ),
    );
    expect(broken).toMatchObject([{ invariant: 'has_correction', count: 150 }]);
    expect(broken[0]?.rows).toHaveLength(100);
    expect(broken[0]?.rows[0]).toMatchObject({ row: expect.stringMatching(/^row \d+ of the log \(card x\)$/) });
  });
});
