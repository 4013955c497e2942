import { v7 as uuid } from 'uuid';
import { builtinChecklist } from '../../shared/checklists/index.ts';
import { aCorrection, correctionWorld } from './corrections.ts';
import type { TestDatabase } from './database.ts';
import { ageComparisons, createTestEngine } from './engine.ts';
import { festivalOf } from './festival.ts';
import { anEntry } from './log-entries.ts';
import { approve, propose } from './proposals.ts';
import { writeFaults, writeOrders, writeResponses } from './report-day.ts';
import { applyTo } from './submit.ts';

/**
 * A festival of two days: 20,000 orders, two hundred faults that the engine finds and what became of them, two corrections, messages,
 * log and checklists.
 */
export const writeReportedFestival = async (
  database: TestDatabase,
  { from, errors }: { readonly from: string; readonly errors: unknown[] },
): Promise<void> => {
  await writeOrders(database, { orders: 20_000, cards: 2_000, from });
  const { festival: consoles } = database;
  const festival = festivalOf(database);
  // A failed order that took its money, a card that lost some without any row, and a reader that hangs.
  await festival.cardThatLost('taken', 12, { left: 8 });
  await festival.card('drained', 30);
  await festival.changeCard('drained', -4.5);
  for (let i = 0; i < 3; i += 1) await festival.failedOrder('taken', 3, { pointOfSale: 'Bar 9' });
  await writeFaults(database);
  const engine = createTestEngine({ database, errors });
  for (let cycles = 0; cycles < 3; cycles += 1) {
    await engine.runCycle('critical');
    await ageComparisons(database);
  }
  const build = correctionWorld(database);
  const small = await build.card('10.00', '15.00');
  const settled = aCorrection(small);
  await applyTo(() => consoles)('correction.apply', {
    ...{ operationId: settled.operationId, eventId: null, cardId: small, kind: 'restore_card' },
    ...{ cardDeltaCents: 500, ledgerDeltaCents: 0, seenActualCents: 1_000, seenExpectedCents: 1_500 },
    ...{ originalTransaction: null, reason: 'taken by a failed order' },
  });
  const large = await build.card('10.00', '70.00');
  const sixty = { cardDelta: '60.00', seenExpected: '70.00', operator: 'Ana' };
  const { proposalId } = await propose(consoles, aCorrection(large, sixty));
  await approve(consoles, 'Noé', proposalId);
  await engine.runCycle('critical');
  await writeResponses(database, { from });
  await writeRecords(database);
};

/** What people wrote: entries of the log, one of them corrected and one struck, a checklist that is signed and one that goes on. */
const writeRecords = async (database: TestDatabase): Promise<void> => {
  const apply = applyTo(() => database.festival);
  const [decided, struck] = [uuid(), uuid()];
  const decision = { options: 'close it, or cash only', why: 'the till takes money twice', agreed: 'Noé' };
  const entries = [
    { text: 'queue at bar 3' },
    { text: 'rain', occurredAt: '2026-07-04T10:00:00.000Z' },
    { operationId: decided, kind: 'decision' as const, text: 'Bar du Lac: cash only', place: 'Bar du Lac', decision },
    { operationId: struck, importance: 'important' as const, text: 'reader 7 swapped' },
    { importance: 'important' as const, kind: 'message' as const, text: 'supplier called' },
  ];
  for (const [index, entry] of entries.entries()) {
    const said = { occurredAt: `2026-07-04T1${index}:30:00.000Z`, laptopNumber: index + 1, ...entry };
    await apply('log.write', anEntry(said));
  }
  const later = { clockOffsetMs: null, laptopNumber: 6 };
  await apply('log.correct', { ...later, entryId: decided, text: 'Bar du Lac: closed' });
  await apply('log.strike', { ...later, entryId: struck, laptopNumber: 7, text: 'it was reader 8' });
  const items = builtinChecklist('festival-end').items.filter(({ id }) => id === 'logged');
  const ours = { listId: 'ours', windowKey: '2026-W27' };
  await apply('checklist.start', { list: { ...builtinChecklist('weekly'), id: 'ours', items }, windowKey: '2026-W27' });
  await apply('checklist.tick', { ...ours, itemId: 'logged' });
  const { rows } = await database.admin.query<{ hash: string }>(
    `select encode(console.checklist_hash(r), 'hex') as hash from console.checklist_runs r where list_id = 'ours'`,
  );
  await apply('checklist.sign', { ...ours, hash: rows[0]?.hash ?? '' });
  await apply('checklist.start', { list: builtinChecklist('monthly'), windowKey: '2026-07' });
  const overridden = { listId: 'monthly', windowKey: '2026-07', itemId: 'security-alerts', reason: 'read tomorrow' };
  await apply('checklist.override', overridden, 'Ana');
};
