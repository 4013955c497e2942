import { z } from 'zod';
import { type CommandOutcome, commandOutcomeSchema } from '../../../shared/contract/outcome.ts';
import type { Author } from '../../../shared/domain/operator.ts';
import type { Transaction } from '../../postgres/pool.ts';
import { sql } from '../../postgres/sql.ts';
import { rejected } from './command-handler.ts';

const takenRow = z.object({
  answer: z.discriminatedUnion('taken', [
    z.object({ taken: z.literal(true) }),
    z.object({ taken: z.literal(false), content_hash: z.string(), outcome: commandOutcomeSchema }),
  ]),
});

/** Takes an operation_id for a command, or says what became of it (migrations/functions/commands.sql). */
export const takeOperation = async (
  tx: Transaction,
  operation: { operationId: string; command: string; contentHash: string; author: Author; proof: string },
): Promise<{ taken: true } | { taken: false; outcome: CommandOutcome }> => {
  const { operationId, command, contentHash, author, proof } = operation;
  const { answer } = await tx.row(
    takenRow,
    sql`/* regie:command */
      select console.take_operation(${operationId}::uuid, ${command}::text, ${contentHash}::text, ${author.operator}::text,
        ${author.laptop}::text, ${author.laptopAt}::timestamptz, ${proof}::text) as answer`,
  );
  if (answer.taken) return answer;
  return { taken: false, outcome: answer.content_hash === contentHash ? answer.outcome : rejected('operation_reused') };
};

/** Stores what became of the operation that this transaction took. */
export const settleOperation = async (tx: Transaction, operationId: string, outcome: CommandOutcome): Promise<void> => {
  await tx.run(sql`/* regie:command */
    select console.settle_operation(${operationId}::uuid, ${JSON.stringify(outcome)}::jsonb)`);
};
