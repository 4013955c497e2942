import { sql } from '../../postgres/sql.ts';
import { applied, type CommandContext, type CommandHandlers, conflict, rejected } from '../command/command-handler.ts';
import { savedRow } from '../command/saved.ts';

/** What happens where a run went on without this laptop: somebody looks at it again. */
const CONFLICTS = ['checklist_signed', 'checklist_changed', 'checklist_incomplete'];

const confirm = async ({ tx, operationId }: CommandContext) => {
  const { answer } = await tx.row(
    savedRow,
    sql`/* regie:checklists */ select console.confirm_item(${operationId}::uuid) as answer`,
  );
  return outcomeOf(answer);
};

type Answer = { outcome: 'saved' } | { outcome: 'refused'; code: string; name: string; count: number };
const outcomeOf = (answer: Answer) => {
  if (answer.outcome === 'saved') return applied();
  const params = { name: answer.name, count: answer.count };
  return CONFLICTS.includes(answer.code) ? conflict(answer.code, params) : rejected(answer.code, params);
};

/** What they say is read in the database from the command itself. */
export const checklistCommands = {
  'checklist.start': async (_, { tx, operationId }) => {
    const { answer } = await tx.row(
      savedRow,
      sql`/* regie:checklists */ select console.start_checklist(${operationId}::uuid) as answer`,
    );
    return outcomeOf(answer);
  },
  'checklist.tick': (_, context) => confirm(context),
  'checklist.answer': (_, context) => confirm(context),
  'checklist.override': (_, context) => confirm(context),
  'checklist.orderTest': async (_, { tx, operationId }) => {
    const { answer } = await tx.row(
      savedRow,
      sql`/* regie:checklists */ select console.order_message_test(${operationId}::uuid) as answer`,
    );
    return outcomeOf(answer);
  },
  'checklist.enterCode': async (_, { tx, operationId }) => {
    const { answer } = await tx.row(
      savedRow,
      sql`/* regie:checklists */ select console.confirm_message_test(${operationId}::uuid) as answer`,
    );
    return outcomeOf(answer);
  },
  'checklist.sign': async (_, { tx, operationId }) => {
    const { answer } = await tx.row(
      savedRow,
      sql`/* regie:checklists */ select console.sign_checklist(${operationId}::uuid) as answer`,
    );
    return outcomeOf(answer);
  },
  'checklist.set': async (_, { tx, operationId }) => {
    const { answer } = await tx.row(
      savedRow,
      sql`/* regie:checklists */ select console.set_checklist_times(${operationId}::uuid) as answer`,
    );
    if (answer.outcome === 'saved') return applied({ version: answer.version });
    return conflict('checklist_times_changed', { name: answer.name || '–' });
  },
} satisfies Partial<CommandHandlers>;
