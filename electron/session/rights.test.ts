import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { v7 as uuid } from 'uuid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { builtinChecklist } from '../../shared/checklists/index.ts';
import { type CallInput, type CallName, type CommandName, calls } from '../../shared/contract/calls.ts';
import { mayCall, rolesFor } from '../../shared/contract/rights.ts';
import { GUIDE_ESCALATION } from '../../shared/domain/escalation.ts';
import { ROLES, type Role } from '../../shared/domain/rights.ts';
import { rowId } from '../../shared/domain/row-id.ts';
import { type Core, startCore } from '../core.ts';
import { createTestDatabase, type TestDatabase } from '../testing/database.ts';
import { eventually } from '../testing/eventually.ts';
import { createOperators, enrolLaptop, operatorIdOf, PIN } from '../testing/operators.ts';
import { createTcpProxy, type TcpProxy } from '../testing/tcp-proxy.ts';

/* Each role tries each call of the contract through the raw API of a real core (issue: "Rights"). */

const NAMES: Readonly<Record<Role, string>> = { supervisor: 'Sue', operator: 'Ola', technician: 'Tom', viewer: 'Vic' };
const eventId = rowId(1);
const operationId = uuid;
const ofChecklist = { listId: 'morning', windowKey: '2026-07-03' };

/** No process of Postgres has such an id. */
const noSession = { pid: 1, backendStart: '2026-07-03T00:00:00Z', fingerprint: '0'.repeat(32) };

