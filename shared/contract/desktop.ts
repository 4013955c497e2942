import { z } from 'zod';
import { STAFF } from '../domain/rights.ts';
import { local, nothing, query } from './declare.ts';

/** What only a program on the desktop has. */
export const desktopSchema = z.object({
  /** Whether the system starts Regie when this user logs in. */
  startsAtLogin: z.boolean(),
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
} as const;
