import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { v7 as uuid } from 'uuid';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { CommandName, ParsedInput } from '../../shared/contract/calls.ts';
import type { RegieEvent } from '../../shared/contract/events.ts';
import { cents } from '../../shared/domain/money.ts';
import type { RowId } from '../../shared/domain/row-id.ts';
import { type Buffer, openBuffer } from '../buffer/buffer.ts';
import { createMirror, type Mirror } from '../buffer/mirror.ts';
import { createOutbox, type Outbox } from '../buffer/outbox.ts';
import { createRunCopy, type RunCopy } from '../buffer/run-copy.ts';
import { loadIncidents } from '../operations/alerts/incident-rows.ts';
import { hashOf, type SubmittedCommand } from '../operations/registry.ts';
import { insertEvent } from '../testing/alerts.ts';
import { createTestDatabase, type TestDatabase } from '../testing/database.ts';
import { authorOf, signed } from '../testing/operators.ts';
import { orderingOf } from './ordering-keys.ts';
import { createOverlay, type Overlay } from './overlay.ts';

let database: TestDatabase;
let folder: string;
let buffers: Buffer[];
let mirror: Mirror;
let runs: RunCopy;
let outbox: Outbox;
let overlay: Overlay;
let events: RegieEvent[];
let refreshed: (() => void) | undefined;

beforeAll(async () => {
  database = await createTestDatabase();
  folder = mkdtempSync(join(tmpdir(), 'regie-overlay-'));
});
afterAll(async () => {
  await database.close();
  rmSync(folder, { recursive: true, force: true });
});
beforeEach(() => {
  buffers = (['mirror', 'outbox'] as const).map((kind) =>
    openBuffer(join(folder, `${process.hrtime.bigint()}.sqlite`), kind),
  );
  const [first, second] = buffers;
  if (first === undefined || second === undefined) throw new Error('no buffers');
  mirror = createMirror(first);
  runs = createRunCopy(first);
  outbox = createOutbox(second);
  events = [];
  overlay = start();
});
afterEach(() => {
  overlay.close();
  for (const buffer of buffers) buffer.close();
});

const start = (): Overlay =>
  createOverlay({
    mirror,
    runs,
    unsettled: outbox.unsettled(),
    refresh: () =>
      new Promise((resolve) => {
        refreshed = resolve;
      }),
    publish: (event) => events.push(event),
  });

const alertFor = async (cardId: string): Promise<RowId> => {
  const eventId = await insertEvent(database, { cardId });
  mirror.apply(await database.festival.read((tx) => loadIncidents(tx, [eventId])), []);
  return eventId;
};
const wait = <Name extends CommandName>(name: Name, input: ParsedInput<Name>) => {
  const command = signed({
    name,
    input,
    author: authorOf('Léa'),
  } as SubmittedCommand);
  outbox.add({
    operationId: input.operationId,
    command: name,
    input: JSON.parse(JSON.stringify(input)),
    author: command.author,
    body: command.body,
    keyId: command.keyId,
    proof: command.proof,
    contentHash: hashOf(command),
    ...orderingOf(command, { ofEvent: overlay.view.byEvent, ofRun: overlay.view.byRun }),
  });
  const stored = outbox.find(input.operationId);
  if (stored === undefined) throw new Error('not taken in');
  overlay.changed(stored, 'added');
  return stored;
};

