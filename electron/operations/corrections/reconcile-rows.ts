import { z } from 'zod';
import { parseCents } from '../../../shared/domain/money.ts';
import type { RowId } from '../../../shared/domain/row-id.ts';
import type { Transaction } from '../../postgres/pool.ts';
import { bigCentsColumn, countColumn, idColumn, instantColumn, serialColumn } from '../../postgres/rows.ts';
import { sql } from '../../postgres/sql.ts';

/* What `reconcile` reads. Whoever tampered with a row may have left no amount where one was: that is a finding, no error. */

const text = z.string().nullable();
const amount = text.transform((value): number | null => {
  if (value === null) return null;
  try {
    return parseCents(value);
  } catch {
    return Number.NaN;
  }
});

/** What a correction is said to have done, in `console.corrections` and on the audit trail. */
const figures = z.object({
  card: text,
  kind: text,
  card_delta: amount,
  ledger_delta: amount,
  card_before: amount,
  card_after: amount,
  expected_before: amount,
  expected_after: amount,
  operator: text,
  approver: text,
  reason: text,
  original_transaction: text,
  undoes: text,
  log_id: text,
  transaction_id: text,
});
export type Figures = z.output<typeof figures>;

const correctionRow = z.object({
  operation_id: z.string(),
  own: figures,
  undone_by: text,
  audits: countColumn,
  audited: figures.nullable(),
  command: z.object({ name: z.string(), outcome: text, operator: text }).nullable(),
  logged: z
    .object({
      card: text,
      type: text,
      status: text,
      operation_id: text,
      transaction_id: text,
      amount,
      before: amount,
      after: amount,
      kind: text,
      card_delta: amount,
      ledger_delta: amount,
      operator: text,
      approver: text,
      reason: text,
      original_transaction: text,
      undoes: text,
    })
    .nullable(),
  /** Among rows that the log has given up, and whose sums are carried on. */
  carried: z.boolean(),
  proposed: z
    .object({
      card: text,
      kind: text,
      card_delta: amount,
      ledger_delta: amount,
      original_transaction: text,
      undoes: text,
      operator: text,
      reason: text,
      item_state: text,
      state: text,
      author_id: text,
      decided_by: text,
      decided_by_id: text,
    })
    .nullable(),
  /** The newest approval of its proposal that is on the audit trail. */
  approval: z.object({ actor: text, operator_id: text }).nullable(),
  undone: figures.pick({ card: true, kind: true, card_delta: true, ledger_delta: true }).nullable(),
  /** What refers to the undone correction, and what that one names. */
  undoings: countColumn,
  undone_says: text,
  /** That of an undo which says that it undoes this one. */
  undo_found: z.boolean(),
  approval_limit: amount,
  card_day_limit: amount,
  operator_day_limit: amount,
  on_card: amount,
  by_operator: amount,
});
export type CorrectionRow = z.output<typeof correctionRow>;

const BATCH = 500;

/**
 * Corrections by id, each with all that should agree with it. The limits are the highest of the minutes around it, and
 * what had moved before is of somewhat less than a day: what was allowed is never found.
 */