/** One input for each command. The compiler asks for one where a command is new. */
const commandInputs: { readonly [Name in CommandName]: () => CallInput<Name> } = {
  'alert.acknowledge': () => ({ operationId: operationId(), eventId }),
  'alerts.acknowledge': () => ({ operationId: operationId(), eventIds: [eventId] }),
  'alerts.unacknowledge': () => ({ operationId: operationId(), eventIds: [eventId] }),
  'alerts.take': () => ({ operationId: operationId(), eventIds: [eventId] }),
  'alerts.snooze': () => ({ operationId: operationId(), eventIds: [eventId], minutes: 5, reason: 'later' }),
  'alerts.merge': () => ({
    operationId: operationId(),
    ...{ eventIds: [eventId], into: rowId(2), seen: { incidentIds: [rowId(1)], into: rowId(2) } },
  }),
  'alerts.resolve': () => ({ operationId: operationId(), eventIds: [eventId], note: 'done' }),
  'alert.unacknowledge': () => ({ operationId: operationId(), eventId }),
  'alert.take': () => ({ operationId: operationId(), eventId }),
  'alert.snooze': () => ({ operationId: operationId(), eventId, minutes: 5, reason: 'later' }),
  'alert.reopen': () => ({ operationId: operationId(), eventId, reason: 'it is still there' }),
  'alert.note': () => ({ operationId: operationId(), eventId, text: 'seen' }),
  'alert.merge': () => ({
    operationId: operationId(),
    eventId,
    into: rowId(2),
    seen: { incidentId: rowId(1), into: rowId(2) },
  }),
  'alert.split': () => ({ operationId: operationId(), eventId, together: false, seen: { incidentId: rowId(1) } }),
  'mention.read': () => ({ operationId: operationId(), notes: [uuid()] }),
  'silence.start': () => ({
    operationId: operationId(),
    silenceId: uuid(),
    algorithm: 'duplicate_charge',
    device: null,
    cardId: null,
    from: new Date().toISOString(),
    minutes: 5,
    reason: 'a test',
    eventId: null,
  }),
  'silence.end': () => ({ operationId: operationId(), silenceId: uuid() }),
  'alert.resolve': () => ({ operationId: operationId(), eventId, note: 'done' }),
  'alert.falsePositive': () => ({ operationId: operationId(), eventId, reason: 'a test' }),
  'runbook.start': () => ({ operationId: operationId(), eventId, runId: uuid(), runbookId: 'deduction-on-failure' }),
  'runbook.completeStep': () => ({ operationId: operationId(), runId: uuid(), stepId: 'affected' }),
  'runbook.skipStep': () => ({ operationId: operationId(), runId: uuid(), stepId: 'affected', reason: 'known' }),
  'runbook.tick': () => ({ operationId: operationId(), runId: uuid(), stepId: 'affected', itemId: 'one' }),
  'runbook.end': () => ({ operationId: operationId(), runId: uuid(), reason: 'a test' }),
  'monitoring.startOver': () => ({ operationId: operationId(), basis: 'read', reason: 'a test' }),
  'database.cancel': () => ({ operationId: operationId(), session: noSession }),
  'database.terminate': () => ({ operationId: operationId(), session: noSession }),
  'database.setHighLoad': () => ({ operationId: operationId(), minutes: 60 }),
  'database.startMaintenance': () => ({
    operationId: operationId(),
    ...{ kind: 'analyze', relation: null, value: null, byAdministrator: false },
  }),
  'monitoring.stop': () => ({ operationId: operationId(), reason: 'a test' }),
  'monitoring.restart': () => ({ operationId: operationId() }),
  'events.backup': () => ({ operationId: operationId() }),
  'maintenance.run': () => ({ operationId: operationId() }),
  'maintenance.cancel': () => ({ operationId: operationId(), runId: uuid() }),
  'maintenance.setRetention': () => ({ operationId: operationId(), base: 1, days: 60 }),
  'correction.apply': () => ({
    operationId: operationId(),
    eventId: null,
    cardId: `card-${operationId()}`.slice(0, 30),
    kind: 'goodwill',
    cardDeltaCents: 100,
    ledgerDeltaCents: 100,
    seenActualCents: 0,
    seenExpectedCents: 0,
    originalTransaction: null,
    reason: 'goodwill',
    approver: null,
  }),
  'correction.propose': () => ({
    operationId: operationId(),
    eventId: null,
    cardId: 'nobody',
    kind: 'goodwill',
    cardDeltaCents: 6_000,
    ledgerDeltaCents: 6_000,
    seenActualCents: 0,
    seenExpectedCents: 0,
    originalTransaction: null,
    reason: 'goodwill',
  }),
  'correction.proposeBulk': () => ({
    operationId: operationId(),
    eventId,
    kind: 'opening_balance',
    reason: 'a test',
    items: [
      { cardId: 'nobody', eventId, cardDeltaCents: 0, ledgerDeltaCents: 1, seenActualCents: 1, seenExpectedCents: 0 },
    ],
  }),
  'correction.approve': () => ({ operationId: operationId(), proposalId: uuid() }),
  'correction.reject': () => ({ operationId: operationId(), proposalId: uuid(), reason: 'no' }),
  'correction.withdraw': () => ({ operationId: operationId(), proposalId: uuid() }),
  'correction.cancel': () => ({ operationId: operationId(), proposalId: uuid() }),
  'receipt.order': () => ({
    ...{ operationId: operationId(), correctionId: uuid() },
    ...{ channel: 'email', to: 'v…@example.org', language: 'fr' },
  }),
  'receipt.sent': () => ({
    operationId: operationId(),
    correctionId: uuid(),
    channel: 'email',
    to: 'v…@example.org',
    language: 'fr',
  }),
  'detectors.set': () => ({ operationId: operationId(), algorithm: 'duplicate_charge', thresholds: {} }),
  'transactionMeanings.set': () => ({
    ...{ operationId: operationId(), kind: 'type', word: `payout-${operationId()}`, meaning: 'takes', base: 0 },
  }),
  'escalation.set': () => ({ operationId: operationId(), base: 0, settings: GUIDE_ESCALATION }),
  'escalation.orderTest': () => ({ operationId: operationId(), contact: 'nobody', channel: 'sms' }),
  'escalation.called': () => ({ operationId: operationId(), eventId, name: 'Ana', phone: '+33612345678' }),
  'carried.note': () => ({ operationId: operationId(), secrets: false, sha256: '0'.repeat(64) }),
  'festival.set': () => ({
    operationId: operationId(),
    base: 0,
    name: 'Nuits du Lac',
    timeZone: 'Europe/Paris',
    language: 'fr',
    approvalLimitCents: 5_000,
    cardDayLimitCents: 10_000,
    operatorDayLimitCents: 50_000,
  }),
  'handover.offer': () => ({ operationId: operationId(), handoverId: uuid(), note: '' }),
  'handover.accept': () => ({ operationId: operationId(), handoverId: uuid() }),
  'handover.withdraw': () => ({ operationId: operationId(), handoverId: uuid() }),
  'log.write': () => ({
    ...{ operationId: operationId(), kind: 'observation', text: 'queue at bar 3', place: null, tags: [] },
    ...{ importance: 'normal', mentions: [], links: [], decision: null, followUp: null },
    ...{ occurredAt: null, lateReason: null },
  }),
  'log.correct': () => ({ operationId: operationId(), entryId: uuid(), text: 'bar 4' }),
  'log.strike': () => ({ operationId: operationId(), entryId: uuid(), text: 'not so' }),
  'log.finish': () => ({ operationId: operationId(), entryId: uuid(), text: '' }),
  'log.attach': () => ({
    ...{ operationId: operationId(), fileId: uuid(), sha256: 'a'.repeat(64), type: 'image/png', piece: 0, pieces: 2 },
    data: 'iVBORw0KGgo=',
  }),
  'report.sign': () => ({
    ...{ operationId: operationId(), sha256: '0'.repeat(64), kind: 'final', festivalId: uuid() },
    ...{ from: '2026-07-03T22:00:00Z', to: '2026-07-05T22:00:00Z', takenAt: '2026-07-05T22:00:00Z' },
    audit: { seq: 0, hash: '' },
  }),
  'log.set': () => ({ operationId: operationId(), base: 0, tags: ['payment'], templates: [] }),
  'checklist.start': () => ({ operationId: operationId(), list: builtinChecklist('morning'), windowKey: '2026-07-03' }),
  'checklist.orderTest': () => ({
    ...{ operationId: operationId(), ...ofChecklist, itemId: 'notification-test' },
    ...{ contact: 'support', channel: 'email' as const },
  }),
  'checklist.enterCode': () => ({ operationId: operationId(), testId: operationId(), code: '123456' }),
  'checklist.tick': () => ({ operationId: operationId(), ...ofChecklist, itemId: 'overnight' }),
  'checklist.answer': () => ({ operationId: operationId(), ...ofChecklist, itemId: 'overnight', answer: 'nothing' }),
  'checklist.override': () => ({ operationId: operationId(), ...ofChecklist, itemId: 'backup', reason: 'on tape' }),
  'checklist.sign': () => ({ operationId: operationId(), ...ofChecklist, hash: '0'.repeat(64) }),
  'checklist.set': () => ({
    ...{ operationId: operationId(), base: 0, opens: '14:00', closes: '04:00', firstDay: null, lastDay: null },
  }),
  'outbox.drop': () => ({ operationId: operationId(), dropped: uuid(), reason: 'not needed' }),
  'session.refused': () => ({ operationId: operationId(), call: 'nothing' }),
};

