import { v7 as uuid } from 'uuid';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type RegisterFilter, type RegisterRow, WHOLE_REGISTER } from '../../shared/contract/register.ts';
import { correctionKindSchema } from '../../shared/domain/correction.ts';
import { rowId } from '../../shared/domain/row-id.ts';
import { copiedRegister, readRegisterCopy, registerCopySchema } from '../operations/corrections/copied-register.ts';
import {
  exportCorrections,
  findCorrections,
  openCorrection,
  sumCorrections,
} from '../operations/corrections/register.ts';
import { catchUpHistory } from '../operations/history/find-history.ts';
import { aCorrection, type Correction, correctionWorld } from '../testing/corrections.ts';
import { createTestDatabase, type TestDatabase } from '../testing/database.ts';
import { approve, propose } from '../testing/proposals.ts';
import { applyTo } from '../testing/submit.ts';
import { createReconciliation } from './reconciliation.ts';

/* A few corrections, made once: the register shows them, and reconciling names the one that somebody tampers with. */
let database: TestDatabase;
let made: Readonly<Record<'restored' | 'given' | 'undone' | 'approved' | 'returned' | 'pleased', string>>;
let eventId: ReturnType<typeof rowId>;
const apply = applyTo(() => database.festival);
const centsOf = (amount: string | null) => Math.round(Number(amount) * 100);
const correct = async (correction: Correction): Promise<string> => {
  await apply(
    'correction.apply',
    {
      ...{
        operationId: correction.operationId,
        eventId: correction.eventId === null ? null : rowId(correction.eventId),
      },
      ...{ cardId: correction.cardId ?? '', kind: correctionKindSchema.parse(correction.kind) },
      ...{ cardDeltaCents: centsOf(correction.cardDelta), ledgerDeltaCents: centsOf(correction.ledgerDelta) },
      ...{ seenActualCents: centsOf(correction.seenActual), seenExpectedCents: centsOf(correction.seenExpected) },
      ...{ originalTransaction: correction.original, reason: correction.reason ?? '' },
      ...(correction.undoes === null ? {} : { undoes: correction.undoes }),
    },
    correction.operator ?? '',
  );
  return correction.operationId;
};
beforeAll(async () => {
  database = await createTestDatabase();
  const build = correctionWorld(database);
  const returned = await build.card('10.00', '15.00');
  eventId = rowId(await build.event(returned, { algorithm: 'balance_mismatch_detection' }));
  await database.admin.query(
    `update monitoring_events set event_data = '{"point_of_sale": "Bar 3"}' where event_id = $1`,
    [eventId],
  );
  const restored = await correct(aCorrection(returned, { eventId, reason: '=HYPERLINK("x"), at the counter' }));
  const pleased = await build.card('20.00', '20.00');
  const gift = { kind: 'goodwill', cardDelta: '6.00', ledgerDelta: '6.00', seenActual: '20', seenExpected: '20' };
  const given = await correct(aCorrection(pleased, { ...gift, operator: 'Ana' }));
  const back = { kind: 'undo', cardDelta: '-6.00', ledgerDelta: '-6.00', seenActual: '26', seenExpected: '26' };
  const undone = await correct(aCorrection(pleased, { ...back, operator: 'Ana', undoes: given }));
  const large = await build.card('10.00', '70.00');
  const sixty = { cardDelta: '60.00', seenExpected: '70.00', operator: 'Ana' };
  const { proposalId } = await propose(database.festival, aCorrection(large, sixty));
  await approve(database.festival, 'Noé', proposalId);
  const { rows } = await database.admin.query(`select operation_id::text from console.corrections where card_id = $1`, [
    large,
  ]);
  made = { restored, given, undone, approved: String(rows[0]?.operation_id), returned, pleased };
  while (!(await catchUpHistory(database.festival)));
});
afterAll(() => database.close());

const find = async (some: Partial<RegisterFilter> = {}): Promise<RegisterRow[]> =>
  (await findCorrections(database.festival, { ...WHOLE_REGISTER, ...some }, null)).rows;
const ids = async (some: Partial<RegisterFilter>): Promise<string[]> =>
  (await find(some)).map((row) => row.operationId);

