import { z } from 'zod';
import { type FestivalSettings, isTimeZone } from '../../../shared/domain/festival-settings.ts';
import { languageSchema } from '../../../shared/domain/language.ts';
import type { Transaction } from '../../postgres/pool.ts';
import { centsColumn, instantColumn } from '../../postgres/rows.ts';
import { sql } from '../../postgres/sql.ts';
import { applied, type CommandHandlers, conflict, rejected } from '../command/command-handler.ts';
import { savedRow } from '../command/saved.ts';

const settingsRow = z
  .object({
    version: z.int(),
    name: z.string(),
    // What an administrator has written past Regie may be no zone that can be shown.
    time_zone: z
      .string()
      .nullable()
      .transform((name) => (name !== null && isTimeZone(name) ? name : null)),
    language: languageSchema.nullable(),
    approval_limit: centsColumn,
    card_day_limit: centsColumn,
    operator_day_limit: centsColumn,
    changed_at: instantColumn.nullable(),
    changed_by: z.string().nullable(),
  })
  .transform(
    (row): FestivalSettings => ({
      version: row.version,
      name: row.name,
      timeZone: row.time_zone,
      language: row.language,
      approvalLimitCents: row.approval_limit,
      cardDayLimitCents: row.card_day_limit,
      operatorDayLimitCents: row.operator_day_limit,
      changedAt: row.changed_at,
      changedBy: row.changed_by,
    }),
  );

/** What holds for the whole festival now. */
export const readFestivalSettings = (tx: Transaction): Promise<FestivalSettings> =>
  tx.row(
    settingsRow,
    sql`/* regie:festival */
      select version, name, time_zone, language, approval_limit, card_day_limit, operator_day_limit, changed_at, changed_by
      from console.festival_settings`,
  );

export const festivalCommands = {
  'festival.set': async (_, { tx, operationId }) => {
    const { answer } = await tx.row(
      savedRow,
      sql`/* regie:festival */ select console.set_festival_settings(${operationId}::uuid) as answer`,
    );
    if (answer.outcome === 'saved') return applied({ version: answer.version });
    return answer.code === 'settings_changed'
      ? conflict('festival_changed', { name: answer.name || '–' })
      : rejected(`festival_${answer.code}`);
  },
} satisfies Partial<CommandHandlers>;