export const readCorrections = (tx: Transaction, after: string | null): Promise<CorrectionRow[]> =>
  tx.rows(
    correctionRow,
    sql`/* regie:reconcile */
      with page as (
        select * from console.corrections
        where ${after}::text is null or operation_id > ${after}::uuid order by operation_id limit ${BATCH}
      ), approvals as (
        select distinct on (a.subject) a.subject, a.actor, o.operator_id
        from console.audit a
        left join console.operations o on o.operation_id = a.operation_id and o.command = 'correction.approve'
          and o.outcome ->> 'outcome' = 'applied'
        where a.action = 'correction_approved' and a.subject in (
          select 'proposal:' || i.proposal_id from console.proposal_items i join page using (operation_id))
        order by a.subject, a.seq desc
      )
      select c.operation_id::text,
        jsonb_build_object('card', c.card_id, 'kind', c.kind, 'card_delta', c.card_delta::text,
          'ledger_delta', c.ledger_delta::text, 'card_before', c.result ->> 'card_before',
          'card_after', c.result ->> 'card_after', 'expected_before', c.result ->> 'expected_before',
          'expected_after', c.result ->> 'expected_after', 'operator', c.operator, 'approver', c.approver,
          'reason', c.reason, 'original_transaction', c.original_transaction, 'undoes', c.undoes, 'log_id', c.log_id::text,
          'transaction_id', c.result ->> 'transaction_id') as own,
        c.undone_by::text, counted.audits,
        case when a.seq is not null then jsonb_build_object('card', substr(a.subject, 6), 'kind', a.data ->> 'kind',
          'card_delta', a.data ->> 'card_delta', 'ledger_delta', a.data ->> 'ledger_delta',
          'card_before', a.data ->> 'card_before', 'card_after', a.data ->> 'card_after',
          'expected_before', a.data ->> 'expected_before', 'expected_after', a.data ->> 'expected_after',
          'operator', a.actor, 'approver', a.data ->> 'approver', 'reason', a.data ->> 'reason',
          'original_transaction', a.data ->> 'original_transaction', 'undoes', a.data ->> 'undoes',
          'log_id', a.data ->> 'log_id', 'transaction_id', a.data ->> 'transaction_id') end as audited,
        case when o.operation_id is not null then jsonb_build_object('name', o.command,
          'outcome', o.outcome ->> 'outcome', 'operator', o.operator) end as command,
        case when t.log_id is not null then jsonb_build_object('card', t.card_id, 'type', console.word_of(t.transaction_type),
          'status', console.word_of(t.status), 'operation_id', t.client_request_id::text,
          'transaction_id', t.transaction_id::text, 'amount', t.amount_involved::text, 'before', t.previous_balance::text,
          'after', t.new_balance::text, 'kind', said.details ->> 'kind', 'card_delta', said.details ->> 'card_delta',
          'ledger_delta', said.details ->> 'ledger_delta', 'operator', said.details ->> 'operator',
          'approver', said.details ->> 'approver', 'reason', said.details ->> 'note',
          'original_transaction', said.details ->> 'original_transaction', 'undoes', said.details ->> 'undoes')
          end as logged,
        c.log_id <= h.carried_to as carried,
        case when i.operation_id is not null then jsonb_build_object('card', i.card_id, 'kind', p.kind,
          'card_delta', i.card_delta::text, 'ledger_delta', i.ledger_delta::text,
          'original_transaction', i.original_transaction, 'undoes', i.undoes, 'operator', p.author, 'reason', p.reason,
          'item_state', i.state, 'state', p.state, 'author_id', p.author_id, 'decided_by', p.decided_by,
          'decided_by_id', p.decided_by_id) end as proposed,
        case when approvals.subject is not null then jsonb_build_object('actor', approvals.actor,
          'operator_id', approvals.operator_id) end as approval,
        case when u.operation_id is not null then jsonb_build_object('card', u.card_id,
          'kind', coalesce(ua.data ->> 'kind', u.kind), 'card_delta', coalesce(ua.data ->> 'card_delta', u.card_delta::text),
          'ledger_delta', coalesce(ua.data ->> 'ledger_delta', u.ledger_delta::text)) end as undone,
        (select count(*) from console.corrections other where other.undoes = c.undoes) as undoings,
        u.undone_by::text as undone_says,
        exists (select from console.corrections other where other.undoes = c.operation_id) as undo_found,
        limits.approval_limit, limits.card_day_limit, limits.operator_day_limit,
        (select sum(greatest(abs(d.card_delta), abs(d.ledger_delta)))::text from console.corrections d
          where d.card_id = c.card_id and d.approver is null and d.applied_at <= c.applied_at
            and d.applied_at > c.applied_at - interval '1439 minutes') as on_card,
        (select sum(greatest(abs(d.card_delta), abs(d.ledger_delta)))::text from console.corrections d
          where lower(d.operator) = lower(c.operator) and d.approver is null and d.applied_at <= c.applied_at
            and d.applied_at > c.applied_at - interval '1439 minutes') as by_operator
      from page c
      cross join console.log_history h
      cross join lateral (
        select count(*) as audits, min(seq) as first from console.audit
        where operation_id = c.operation_id and action = 'correction') as counted
      left join console.audit a on a.seq = counted.first
      left join console.operations o on o.operation_id = c.operation_id
      left join public.app_transaction_log t on t.log_id = c.log_id
      left join lateral (select console.json_of(t.details) as details) as said on true
      left join console.proposal_items i on i.operation_id = c.operation_id
      left join console.proposals p on p.proposal_id = i.proposal_id
      left join approvals on approvals.subject = 'proposal:' || p.proposal_id
      left join console.corrections u on u.operation_id = c.undoes
      left join lateral (
        select data from console.audit where operation_id = u.operation_id and action = 'correction' order by seq limit 1
      ) as ua on true
      cross join lateral (
        select max(approval_limit)::text as approval_limit, max(card_day_limit)::text as card_day_limit,
          max(operator_day_limit)::text as operator_day_limit
        from (
          -- What held until a change in these minutes, and what held after them.
          select approval_limit, card_day_limit, operator_day_limit from console.limit_changes
          where changed_at between c.applied_at - interval '1 minute' and c.applied_at + interval '1 minute'
          union all
          (select approval_limit, card_day_limit, operator_day_limit from (
            select changed_at, approval_limit, card_day_limit, operator_day_limit from console.limit_changes
            where changed_at > c.applied_at + interval '1 minute'
            union all
            select 'infinity', approval_limit, card_day_limit, operator_day_limit from console.festival_settings) as later
          order by changed_at limit 1)) as held
      ) as limits
      order by c.operation_id`,
  );

