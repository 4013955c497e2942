import { z } from 'zod';
import type { Instant } from '../../shared/domain/primitives.ts';
import type { RowId } from '../../shared/domain/row-id.ts';
import { type EventStatus, eventStatusSchema, type Severity, severitySchema } from '../../shared/domain/severity.ts';
import type { Transaction } from '../postgres/pool.ts';
import { centsColumn, idColumn } from '../postgres/rows.ts';
import { sql } from '../postgres/sql.ts';

/** Where a fault's alert is looked for. */
export type Sought = {
  readonly algorithm: string;
  readonly cardId: string | null;
  /** The reader, type or report that it is about. */
  readonly about: string | null;
  /** When the drill began: an older alert is another fault's. */
  readonly begunAt: Instant;
  readonly faultAt: Instant;
};

/** What the festival's database says about a drill. Times are milliseconds since the fault, by the database's clock. */
export type Reading = {
  readonly alert: {
    readonly incidentId: RowId;
    readonly status: EventStatus;
    readonly severity: Severity;
    readonly raisedMs: number;
    readonly shownMs: number | null;
    readonly acknowledgedMs: number | null;
    readonly closedMs: number | null;
  } | null;
  readonly run: {
    readonly runbookId: string;
    readonly begunMs: number;
    readonly finished: boolean;
    readonly steps: readonly {
      readonly stepId: string;
      readonly state: 'done' | 'skipped';
      readonly choice: string | null;
      readonly doneMs: number;
    }[];
  } | null;
  readonly corrections: readonly { readonly kind: string; readonly cardDeltaCents: number; readonly atMs: number }[];
  /** What the card holds too much, compared to its history; null where there is no such card. */
  readonly discrepancyCents: number | null;
};

const alertRow = z.object({
  incident_id: idColumn,
  status: eventStatusSchema,
  severity: severitySchema,
  raised_ms: z.number(),
  shown_ms: z.number().nullable(),
  acknowledged_ms: z.number().nullable(),
  closed_ms: z.number().nullable(),
});
const runRow = z.object({ run_id: z.string(), runbook_id: z.string(), begun_ms: z.number(), finished: z.boolean() });
const stepRow = z.object({
  step_id: z.string(),
  state: z.enum(['done', 'skipped']),
  choice: z.string().nullable(),
  done_ms: z.number(),
});
const correctionRow = z.object({ kind: z.string(), card_delta: centsColumn, at_ms: z.number() });
const cardRow = z.object({ discrepancy: centsColumn });

/** Reads how a drill stands, in one snapshot. Once a second while one runs: by keys and the newest alerts alone. */
export const readDrill = async (tx: Transaction, sought: Sought): Promise<Reading> => {
  const alert = await readAlert(tx, sought);
  const run = alert === undefined ? undefined : await readRun(tx, alert.incident_id, sought);
  const { cardId } = sought;
  const card = cardId === null ? undefined : await readCard(tx, cardId);
  return {
    alert:
      alert === undefined
        ? null
        : {
            incidentId: alert.incident_id,
            status: alert.status,
            severity: alert.severity,
            raisedMs: alert.raised_ms,
            shownMs: alert.shown_ms,
            acknowledgedMs: alert.acknowledged_ms,
            closedMs: alert.closed_ms,
          },
    run: run ?? null,
    corrections: cardId === null ? [] : await readCorrections(tx, cardId, sought),
    discrepancyCents: card?.discrepancy ?? null,
  };
};

const readAlert = (tx: Transaction, { algorithm, cardId, about, begunAt, faultAt }: Sought) =>
  tx.maybeRow(
    alertRow,
    sql`/* regie:drill */
      select coalesce(a.incident_id, e.event_id) as incident_id, e.status, lead.severity,
        extract(epoch from e.detection_timestamp - ${faultAt}::timestamptz)::float8 * 1000 as raised_ms,
        extract(epoch from a.shown_at - ${faultAt}::timestamptz)::float8 * 1000 as shown_ms,
        extract(epoch from e.resolved_at - ${faultAt}::timestamptz)::float8 * 1000 as closed_ms,
        -- Whoever acts has answered the alert.
        (select extract(epoch from min(t.at) - ${faultAt}::timestamptz)::float8 * 1000
          from console.timeline t
          where t.kind in ('acknowledged', 'taken', 'taken_over', 'snoozed', 'runbook_started', 'corrected', 'resolved',
            'false_positive') and t.operation_id is not null
            and (t.event_id = e.event_id or t.event_id in (
              select event_id from console.alerts where incident_id = a.incident_id))) as acknowledged_ms
      from public.monitoring_events e
      left join console.alerts a using (event_id)
      join public.monitoring_events lead on lead.event_id = coalesce(a.incident_id, e.event_id)
      where e.detection_algorithm = ${algorithm} and e.detection_timestamp >= ${begunAt}::timestamptz
        and case
          when ${about}::text is not null then ${about} in (e.event_data ->> 'device_identifier',
            e.event_data ->> 'transaction_type', e.event_data ->> 'transaction_status', e.event_data ->> 'report')
          when ${cardId}::text is not null then e.card_id = ${cardId}
          else true
        end
      order by e.event_id
      limit 1`,
  );

const readRun = async (tx: Transaction, incidentId: RowId, { faultAt }: Sought): Promise<Reading['run']> => {
  const run = await tx.maybeRow(
    runRow,
    sql`/* regie:drill */
      select run_id::text, runbook_id, finished_at is not null as finished,
        extract(epoch from started_at - ${faultAt}::timestamptz)::float8 * 1000 as begun_ms
      from console.runbook_runs
      where event_id = ${incidentId}
        or event_id in (select event_id from console.alerts where incident_id = ${incidentId})
      order by started_at
      limit 1`,
  );
  if (run === undefined) return null;
  const steps = await tx.rows(
    stepRow,
    sql`/* regie:drill */
      select step_id, state, choice, extract(epoch from at - ${faultAt}::timestamptz)::float8 * 1000 as done_ms
      from console.runbook_steps where run_id = ${run.run_id} order by at`,
  );
  return {
    runbookId: run.runbook_id,
    begunMs: run.begun_ms,
    finished: run.finished,
    steps: steps.map((step) => ({
      stepId: step.step_id,
      state: step.state,
      choice: step.choice,
      doneMs: step.done_ms,
    })),
  };
};

const readCorrections = async (tx: Transaction, cardId: string, { faultAt }: Sought) =>
  (
    await tx.rows(
      correctionRow,
      sql`/* regie:drill */
        select kind, card_delta, extract(epoch from applied_at - ${faultAt}::timestamptz)::float8 * 1000 as at_ms
        from console.corrections where card_id = ${cardId} and applied_at >= ${faultAt}::timestamptz order by applied_at`,
    )
  ).map((row) => ({ kind: row.kind, cardDeltaCents: row.card_delta, atMs: row.at_ms }));

const readCard = (tx: Transaction, cardId: string) =>
  tx.maybeRow(
    cardRow,
    sql`/* regie:drill */
      select (coalesce(amount, 0) - console.expected_balance(id))::numeric(10,2) as discrepancy
      from public.table_cards where id = ${cardId}`,
  );
