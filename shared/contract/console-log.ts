import { z } from 'zod';
import { consoleLineSchema, LOG_LEVELS } from '../domain/console-log.ts';
import { textSchema } from '../domain/plain-text.ts';
import { TECHNICAL } from '../domain/rights.ts';
import { local, nothing, query } from './declare.ts';

export const consoleLogCalls = {
  /** What Regie has written down on this laptop, newest first, of at least this level and with these words. */
  'consoleLog.get': query(
    z.strictObject({ level: z.enum(LOG_LEVELS), words: textSchema.max(200) }),
    z.array(consoleLineSchema),
  ),
  /** The same for somebody outside: without card ids, statements, names and secrets. */
  'consoleLog.export': local({
    input: nothing,
    output: z.object({ text: z.string(), lines: z.int() }),
    roles: TECHNICAL,
  }),
} as const;