const headRow = z.object({ now: instantColumn, ledger_counts: z.boolean() });

/** The moment of the snapshot, and whether every card's ledger says what the log says by now. */
export const readHead = (tx: Transaction) =>
  tx.row(
    headRow,
    sql`/* regie:reconcile */
      select now() as now, exists (select from console.watermarks where source = 'transactions' and history_done_at is not null)
        and not console.history_shrank()
        and (select version = recounted from console.meaning_version) as ledger_counts`,
  );

const auditRow = z.object({
  seq: serialColumn,
  action: z.enum(['correction', 'receipt_ordered', 'receipt_sent']),
  subject: z.string(),
  actor: z.string(),
  correction: text,
  /** That of the correction; null where there is none. */
  card: text,
});
export type AuditRow = z.output<typeof auditRow>;

/** Rows of the audit trail that name a correction. */
export const readAudited = (tx: Transaction, after: number): Promise<AuditRow[]> =>
  tx.rows(
    auditRow,
    // By primary key.
    sql`/* regie:reconcile */
      select a.seq, a.action, a.subject, a.actor, named.id as correction, c.card_id as card
      from console.audit a
      cross join lateral (
        select case a.action when 'correction' then a.operation_id::text else a.data ->> 'correction' end as id) as named
      left join console.corrections c
        on c.operation_id = case when named.id ~* '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' then named.id::uuid end
      where a.seq > ${after} and a.action in ('correction', 'receipt_ordered', 'receipt_sent')
      order by a.seq limit ${BATCH}`,
  );

/** Rows of the log that one statement looks through. */
const LOG_BATCH = 100_000;
const endRow = z.object({ up_to: idColumn.nullable() });
const loggedRow = z.object({
  log_id: idColumn,
  card: text,
  operation_id: text,
  /** That of the correction with this id; null where there is none. */
  correction_log_id: idColumn.nullable(),
});
export type LoggedRow = z.output<typeof loggedRow>;

/** The end of the next rows of the log; null after the last one. */
export const logBatchEnd = async (tx: Transaction, after: RowId): Promise<RowId | null> =>
  (
    await tx.row(
      endRow,
      sql`/* regie:reconcile */
        select max(log_id) as up_to from (
          select log_id from public.app_transaction_log where log_id > ${after} order by log_id limit ${LOG_BATCH}) as batch`,
    )
  ).up_to;

