import { v7 as uuid } from 'uuid';
import { acceptAudit } from '../../electron/operations/audit/accept-audit.ts';
import { enrolmentStatements } from '../../electron/operations/laptops/by-administrator.ts';
import { endLaptop, inviteLaptop } from '../../electron/operations/laptops/laptops.ts';
import { changePin, saveOperator } from '../../electron/operations/operators/operators.ts';
import { applyCommand } from '../../electron/operations/registry.ts';
import type { FestivalDatabase } from '../../electron/postgres/pool.ts';
import { insertEvent } from '../../electron/testing/alerts.ts';
import { connectAs } from '../../electron/testing/connect.ts';
import { eventually } from '../../electron/testing/eventually.ts';
import { festivalOf } from '../../electron/testing/festival.ts';
import { laptopOf, operatorIdOf, PIN, signatoryOf } from '../../electron/testing/operators.ts';
import { type SubmittedInput, type Submitter, signedAs, submitAs } from '../../electron/testing/submit.ts';
import { builtinChecklist } from '../../shared/checklists/index.ts';
import type { CommandName } from '../../shared/contract/calls.ts';
import type { SignedCall } from '../../shared/contract/rights.ts';
import { GUIDE_ESCALATION } from '../../shared/domain/escalation.ts';
import type { RowId } from '../../shared/domain/row-id.ts';
import type { Target } from './attack.ts';

/** A command that is valid in the state that was made for it. */
export type Act = {
  readonly name: CommandName | SignedCall;
  /** @returns whether it was done, or why not */
  run(database: FestivalDatabase): Promise<string>;
  /** For a state that would stand in the way of other commands. */
  readonly before?: string;
  readonly after?: string;
};

/** A row of the audit trail that a laptop has seen and that is not there. */
const LOST = { laptop: 'booth-1', seq: 1_000_000_000, hash: '00' };

/** These act on a process of the server, whatever becomes of their transaction: each time on one of its own. */
const ON_SESSIONS = ['database.cancel', 'database.terminate'] as const;
type Ordinary = Exclude<CommandName, (typeof ON_SESSIONS)[number]>;

/** Maintenance that goes on. */
const RUNNING = uuid();

/** What would come too late at another time. */
const AT_ONCE = { operator: 'Léa', laptopAt: new Date().toISOString() };

const WITHOUT_STATE = {
  'database.startMaintenance': {
    by: AT_ONCE,
    input: { kind: 'refresh' as const, relation: null, value: null, byAdministrator: false },
  },
  'database.setHighLoad': { by: AT_ONCE, input: { minutes: 60 } },
  'session.refused': { input: { call: 'engine.recompute' as const } },
};

type Inputs = { readonly [Name in Ordinary]: { by?: Submitter; input: SubmittedInput<Name> } };

/** What the state is made with. */
const makers = ({ admin }: Pick<Target, 'admin'>, database: FestivalDatabase) => {
  const apply = async <Name extends CommandName>(name: Name, input: SubmittedInput<Name>, by = 'Léa') => {
    const outcome = await submitAs(database, by, name, input);
    if (outcome.outcome !== 'applied') throw new Error(`${name} could not be prepared: ${JSON.stringify(outcome)}`);
  };
  const festival = festivalOf({ admin });
  const mark = uuid().slice(-8);
  let cards = 0;
  const card = async (): Promise<string> => {
    cards += 1;
    const id = `attacked-${mark}-${cards}`;
    await festival.wrongCard(id, { actual: '10.00', expected: '15.00' });
    return id;
  };
  const event = (more: Parameters<typeof insertEvent>[1] = {}) => insertEvent({ admin }, more);
  const restore = (cardId: string, eventId: RowId | null = null) => ({
    ...{ eventId, cardId, kind: 'restore_card' as const, cardDeltaCents: 500, ledgerDeltaCents: 0 },
    ...{ seenActualCents: 1_000, seenExpectedCents: 1_500, originalTransaction: null, reason: 'taken twice' },
  });
  const bulk = async (by: string) => {
    const cardId = await card();
    const eventId = await event({ cardId, eventType: 'balance_discrepancy' });
    const figures = { cardDeltaCents: 0, ledgerDeltaCents: -500, seenActualCents: 1_000, seenExpectedCents: 1_500 };
    const input = {
      eventId,
      kind: 'opening_balance' as const,
      reason: 'before the log',
      items: [{ cardId, eventId, ...figures }],
    };
    return { by, input };
  };
  const proposed = async (by = 'Noé') => {
    const proposalId = uuid();
    await apply('correction.propose', { operationId: proposalId, ...restore(await card()) }, by);
    return proposalId;
  };
  return { apply, card, event, restore, bulk, proposed };
};

