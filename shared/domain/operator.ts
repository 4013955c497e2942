import { z } from 'zod';
import { textSchema } from './plain-text.ts';
import { instantSchema } from './primitives.ts';
import { ROLES, type Role } from './rights.ts';

export const roleSchema = z.enum(ROLES);

/** Digits, so that it can be typed with gloves on a number pad. */
export const pinSchema = z.string().regex(/^\d{4,12}$/);

/** Digits that a PIN has at least: whoever approves and makes operators has more (`console.operators`, its check). */
export const shortestPin = (role: Role): number => (role === 'supervisor' ? 6 : 4);

/** A laptop's name as other laptops and the DBA see it. */
export const laptopNameSchema = textSchema.trim().min(1).max(40);
export const operatorNameSchema = textSchema.trim().min(1).max(60);

export const operatorSchema = z.object({
  operatorId: z.uuid(),
  name: operatorNameSchema,
  role: roleSchema,
  active: z.boolean(),
  /** Digits of their PIN: a role that asks for more comes with a new one. */
  pinDigits: z.int(),
  /** A laptop on which they had signed in was ended: they are asked to change their PIN. */
  pinChangeAsked: z.boolean(),
  /** After ten wrong PINs, until then, unless a supervisor saves the operator. */
  lockedUntil: instantSchema.nullable(),
});
export type Operator = z.infer<typeof operatorSchema>;

/**
 * Who acts, from where, and when by that laptop's clock. Stored with every command. What an older version took in has no
 * operatorId (empty): it is shown and not sent.
 */
export type Author = {
  readonly operator: string;
  readonly operatorId: string;
  readonly laptop: string;
  /** Null where the laptop is not enrolled. */
  readonly laptopId: string | null;
  readonly laptopAt: string;
};
