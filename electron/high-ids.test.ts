import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { v7 as uuid } from 'uuid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { CallInput, CallName, CallOutput } from '../shared/contract/calls.ts';
import { cents } from '../shared/domain/money.ts';
import { type RowId, rowIdSchema } from '../shared/domain/row-id.ts';
import { type Core, startCore } from './core.ts';
import { createTestDatabase, type TestDatabase } from './testing/database.ts';
import { eventually } from './testing/eventually.ts';
import { festivalOf } from './testing/festival.ts';
import { enrolLaptop, operatorIdOf, PIN } from './testing/operators.ts';
import { createTcpProxy, type TcpProxy } from './testing/tcp-proxy.ts';

/* A festival whose sequences are sharded: every id lies beyond what a number of JavaScript holds exactly. */

/** The next double after it is 1,024 further. */
const FIRST = 7_301_234_567_890_123_457n;
const SEQUENCES = [
  'app_transaction_log_log_id_seq',
  'nfc_scan_log_scan_log_id_seq',
  'monitoring_events_event_id_seq',
  'alert_history_alert_id_seq',
  'system_health_snapshots_snapshot_id_seq',
];

let database: TestDatabase;
let proxy: TcpProxy;
let core: Core;
let dataDir: string;

const start = (): Promise<Core> =>
  startCore({ dataDir, laptop: 'booth-1', version: '0.0.0', connection: proxy.through(database.consoleSettings) });
const ask = async <Name extends CallName>(name: Name, input: CallInput<Name>): Promise<CallOutput<Name>> => {
  const answer = await core.call(name, input);
  if (!answer.ok) throw new Error(`${name}: ${JSON.stringify(answer.error)}`);
  // As it crosses to a screen.
  return JSON.parse(JSON.stringify(answer.value));
};
/** Gives a command until it is applied: on a busy machine it waits at first. */
const applied = <Name extends CallName>(name: Name, input: CallInput<Name>) =>
  eventually(async () => {
    const outcome = await ask(name, input);
    expect(outcome, name).toMatchObject({ outcome: 'applied' });
    return outcome as { result: Record<string, unknown> };
  });
const signIn = (name: string) => eventually(() => ask('session.signIn', { operatorId: operatorIdOf(name), pin: PIN }));
const idsOf = async (text: string, values: unknown[] = []): Promise<RowId[]> =>
  z
    .array(z.object({ id: rowIdSchema }))
    .parse((await database.admin.query(text, values)).rows)
    .map(({ id }) => id);
const eventOf = async (algorithm: string, card: string): Promise<RowId> => {
  const [id] = await eventually(async () => {
    const ids = await idsOf(
      'select event_id as id from monitoring_events where detection_algorithm = $1 and card_id = $2',
      [algorithm, card],
    );
    expect(ids, algorithm).toHaveLength(1);
    return ids;
  });
  if (id === undefined) throw new Error(algorithm);
  return id;
};
/** The laptop shows the event, by the incident that it leads. */
const onBoard = (eventId: RowId) =>
  eventually(async () => {
    const { alerts } = await ask('board.get', { closed: true });
    const alert = alerts.find(({ incidentId }) => incidentId === eventId);
    expect(alert?.lead.eventId).toBe(eventId);
    return alert;
  });

beforeAll(async () => {
  database = await createTestDatabase();
  for (const sequence of SEQUENCES) await database.admin.query(`alter sequence ${sequence} restart with ${FIRST}`);
  const festival = festivalOf(database);
  for (const card of ['04AA', '04BB', '04CC', '04DD']) await festival.card(card, 40);
  proxy = await createTcpProxy(database.consoleSettings);
  dataDir = mkdtempSync(join(tmpdir(), 'regie-high-ids-'));
  await enrolLaptop(database.admin, { laptop: 'booth-1', dataDir });
  core = await start();
  await eventually(async () => expect((await ask('status.get', {})).link.state).toBe('online'));
  await eventually(async () =>
    expect(await idsOf('select last_id as id from console.watermarks where last_id > 0')).toHaveLength(1),
  );
});
afterAll(async () => {
  await core.close();
  await proxy.close();
  await database.close();
  rmSync(dataDir, { recursive: true, force: true });
});

