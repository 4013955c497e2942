import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { v7 as uuid } from 'uuid';
import { beforeEach, describe, expect, it } from 'vitest';
import { type RowId, rowId } from '../../../shared/domain/row-id.ts';
import { correctionWorld } from '../../testing/corrections.ts';
import type { TestDatabase } from '../../testing/database.ts';
import { approve } from '../../testing/proposals.ts';
import { borrowTestDatabase } from '../../testing/reused-database.ts';
import { submitAs } from '../../testing/submit.ts';
import { createBatches } from './batches.ts';
import { previewBulk } from './bulk-preview.ts';
import { readProposalItems, readProposals } from './proposal-view.ts';

/* Many cards at once: approved together, applied in batches, each once (docs/money.md, "Bulk"). */
let database: TestDatabase;
let build: ReturnType<typeof correctionWorld>;
beforeEach(async () => {
  database = await borrowTestDatabase();
  build = correctionWorld(database);
  return () => database.close();
});

const log = { warn: () => undefined };
const program = fileURLToPath(new URL('../../testing/bulk-process.ts', import.meta.url));
const all = async (query: string, values: unknown[] = []) => (await database.admin.query(query, values)).rows;

/** Cards that were charged before the log began, one incident of them. */
const storm = async (count: number) => {
  const cards: string[] = [];
  let incident = '';
  for (let made = 0; made < count; made += 1) {
    const card = await build.card('40.00', '0');
    const options = { algorithm: 'balance_mismatch_detection', ...(incident === '' ? {} : { incident }) };
    const event = await build.event(card, options);
    incident ||= event;
    cards.push(card);
  }
  await database.admin.query(`update console.alerts set storm = 'opening_balances' where event_id = $1`, [incident]);
  return { cards, incidentId: rowId(incident) };
};
const proposeAll = async (incidentId: RowId) => {
  const { rows } = await previewBulk(database.festival, { incidentId, kind: 'opening_balance' });
  const proposalId = uuid();
  const outcome = await submitAs(database.festival, 'Léa', 'correction.proposeBulk', {
    operationId: proposalId,
    eventId: incidentId,
    kind: 'opening_balance',
    reason: 'charged before the log began',
    items: rows
      .filter(({ code }) => code === null)
      .map(({ actualCents: seenActualCents, expectedCents: seenExpectedCents, code: _, ...row }) => ({
        ...row,
        seenActualCents,
        seenExpectedCents,
      })),
  });
  return { proposalId, outcome, rows };
};
const apply = () => createBatches({ database: database.festival, reachable: () => true, log }).work();
const proposal = async (proposalId: string) =>
  (await database.festival.read(readProposals)).proposals.find((one) => one.proposalId === proposalId);

