import { z } from 'zod';
import { instantColumn } from '../../postgres/rows.ts';
import { sql } from '../../postgres/sql.ts';
import { applied, type CommandHandlers, conflict, rejected } from '../command/command-handler.ts';
import { writeAudit } from '../command/timeline.ts';

const stateRow = z.object({
  stopped_at: instantColumn.nullable(),
  stopped_by: z.string().nullable(),
  late: z.boolean(),
});
const backupRow = z.object({
  result: z.union([z.object({ refused: z.string() }), z.object({ table: z.string(), events: z.int() })]),
});

/** An order to stop that has waited for the network for longer is asked again: it was meant for another moment. */
const STOP_MEANT_MINUTES = 10;

/** Stopping and restarting monitoring, and data recovery, for the whole festival. */
export const monitoringCommands = {
  'monitoring.stop': async ({ reason }, context) => {
    const { tx, author } = context;
    const before = await tx.row(
      stateRow,
      sql`/* regie:monitoring */
        select stopped_at, stopped_by, clock_timestamp() - ${author.laptopAt}::timestamptz > make_interval(mins => ${STOP_MEANT_MINUTES}) as late
        from console.monitoring_state for update`,
    );
    if (before.stopped_at !== null) {
      return before.stopped_by === author.operator
        ? applied()
        : conflict('monitoring_stopped', { name: before.stopped_by ?? '–' });
    }
    if (before.late) return conflict('stop_late', { minutes: STOP_MEANT_MINUTES });
    await tx.run(sql`/* regie:monitoring */
      update console.monitoring_state
      set stopped_at = clock_timestamp(), stopped_by = ${author.operator}, stopped_on = ${author.laptop}, reason = ${reason}`);
    // Before the term, as whoever runs the engine does it: the other way round the two could wait for each other.
    await writeAudit(context, { action: 'monitoring_stopped', subject: 'monitoring', data: { reason } });
    // The term of whoever runs the engine is over: what it is writing now fails at its fence (docs/decisions/0006).
    await tx.run(sql`/* regie:monitoring */ update console.engine_term set term = term + 1`);
    await tx.run(sql`/* regie:monitoring */
      update console.engine_lease
      set term = (select term from console.engine_term), holder = null, expires_at = clock_timestamp()`);
    return applied();
  },

  'monitoring.restart': async (_, context) => {
    const { tx } = context;
    const before = await tx.row(
      stateRow,
      sql`/* regie:monitoring */
        select stopped_at, stopped_by, false as late from console.monitoring_state for update`,
    );
    if (before.stopped_at === null) return applied();
    await tx.run(sql`/* regie:monitoring */
      update console.monitoring_state
      set stopped_at = null, stopped_by = null, stopped_on = null, reason = null, restarted_at = clock_timestamp()`);
    await writeAudit(context, {
      action: 'monitoring_restarted',
      subject: 'monitoring',
      data: { stopped_at: before.stopped_at, stopped_by: before.stopped_by },
    });
    return applied();
  },

  'events.backup': async ({ operationId }, context) => {
    const { result } = await context.tx.row(
      backupRow,
      sql`/* regie:backup */
        select console.backup_monitoring_events(${operationId}::uuid) as result`,
    );
    if ('refused' in result) return rejected(result.refused);
    await writeAudit(context, { action: 'events_backup', subject: 'monitoring_events', data: result });
    return applied(result);
  },
} satisfies Partial<CommandHandlers>;
