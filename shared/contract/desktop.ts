import { z } from 'zod';
import { STAFF, TECHNICAL } from '../domain/rights.ts';
import { updateChoiceSchema, updatesSchema } from '../domain/update.ts';
import { local, nothing, query } from './declare.ts';

/** What only a program on the desktop has. */
export const desktopSchema = z.object({
  /** Whether the system starts Regie when this user logs in. */
  startsAtLogin: z.boolean(),
  updates: updatesSchema,
});
export type Desktop = z.infer<typeof desktopSchema>;

export const desktopCalls = {
  /** Null where this console has no desktop that could start it: in a browser, or not installed. */
  'desktop.get': query(nothing, desktopSchema.nullable()),
  'desktop.setStartsAtLogin': local({
    input: z.strictObject({ on: z.boolean() }),
    output: desktopSchema,
    roles: STAFF,
  }),
  /** Where updates come from: whoever may say that decides what runs here. */
  'desktop.setUpdates': local({ input: updateChoiceSchema, output: desktopSchema, roles: TECHNICAL }),
  'desktop.lookForUpdate': local({ input: nothing, output: desktopSchema, roles: STAFF }),
  /** Of what was found; never in opening hours. */
  'desktop.downloadUpdate': local({ input: nothing, output: desktopSchema, roles: TECHNICAL }),
  /** Asks as closing does, then ends this console. Does nothing where something stands against it (`updates.refusal`). */
  'desktop.installUpdate': local({ input: nothing, output: desktopSchema, roles: TECHNICAL }),
} as const;
