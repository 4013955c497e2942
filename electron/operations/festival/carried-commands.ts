import { applied, type CommandHandlers } from '../command/command-handler.ts';
import { writeAudit } from '../command/timeline.ts';

export const carriedCommands = {
  'carried.note': async ({ secrets, sha256 }, context) => {
    await writeAudit(context, { action: 'settings_exported', subject: 'festival:settings', data: { secrets, sha256 } });
    return applied();
  },
} satisfies Partial<CommandHandlers>;