/** One input for each command, in a state that is made for it. The compiler asks for one where a command is new. */
// biome-ignore lint/complexity/noExcessiveLinesPerFunction: one line for each command there is
const makeInputs = async (target: Pick<Target, 'admin'>, database: FestivalDatabase): Promise<Inputs> => {
  const { apply, card, event, restore, bulk, proposed } = makers(target, database);
  const [acknowledged, older, newer, together] = [await event(), await event(), await event(), await event()];
  await apply('alert.acknowledge', { eventId: acknowledged });
  await apply('alert.merge', { eventId: together, into: older, seen: { incidentId: together, into: older } });
  const closed = await event();
  await apply('alert.resolve', { eventId: closed, note: 'done' });
  const note = uuid();
  await apply('alert.note', { operationId: note, eventId: older, text: 'seen at the bar', mentions: ['Léa'] }, 'Noé');
  const [runId, general] = [uuid(), uuid()];
  await apply('runbook.start', { eventId: newer, runId, runbookId: 'deduction-on-failure' });
  await apply('runbook.start', { eventId: null, runId: general, runbookId: CHECKED.id, runbook: CHECKED });
  const silenceId = uuid();
  const silence = {
    ...{ algorithm: null, device: 'reader-9', cardId: null, from: new Date(Date.now() - 1_000).toISOString() },
    ...{ minutes: 30, reason: 'it is being replaced', eventId: null },
  };
  await apply('silence.start', { silenceId, ...silence });
  const [offered, own] = [uuid(), uuid()];
  await apply('handover.offer', { handoverId: offered, note: 'quiet' }, 'Noé');
  await apply('handover.offer', { handoverId: own, note: 'quiet' }, 'Nils');
  const correctionId = uuid();
  await apply('correction.apply', { operationId: correctionId, approver: null, ...restore(await card()) });
  const opened = uuid();
  const many = await bulk('Noé');
  await apply('correction.proposeBulk', { operationId: opened, ...many.input }, many.by);
  await apply('correction.approve', { proposalId: opened }, 'Ana');
  const corrected = await card();
  const receipt = { correctionId, channel: 'email', to: 'v…@example.org', language: 'fr' } as const;
  const runs = await makeRuns(target, apply);
  const { rows } = await target.admin.query(`select
    (select version from console.festival_settings) as festival,
    coalesce((select version from console.escalation_settings), 0) as escalation`);
  const entry: SubmittedInput<'log.write'> = {
    ...{ kind: 'observation', text: 'queue at bar 3', place: 'bar 3', tags: ['crowd'], importance: 'normal' },
    ...{ mentions: ['Noé'], links: [{ kind: 'card', id: corrected }], decision: null },
    ...{ followUp: { who: 'Noé', by: '2026-07-03T22:00:00.000Z' }, occurredAt: '2026-07-03T21:00:00.000Z' },
    ...{ lateReason: null, clockOffsetMs: 12, laptopNumber: 1 },
  };
  const entryId = uuid();
  await apply('log.write', { operationId: entryId, ...entry }, 'Noé');
  const ofEntry = { entryId, clockOffsetMs: null, laptopNumber: 2 };
  const contacts = GUIDE_ESCALATION.contacts.map((one) => ({ ...one, email: `${one.id}@festival.example` }));

  const head = await target.admin.query(`select festival_id, seq::int, encode(hash, 'hex') as hash
    from console.identity cross join console.audit_head`);
  const signedReport: SubmittedInput<'report.sign'> = {
    ...{ sha256: 'a'.repeat(64), kind: 'final', festivalId: String(head.rows[0]?.festival_id) },
    ...{ from: '2026-07-03T22:00:00Z', to: '2026-07-05T22:00:00Z', takenAt: '2026-07-05T22:00:00Z' },
    audit: { seq: Number(head.rows[0]?.seq), hash: String(head.rows[0]?.hash) },
  };

  return {
    'alert.acknowledge': { input: { eventId: older } },
    'alert.unacknowledge': { input: { eventId: acknowledged } },
    'alert.take': { input: { eventId: older, holder: null } },
    'alert.snooze': { input: { eventId: older, minutes: 5, reason: 'later' } },
    'alert.reopen': { input: { eventId: closed, reason: 'it is still there' } },
    'alert.note': { input: { eventId: older, text: 'ask the bar', mentions: ['Noé'] } },
    'alert.merge': { input: { eventId: newer, into: older, seen: { incidentId: newer, into: older } } },
    'alert.split': { input: { eventId: together, together: false, seen: { incidentId: older } } },
    'alert.resolve': { input: { eventId: older, note: 'done' } },
    'alert.falsePositive': { input: { eventId: older, reason: 'a test' } },
    'alerts.acknowledge': { input: { eventIds: [older, newer] } },
    'alerts.unacknowledge': { input: { eventIds: [acknowledged] } },
    'alerts.take': { input: { eventIds: [older, newer] } },
    'alerts.snooze': { input: { eventIds: [older, newer], minutes: 5, reason: 'later' } },
    'alerts.merge': { input: { eventIds: [newer], into: older, seen: { incidentIds: [newer], into: older } } },
    'alerts.resolve': { input: { eventIds: [older, newer], note: 'done' } },
    'mention.read': { input: { notes: [note] } },
    'silence.start': { input: { silenceId: uuid(), ...silence, device: 'reader-8' } },
    'silence.end': { input: { silenceId } },
    'runbook.start': { input: { eventId: older, runId: uuid(), runbookId: 'deduction-on-failure' } },
    'runbook.completeStep': { input: { runId, stepId: 'open-events' } },
    'runbook.skipStep': { input: { runId, stepId: 'open-events', reason: 'known' } },
    'runbook.tick': { input: { runId: general, stepId: 'all', itemId: 'one' } },
    'runbook.end': { input: { runId, reason: 'not needed' } },
    'monitoring.stop': { by: AT_ONCE, input: { reason: 'a test' } },
    'monitoring.restart': { input: {} },
    'monitoring.startOver': { input: { basis: 'log', reason: 'a test' } },
    'events.backup': { input: {} },
    'maintenance.run': { input: {} },
    'maintenance.cancel': { input: { runId: RUNNING } },
    'maintenance.setRetention': { input: { base: 30, days: 60 } },
    'correction.apply': { input: { approver: null, ...restore(corrected) } },
    'correction.propose': { input: restore(corrected) },
    'correction.proposeBulk': await bulk('Léa'),
    'correction.approve': { input: { proposalId: await proposed() } },
    'correction.reject': { input: { proposalId: await proposed(), reason: 'no' } },
    'correction.withdraw': { input: { proposalId: await proposed('Léa') } },
    'correction.cancel': { input: { proposalId: opened } },
    'receipt.order': { input: receipt },
    'receipt.sent': { input: receipt },
    'detectors.set': { input: { algorithm: 'duplicate_charge', thresholds: {} } },
    'transactionMeanings.set': { input: { kind: 'type', word: 'payout', meaning: 'takes', base: 0 } },
    'escalation.set': { input: { base: Number(rows[0]?.escalation), settings: { ...GUIDE_ESCALATION, contacts } } },
    'escalation.orderTest': { input: { contact: 'support', channel: 'sms' } },
    'escalation.called': { input: { eventId: older, name: 'Ana', phone: '+33612345678' } },
    'carried.note': { input: { secrets: true, sha256: 'ab'.repeat(32) } },
    'festival.set': {
      input: {
        ...{ base: Number(rows[0]?.festival), name: 'Nuits du Lac', timeZone: 'Europe/Paris', language: 'fr' },
        ...{ approvalLimitCents: 4_000, cardDayLimitCents: 9_000, operatorDayLimitCents: 40_000 },
      },
    },
    'handover.offer': { input: { handoverId: uuid(), note: 'quiet' } },
    'handover.accept': { input: { handoverId: offered } },
    'handover.withdraw': { by: 'Nils', input: { handoverId: own } },
    'log.write': { input: entry },
    'report.sign': { input: signedReport },
    'log.correct': { input: { ...ofEntry, text: 'queue at bar 4' } },
    'log.strike': { input: { ...ofEntry, text: 'there was none' } },
    'log.finish': { input: { ...ofEntry, text: 'opened a second till' } },
    'log.attach': {
      input: {
        ...{ fileId: uuid(), sha256: 'a'.repeat(64), type: 'image/png', piece: 0, pieces: 2, data: 'iVBORw0KGgo=' },
      },
    },
    'log.set': { input: { base: 1, tags: ['payment'], templates: [{ name: 'Power', text: 'Power cut at' }] } },
    ...runs,
    ...WITHOUT_STATE,
    'outbox.drop': { input: { dropped: uuid(), reason: 'not needed' } },
  };
};

