import { z } from 'zod';
import { type CommandOutcome, commandOutcomeSchema } from '../../../shared/contract/outcome.ts';
import type { Transaction } from '../../postgres/pool.ts';
import { sql } from '../../postgres/sql.ts';

const takenRow = z.object({
  answer: z.discriminatedUnion('taken', [
    z.object({ taken: z.literal(true) }),
    z.object({ taken: z.literal(false), outcome: commandOutcomeSchema }),
  ]),
});

/** What the festival's database verifies of a command: its one text, and the proof that its author gave it. */
export type SignedBody = { readonly body: string; readonly keyId: string | null; readonly proof: string };

/** Takes a command, or says what became of it (migrations/functions/commands.sql). */
export const takeCommand = async (
  tx: Transaction,
  { body, keyId, proof }: SignedBody,
): Promise<{ taken: true } | { taken: false; outcome: CommandOutcome }> => {
  const { answer } = await tx.row(
    takenRow,
    sql`/* regie:command */
      select console.take_command(${body}::text, ${keyId}::uuid, ${proof}::text) as answer`,
  );
  return answer;
};

const outcomeRow = z.object({ outcome: commandOutcomeSchema });

/** What the festival's database has stored under an operation_id; undefined where it has never taken it. */
export const readOutcome = async (tx: Transaction, operationId: string): Promise<CommandOutcome | undefined> =>
  (
    await tx.maybeRow(
      outcomeRow,
      sql`/* regie:command */ select outcome from console.operations where operation_id = ${operationId}::uuid`,
    )
  )?.outcome;

/** Stores what became of the operation that this transaction took. */
export const settleOperation = async (tx: Transaction, operationId: string, outcome: CommandOutcome): Promise<void> => {
  await tx.run(sql`/* regie:command */
    select console.settle_operation(${operationId}::uuid, ${JSON.stringify(outcome)}::jsonb)`);
};
