import { z } from 'zod';
import { thresholdsSchema } from '../../shared/contract/detectors.ts';
import { sql } from '../festival/sql.ts';
import { applied, type CommandHandlers } from './command-handler.ts';
import { writeAudit } from './timeline.ts';

const beforeRow = z.object({ settings: thresholdsSchema.nullable().catch(null) });

/** Thresholds of detectors, changed by people: recorded with author, before and after. */
export const detectorCommands: Pick<CommandHandlers, 'detectors.set'> = {
  'detectors.set': async ({ algorithm, thresholds }, context) => {
    const { tx, author } = context;
    const before = await tx.maybeRow(
      beforeRow,
      sql`/* regie:detectors */
        select settings from console.detector_settings where algorithm = ${algorithm} for update`,
    );
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
};