describe('a bulk', () => {
  it('shows each row that it would write, and why another one would not be', async () => {
    const { cards, incidentId } = await storm(4);
    await all('update table_cards set amount = 0 where id = $1', [cards[1]]);
    await all('delete from table_cards where id = $1', [cards[2]]);
    await submitAs(database.festival, 'Ana', 'correction.propose', {
      eventId: null,
      cardId: cards[3] ?? '',
      kind: 'opening_balance',
      cardDeltaCents: 0,
      ledgerDeltaCents: 4_000,
      seenActualCents: 4_000,
      seenExpectedCents: 0,
      originalTransaction: null,
      reason: 'first',
    });
    const { rows } = await previewBulk(database.festival, { incidentId, kind: 'opening_balance' });
    expect(rows.map(({ cardId, ledgerDeltaCents, code }) => [cardId, ledgerDeltaCents, code])).toEqual([
      [cards[0], 4_000, null],
      [cards[1], 0, 'agrees'],
      [cards[2], 0, 'unknown_card'],
      [cards[3], 4_000, 'proposal_pending'],
    ]);
  });

  it('leaves out a card whose figures cannot be counted, by name, and none beside it', async () => {
    const { cards, incidentId } = await storm(4);
    await all('alter table table_cards alter column amount type numeric');
    await all(`update table_cards set amount = 123456789012 where id = $1`, [cards[0]]);
    await all(`update table_cards set amount = 12.345 where id = $1`, [cards[1]]);
    await all(
      `insert into app_transaction_log (card_id, transaction_type, status, amount_involved)
       select $1, 'checkpoint_recharge', 'completed', 99999999.99 from generate_series(1, 2)`,
      [cards[2]],
    );
    const { rows } = await previewBulk(database.festival, { incidentId, kind: 'opening_balance' });
    expect(rows.map(({ cardId, code }) => [cardId, code])).toEqual([
      [cards[0], 'balance_unreadable'],
      [cards[1], 'balance_unreadable'],
      [cards[2], 'balance_unreadable'],
      [cards[3], null],
    ]);
    // One that was previewed and became odd meanwhile is left out as well.
    const proposalId = uuid();
    await submitAs(database.festival, 'Léa', 'correction.proposeBulk', {
      operationId: proposalId,
      eventId: incidentId,
      kind: 'opening_balance',
      reason: 'charged before the log began',
      items: rows.map(({ cardId, eventId }) => ({
        ...{ cardId, eventId, cardDeltaCents: 0, ledgerDeltaCents: 4_000 },
        ...{ seenActualCents: 4_000, seenExpectedCents: 0 },
      })),
    });
    await approve(database.festival, 'Noé', proposalId);
    await apply();
    expect(await all('select card_id, state, code from console.proposal_items order by position')).toEqual([
      { card_id: cards[0], state: 'refused', code: 'balance_unreadable' },
      { card_id: cards[1], state: 'refused', code: 'balance_unreadable' },
      { card_id: cards[2], state: 'refused', code: 'balance_unreadable' },
      { card_id: cards[3], state: 'applied', code: null },
    ]);
  });

  it('is approved by a second person and applied to every card once, and its incident closes', async () => {
    const { cards, incidentId } = await storm(12);
    const { proposalId, outcome } = await proposeAll(incidentId);
    expect(outcome).toMatchObject({ outcome: 'applied', result: { proposed: 12, refused: 0 } });
    await apply();
    expect(await all(`select from console.corrections`)).toHaveLength(0);
    expect(await approve(database.festival, 'Léa', proposalId)).toMatchObject({ error: { code: 'proposal_own' } });
    expect(await approve(database.festival, 'Noé', proposalId)).toMatchObject({ outcome: 'applied' });
    // Three laptops at once.
    await Promise.all([apply(), apply(), apply()]);
    expect(await proposal(proposalId)).toMatchObject({ state: 'done', counts: { all: 12, applied: 12, open: 0 } });
    expect(
      await all('select card_id, approver, operator from console.corrections order by length(card_id), card_id'),
    ).toEqual(cards.map((card_id) => ({ card_id, approver: 'Noé', operator: 'Léa' })));
    expect(await all(`select from monitoring_events where status <> 'RESOLVED'`)).toEqual([]);
    expect(
      await all(`select id from table_cards where amount <> console.expected_balance(id) or amount <> 40`),
    ).toEqual([]);
  });

  it('lists what moved meanwhile with today’s figures, and applies the rest', async () => {
    const { cards, incidentId } = await storm(6);
    const { proposalId } = await proposeAll(incidentId);
    await all('update table_cards set amount = 33 where id = $1', [cards[2]]);
    await all(`update monitoring_events set status = 'FALSE_POSITIVE' where card_id = $1`, [cards[4]]);
    await approve(database.festival, 'Noé', proposalId);
    await apply();
    const items = await readProposalItems(database.festival, proposalId);
    expect(items.map(({ state, code, todayActualCents }) => [state, code, todayActualCents])).toEqual([
      ['applied', null, null],
      ['applied', null, null],
      ['stale', null, 3_300],
      ['applied', null, null],
      ['refused', 'event_closed', null],
      ['applied', null, null],
    ]);
    // The one that moved can be proposed again, with its figures of today.
    const again = await proposeAll(incidentId);
    expect(again.rows.map(({ cardId }) => cardId)).toEqual([cards[2]]);
    await approve(database.festival, 'Noé', again.proposalId);
    await apply();
    expect(await all('select from console.corrections')).toHaveLength(5);
  });

  it('does not wait for a card that a bar holds: the others come first', async () => {
    const { cards, incidentId } = await storm(8);
    const { proposalId } = await proposeAll(incidentId);
    await approve(database.festival, 'Noé', proposalId);
    await all('begin');
    await all('select from table_cards where id = $1 for update', [cards[0]]);
    const done = apply();
    await expect.poll(async () => (await database.festival.read(readProposals)).proposals[0]?.counts.applied).toBe(7);
    await all('rollback');
    await done;
    expect(await proposal(proposalId)).toMatchObject({ state: 'done', counts: { applied: 8 } });
  });

  it('stops where somebody cancels it: what is applied stays, the rest is not applied', async () => {
    const { incidentId } = await storm(20);
    const { proposalId } = await proposeAll(incidentId);
    await approve(database.festival, 'Noé', proposalId);
    const [batch] = await all('select console.apply_proposal_batch(5) as answer');
    expect(batch.answer).toEqual({ decided: 5, open: 1 });
    const working = apply();
    expect(await submitAs(database.festival, 'Ana', 'correction.cancel', { proposalId })).toMatchObject({
      outcome: 'applied',
    });
    await working;
    const ended = await proposal(proposalId);
    expect(ended).toMatchObject({ state: 'cancelled', counts: { open: 0 } });
    const corrections = await all('select from console.corrections');
    expect(corrections.length).toBe(ended?.counts.applied);
    expect(corrections.length).toBeLessThan(20);
  });

  it('goes on exactly where a laptop was killed, at any of its steps', async () => {
    const { cards, incidentId } = await storm(24);
    const { proposalId } = await proposeAll(incidentId);
    await approve(database.festival, 'Noé', proposalId);
    const run = async (killAt: number): Promise<string> => {
      const child = spawn(process.execPath, [program, JSON.stringify({ settings: database.consoleSettings, killAt })]);
      const [said, complaint, [code, signal]] = await Promise.all([
        text(child.stdout),
        text(child.stderr),
        once(child, 'exit'),
      ]);
      if (code !== 0 && signal !== 'SIGKILL') throw new Error(`ended with ${code}: ${complaint}`);
      return said;
    };
    // Before the statement, after it, and after its commit; then in the second batch.
    for (const killAt of [1, 2, 3, 5, 6]) expect([killAt, await run(killAt)]).toEqual([killAt, '']);
    const half = await all('select from console.corrections');
    expect(half.length).toBeGreaterThan(0);
    expect(half.length).toBeLessThan(24);
    await apply();
    expect(await proposal(proposalId)).toMatchObject({ state: 'done', counts: { applied: 24 } });
    const rows = await all(
      `select card_id, count(*)::int as times from app_transaction_log where transaction_type = 'manual_correction'
       group by card_id order by min(log_id)`,
    );
    expect(rows).toEqual(cards.map((card_id) => ({ card_id, times: 1 })));
    expect(
      await all(`select from console.corrections c
        where 1 <> (select count(*) from console.audit a where a.operation_id = c.operation_id and a.action = 'correction')`),
    ).toEqual([]);
  });
});