describe('what waits', () => {
  it('is seen at once on the alert and marked, while the alert stays open', async () => {
    const eventId = await alertFor('A');
    wait('alert.take', { operationId: uuid(), eventId, holder: null });
    wait('alert.resolve', { operationId: uuid(), eventId, note: 'card restored' });
    const seen = overlay.view.incident(eventId);
    expect(seen?.alert).toMatchObject({
      waiting: 2,
      open: true,
      lead: { status: 'INVESTIGATING', takenBy: 'Léa', takenOn: 'booth-1', acknowledgedBy: 'Léa' },
    });
    expect(seen?.timeline.slice(-2)).toMatchObject([
      { entryId: null, kind: 'taken', actor: 'Léa' },
      { entryId: null, kind: 'resolved', data: { note: 'card restored' } },
    ]);
    expect(overlay.view.board({ closed: false, sinceMs: 0 })).toMatchObject([{ waiting: 2 }]);
    await expect.poll(() => events).toContainEqual({ event: 'detail', incidentId: eventId });
    expect(events).toContainEqual({ event: 'outbox' });
  });

  it('is there again after a restart', async () => {
    const eventId = await alertFor('B');
    wait('alert.acknowledge', { operationId: uuid(), eventId });
    overlay.close();
    overlay = start();
    expect(overlay.view.incident(eventId)?.alert.lead.acknowledgedBy).toBe('Léa');
  });

  it('is a runbook that was begun and worked through without the network', async () => {
    const eventId = await alertFor('C');
    const runId = uuid();
    wait('runbook.start', { operationId: uuid(), eventId, runId, runbookId: 'deduction-on-failure' });
    const step = wait('runbook.completeStep', { operationId: uuid(), runId, stepId: 'look' });
    expect(step.keys).toEqual([`event:${eventId}`, `run:${runId}`]);
    expect(overlay.view.byRun(runId)?.run).toMatchObject({
      runId,
      startedBy: 'Léa',
      steps: [{ stepId: 'look', state: 'done', waiting: true }],
    });
  });

  it('is a proposal on its card', async () => {
    const eventId = await alertFor('D');
    const operationId = uuid();
    const stored = wait('correction.apply', {
      operationId,
      eventId,
      cardId: 'D',
      kind: 'restore_card',
      cardDeltaCents: cents(500),
      ledgerDeltaCents: cents(0),
      seenActualCents: cents(1_000),
      seenExpectedCents: cents(1_500),
      originalTransaction: null,
      reason: 'taken by a failed order',
      approver: null,
    });
    expect(overlay.corrections('D')).toMatchObject([{ operationId, cardDeltaCents: 500, unknown: false }]);
    overlay.changed({ ...stored, state: 'sent' }, 'sent');
    expect(overlay.corrections('D')).toMatchObject([{ operationId, unknown: true }]);
    expect(overlay.view.incident(eventId)?.timeline.at(-1)).toMatchObject({
      kind: 'corrected',
      data: { card_delta: '5.00' },
    });
  });

  it('stays until the mirror has its effect once it is applied, and goes at once when it is refused', async () => {
    const eventId = await alertFor('E');
    const stored = wait('alert.acknowledge', { operationId: uuid(), eventId });
    overlay.changed({ ...stored, state: 'applied' }, 'settled');
    expect(overlay.view.incident(eventId)?.alert.waiting).toBe(1);
    refreshed?.();
    await expect.poll(() => overlay.view.incident(eventId)?.alert.waiting).toBe(0);
    const other = wait('alert.note', { operationId: uuid(), eventId, text: 'no' });
    overlay.changed({ ...other, state: 'rejected' }, 'settled');
    expect(overlay.view.incident(eventId)?.alert.waiting).toBe(0);
  });

  it('is told once while the mirror has its entry already', async () => {
    const eventId = await alertFor('F');
    const operationId = uuid();
    wait('alert.note', { operationId, eventId, text: 'seen at the bar' });
    const notes = () => overlay.view.incident(eventId)?.timeline.map(({ entryId, data }) => [entryId, data.text]);
    expect(notes()).toEqual([[null, 'seen at the bar']]);
    await database.admin.query(
      `insert into console.timeline (event_id, kind, actor, laptop, operation_id, data)
       values ($1, 'note', 'Léa', 'booth-1', $2, '{"text": "seen at the bar"}')`,
      [eventId, operationId],
    );
    mirror.apply(await database.festival.read((tx) => loadIncidents(tx, [eventId])), []);
    expect(notes()).toEqual([[expect.any(Number), 'seen at the bar']]);
  });
});