/** Other calls that not everybody may make. */
const restrictedInputs: { readonly [Name in Exclude<CallName, CommandName>]?: () => CallInput<Name> } = {
  'runbooks.reload': () => ({}),
  'checklists.reload': () => ({}),
  'correction.allowance': () => ({ cardId: 'D' }),
  'correction.preview': () => ({ incidentId: rowId(1), kind: 'opening_balance' }),
  'receipt.send': () => ({
    operationId: uuid(),
    logId: rowId(1),
    language: 'en',
    to: { channel: 'email', address: 'visitor@example.org' },
  }),
  'engine.runCycle': () => ({}),
  'engine.resetBreaker': () => ({}),
  'engine.recompute': () => ({}),
  'engine.pauseCatchUp': () => ({ paused: false }),
  'checklist.sendTest': () => ({
    ...{ ...ofChecklist, itemId: 'notification-test' },
    ...{ contact: 'nobody', channel: 'email' },
  }),
  'checklist.confirmTest': () => ({ testId: operationId(), code: '123456' }),
  'escalation.test': () => ({ contact: 'nobody', channel: 'sms' }),
  'audit.accept': () => ({ reason: 'restored from last night' }),
  'laptops.invite': () => ({}),
  'laptops.end': () => ({ laptopId: uuid() }),
  'operators.save': () => ({ operatorId: uuid(), name: 'Kim', role: 'viewer', active: true, pin: PIN }),
  'operators.changePin': () => ({ pin: PIN, newPin: PIN }),
  'drill.begin': () => ({ kind: null, quiet: true }),
  'drill.finish': () => ({}),
  'drill.abandon': () => ({}),
  'outbox.seen': () => ({ operationId: uuid() }),
  'correction.approveByPin': () => ({
    operationId: uuid(),
    proposalId: uuid(),
    operatorId: operatorIdOf('nobody'),
    pin: PIN,
  }),
  'transactionWords.preview': () => ({ kind: 'type', word: 'payout', meaning: 'takes' }),
  'backtest.run': () => ({ algorithm: 'nothing', thresholds: {}, hours: 1 }),
  'backtest.search': () => ({ algorithm: 'nothing', thresholds: {}, name: 'count', hours: 1 }),
  'backtest.cancel': () => ({}),
  'reconcile.start': () => ({}),
  'reconcile.cancel': () => ({}),
  'consoleLog.export': () => ({}),
  'desktop.setStartsAtLogin': () => ({ on: false }),
  'outside.setHeartbeat': () => ({ address: null }),
  'outside.testHeartbeat': () => ({ address: null }),
  'maintenance.previewRetention': () => ({ days: 60 }),
  'desktop.setUpdates': () => ({ on: false, address: '' }),
  'desktop.lookForUpdate': () => ({}),
  'desktop.downloadUpdate': () => ({}),
  'desktop.installUpdate': () => ({}),
  'database.look': () => ({ group: 'now' }),
  'database.runs': () => ({}),
  'database.maintain': () => ({ kind: 'analyze', relation: null, value: null, administrator: null }),
  'backup.make': () => ({ passphrase: null }),
  'backup.cancel': () => ({}),
  'backup.verify': () => ({ name: 'none.backup', passphrase: null }),
  'report.make': () => ({ kind: 'day', from: null, to: null }),
  'report.cancel': () => ({}),
  'report.file': () => ({ sha256: '0'.repeat(64), format: 'json', language: 'en', from: 0 }),
  'doctor.run': () => ({}),
  'disk.acknowledge': () => ({}),
  'databaseBreak.understood': () => ({}),
  'outbox.retryLost': () => ({}),
  'outbox.dropLost': () => ({ operationIds: [uuid()], reason: 'not needed' }),
  'session.setPreferences': () => ({ theme: 'dark' }),
  'setup.examine': () => ({ settings: proxy.through(database.consoleSettings) }),
  'setup.prepare': () => ({ settings: proxy.through(database.consoleSettings), login: 'regie_of_nobody' }),
  'setup.keepCertificate': () => ({ content: 'AAAA' }),
  'carried.export': () => ({ passphrase: null }),
  'carried.preview': () => ({ content: 'AAAA', passphrase: null }),
  'carried.import': () => ({ content: 'AAAA', passphrase: null, importId: uuid(), ids: ['name'] }),
  'outbox.retry': () => ({ operationId: uuid() }),
  'outbox.export': () => ({ passphrase: 'a long passphrase' }),
  'outbox.import': () => ({ passphrase: 'a long passphrase', content: 'AAAA' }),
  // Last: whoever may leaves the festival with it, and nobody is signed in afterwards.
  'connection.use': () => ({ settings: proxy.through(database.consoleSettings) }),
};

