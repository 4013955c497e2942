import { z } from 'zod';
import { rowIdSchema } from '../../../shared/domain/row-id.ts';
import { sql } from '../../postgres/sql.ts';
import { renewAcknowledgement } from '../alerts/incident-actions.ts';
import { applied, type CommandContext, type CommandHandlers, conflict, rejected } from '../command/command-handler.ts';
import { writeTimeline } from '../command/timeline.ts';

const answerRow = z.object({
  answer: z.discriminatedUnion('outcome', [
    z.object({ outcome: z.literal('saved'), from: z.string().default(''), incidents: z.array(rowIdSchema) }),
    z.object({ outcome: z.literal('refused'), code: z.string(), name: z.string().optional() }),
  ]),
});

/** What somebody else has decided. */
const DECIDED = ['handover_open', 'handover_taken', 'handover_ended'];

const handOver = async (context: CommandContext) => {
  const { tx, operationId } = context;
  const { answer } = await tx.row(
    answerRow,
    sql`/* regie:handover */ select console.hand_over(${operationId}::uuid) as answer`,
  );
  if (answer.outcome === 'refused') {
    const params = answer.name === undefined ? {} : { name: answer.name };
    return DECIDED.includes(answer.code) ? conflict(answer.code, params) : rejected(answer.code, params);
  }
  for (const incidentId of answer.incidents) {
    await renewAcknowledgement(tx, incidentId);
    await writeTimeline(context, { eventId: incidentId, kind: 'handed_over', data: { from: answer.from } });
  }
  return applied();
};

/** What they do is in the database, which reads it from the command itself. */
export const handoverCommands = {
  'handover.offer': (_, context) => handOver(context),
  'handover.accept': (_, context) => handOver(context),
  'handover.withdraw': (_, context) => handOver(context),
} satisfies Partial<CommandHandlers>;
