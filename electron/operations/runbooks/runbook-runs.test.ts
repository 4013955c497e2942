import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { v4 as randomId, v7 as uuid } from 'uuid';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Runbook } from '../../../shared/domain/runbook.ts';
import { type Buffer, openBuffer } from '../../buffer/buffer.ts';
import { createRunCopy, type RunCopy } from '../../buffer/run-copy.ts';
import { insertEvent } from '../../testing/alerts.ts';
import { createTestDatabase, type TestDatabase } from '../../testing/database.ts';
import { submitTo } from '../../testing/submit.ts';
import { loadIncidents } from '../alerts/incident-rows.ts';
import { createRunFollower } from './run-follower.ts';
import { runRunbookQuery } from './runbook-query.ts';

let database: TestDatabase;
let folder: string;
let buffer: Buffer;
let copy: RunCopy;
beforeAll(async () => {
  database = await createTestDatabase();
  folder = mkdtempSync(join(tmpdir(), 'regie-runs-'));
});
afterAll(async () => {
  await database.close();
  rmSync(folder, { recursive: true, force: true });
});
beforeEach(() => {
  buffer = openBuffer(join(folder, `${process.hrtime.bigint()}.sqlite`), 'mirror');
  copy = createRunCopy(buffer);
  return () => buffer.close();
});

const submit = submitTo(
  () => database.festival,
  () => ({ laptopAt: new Date().toISOString() }),
);
const words = (text: string) => ({ en: text, fr: text });

/** A runbook of a festival’s own, which nobody else has. */
const own = (id: string): Runbook => ({
  id,
  version: 3,
  title: words(id),
  source: 'our own',
  algorithms: [],
  steps: [
    { id: 'look', kind: 'query', window: [0, 1], title: words('a'), text: words('a'), sql: 'select 1 as one' },
    {
      id: 'ticks',
      kind: 'checklist',
      window: [0, 1],
      title: words('a'),
      text: words('a'),
      items: [
        { id: 'one', label: words('one') },
        { id: 'two', label: words('two') },
      ],
    },
    {
      id: 'way',
      kind: 'decision',
      window: [0, 1],
      title: words('a'),
      text: words('a'),
      choices: [
        { id: 'on', label: words('on'), tone: 'safe', next: 'read' },
        { id: 'off', label: words('off'), tone: 'safe', next: 'end' },
      ],
    },
    { id: 'read', kind: 'instruction', window: [0, 1], title: words('a'), text: words('a') },
  ],
});
const begin = async (id: string, operator = 'Léa') => {
  const runId = randomId();
  const outcome = await submit(
    'runbook.start',
    { operationId: uuid(), eventId: null, runId, runbookId: id, runbook: own(id) },
    operator,
  );
  return { runId, outcome };
};
const complete = (runId: string, stepId: string, some: { choice?: string } = {}, operator = 'Léa') =>
  submit('runbook.completeStep', { runId, stepId, ...some }, operator);
const tick = (runId: string, itemId: string, operator = 'Léa') =>
  submit('runbook.tick', { runId, stepId: 'ticks', itemId }, operator);

describe('a run without an alert', () => {
  it('is judged by the contents that it was begun with, on every laptop, and recorded', async () => {
    const { runId, outcome } = await begin('run-judged');
    expect(outcome).toEqual({ outcome: 'applied', result: { runId, startedBy: 'Léa' } });
    expect(await complete(runId, 'read')).toMatchObject({ error: { code: 'step_not_current' } });
    await complete(runId, 'look');
    expect(await complete(runId, 'ticks')).toMatchObject({ error: { code: 'checklist_open' } });
    await tick(runId, 'one');
    await tick(runId, 'two', 'Nils');
    // Signed twice: the first signature stays.
    expect(await tick(runId, 'one', 'Nils')).toMatchObject({ outcome: 'applied' });
    await complete(runId, 'ticks', {}, 'Nils');
    expect(await complete(runId, 'way', { choice: 'elsewhere' })).toMatchObject({ error: { code: 'choice_unknown' } });
    await complete(runId, 'way', { choice: 'off' });
    const { rows } = await database.admin.query(
      `select r.event_id, r.outcome, r.started_by, r.started_on, r.finished_at is not null as finished,
         (select string_agg(step_id || ' ' || actor, ', ' order by at) from console.runbook_steps where run_id = r.run_id) as steps,
         (select string_agg(item_id || ' ' || actor, ', ' order by at) from console.runbook_ticks where run_id = r.run_id) as ticks,
         (select string_agg(action, ', ' order by seq) from console.audit where subject = 'run:' || r.run_id) as audit
       from console.runbook_runs r where run_id = $1`,
      [runId],
    );
    expect(rows).toEqual([
      {
        event_id: null,
        outcome: 'completed',
        started_by: 'Léa',
        started_on: 'booth-1',
        finished: true,
        steps: 'look Léa, ticks Nils, way Léa',
        ticks: 'one Léa, two Nils',
        audit:
          'runbook_start, runbook_step_done, runbook_tick, runbook_tick, runbook_tick, runbook_step_done, runbook_step_done',
      },
    ]);
  });

  it('is begun once, whoever begins it at the same moment; who comes second goes on with it', async () => {
    const begun = await Promise.all(['Léa', 'Nils', 'Ana'].map((name) => begin('run-joined', name)));
    const { rows } = await database.admin.query(
      `select run_id from console.runbook_runs where runbook_id = 'run-joined'`,
    );
    expect(rows).toHaveLength(1);
    for (const { outcome } of begun) expect(outcome).toMatchObject({ result: { runId: rows[0].run_id } });
    // A step given under the second name belongs to the one run.
    const second = begun.find(({ runId }) => runId !== rows[0].run_id);
    expect(await complete(second?.runId ?? '', 'look')).toEqual({ outcome: 'applied', result: {} });
    const follower = createRunFollower({ database: database.festival, copy, onChange: () => undefined });
    await follower.refresh();
    expect(copy.find(second?.runId ?? '')).toMatchObject({ runId: rows[0].run_id, steps: [{ stepId: 'look' }] });
  });

  it('is ended early with a reason, and may be begun again', async () => {
    const { runId } = await begin('run-ended');
    expect(await submit('runbook.end', { runId, reason: 'not needed' })).toMatchObject({
      outcome: 'applied',
    });
    expect(await complete(runId, 'look')).toMatchObject({ error: { code: 'step_not_current' } });
    expect((await begin('run-ended')).outcome).toMatchObject({ result: { startedBy: 'Léa' } });
  });

  it('is refused for a runbook that answers an alert', async () => {
    const outcome = await submit('runbook.start', {
      eventId: null,
      runId: randomId(),
      runbookId: 'duplicate-scans',
    });
    expect(outcome).toMatchObject({ outcome: 'rejected', error: { code: 'runbook_needs_alert' } });
  });
});