/** Rows of the log that say that Regie wrote them. */
export const readLogged = (tx: Transaction, after: RowId, upTo: RowId): Promise<LoggedRow[]> =>
  tx.rows(
    loggedRow,
    sql`/* regie:reconcile */
      select t.log_id, t.card_id as card, t.client_request_id::text as operation_id, c.log_id as correction_log_id
      from public.app_transaction_log t
      left join console.corrections c on c.operation_id = case
        when t.client_request_id::text ~* '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' then t.client_request_id::text::uuid end
      where t.log_id > ${after} and t.log_id <= ${upTo} and console.word_of(t.transaction_type) = 'manual_correction'
        and console.json_of(t.details) ->> 'reason' = 'Phase4_monitoring_correction'
      order by t.log_id`,
  );

const lostRow = z.object({
  operation_id: z.string(),
  command: z.string(),
  operator: text,
  card: text,
  total: countColumn,
});
export type LostRow = z.output<typeof lostRow>;

/** Commands, and items of proposals, that were applied and have no correction: the first of them, and how many. */
export const readLost = (tx: Transaction, most: number): Promise<LostRow[]> =>
  tx.rows(
    lostRow,
    sql`/* regie:reconcile */
      select lost.operation_id::text, lost.command, lost.operator, lost.card, count(*) over () as total
      from (
        select operation_id, command, operator, null as card from console.operations
        where command in ('correction.apply', 'correction.item') and outcome ->> 'outcome' = 'applied'
        union all
        select i.operation_id, 'proposal', p.author, i.card_id
        from console.proposal_items i join console.proposals p using (proposal_id) where i.state = 'applied'
      ) as lost
      where not exists (select from console.corrections c where c.operation_id = lost.operation_id)
      order by lost.operation_id, lost.command limit ${most}`,
  );

const cardRow = z.object({ card_id: z.string() });
const ledgerRow = z.object({ card_id: z.string(), ledger: bigCentsColumn, counted: bigCentsColumn });
export type LedgerRow = z.output<typeof ledgerRow>;

/** The next cards that were corrected. */
export const readCards = async (tx: Transaction, after: string | null): Promise<string[]> =>
  (
    await tx.rows(
      cardRow,
      sql`/* regie:reconcile */
        select card_id from console.corrections where ${after}::text is null or card_id > ${after}::text
        group by card_id order by card_id limit ${BATCH}`,
    )
  ).map((row) => row.card_id);

/** What the ledger of cards says, and what the rows that it has read come to, as the recompute counts them. */
export const readLedgers = (tx: Transaction, cards: readonly string[]): Promise<LedgerRow[]> =>
  tx.rows(
    ledgerRow,
    // By the festival's index on card_id where it has one.
    sql`/* regie:reconcile */
      select s.card_id, coalesce(l.expected_cents, 0) as ledger,
        (coalesce(h.counted, 0) + coalesce(b.balance * 100, 0))::bigint as counted
      from unnest(${cards}::text[]) as s (card_id)
      left join console.card_ledger l using (card_id)
      left join console.carried_balances b using (card_id)
      left join (
        select t.card_id, sum(console.ledger_amount(t.transaction_type::text, t.status::text,
          console.amount_of(t.amount_involved), console.json_of(t.details), meant.meanings) * 100) as counted
        from public.app_transaction_log t
        cross join (select console.meanings() as meanings offset 0) as meant
        cross join (select last_id from console.watermarks where source = 'transactions') as w
        where t.card_id = any (${cards}::text[])
          and t.log_id <= w.last_id and t.log_id > (select carried_to from console.log_history)
          and t.log_id > coalesce((select g.last_id from console.watermark_gaps g
            where g.source = 'transactions' and g.first_id <= t.log_id order by g.first_id desc limit 1), t.log_id - 1)
          and not exists (select from console.unsettled u where u.log_id = t.log_id)
        group by t.card_id) as h using (card_id)
      order by s.card_id`,
  );
