import { z } from 'zod';
import { TECHNICAL } from '../domain/rights.ts';
import { connectionSettingsSchema, doctorFindingSchema } from './connection.ts';
import { live, local, nothing, query } from './declare.ts';

/** What preparing a database will do there. */
export const setupPlanSchema = z.object({
  /** Regie's own tables and functions are made, brought up to date, or there. */
  schema: z.enum(['make', 'update', 'none']),
  /** Tables whose row security is opened for the consoles. */
  policies: z.array(z.string()),
});
export type SetupPlan = z.infer<typeof setupPlanSchema>;

/** The name of a laptop's login: what needs no quotes anywhere, and is none of Regie's own roles or the server's. */
export const loginNameSchema = z
  .string()
  .regex(/^[a-z_][a-z0-9_]{0,62}$/)
  .refine((name) => !/^(pg_|regie_(console|owner|reader)$|postgres$|public$|none$)/.test(name));

/** Where somebody is with a festival that they connect; never an administrator's login. */
export const setupDraftSchema = connectionSettingsSchema.omit({ user: true, password: true }).extend({
  /** The login that this laptop is making, or has made without having used it yet. */
  login: loginNameSchema.nullable(),
});
export type SetupDraft = z.infer<typeof setupDraftSchema>;

const certificateSchema = z.object({
  /** Where this laptop keeps it. */
  file: z.string(),
  subject: z.string(),
  /** The day on which the first of its certificates expires. */
  expires: z.iso.date(),
});
export type KeptCertificate = z.infer<typeof certificateSchema>;

export const setupCalls = {
  'setup.get': query(
    nothing,
    z.object({
      draft: setupDraftSchema.nullable(),
      /** What a login for this laptop is called unless somebody says otherwise. */
      loginName: z.string(),
      /** Whether this laptop has a keychain for the password; without, it is asked for at each start. */
      keychain: z.boolean(),
    }),
  ),
  /** Examines a database as its administrator, whose login is used once and kept nowhere. Writes nothing there. */
  'setup.examine': live({
    input: z.strictObject({ settings: connectionSettingsSchema }),
    output: z.object({ findings: z.array(doctorFindingSchema), plan: setupPlanSchema.nullable() }),
    roles: TECHNICAL,
  }),
  /**
   * Prepares a festival's database with its administrator's login, which is kept nowhere, makes a login for this laptop, and
   * uses the festival with it. Where something is in the way, the festival in use stays; it can be done again.
   */
  'setup.prepare': live({
    input: z.strictObject({ settings: connectionSettingsSchema, login: loginNameSchema }),
    output: z.object({
      findings: z.array(doctorFindingSchema),
      /** Whether the festival is the one on screen now. */
      used: z.boolean(),
      /** Shown once, where no keychain has it. */
      password: z.string().nullable(),
    }),
    roles: TECHNICAL,
  }),
  /** Keeps a root certificate in this laptop's own folder. */
  'setup.keepCertificate': local({
    input: z.strictObject({ content: z.base64().max(200_000) }),
    output: certificateSchema,
    roles: TECHNICAL,
  }),
} as const;
