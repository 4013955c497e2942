import { z } from 'zod';
import type { HandoverView } from '../../../shared/contract/handover.ts';
import { rowIdSchema } from '../../../shared/domain/row-id.ts';
import type { Transaction } from '../../postgres/pool.ts';
import { instantColumn, serialColumn } from '../../postgres/rows.ts';
import { sql } from '../../postgres/sql.ts';

const handoverRow = z.object({
  handover_id: z.uuid(),
  from_operator: z.string(),
  from_laptop: z.string(),
  note: z.string(),
  incidents: z.array(rowIdSchema),
  offered_at: instantColumn,
  expires_at: instantColumn,
  accepted_at: instantColumn.nullable(),
  accepted_by: z.string().nullable(),
  accepted_on: z.string().nullable(),
  ended_at: instantColumn.nullable(),
});
const decisionRow = z.object({
  seq: serialColumn,
  at: instantColumn,
  actor: z.string(),
  action: z.string(),
  subject: z.string(),
  words: z.string().nullable(),
});
const nowRow = z.object({ now: instantColumn });

/** What people decide, as the audit trail names it. */
const DECISIONS = [
  'correction',
  'correction_approved',
  'correction_rejected',
  'resolve',
  'false_positive',
  'reopen',
  'snooze',
  'take_over',
  'merge',
  'split',
  'silence',
  'silence_ended',
  'thresholds_changed',
  'escalation_changed',
  'festival_settings_changed',
  'retention_changed',
  'transaction_meaning_set',
  'operator_saved',
  'operator_locked',
  'called',
  'told',
  'monitoring_stopped',
  'history_started_over',
  'monitoring_restarted',
  'events_backup',
  'command_dropped',
  'handover_accepted',
] as const;
const SHOWN = 10;
const DECISIONS_SHOWN = 100;

/** The last handovers, and what was decided since. */
export const readHandovers = async (tx: Transaction): Promise<HandoverView> => {
  const handovers = await tx.fittingRows(
    handoverRow,
    sql`/* regie:handover */
      select handover_id::text, from_operator, from_laptop, note, to_jsonb(incidents::text[]) as incidents, offered_at, expires_at,
        accepted_at, accepted_by, accepted_on, ended_at
      from console.handovers order by offered_at desc limit ${SHOWN}`,
    { name: 'handovers', id: 'handover_id' },
  );
  const decisions = await tx.fittingRows(
    decisionRow,
    sql`/* regie:handover */
      select seq, at, actor, action, subject, coalesce(data ->> 'note', data ->> 'reason') as words from console.audit
      where action = any (${DECISIONS}::text[]) and actor <> 'regie-engine'
        and at > coalesce((select max(offered_at) from console.handovers where accepted_at is not null), now() - interval '1 day')
        and seq > (select coalesce(max(seq), 0) - 20000 from console.audit)
      order by seq desc limit ${DECISIONS_SHOWN}`,
    { name: 'audit', id: 'seq' },
  );
  const { now } = await tx.row(nowRow, sql`/* regie:handover */ select clock_timestamp() as now`);
  return {
    handovers: handovers.map((row) => ({
      handoverId: row.handover_id,
      from: row.from_operator,
      laptop: row.from_laptop,
      note: row.note,
      incidents: row.incidents,
      offeredAt: row.offered_at,
      expiresAt: row.expires_at,
      acceptedAt: row.accepted_at,
      acceptedBy: row.accepted_by,
      acceptedOn: row.accepted_on,
      endedAt: row.ended_at,
    })),
    decisions,
    at: now,
  };
};
