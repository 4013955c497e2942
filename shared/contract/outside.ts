import { z } from 'zod';
import { messageReasonSchema } from '../domain/message-reason.ts';
import { instantSchema } from '../domain/primitives.ts';
import { nothing, query } from './declare.ts';

/** How those who watch from outside hear of this console (docs/monitoring/README.md). */
export const outsideSchema = z.object({
  /** Null: nobody asks over HTTP. */
  http: z
    .object({
      /** Without the token. */
      address: z.string(),
      /** Other machines can ask, and nothing on the way is encrypted. */
      open: z.boolean(),
      /** When somebody with the token last asked. */
      askedAt: instantSchema.nullable(),
    })
    .nullable(),
  /** Null: none is sent. The address is a secret. */
  heartbeat: z
    .object({
      /** When the last one was received. */
      sentAt: instantSchema.nullable(),
      failing: z.object({ since: instantSchema, reason: messageReasonSchema }).nullable(),
    })
    .nullable(),
});
export type Outside = z.infer<typeof outsideSchema>;

export const outsideCalls = {
  'outside.get': query(nothing, outsideSchema),
} as const;