/**
 * Calls beside queries that everybody may make, signed in or not. Each was thought about: it shows, signs somebody in or
 * out, says what is on this screen, tries the connection again, or plays with the training festival, where nothing counts.
 */
const OPEN: readonly CallName[] = [
  'session.begin',
  'laptops.enrol',
  'card.look',
  'log.fetchFile',
  'log.older',
  'card.lookFor',
  'card.page',
  'history.find',
  'history.count',
  'history.open',
  'register.find',
  'register.open',
  'register.sums',
  'register.export',
  'proposal.items',
  'receipt.look',
  'runbook.runQuery',
  'detectors.look',
  'transactionWords.look',
  'detectors.changes',
  'audit.verify',
  'health.look',
  'handover.look',
  'escalation.look',
  'escalation.deliveries',
  'presence.show',
  'screen.visible',
  'link.retry',
  'connection.enterPassword',
  'alerts.displayed',
  'canary.displayed',
  'session.signIn',
  'session.lock',
  'session.active',
  'session.mute',
  'training.run',
  'training.setSpeed',
  'training.setAutoFaults',
  'training.inject',
];

const names = Object.keys(calls) as CallName[];
const inputOf: Partial<Record<CallName, () => unknown>> = { ...commandInputs, ...restrictedInputs };
const restricted = Object.keys(inputOf) as CallName[];

let database: TestDatabase;
let proxy: TcpProxy;
let core: Core;
let dataDir: string;

beforeAll(async () => {
  database = await createTestDatabase();
  for (const role of ROLES) await createOperators(database.admin, [NAMES[role]], role);
  proxy = await createTcpProxy(database.consoleSettings);
  dataDir = mkdtempSync(join(tmpdir(), 'regie-rights-'));
  const connection = proxy.through(database.consoleSettings);
  await enrolLaptop(database.admin, { laptop: 'booth-1', dataDir });
  core = await startCore({ dataDir, laptop: 'booth-1', version: '0.0.0', connection });
});
afterAll(async () => {
  await core.close();
  await proxy.close();
  await database.close();
  rmSync(dataDir, { recursive: true, force: true });
});

