import { z } from 'zod';
import {
  type EscalationSettings,
  type EscalationView,
  escalationSettingsSchema,
  GUIDE_ESCALATION,
} from '../../../shared/domain/escalation.ts';
import type { Transaction } from '../../postgres/pool.ts';
import { instantColumn } from '../../postgres/rows.ts';
import { sql } from '../../postgres/sql.ts';
import { applied, type CommandHandlers, conflict, rejected } from '../command/command-handler.ts';
import { savedRow } from '../command/saved.ts';
import { writeAudit, writeTimeline } from '../command/timeline.ts';

const settingsRow = z.object({
  version: z.int(),
  settings: escalationSettingsSchema,
  changed_by: z.string(),
});
const nowRow = z.object({ now: instantColumn });

export type SavedEscalation = {
  readonly version: number;
  readonly settings: EscalationSettings;
  readonly by: string | null;
};

/** The settings in force, without secrets (channel-secrets.ts); the guide's matrix where nobody has saved any. */
export const readEscalation = async (tx: Transaction): Promise<SavedEscalation> => {
  const row = await tx.maybeRow(
    settingsRow,
    sql`/* regie:escalation */ select version, settings, changed_by from console.escalation_settings`,
  );
  return row === undefined
    ? { version: 0, settings: GUIDE_ESCALATION, by: null }
    : { version: row.version, settings: row.settings, by: row.changed_by };
};

/** As laptops keep and show them. */
export const readEscalationView = async (tx: Transaction): Promise<EscalationView> => {
  const { version, settings, by } = await readEscalation(tx);
  const { now } = await tx.row(nowRow, sql`/* regie:escalation */ select clock_timestamp() as now`);
  return { version, settings, changedBy: by, at: now };
};

export const escalationCommands = {
  'escalation.set': async (_, { tx, operationId }) => {
    const { answer } = await tx.row(
      savedRow,
      sql`/* regie:escalation */ select console.set_escalation(${operationId}::uuid) as answer`,
    );
    if (answer.outcome === 'saved') return applied({ version: answer.version });
    return answer.code === 'channel_secret_again'
      ? rejected(answer.code, { channel: answer.name })
      : conflict(answer.code, { name: answer.name || '–' });
  },

  'escalation.orderTest': async ({ contact, channel }, context) => {
    const { settings } = await readEscalation(context.tx);
    if (!settings.contacts.some(({ id }) => id === contact)) return rejected('not_found');
    await writeAudit(context, { action: 'channel_tested', subject: 'escalation', data: { contact, channel } });
    return applied();
  },

  'escalation.called': async ({ eventId, name, phone }, context) => {
    const found = await context.tx.maybeRow(
      z.object({ status: z.string() }),
      sql`/* regie:called */ select status from public.monitoring_events where event_id = ${eventId}`,
    );
    if (found === undefined) return rejected('not_found');
    await writeTimeline(context, { eventId, kind: 'called', data: { name, phone } });
    await writeAudit(context, { action: 'called', subject: `event:${eventId}`, data: { name, phone } });
    return applied();
  },
} satisfies Partial<CommandHandlers>;
