import { z } from 'zod';
import { panelSchema, sessionTargetSchema } from '../domain/database-panel.ts';
import { highLoadSchema } from '../domain/high-load.ts';
import { maintenanceRunSchema, maintenanceSchema } from '../domain/maintenance.ts';
import { textSchema } from '../domain/plain-text.ts';
import { parsedJsonObject } from '../domain/primitives.ts';
import { EVERYBODY, TECHNICAL } from '../domain/rights.ts';
import { command, live, nothing, query } from './declare.ts';

/** The panels of one group, and when to ask for them again: the more it costs the database, the later. */
const lookSchema = z.object({ panels: z.array(panelSchema), nextMs: z.int() });

/** A login of the festival's server that may do more than the console's: used once, and kept nowhere. */
const administratorSchema = z.strictObject({
  user: textSchema.min(1).max(63),
  password: textSchema.max(1_000),
});

const onSession = {
  input: { session: sessionTargetSchema },
  roles: TECHNICAL,
  stepUp: true,
  keys: ({ session }: { session: { pid: number } }) => [`session:${session.pid}`],
} as const;

export const databaseCalls = {
  /** Every panel as it was when the festival's database last answered it on this laptop. */
  'database.get': query(nothing, z.array(panelSchema)),
  /** Other sessions' statements may say what is nobody's business: only to whoever is signed in. */
  'database.look': live({
    input: z.strictObject({ group: z.enum(['now', 'store']) }),
    output: lookSchema,
    roles: EVERYBODY,
  }),
  /** Cancels the statement of a session; the database asks for a supervisor where it is one of the tills'. */
  'database.cancel': command(onSession),
  /** Ends a session. */
  'database.terminate': command(onSession),
  /** Puts down that maintenance starts: part of `database.maintain`. */
  'database.startMaintenance': command({
    input: { ...maintenanceSchema.shape, byAdministrator: z.boolean() },
    roles: TECHNICAL,
    stepUp: true,
    keys: () => ['database'],
  }),
  /** Does it, by the console's login or by an administrator's, and records what came of it. */
  'database.maintain': live({
    input: maintenanceSchema.extend({ administrator: administratorSchema.nullable() }),
    output: z.object({
      durationMs: z.number(),
      before: parsedJsonObject.nullable(),
      after: parsedJsonObject.nullable(),
    }),
    roles: TECHNICAL,
  }),
  /** Detection comes twice as often for so many minutes; 0 ends it. */
  'database.setHighLoad': command({
    input: {
      minutes: z
        .int()
        .min(0)
        .max(24 * 60),
    },
    roles: TECHNICAL,
    keys: () => ['highLoad'],
  }),
  /** As this laptop last heard; null before that. `environment`: intervals that this laptop's environment sets, which win. */
  'database.highLoad': query(
    nothing,
    z.object({
      load: highLoadSchema.nullable(),
      environment: z.object({ criticalMs: z.int(), mediumMs: z.int() }).nullable(),
    }),
  ),
  /** The last things that were done, newest first. */
  'database.runs': live({ input: nothing, output: z.array(maintenanceRunSchema), roles: EVERYBODY }),
} as const;
