import { z } from 'zod';
import { thresholdsSchema } from '../../../shared/contract/detectors.ts';
import { instantColumn } from '../../postgres/rows.ts';
import { sql } from '../../postgres/sql.ts';
import { applied, type CommandHandlers, conflict } from '../command/command-handler.ts';
import { writeAudit } from '../command/timeline.ts';

const beforeRow = z.object({
  settings: thresholdsSchema.nullable().catch(null),
  updated_at: instantColumn.nullable(),
  updated_by: z.string().nullable(),
});

/** Thresholds of detectors, changed by people: recorded with author, before and after. */
export const detectorCommands = {
  'detectors.set': async ({ algorithm, thresholds, base }, context) => {
    const { tx, author } = context;
    // Two who set the first thresholds have no row to lock.
    await tx.run(sql`/* regie:detectors */ lock table console.detector_settings in share row exclusive mode`);
    const before = await tx.maybeRow(
      beforeRow,
      sql`/* regie:detectors */
        select settings, updated_at, updated_by from console.detector_settings where algorithm = ${algorithm} for update`,
    );
    // Somebody else has set others since these were looked at, perhaps while this laptop was offline.
    if (base !== undefined && (before?.updated_at ?? null) !== base)
      return conflict('thresholds_changed', { name: before?.updated_by ?? '–' });
    const after = JSON.stringify(thresholds);
    await tx.run(sql`/* regie:detectors */
      insert into console.detector_settings (algorithm, settings, updated_by) values (${algorithm}, ${after}::jsonb, ${author.operator})
      on conflict (algorithm) do update
      set settings = excluded.settings, updated_by = excluded.updated_by, updated_at = now()`);
    const earlier = before?.settings ?? null;
    await tx.run(sql`/* regie:detectors */
      insert into console.detector_setting_changes (algorithm, author, laptop, before, after)
      values (${algorithm}, ${author.operator}, ${author.laptop}, ${earlier === null ? null : JSON.stringify(earlier)}::jsonb,
        ${after}::jsonb)`);
    await writeAudit(context, {
      action: 'thresholds_changed',
      subject: `detector:${algorithm}`,
      data: { before: earlier, after: thresholds },
    });
    return applied();
  },
} satisfies Partial<CommandHandlers>;
