import { z } from 'zod';
import type { ProposalsView } from '../../../shared/contract/corrections.ts';
import { PROPOSAL_STATES, type ProposalItem } from '../../../shared/domain/proposal.ts';
import type { FestivalDatabase, Transaction } from '../../postgres/pool.ts';
import { centsColumn, countColumn, idColumn, instantColumn } from '../../postgres/rows.ts';
import { sql } from '../../postgres/sql.ts';

const itemColumns = {
  operation_id: z.uuid(),
  card_id: z.string(),
  item_event_id: idColumn.nullable(),
  card_delta: centsColumn,
  ledger_delta: centsColumn,
  seen_actual: centsColumn,
  seen_expected: centsColumn,
  original_transaction: z.string().nullable(),
  undoes: z.uuid().nullable(),
  item_state: z.enum(['proposed', 'approved', 'applied', 'stale', 'refused', 'dropped']),
  code: z.string().nullable(),
  today_actual: centsColumn.nullable(),
  today_expected: centsColumn.nullable(),
  log_id: idColumn.nullable(),
};
const itemRow = z.object(itemColumns);

const proposalRow = z.object({
  proposal_id: z.uuid(),
  bulk: z.boolean(),
  event_id: idColumn.nullable(),
  incident_id: idColumn.nullable(),
  kind: z.string(),
  reason: z.string(),
  author: z.string(),
  author_id: z.uuid(),
  laptop: z.string(),
  proposed_at: instantColumn,
  expires_at: instantColumn,
  state: z.enum(PROPOSAL_STATES),
  decided_at: instantColumn.nullable(),
  decided_by: z.string().nullable(),
  decision: z.string().nullable(),
  all: countColumn,
  open: countColumn,
  applied: countColumn,
  stale: countColumn,
  refused: countColumn,
  card_delta: centsColumn,
  ledger_delta: centsColumn,
});
const nowRow = z.object({ now: instantColumn });

const toItem = (row: z.output<typeof itemRow>): ProposalItem => ({
  operationId: row.operation_id,
  cardId: row.card_id,
  eventId: row.item_event_id,
  cardDeltaCents: row.card_delta,
  ledgerDeltaCents: row.ledger_delta,
  seenActualCents: row.seen_actual,
  seenExpectedCents: row.seen_expected,
  originalTransaction: row.original_transaction,
  undoes: row.undoes,
  state: row.item_state,
  code: row.code,
  todayActualCents: row.today_actual,
  todayExpectedCents: row.today_expected,
  logId: row.log_id,
});

const SHOWN = 60;

/** What waits for a second person or is being applied, and what was decided within a day. */
export const readProposals = async (tx: Transaction): Promise<ProposalsView> => {
  const proposals = await tx.fittingRows(
    proposalRow,
    // By proposals_open_idx and proposals_time_idx; the items of those alone are counted.
    sql`/* regie:proposals */
      select p.proposal_id::text, p.bulk, p.event_id, a.incident_id, p.kind, p.reason, p.author, p.author_id::text, p.laptop,
        p.proposed_at, p.expires_at, p.state, p.decided_at, p.decided_by, p.decision, i.all, i.open, i.applied, i.stale, i.refused,
        i.card_delta, i.ledger_delta
      from (
        select * from console.proposals
        where state in ('pending', 'approved') or proposed_at > now() - interval '1 day'
        order by state in ('pending', 'approved') desc, proposed_at desc
        limit ${SHOWN}) as p
      left join console.alerts a using (event_id)
      cross join lateral (
        select count(*) as all, count(*) filter (where state in ('proposed', 'approved')) as open,
          count(*) filter (where state = 'applied') as applied, count(*) filter (where state = 'stale') as stale,
          count(*) filter (where state = 'refused') as refused,
          coalesce(sum(card_delta) filter (where state not in ('stale', 'refused')), 0) as card_delta,
          coalesce(sum(ledger_delta) filter (where state not in ('stale', 'refused')), 0) as ledger_delta
        from console.proposal_items where proposal_id = p.proposal_id) as i
      order by p.state in ('pending', 'approved') desc, p.proposed_at desc`,
    { name: 'proposals', id: 'proposal_id' },
  );
  const singles = proposals.filter(({ bulk }) => !bulk).map((row) => row.proposal_id);
  const items = new Map((await readItems(tx, singles)).map((one) => [one.proposalId, one.item]));
  const { now } = await tx.row(nowRow, sql`/* regie:proposals */ select clock_timestamp() as now`);
  return {
    proposals: proposals.map((row) => ({
      proposalId: row.proposal_id,
      bulk: row.bulk,
      eventId: row.event_id,
      incidentId: row.incident_id,
      kind: row.kind,
      reason: row.reason,
      author: row.author,
      authorId: row.author_id,
      laptop: row.laptop,
      proposedAt: row.proposed_at,
      expiresAt: row.expires_at,
      state: row.state,
      decidedAt: row.decided_at,
      decidedBy: row.decided_by,
      decision: row.decision,
      counts: { all: row.all, open: row.open, applied: row.applied, stale: row.stale, refused: row.refused },
      cardDeltaCents: row.card_delta,
      ledgerDeltaCents: row.ledger_delta,
      item: items.get(row.proposal_id) ?? null,
    })),
    at: now,
  };
};

const readItems = async (tx: Transaction, proposalIds: readonly string[]) => {
  const rows = await tx.fittingRows(
    itemRow.extend({ proposal_id: z.uuid() }),
    sql`/* regie:proposals */
      select i.proposal_id::text, i.operation_id::text, i.card_id, i.event_id as item_event_id, i.card_delta, i.ledger_delta,
        i.seen_actual, i.seen_expected, i.original_transaction, i.undoes::text, i.state as item_state, i.code, i.today_actual,
        i.today_expected, c.log_id
      from console.proposal_items i left join console.corrections c using (operation_id)
      where i.proposal_id = any (${proposalIds}::uuid[])
      order by i.proposal_id, i.position`,
    { name: 'proposal_items', id: 'operation_id' },
  );
  return rows.map((row) => ({ proposalId: row.proposal_id, item: toItem(row) }));
};

/** The cards of one proposal, in their order. */
export const readProposalItems = (database: FestivalDatabase, proposalId: string): Promise<ProposalItem[]> =>
  database.read(async (tx) => (await readItems(tx, [proposalId])).map(({ item }) => item));

/** Ends what nobody has approved in time, by the database's clock. */
export const expireProposals = (database: FestivalDatabase): Promise<void> =>
  database.write(async (tx) => {
    await tx.run(sql`/* regie:proposals */ select console.expire_proposals()`);
  });
