import { applied, type CommandHandlers } from '../command/command-handler.ts';
import { writeAudit } from '../command/timeline.ts';

/** What the laptops themselves have to tell. */
export const sessionCommands = {
  /** Somebody tried what their role may not do: refused on their laptop, and on the record. */
  'session.refused': async ({ call }, context) => {
    await writeAudit(context, { action: 'refused', subject: `command:${call}`, data: { code: 'not_allowed' } });
    return applied();
  },
} satisfies Partial<CommandHandlers>;