it('has every correction with all that belongs to it, by each filter, in pages', async () => {
  const { restored, given, undone, approved, returned, pleased } = made;
  const all = [approved, undone, given, restored];
  expect(await ids({})).toEqual(all);
  const [whole] = await find({ id: approved });
  expect(whole).toMatchObject({
    operator: 'Ana',
    approver: 'Noé',
    cardDeltaCents: 6_000,
    undoes: null,
    undoneBy: null,
  });
  expect(whole?.proposalId).not.toBeNull();
  expect(whole?.auditSeq).toBeGreaterThan(0);
  const cases: readonly (readonly [Partial<RegisterFilter>, readonly string[]])[] = [
    [{ kind: 'undo' }, [undone]],
    [{ person: 'Noé' }, [approved]],
    [{ card: pleased.toLowerCase() }, [undone, given]],
    [{ place: 'Bar 3' }, [restored]],
    [{ alert: eventId }, [restored]],
    [{ row: whole?.logId ?? null }, [approved]],
    // With what it undoes and what has undone it.
    [{ id: given }, [undone, given]],
    [{ undone: 'undone' }, [given]],
    [{ undone: 'standing', person: 'Ana' }, [approved, undone]],
    [{ words: 'COUNTER at' }, [restored]],
    [{ words: '%' }, []],
    [{ from: new Date(Date.now() + 60_000).toISOString() }, []],
  ];
  // Without the network the same, from what the laptop has.
  const copy = registerCopySchema.parse(JSON.parse(JSON.stringify(await readRegisterCopy(database.festival))));
  const here = { timeZone: 'UTC', incidentOf: () => null };
  for (const [filter, found] of cases) {
    expect(await ids(filter), JSON.stringify(filter)).toEqual(found);
    const offline = copiedRegister(copy, { ...WHOLE_REGISTER, ...filter }, here);
    expect(offline.rows, JSON.stringify(filter)).toEqual(await find(filter));
    expect(offline.since).toBeNull();
    const sums = await sumCorrections(database.festival, { ...WHOLE_REGISTER, ...filter });
    expect(offline.sums, JSON.stringify(filter)).toEqual(sums);
  }
  expect(copiedRegister({ ...copy, whole: false }, WHOLE_REGISTER, here).since).toBe(copy.rows.at(-1)?.at);
  const first = await findCorrections(database.festival, WHOLE_REGISTER, null, 3);
  const second = await findCorrections(database.festival, WHOLE_REGISTER, first.next, 3);
  expect([...first.rows, ...second.rows].map(({ operationId }) => operationId)).toEqual(all);
  expect(second.next).toBeNull();
  const opened = await openCorrection(database.festival, approved);
  expect(opened).toMatchObject({ proposal: { author: 'Ana', decidedBy: 'Noé' }, audit: [{ action: 'correction' }] });
  const [audited] = opened.audit;
  expect(audited?.subject).toBe(`card:${whole?.cardId}`);
  expect(JSON.parse(audited?.data ?? '')).toMatchObject({ approver: 'Noé', card_delta: '60.00' });
  expect(audited?.hash).toMatch(/^[0-9a-f]{64}$/);
  expect(await openCorrection(database.festival, uuid())).toEqual({ audit: [], proposal: null });
  expect(returned).not.toBe('');
});

it('adds up by kind, day, bar and person, as psql does', async () => {
  const sums = await sumCorrections(database.festival, WHOLE_REGISTER);
  const { rows } = await database.admin.query(
    `select count(*)::int as count, (sum(card_delta) * 100)::int as card, (sum(ledger_delta) * 100)::int as ledger
     from console.corrections`,
  );
  const [right] = rows;
  const total = { count: right?.count, cardCents: right?.card, ledgerCents: right?.ledger };
  for (const way of [[sums.all], sums.kind, sums.day, sums.place, sums.person]) {
    const added = way.reduce(
      (sum, one) => ({
        count: sum.count + one.count,
        cardCents: sum.cardCents + one.cardCents,
        ledgerCents: sum.ledgerCents + one.ledgerCents,
      }),
      { count: 0, cardCents: 0, ledgerCents: 0 },
    );
    expect(added).toEqual(total);
  }
  expect(sums.kind.map(({ name, count }) => [name, count])).toContainEqual(['restore_card', 2]);
  expect(sums.place.map(({ name, count }) => [name, count])).toEqual([
    ['', 3],
    ['Bar 3', 1],
  ]);
});

it('is exported as CSV in which no text is computed and figures stay figures', async () => {
  const { text, rows, next } = await exportCorrections(database.festival, { ...WHOLE_REGISTER, place: 'Bar 3' }, null);
  expect({ rows, next }).toEqual({ rows: 1, next: null });
  const [head, line] = text.split('\r\n');
  expect(head).toBe(
    '\uFEFFapplied_at,kind,card,bar,card_delta_eur,ledger_delta_eur,reason,author,approver,laptop,alert,log_row,audit_row,proposal,undoes,undone_by,correction',
  );
  expect(line).toContain(`,Bar 3,5,0,"'=HYPERLINK(""x""), at the counter",Léa,,`);
});

it('reconciles in the background with its progress, can be cancelled, and names the row that does not fit', async () => {
  const seen: unknown[] = [];
  const log = { info: () => undefined, warn: () => undefined, error: () => undefined };
  const reconciliation = createReconciliation({
    database: database.festival,
    log,
    onChange: () => seen.push(reconciliation.view().running?.step),
  });
  const ended = () => expect.poll(() => reconciliation.view().running).toBeNull();
  reconciliation.start();
  reconciliation.start();
  await ended();
  expect(reconciliation.view()).toMatchObject({ ended: null, found: { ok: true, corrections: 4, broken: [] } });
  expect(new Set(seen)).toEqual(new Set(['corrections', 'audit', 'log', 'lost', 'chain', undefined]));

  reconciliation.start();
  reconciliation.cancel();
  await ended();
  // What was found before is still there.
  expect(reconciliation.view()).toMatchObject({ ended: 'cancelled', found: { ok: true } });

  await database.admin.query(`update console.corrections set reason = 'another one' where operation_id = $1`, [
    made.restored,
  ]);
  reconciliation.start();
  await ended();
  expect(reconciliation.view()).toMatchObject({
    ended: null,
    found: {
      ok: false,
      broken: [{ invariant: 'not_edited', rows: [{ opens: { kind: 'correction', id: made.restored } }] }],
    },
  });
});
