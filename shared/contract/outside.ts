import { z } from 'zod';
import { messageReasonSchema } from '../domain/message-reason.ts';
import { textSchema } from '../domain/plain-text.ts';
import { instantSchema } from '../domain/primitives.ts';
import { TECHNICAL } from '../domain/rights.ts';
import { local, nothing, query } from './declare.ts';

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
  /** Where its address comes from: the environment goes before the laptop's setting. Null: there is none. */
  heartbeatFrom: z.enum(['environment', 'setting']).nullable(),
});
export type Outside = z.infer<typeof outsideSchema>;

/** How the server at an address answered to a heartbeat that was sent to try it. */
const heartbeatTestSchema = z.object({
  at: instantSchema,
  /** Null: it answered with a 2xx, which is all that can be known here. */
  refused: messageReasonSchema.nullable(),
});
export type HeartbeatTest = z.infer<typeof heartbeatTestSchema>;

/** A secret. */
const addressSchema = textSchema.trim().min(1).max(2_000);

export const outsideCalls = {
  'outside.get': query(nothing, outsideSchema),
  /** Sends the heartbeat of this laptop there from now on; null: nowhere. */
  'outside.setHeartbeat': local({
    input: z.strictObject({ address: addressSchema.nullable() }),
    output: nothing,
    roles: TECHNICAL,
  }),
  /** Sends one now, to this address or, with null, to the one in use. */
  'outside.testHeartbeat': local({
    input: z.strictObject({ address: addressSchema.nullable() }),
    output: heartbeatTestSchema,
    roles: TECHNICAL,
  }),
} as const;
