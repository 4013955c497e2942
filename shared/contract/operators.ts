import { z } from 'zod';
import { operatorNameSchema, operatorSchema, pinSchema, roleSchema } from '../domain/operator.ts';
import { EVERYBODY, SUPERVISORS } from '../domain/rights.ts';
import { nothing, query, signed } from './declare.ts';

export const operatorCalls = {
  /** Who can sign in, as this laptop last heard; null before the festival has ever answered. */
  'operators.get': query(nothing, z.object({ operators: z.array(operatorSchema) }).nullable()),
  /** Makes or changes an operator; `pin` sets a new one. */
  'operators.save': signed({
    input: z.strictObject({
      operatorId: z.uuid(),
      name: operatorNameSchema,
      role: roleSchema,
      active: z.boolean(),
      pin: pinSchema.optional(),
    }),
    /** Whether a second supervisor has to save the same before it holds. */
    output: z.object({ nominated: z.boolean() }),
    roles: SUPERVISORS,
    stepUp: true,
  }),
  /** Changes the PIN of who is signed in. */
  'operators.changePin': signed({
    input: z.strictObject({ pin: pinSchema, newPin: pinSchema }),
    output: nothing,
    roles: EVERYBODY,
    stepUp: true,
  }),
} as const;
