import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { currentEventIds, loadIncidents } from '../../electron/operations/alerts/incident-rows.ts';
import { type Reconciliation, reconcile } from '../../electron/operations/corrections/reconcile.ts';
import { openFestivalDatabase } from '../../electron/postgres/pool.ts';
import type { OutboxEntry } from '../../shared/contract/outbox.ts';
import { alertSchema } from '../../shared/domain/alert.ts';
import { withoutEvidence } from '../../shared/domain/incident.ts';
import { compareIds } from '../../shared/domain/row-id.ts';
import { countIn, differenceOf } from './compare.ts';
import type { Festival } from './ground.ts';
import type { Laptop } from './laptop.ts';
import type { Played } from './play.ts';
import { verifyListsInDatabase, verifyListsOn } from './verify-lists.ts';
import { verifyLogInDatabase, verifyLogOn } from './verify-log.ts';
import type { Found, Violation } from './violation.ts';

const operationRow = z.object({
  operation_id: z.string(),
  command: z.string(),
  outcome: z.string(),
  audits: z.int(),
  corrections: z.int(),
  log_rows: z.int(),
  notes: z.int(),
  entries: z.int(),
  confirmed: z.int(),
});
const cardRow = z.object({ id: z.string(), amount: z.string(), corrected: z.string(), sold: z.int() });

export type Verdict = {
  readonly violations: Violation[];
  /** Commands that the festival's database has applied. */
  readonly applied: readonly string[];
};

/** Holds a run that has settled to everything that was promised. */
export const verify = async (played: Played): Promise<Verdict> => {
  const { festival, laptops } = played;
  const violations: Violation[] = played.stuck.map((what) => ({ kind: 'stuck', what }));
  const found: Found = (kind, what) => {
    violations.push({ kind, what });
  };
  const inboxes = new Map<string, readonly OutboxEntry[]>();
  for (const laptop of laptops) {
    const view = await laptop.call('outbox.get', {});
    inboxes.set(laptop.name, view?.ok ? view.value.tray : []);
  }
  const operations = await readOperations(festival);
  verifyCommands(played, operations, inboxes, found);
  await verifyMoney(played, found);
  if ((await countIn(festival, DUPLICATE_ENTRIES)) > 0) found('doubled', 'timeline entries of one operation');
  const alerts = await festival.ask(
    `select card_id, count(*)::int as count from monitoring_events
     where detection_algorithm = 'balance_deduction_on_failure' group by card_id`,
  );
  for (const card of played.cards) {
    const { count = 0 } = alerts.rows.find((row) => row.card_id === card) ?? {};
    if (count !== 1) found('alerts', `${card} has ${count} alerts`);
  }
  for (const laptop of laptops) {
    const difference = await mirrorDifference(laptop, festival);
    if (difference !== undefined) found('mirrors', `${laptop.name}: ${difference}`);
    await verifyLogOn(laptop, festival, found);
    await verifyListsOn(laptop, festival, found);
  }
  await verifyLogInDatabase(festival, found);
  await verifyListsInDatabase(festival, found);
  const applied = [...operations.values()].filter(({ outcome }) => outcome === 'applied');
  return { violations, applied: applied.map(({ command }) => command) };
};

const readOperations = async (festival: Festival) =>
  new Map(
    z
      .array(operationRow)
      .parse(
        (
          await festival.ask(
            `select o.operation_id::text, o.command, o.outcome ->> 'outcome' as outcome,
               (select count(*)::int from console.audit a where a.operation_id = o.operation_id) as audits,
               (select count(*)::int from console.corrections c where c.operation_id = o.operation_id) as corrections,
               (select count(*)::int from app_transaction_log t where t.client_request_id = o.operation_id::text) as log_rows,
               (select count(*)::int from console.timeline t where t.operation_id = o.operation_id and t.kind = 'note') as notes,
               (select count(*)::int from console.log_entries e where e.entry_id = o.operation_id) as entries,
               (select count(*)::int from console.checklist_entries c where c.entry_id = o.operation_id) as confirmed
             from console.operations o`,
          )
        ).rows,
      )
      .map((row) => [row.operation_id, row]),
  );

const ENTRIES = ['log.write', 'log.correct', 'log.strike', 'log.finish'];
const CONFIRMING = ['checklist.tick', 'checklist.answer', 'checklist.override', 'checklist.sign'];