/** Makes a festival in which one command of each kind of the contract can be given, and gives them. */
export const makeActs = async (
  target: Pick<Target, 'admin' | 'login'>,
  database: FestivalDatabase,
): Promise<readonly Act[]> => {
  const inputs = await makeInputs(target, database);
  const spare = laptopOf(`spare-${uuid()}`.slice(0, 30));
  for (const { text, values } of enrolmentStatements(spare)) await target.admin.query(text, [...values]);
  const by = signatoryOf('Léa');
  const answered = (answer: { ok: boolean; error?: { code: string } }) =>
    answer.ok ? 'applied' : (answer.error?.code ?? '');
  return [
    ...(Object.keys(inputs) as Ordinary[]).map((name): Act => {
      // The same bytes each time: what is played is one command, captured once.
      const command = signedAs(inputs[name].by ?? 'Léa', name, inputs[name].input as SubmittedInput<typeof name>);
      return {
        name,
        run: async (session) => {
          const outcome = await applyCommand(session, command);
          return outcome.outcome === 'applied' ? 'applied' : JSON.stringify(outcome);
        },
        ...(name === 'monitoring.startOver' && {
          before: 'update console.log_history set emptied_at = now()',
          after: 'update console.log_history set emptied_at = null',
        }),
        ...(name === 'maintenance.cancel' && {
          before: `insert into console.daily_maintenance (run_id, day, asked_by, due_at, retention_days)
            values ('${RUNNING}', current_date, 'Léa', now(), 30)`,
          after: `delete from console.daily_maintenance where run_id = '${RUNNING}'`,
        }),
        ...(name === 'monitoring.restart' && {
          before: `update console.monitoring_state set stopped_at = now(), stopped_by = 'Léa', stopped_on = 'b', reason = 'r'`,
          after:
            'update console.monitoring_state set stopped_at = null, stopped_by = null, stopped_on = null, reason = null',
        }),
      };
    }),
    ...ON_SESSIONS.map(
      (name): Act => ({
        name,
        run: (session) => endOne(target, session, name),
        before: 'grant pg_read_all_stats, pg_signal_backend to regie_owner',
        after: 'revoke pg_read_all_stats, pg_signal_backend from regie_owner',
      }),
    ),
    {
      name: 'audit.accept',
      run: async (session) => {
        const witness = { seen: () => LOST, lostAt: () => 'now', adopt: async () => undefined };
        return answered(await acceptAudit(session, by, { witness, reason: 'restored from last night' }));
      },
    },
    { name: 'laptops.invite', run: async (session) => answered(await inviteLaptop(session, by)) },
    {
      name: 'laptops.end',
      run: async (session) => answered(await endLaptop(session, by, { laptopId: spare.laptopId })),
    },
    {
      name: 'operators.save',
      run: async (session) => {
        const ada = { operatorId: operatorIdOf('Ada'), name: 'Ada', role: 'operator' as const, active: true };
        return answered(await saveOperator(session, by, { ...ada, pin: undefined }));
      },
    },
    { name: 'operators.changePin', run: async (session) => answered(await changePin(session, by, PIN)) },
  ];
};