const codeOf = async (call: string, input: unknown): Promise<string> => {
  const answer = await core.call(call, input);
  return answer.ok ? 'answered' : answer.error.code;
};
const signIn = (name: string): Promise<void> =>
  eventually(
    async () => {
      expect(await codeOf('session.signIn', { operatorId: operatorIdOf(name), pin: PIN })).toBe('answered');
      expect(await core.call('status.get', {})).toMatchObject({ value: { link: { state: 'online' } } });
    },
    { interval: 200 },
  );
const refusedRows = async (actor: string): Promise<string[]> => {
  const { rows } = await database.admin.query(
    `select subject from console.audit where action = 'refused' and actor = $1 and data ->> 'code' = 'not_allowed'
     order by subject`,
    [actor],
  );
  return rows.map(({ subject }) => subject);
};

describe('the calls of the contract', () => {
  it('are queries, commands with rights, restricted ones, or known to be open to everybody', () => {
    const thoughtOf = [...names.filter((name) => calls[name].kind === 'query'), ...restricted, ...OPEN];
    expect([...thoughtOf].sort()).toEqual([...names].sort());
    for (const name of names) {
      expect([name, rolesFor(name) !== undefined]).toEqual([name, inputOf[name] !== undefined]);
    }
  });

  it('need somebody who is signed in where they need rights', async () => {
    await core.call('session.lock', {});
    await eventually(async () => {
      expect(await core.call('operators.get', {})).toMatchObject({ value: { operators: expect.any(Array) } });
    });
    for (const [call, input] of Object.entries(inputOf)) {
      // A festival that nobody can sign in to may be left; this one has answered.
      await eventually(async () => expect([call, await codeOf(call, input())]).toEqual([call, 'not_signed_in']), {
        interval: 200,
      });
    }
  });
});

describe('each role and each call through the API of a core', () => {
  it.each(ROLES)(
    'a %s is refused what the role may not do, with a clear code and a row on the audit trail',
    async (role) => {
      const name = NAMES[role];
      await signIn(name);
      const refused = restricted.filter((call) => !mayCall(role, call));
      for (const [call, input] of Object.entries(inputOf)) {
        const code = await codeOf(call, input());
        expect([call, code === 'not_allowed']).toEqual([call, refused.some((one) => one === call)]);
        expect([call, code]).not.toEqual([call, 'not_signed_in']);
        expect([call, code]).not.toEqual([call, 'bad_input']);
      }
      const subjects = refused.map((call) => `command:${call}`).sort();
      // `session.refused` is a command that everybody may give: its own row stands beside them.
      const rows = [...subjects, 'command:nothing'].sort();
      await eventually(async () => expect(await refusedRows(name)).toEqual(rows), { interval: 200 });
    },
  );

  const APART_MS = 200;

  it('what was refused without the network is on the audit trail when it is back, with the time at which it was tried', async () => {
    await signIn('Vic');
    proxy.cut();
    const from = Date.now();
    const tried = commandInputs['detectors.set']();
    expect(await codeOf('detectors.set', tried)).toBe('not_allowed');
    const to = Date.now();
    const before = await refusedRows('Vic');
    expect(await core.call('status.get', {})).toMatchObject({ value: { waiting: 1 } });
    await sleep(2 * APART_MS);
    proxy.forward();
    await core.call('link.retry', {});
    await eventually(async () => expect(await refusedRows('Vic')).toHaveLength(before.length + 1), { interval: 200 });
    const { rows } = await database.admin.query(
      `select actor, laptop, action, subject, data, laptop_at from console.audit order by seq desc limit 1`,
    );
    expect(rows).toMatchObject([
      {
        actor: 'Vic',
        laptop: 'booth-1',
        action: 'refused',
        subject: 'command:detectors.set',
        data: { code: 'not_allowed' },
      },
    ]);
    // The console's clock runs by itself: it and this one drift apart by parts of a second.
    expect(Date.parse(rows[0]?.laptop_at)).toBeGreaterThan(from - APART_MS);
    expect(Date.parse(rows[0]?.laptop_at)).toBeLessThan(to + APART_MS);
  });
});
