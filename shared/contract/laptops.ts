import { z } from 'zod';
import { laptopNameSchema } from '../domain/operator.ts';
import { textSchema } from '../domain/plain-text.ts';
import { instantSchema } from '../domain/primitives.ts';
import { ANYONE, SUPERVISORS } from '../domain/rights.ts';
import { live, nothing, query, signed } from './declare.ts';

/** A laptop on which people may sign in, or might before it was ended. */
export const enrolledLaptopSchema = z.object({
  laptopId: z.uuid(),
  name: z.string(),
  enrolledAt: instantSchema,
  /** Who made its code; null: the administrator. */
  enrolledBy: z.string().nullable(),
  /** The login with which it was enrolled. */
  login: z.string(),
  lastSeenAt: instantSchema.nullable(),
  endedAt: instantSchema.nullable(),
  endedBy: z.string().nullable(),
  /** Who can sign in on it without the network. */
  operators: z.array(z.string()),
});
export type EnrolledLaptop = z.infer<typeof enrolledLaptopSchema>;

export const laptopsViewSchema = z.object({
  /** This one. `unknown`: the festival has never answered; `missing`: it was never enrolled here. */
  state: z.enum(['unknown', 'missing', 'enrolled', 'ended']),
  laptopId: z.uuid().nullable(),
  /** Where its device key is; null where it has none. */
  keptIn: z.enum(['keychain', 'file']).nullable(),
  /** As this laptop last heard; null before the festival has ever answered. */
  laptops: z.array(enrolledLaptopSchema).readonly().nullable(),
});
export type LaptopsView = z.infer<typeof laptopsViewSchema>;

export const laptopCalls = {
  'laptops.get': query(nothing, laptopsViewSchema),
  /** Makes a one-time code that enrols another laptop. It is shown once, and nowhere kept. */
  'laptops.invite': signed({
    input: nothing,
    output: z.object({ code: z.string(), expiresAt: instantSchema }),
    roles: SUPERVISORS,
    stepUp: true,
  }),
  /** Ends a laptop: nobody signs in on it any more, and what waits there is refused. */
  'laptops.end': signed({
    input: z.strictObject({ laptopId: z.uuid() }),
    output: z.object({ asked: z.int() }),
    roles: SUPERVISORS,
    stepUp: true,
  }),
  /** Enrols this laptop with a code that was made elsewhere. */
  'laptops.enrol': live({
    input: z.strictObject({ code: textSchema.max(40), name: laptopNameSchema }),
    output: nothing,
    roles: ANYONE,
  }),
} as const;