describe('a festival whose ids use all of their 64 bits', () => {
  it('is detected, and each row is named exactly', async () => {
    const festival = festivalOf(database);
    const lost = await festival.failedOrder('04AA', 7, { takes: 7 });
    expect(BigInt(lost)).toBeGreaterThan(FIRST);
    for (let count = 0; count < 3; count += 1) await festival.failedOrder('04BB', 3);
    for (let count = 0; count < 5; count += 1) await festival.scan('04CC');
    // Without a transaction id the row is named by its own.
    const nameless = await festival.log({
      ...{ card: '04DD', type: 'bar_order', status: 'failed', amount: 5, previous: 40, next: 35 },
      transactionId: null,
    });
    await database.admin.query(`update table_cards set amount = 35 where id = '04DD'`);

    const deduction = await eventOf('balance_deduction_on_failure', '04AA');
    expect((await onBoard(deduction))?.lead.facts).toMatchObject({ log_id: lost });
    const failures = await eventOf('consecutive_failures', '04BB');
    expect((await onBoard(failures))?.lead.facts.failure_count).toBe(3);
    const scans = await eventOf('temporal_duplicate_detection', '04CC');
    expect((await onBoard(scans))?.lead.facts.scan_ids).toEqual(
      await idsOf('select scan_log_id as id from nfc_scan_log order by scan_log_id'),
    );
    await onBoard(await eventOf('balance_deduction_on_failure', '04DD'));
    const { rows } = await database.admin.query(
      `select to_jsonb(members::text[]) as members from console.findings where event_id = any ($1) order by event_id`,
      [[deduction, await eventOf('balance_deduction_on_failure', '04DD')]],
    );
    expect(rows).toEqual([{ members: [lost] }, { members: [nameless] }]);
    // Both logs began far above zero, and nothing is taken for a gap of theirs or set aside.
    expect((await database.admin.query('select source, row_id, reason from console.set_aside')).rows).toEqual([]);
  });

  it('is worked on: alert, runbook, correction, receipt, undo', async () => {
    await signIn('Léa');
    const eventId = await eventOf('balance_deduction_on_failure', '04DD');
    await applied('alert.acknowledge', { operationId: uuid(), eventId });
    await applied('alert.note', { operationId: uuid(), eventId, text: '@Nils look', mentions: ['Nils'] });
    const runId = uuid();
    await applied('runbook.start', { operationId: uuid(), eventId, runId, runbookId: 'deduction-on-failure' });
    await eventually(async () => expect((await ask('alert.get', { incidentId: eventId })).run?.runId).toBe(runId));
    const [logId] = await idsOf(
      `select log_id as id from app_transaction_log where card_id = '04DD' and status = 'failed'`,
    );
    const evidence = await ask('runbook.runQuery', { runId, stepId: 'transaction' });
    expect(evidence.rows.map((row) => row[evidence.columns.indexOf('log_id')])).toEqual([logId]);
    expect(evidence.saved).toBe(false);
    // It answers late now: what was fetched a moment ago is not passed off as what it says.
    await database.admin.query('begin');
    await database.admin.query('lock table app_transaction_log in access exclusive mode');
    const late = await ask('runbook.runQuery', { runId, stepId: 'transaction' });
    await database.admin.query('rollback');
    expect(late).toEqual({ ...evidence, saved: true });
    const open = await ask('runbook.runQuery', { runId, stepId: 'open-events' });
    expect(open.rows.map((row) => row[0])).toContain(eventId);
    await applied('runbook.completeStep', { operationId: uuid(), runId, stepId: 'open-events', evidence: open });
    await applied('runbook.completeStep', { operationId: uuid(), runId, stepId: 'transaction', evidence });

    const correction = {
      ...{ cardId: '04DD', kind: 'restore_card' as const, cardDeltaCents: cents(500), ledgerDeltaCents: cents(0) },
      ...{ seenActualCents: cents(3_500), seenExpectedCents: cents(4_000) },
      ...{ originalTransaction: `log:${logId}`, reason: 'the order failed' },
    };
    const operationId = uuid();
    const { result } = await applied('correction.apply', { operationId, eventId, ...correction });
    const [written] = await idsOf(`select log_id as id from app_transaction_log where client_request_id = $1`, [
      operationId,
    ]);
    expect(result).toMatchObject({ logId: written, closedEvents: expect.arrayContaining([eventId]) });
    const receipt = await ask('receipt.look', { logId: written ?? eventId });
    expect(receipt).toMatchObject({ logId: written, eventId, operationId, cardAfterCents: 4_000 });
    await applied('correction.apply', {
      ...{ operationId: uuid(), eventId, cardId: '04DD', kind: 'undo', undoes: operationId },
      ...{ cardDeltaCents: cents(-500), ledgerDeltaCents: cents(0) },
      ...{ seenActualCents: cents(4_000), seenExpectedCents: cents(4_000) },
      ...{ originalTransaction: null, reason: 'the wrong card' },
    });
    const detail = await eventually(async () => {
      const found = await ask('alert.get', { incidentId: eventId });
      expect(found.timeline.map(({ kind }) => kind)).toContain('correction_undone');
      return found;
    });
    expect(detail.timeline.find(({ kind }) => kind === 'corrected')?.data.log_id).toBe(written);
    expect(detail.run?.steps.map(({ evidence: kept }) => kept?.rows.length)).toEqual([open.rows.length, 1]);
  });

  it('asks a second person, joins alerts, and hands a shift over', async () => {
    const eventId = await eventOf('balance_deduction_on_failure', '04AA');
    const proposalId = uuid();
    await applied('correction.propose', {
      ...{ operationId: proposalId, eventId, cardId: '04AA', kind: 'restore_card' },
      ...{ cardDeltaCents: cents(700), ledgerDeltaCents: cents(0), seenActualCents: cents(3_300) },
      ...{ seenExpectedCents: cents(4_000), originalTransaction: null, reason: 'the order failed' },
    });
    await eventually(async () => {
      const known = await ask('proposals.get', {});
      expect(known?.proposals).toMatchObject([{ proposalId, eventId, incidentId: eventId, state: 'pending' }]);
    });
    const [into, other] = [await eventOf('consecutive_failures', '04BB'), eventId];
    await applied('alert.merge', { operationId: uuid(), eventId: other, into, seen: { incidentId: other, into } });
    await eventually(async () => {
      const { alert } = await ask('alert.get', { incidentId: into });
      expect([alert.lead, ...alert.linked].map((event) => event.eventId)).toEqual(
        expect.arrayContaining([into, other]),
      );
      expect([alert.lead, ...alert.linked].find((event) => event.eventId === other)?.placedFrom).toBe(other);
    });
    await applied('alert.split', { operationId: uuid(), eventId: other, together: true, seen: { incidentId: into } });
    await onBoard(other);

    await applied('alert.take', { operationId: uuid(), eventId: into, holder: null });
    const handoverId = uuid();
    await applied('handover.offer', { operationId: uuid(), handoverId, note: '' });
    await signIn('Nils');
    await applied('handover.accept', { operationId: uuid(), handoverId });
    const { handovers } = await ask('handover.look', {});
    expect(handovers[0]?.incidents).toContain(into);
    await applied('correction.approve', { operationId: uuid(), proposalId });
    await eventually(async () => {
      const [item] = (await ask('proposal.items', { proposalId })).items;
      expect(item).toMatchObject({ state: 'applied', eventId });
      expect(await idsOf('select log_id as id from console.corrections order by applied_at desc limit 1')).toEqual([
        item?.logId,
      ]);
    });
  });

  it('is readable without the network, and what was done then arrives', async () => {
    const histories = await eventually(async () => {
      const [online, copied] = [await ask('card.look', { cardId: '04DD' }), await ask('card.get', { cardId: '04DD' })];
      expect(copied?.transactions).toEqual(online.transactions);
      return copied?.transactions;
    });
    expect(histories?.map(({ logId }) => logId)).toEqual(
      await idsOf(`select log_id as id from app_transaction_log where card_id = '04DD' order by log_id desc`),
    );
    const eventId = await eventOf('temporal_duplicate_detection', '04CC');
    proxy.cut();
    await eventually(async () => expect((await ask('status.get', {})).link.state).not.toBe('online'));
    const operationId = uuid();
    expect(await ask('alert.note', { operationId, eventId, text: 'seen at the bar' })).toEqual({ outcome: 'waiting' });
    await core.close();
    core = await start();
    expect(await onBoard(eventId)).toMatchObject({ waiting: 1 });
    expect((await ask('outbox.get', {})).waiting).toMatchObject([
      { operationId, input: { eventId }, incidentId: eventId },
    ]);
    proxy.forward();
    await eventually(async () =>
      expect(await idsOf('select event_id as id from console.timeline where operation_id = $1', [operationId])).toEqual(
        [eventId],
      ),
    );
  });

  it('has no id in JSON that JavaScript would round, wherever it stands', async () => {
    const columns = z.array(z.object({ place: z.string(), column: z.string() })).parse(
      (
        await database.admin.query(
          `select format('%I.%I', table_schema, table_name) as place, column_name as column from information_schema.columns
           where data_type = 'jsonb' and table_schema in ('public', 'console')`,
        )
      ).rows,
    );
    const rounded: string[] = [];
    for (const { place, column } of columns) {
      const { rows } = await database.admin.query(
        `select "${column}"::text as text from ${place}
         where jsonb_path_exists("${column}", '$.** ? (@.type() == "number" && (@ > 9007199254740991 || @ < -9007199254740991))')`,
      );
      rounded.push(...rows.map(({ text }) => `${place}.${column}: ${text}`));
    }
    expect(rounded).toEqual([]);
  });
});
