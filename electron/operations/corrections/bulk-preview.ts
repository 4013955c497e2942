import { z } from 'zod';
import type { BulkPreview } from '../../../shared/contract/corrections.ts';
import type { BulkKind } from '../../../shared/domain/proposal.ts';
import type { RowId } from '../../../shared/domain/row-id.ts';
import type { FestivalDatabase } from '../../postgres/pool.ts';
import { centsColumn, countColumn, idColumn, instantColumn } from '../../postgres/rows.ts';
import { sql } from '../../postgres/sql.ts';

/** More cards than this are corrected in more than one proposal. */
const MOST = 5_000;
const PATIENCE_MS = 30_000;

const bulkRow = z.object({
  card_id: z.string(),
  event_id: idColumn,
  actual: centsColumn,
  expected: centsColumn,
  card_delta: centsColumn,
  ledger_delta: centsColumn,
  code: z.string().nullable(),
});
const leftRow = z.object({ left: countColumn, now: instantColumn });

/** What a correction of every card of an incident would write, each card once, from one snapshot. */
export const previewBulk = (
  database: FestivalDatabase,
  { incidentId, kind }: { incidentId: RowId; kind: BulkKind },
): Promise<BulkPreview> =>
  database.read(
    async (tx) => {
      const rows = await tx.rows(
        bulkRow,
        // Asked for by a person; by alerts_incident_idx, then one card's history each.
        sql`/* regie:bulk */
          select own.card_id, own.event_id, coalesce(figures.actual, 0) as actual, coalesce(figures.expected, 0) as expected,
            coalesce(delta.card, 0) as card_delta, coalesce(delta.ledger, 0) as ledger_delta,
            case
              when figures.found is null then 'unknown_card'
              when figures.actual is null or figures.expected is null then 'balance_unreadable'
              when figures.actual = figures.expected then 'agrees'
              when exists (
                select from console.proposal_items i where i.card_id = own.card_id and i.state in ('proposed', 'approved'))
                then 'proposal_pending'
              else console.correction_problem(${kind}::text, figures.actual, figures.expected, delta.card, delta.ledger)
            end as code
          from (
            select e.card_id, min(e.event_id) as event_id
            from console.alerts a join public.monitoring_events e using (event_id)
            where a.incident_id = ${incidentId} and e.status in ('OPEN', 'INVESTIGATING') and e.card_id is not null
            group by e.card_id
            order by min(e.event_id)
            limit ${MOST}) as own
          -- A card whose figures cannot be counted keeps out itself alone.
          left join lateral (
            select true as found, case when c.amount is null then 0 else console.amount_of(c.amount) end as actual,
              case when abs(balance.expected) <= 99999999.99 then balance.expected end as expected
            from public.table_cards c cross join lateral (select console.expected_balance(c.id) as expected) as balance
            where c.id = own.card_id) as figures on true
          cross join lateral (
            select case when ${kind}::text = 'restore_card' then figures.expected - figures.actual else 0 end as card,
              case when ${kind}::text = 'restore_card' then 0 else figures.actual - figures.expected end as ledger
            ) as delta
          order by own.event_id`,
      );
      const { left, now } = await tx.row(
        leftRow,
        sql`/* regie:bulk */
          select count(*) as left, clock_timestamp() as now
          from console.alerts a join public.monitoring_events e using (event_id)
          where a.incident_id = ${incidentId} and e.status in ('OPEN', 'INVESTIGATING')
            and (e.card_id is null or e.card_id <> all (${rows.map((row) => row.card_id)}::text[]))`,
      );
      return {
        rows: rows.map((row) => ({
          cardId: row.card_id,
          eventId: row.event_id,
          actualCents: row.actual,
          expectedCents: row.expected,
          cardDeltaCents: row.card_delta,
          ledgerDeltaCents: row.ledger_delta,
          code: row.code,
        })),
        left,
        at: now,
      };
    },
    { statementTimeoutMs: PATIENCE_MS },
  );
