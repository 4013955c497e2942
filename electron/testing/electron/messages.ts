import { z } from 'zod';

/** How a test starts a desktop: REGIE_ELECTRON_DOUBLE in its environment. */
export const setupSchema = z.object({
  /** Where the shared browser listens for its protocol. */
  browser: z.url(),
  /** As if it were installed. */
  packaged: z.boolean(),
  /** The user's folders. */
  home: z.string(),
});

/** What a test tells the desktop: what a person or the system does. */
export const deedSchema = z.discriminatedUnion('deed', [
  /** The answer to a dialog, by its number. */
  z.object({ deed: z.literal('answer'), id: z.int(), answer: z.unknown() }),
  z.object({ deed: z.literal('close') }),
  z.object({ deed: z.literal('focus'), focused: z.boolean() }),
  z.object({ deed: z.literal('notification'), id: z.int(), event: z.enum(['click', 'action', 'close']) }),
  /** An entry of the menu or of the tray's, by its label. */
  z.object({ deed: z.literal('choose'), of: z.enum(['menu', 'tray']), label: z.string() }),
  z.object({ deed: z.literal('open-url'), url: z.string() }),
]);
export type Deed = z.infer<typeof deedSchema>;

/** What the desktop asked of Electron, in its order. */
export const seenSchema = z.discriminatedUnion('seen', [
  z.object({ seen: z.literal('call'), name: z.string(), args: z.array(z.unknown()) }),
  z.object({ seen: z.literal('dialog'), id: z.int(), kind: z.string(), options: z.record(z.string(), z.unknown()) }),
  z.object({ seen: z.literal('notification'), id: z.int(), options: z.record(z.string(), z.unknown()) }),
  /** Labels with what is below them, as `Go > Alerts`. */
  z.object({ seen: z.literal('menu'), of: z.enum(['menu', 'tray']), labels: z.array(z.string()) }),
]);
export type Seen = z.infer<typeof seenSchema>;
