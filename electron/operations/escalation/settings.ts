import { z } from 'zod';
import { keepSecrets, maskedSecrets, withoutSecrets } from '../../../shared/domain/channel-secrets.ts';
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

/** The settings in force, with their secrets; the guide's matrix where nobody has saved any. */
export const readEscalation = async (tx: Transaction): Promise<SavedEscalation> => {
  const row = await tx.maybeRow(
    settingsRow,
    sql`/* regie:escalation */ select version, settings, changed_by from console.escalation_settings`,
  );
  return row === undefined
    ? { version: 0, settings: GUIDE_ESCALATION, by: null }
    : { version: row.version, settings: row.settings, by: row.changed_by };
};

/** As laptops keep and show them: without secrets. */
export const readEscalationView = async (tx: Transaction): Promise<EscalationView> => {
  const { version, settings, by } = await readEscalation(tx);
  const { now } = await tx.row(nowRow, sql`/* regie:escalation */ select clock_timestamp() as now`);
  return { version, settings: withoutSecrets(settings), changedBy: by, at: now };
};

export const escalationCommands = {
  'escalation.set': async ({ base, settings }, context) => {
    const { tx, author } = context;
    await tx.run(sql`/* regie:escalation */ lock table console.escalation_settings in share row exclusive mode`);
    const before = await readEscalation(tx);
    if (before.version !== base) return conflict('escalation_changed', { name: before.by ?? '–' });
    const kept = keepSecrets(settings, before.settings);
    if ('missing' in kept) return rejected('channel_secret_again', { channel: kept.missing });
    const after = kept.settings;
    await tx.run(sql`/* regie:escalation */
      insert into console.escalation_settings (version, settings, changed_by)
      values (${base + 1}, ${JSON.stringify(after)}::jsonb, ${author.operator})
      on conflict (singleton) do update
      set version = excluded.version, settings = excluded.settings, changed_by = excluded.changed_by,
        changed_at = clock_timestamp()`);
    await writeAudit(context, {
      action: 'escalation_changed',
      subject: 'escalation',
      data: { before: maskedSecrets(before.settings), after: maskedSecrets(after) },
    });
    return applied({ version: base + 1 });
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