/** Opens a session that runs something, and gives the command that ends it. */
const endOne = async (
  { admin, login }: Pick<Target, 'admin' | 'login'>,
  database: FestivalDatabase,
  name: (typeof ON_SESSIONS)[number],
): Promise<string> => {
  const victim = await connectAs(login);
  try {
    // Where the command is refused, it ends with its connection and does not sleep on.
    await victim.query("set client_connection_check_interval = '200ms'");
    const { rows } = await victim.query('select pg_backend_pid() as pid');
    const pid = Number(rows[0]?.pid);
    victim.query('select pg_sleep(60)').catch(() => undefined);
    const running = await eventually(async () => {
      const { rows: found } = await admin.query(
        `select md5(query) as fingerprint,
           to_char(backend_start at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as start
         from pg_stat_activity where pid = $1 and query like '%pg_sleep%'`,
        [pid],
      );
      if (found.length === 0) throw new Error('it does not run yet');
      return found[0];
    });
    const session = { pid, backendStart: String(running?.start), fingerprint: String(running?.fingerprint) };
    const outcome = await applyCommand(database, signedAs(AT_ONCE, name, { session }));
    return outcome.outcome === 'applied' ? 'applied' : JSON.stringify(outcome);
  } finally {
    await victim.end().catch(() => undefined);
  }
};