/** Of each operation at most one effect; of what an operator was answered, exactly that. */
const verifyCommands = (
  { submitted, decided }: Played,
  operations: Awaited<ReturnType<typeof readOperations>>,
  inboxes: ReadonlyMap<string, readonly OutboxEntry[]>,
  found: Found,
): void => {
  for (const row of operations.values()) {
    const name = `${row.command} ${row.operation_id}: ${JSON.stringify(row)}`;
    const applied = row.outcome === 'applied';
    // A step that was done already, a runbook or a checklist that another operator had started, or what another has merged
    // is applied and changes nothing; a piece of a picture is not on the audit trail.
    const mayBeEmpty =
      row.command === 'log.attach' ||
      row.command === 'checklist.start' ||
      row.command.startsWith('runbook.') ||
      row.command === 'alert.merge' ||
      row.command === 'alerts.merge';
    if (row.audits > 1 || row.corrections > 1 || row.log_rows > 1 || row.notes > 1) found('doubled', name);
    // An approval of outdated figures is refused, and on the audit trail all the same.
    const audits = row.command === 'correction.approve' ? 0 : row.audits;
    if (!applied && audits + row.corrections + row.log_rows + row.notes + row.entries + row.confirmed > 0)
      found('doubled', `refused, and done: ${name}`);
    if (applied && row.audits === 0 && !mayBeEmpty) found('lost', name);
    const moves = row.command === 'correction.apply' || row.command === 'correction.item';
    if (applied && moves && row.corrections * row.log_rows !== 1) found('lost', name);
    if (applied && ENTRIES.includes(row.command) && row.entries !== 1) found('lost', name);
    if (applied && CONFIRMING.includes(row.command) && row.confirmed !== 1) found('lost', name);
    if (applied && row.command === 'alert.note' && row.notes !== 1) found('lost', name);
  }
  for (const one of submitted) {
    const { answered, operationId } = one;
    if (answered === undefined || decided.has(operationId)) continue;
    const stored = operations.get(operationId);
    const inbox = inboxes.get(one.laptop) ?? [];
    const inInbox = inbox.some((entry) => entry.operationId === operationId);
    const name = `${one.command} ${operationId} on ${one.laptop}, answered ${JSON.stringify(answered)}`;
    if (answered === 'refused') {
      if (stored !== undefined && !submitted.some((other) => other !== one && other.operationId === operationId)) {
        found('answered wrongly', `refused, and stored: ${name}`);
      }
      continue;
    }
    // The same id by another operator is refused, whatever became of the first.
    if ('error' in answered && answered.error.code === 'operation_reused') continue;
    if (stored === undefined && !inInbox) found('lost', name);
    if (answered.outcome !== 'waiting' && stored !== undefined && stored.outcome !== answered.outcome) {
      found('answered wrongly', `${name}, stored ${stored.outcome}`);
    }
    const undone = stored !== undefined && stored.outcome !== 'applied';
    if (undone && !inInbox) found('hidden', `${name}, stored ${stored.outcome}`);
  }
};

/** docs/money.md, "Invariants". */
const verifyMoney = async ({ festival, sold }: Played, found: Found): Promise<void> => {
  const cards = z.array(cardRow).parse(
    (
      await festival.ask(
        `select id, (amount)::text as amount,
           (select coalesce(sum(card_delta), 0)::text from console.corrections c where c.card_id = t.id) as corrected,
           (select count(*)::int from app_transaction_log l where l.card_id = t.id and l.transaction_type = 'bar_order'
             and l.status = 'completed') as sold
         from table_cards t`,
      )
    ).rows,
  );
  for (const card of cards) {
    if (card.sold < (sold.get(card.id) ?? 0)) found('lost', `a sale on ${card.id}`);
    const should = 25 - card.sold + Number(card.corrected);
    if (Math.abs(Number(card.amount) - should) > 0.001)
      found('money', `${JSON.stringify(card)}, should hold ${should}`);
  }
  if ((await countIn(festival, WRONG_PROPOSALS)) > 0)
    found('money', 'a proposal and its correction do not belong together');
  for (const { invariant, says, rows } of (await reconciled(festival)).broken) {
    const kind = invariant === 'audit_unbroken' || invariant === 'has_audit_row' ? 'audit' : 'money';
    found(kind, `${says} ${JSON.stringify(rows.slice(0, 3))}`);
  }
};

/** Bounds only end a hang: another run may be crashing the server. */
const RECONCILED_WITHIN_MS = 60_000;

/** What `npm run reconcile` says of it. */
const reconciled = async (festival: Festival): Promise<Reconciliation> => {
  const database = openFestivalDatabase({ settings: festival.consoleSettings, applicationName: 'verify', size: 1 });
  const until = performance.now() + RECONCILED_WITHIN_MS;
  try {
    for (;;) {
      try {
        return await reconcile(database);
      } catch (error) {
        if (performance.now() > until) throw error;
        await sleep(200);
      }
    }
  } finally {
    await database.close();
  }
};

const DUPLICATE_ENTRIES = `
  select count(*)::int from (
    select from console.timeline where operation_id is not null
    group by operation_id, event_id, kind having count(*) > 1) as twice`;
/** An item is applied exactly where its correction is there, and no decided proposal has one that waits. */
const WRONG_PROPOSALS = `
  select count(*)::int from console.proposal_items i join console.proposals p using (proposal_id)
  left join console.corrections c using (operation_id)
  where (i.state = 'applied') <> (c.operation_id is not null)
    or (i.state = 'proposed') <> (p.state = 'pending')
    or (i.state = 'applied' and p.state <> 'done')`;

/** The board of a laptop against the festival's database. @returns what differs after a good while, if anything. */
const mirrorDifference = (laptop: Laptop, festival: Festival): Promise<string | undefined> =>
  differenceOf(
    festival,
    async (database) => {
      const incidents = await database.read(async (tx) => loadIncidents(tx, await currentEventIds(tx)));
      return (
        incidents
          // As it comes over the contract, key by key.
          .map(({ alert }) => alertSchema.parse(withoutEvidence(alert)))
          .sort((a, b) => compareIds(a.incidentId, b.incidentId))
      );
    },
    async () => {
      const board = await laptop.call('board.get', { closed: true });
      return (board?.ok ? [...board.value.alerts] : []).sort((a, b) => compareIds(a.incidentId, b.incidentId));
    },
  );