describe('the laptop’s copy of the runs', () => {
  it('has them with their evidence, follows what changes, and tells of nothing else', async () => {
    let told = 0;
    const follower = createRunFollower({ database: database.festival, copy, onChange: () => (told += 1) });
    await follower.refresh();
    const before = told;
    await follower.refresh();
    expect(told).toBe(before);
    const { runId } = await begin('run-copied');
    const evidence = {
      columns: ['one'],
      rows: [[1]],
      truncated: false,
      cut: false,
      at: '2026-07-03T21:00:00.000Z',
      durationMs: 1,
    };
    await submit('runbook.completeStep', { runId, stepId: 'look', evidence });
    await follower.refresh();
    expect(told).toBe(before + 1);
    expect(copy.list().find((run) => run.runId === runId)).toMatchObject({
      runbook: { id: 'run-copied', version: 3 },
      steps: [{ stepId: 'look', evidence: null }],
    });
    expect(copy.find(runId)?.steps[0]?.evidence).toEqual(evidence);
  });
});

describe('a query of a festival’s own', () => {
  const clock = { now: Date.now, monotonic: () => performance.now() };
  const ask = (text: string) =>
    runRunbookQuery(database.festival, {
      incident: null,
      step: { id: 'own', kind: 'query', window: [0, 1], title: words('a'), text: words('a'), sql: text },
      clock,
    });

  it.each([
    [
      'changes rows',
      `with gone as (delete from monitoring_events returning event_id) select * from gone`,
      /data-modifying/,
    ],
    ['calls a function that writes', `select nextval('console.timeline_entry_id_seq')`, /permission denied/],
    ['ends the transaction first', `select 1; commit; delete from monitoring_events`, /multiple commands/],
    ['lifts the restriction', `select set_config('transaction_read_only', 'off', true)`, /changes no setting/],
    ['takes too long', 'select pg_sleep(30)', /timeout/],
  ])('that %s is refused', async (_, text, why) => {
    await insertEvent(database);
    const count = async () =>
      (await database.admin.query('select count(*)::int as events from monitoring_events')).rows[0].events;
    const before = await count();
    await expect(ask(text)).rejects.toThrow(why);
    expect(await count()).toBe(before);
  });
});

describe('runs that an earlier version began', () => {
  it('go on after the migration, judged by the runbook that came with Regie', async () => {
    const eventId = await insertEvent(database, { cardId: 'OLDRUN' });
    const runId = randomId();
    // As the version before wrote it: no contents, and one step of the first version.
    await database.admin.query(
      `insert into console.runbook_runs (run_id, event_id, runbook_id, runbook_version, started_by)
       values ($1, $2, 'deduction-on-failure', 1, 'Nils')`,
      [runId, eventId],
    );
    await database.admin.query(
      `insert into console.runbook_steps (run_id, step_id, state, actor, laptop) values ($1, 'open-events', 'done', 'Nils', 'booth-2')`,
      [runId],
    );
    const [incident] = await database.festival.read((tx) => loadIncidents(tx, [eventId]));
    expect(incident?.run).toMatchObject({ runId, eventId, runbook: null, ticks: [], steps: [{ told: null }] });
    expect(await complete(runId, 'transaction')).toEqual({ outcome: 'applied', result: {} });
  });
});