/** A runbook of a festival's own, whose first step is a list to tick. */
const CHECKED = {
  ...{ id: 'attacked', version: 1, source: 'our own', algorithms: [] },
  title: { en: 'Attacked', fr: 'Attaqué' },
  steps: [
    {
      ...{ id: 'all', kind: 'checklist' as const, window: [0, 5] as [number, number] },
      title: { en: 'All', fr: 'Tout' },
      text: { en: 'All of it.', fr: 'Tout.' },
      items: [{ id: 'one', label: { en: 'One', fr: 'Un' } }],
    },
  ],
};

type Apply = <Name extends CommandName>(name: Name, input: SubmittedInput<Name>) => Promise<void>;

/** Runs of checklists: one that goes on, and one that only has to be signed. What is measured differs from moment to moment. */
const makeRuns = async (target: Pick<Target, 'admin'>, apply: Apply) => {
  const ofMonth = { listId: 'monthly', windowKey: '2026-07' };
  await apply('checklist.start', { list: builtinChecklist('monthly'), windowKey: '2026-07' });
  const items = builtinChecklist('festival-end').items.filter(({ id }) => id === 'logged');
  const ours = { ...builtinChecklist('weekly'), id: 'ours', items };
  await apply('checklist.start', { list: ours, windowKey: '2026-W27' });
  await apply('checklist.tick', { listId: 'ours', windowKey: '2026-W27', itemId: 'logged' });
  const run = await target.admin.query<{ hash: string }>(
    `select encode(console.checklist_hash(r), 'hex') as hash from console.checklist_runs r where list_id = 'ours'`,
  );
  const asksForCodes = builtinChecklist('morning').items.filter(({ kind }) => kind === 'received');
  await apply('checklist.start', {
    list: { ...builtinChecklist('weekly'), id: 'tested', items: asksForCodes },
    windowKey: '2026-W27',
  });
  await target.admin.query(
    `insert into console.escalation_settings (version, settings, changed_by) values (1, $1, 'Léa')
     on conflict (singleton) do update set settings = excluded.settings`,
    [JSON.stringify({ ...GUIDE_ESCALATION, webhook: { url: '', secret: '' } })],
  );
  const message = {
    ...{ listId: 'tested', windowKey: '2026-W27', itemId: 'notification-test' },
    ...{ contact: 'support', channel: 'webhook' as const },
  };
  const testId = uuid();
  await apply('checklist.orderTest', { operationId: testId, ...message });
  const drawn = await target.admin.query<{ code: string }>('select console.draw_test_code($1) as code', [testId]);
  return {
    'checklist.orderTest': { input: message },
    'checklist.enterCode': { input: { testId, code: drawn.rows[0]?.code ?? '' } },
    'checklist.start': { input: { list: builtinChecklist('evening'), windowKey: '2026-07-03' } },
    'checklist.tick': { input: { ...ofMonth, itemId: 'permissions' } },
    'checklist.answer': { input: { ...ofMonth, itemId: 'thresholds', answer: 'changed' } },
    'checklist.override': { input: { ...ofMonth, itemId: 'security-alerts', reason: 'tonight' } },
    'checklist.sign': { input: { listId: 'ours', windowKey: '2026-W27', hash: run.rows[0]?.hash ?? '' } },
    'checklist.set': { input: { base: 1, opens: '15:00', closes: '05:00', firstDay: null, lastDay: null } },
  } satisfies Partial<Inputs>;
};
