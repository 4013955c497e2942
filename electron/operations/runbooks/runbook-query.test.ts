import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Runbook } from '../../../shared/domain/runbook.ts';
import { runbookProgress } from '../../../shared/domain/runbook-progress.ts';
import { builtinRunbooks } from '../../../shared/runbooks/index.ts';
import { insertEvent } from '../../testing/alerts.ts';
import { createTestDatabase, type TestDatabase } from '../../testing/database.ts';
import { festivalOf } from '../../testing/festival.ts';
import { loadIncidents } from '../alerts/incident-rows.ts';
import { runRunbookQuery } from './runbook-query.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.close());

const clock = { now: () => Date.parse('2026-07-03T21:00:00Z'), monotonic: () => performance.now() };

/** Every way through a runbook, as the choices that lead along it. */
const waysThrough = (
  runbook: Runbook,
  records: { stepId: string; state: 'done'; choice: string | null }[] = [],
): number => {
  const { current, finished } = runbookProgress(runbook, records);
  if (finished || current === null) return 1;
  const choices = current.kind === 'decision' ? current.choices.map((choice) => choice.id) : [null];
  return choices.reduce(
    (ways, choice) => ways + waysThrough(runbook, [...records, { stepId: current.id, state: 'done', choice }]),
    0,
  );
};

describe.each(builtinRunbooks)('the runbook $id', (runbook) => {
  it('comes to an end whatever is decided', () => {
    expect(waysThrough(runbook)).toBeGreaterThanOrEqual(1);
  });

  it('asks only what the console’s login may read, with its parameters bound', async () => {
    const festival = festivalOf(database);
    await database.admin.query(`insert into table_cards (id, amount) values ($1, 20)`, [runbook.id]);
    const logId = await festival.failedOrder(runbook.id, 15.5, { takes: 15.5 });
    const eventId = await insertEvent(database, {
      cardId: runbook.id,
      algorithm: runbook.algorithms[0] ?? '',
      facts: { log_id: logId },
    });
    const [incident] = await database.festival.read((tx) => loadIncidents(tx, [eventId]));
    if (incident === undefined) throw new Error('the event is there');
    for (const step of runbook.steps) {
      if (step.kind !== 'query') continue;
      const result = await runRunbookQuery(database.festival, { incident, step, clock });
      expect(result.columns.length, step.id).toBeGreaterThan(0);
      // The card and its log are there; readers and snapshots are not.
      if (['card-against-history', 'history', 'transaction'].includes(step.id))
        expect(result.rows.length, step.id).toBeGreaterThan(0);
    }
  });
});

describe('a query step', () => {
  it('can change nothing', async () => {
    const eventId = await insertEvent(database);
    const [incident] = await database.festival.read((tx) => loadIncidents(tx, [eventId]));
    const [query] = builtinRunbooks.flatMap(({ steps }) => steps.filter((step) => step.kind === 'query'));
    if (incident === undefined || query === undefined) throw new Error('both are there');
    const write = { ...query, sql: `update monitoring_events set status = 'RESOLVED' returning event_id` };
    await expect(runRunbookQuery(database.festival, { incident, step: write, clock })).rejects.toThrow(/syntax error/);
  });
});
