import { z } from 'zod';
import { databaseHosts } from '../domain/database-hosts.ts';
import { textSchema } from '../domain/plain-text.ts';
import { ANYONE, EVERYBODY, TECHNICAL } from '../domain/rights.ts';
import { live, local, nothing, query } from './declare.ts';

/** How to reach a festival's Postgres. `verify` checks the certificate, `encrypt` does not, `off` is plain text. */
export const connectionSettingsSchema = z.strictObject({
  /** One server, or several of which one takes writes: `db1,db2:5433`. `port` is that of those that name none. */
  host: textSchema
    .trim()
    .min(1)
    .max(1_000)
    .refine(
      (hosts) => databaseHosts(hosts, 1) !== undefined,
      'write db1, or several servers as db1,db2:5433, at most 8',
    ),
  port: z.int().min(1).max(65_535),
  database: textSchema.min(1).max(63),
  user: textSchema.min(1).max(63),
  password: textSchema.max(1_000),
  tls: z.enum(['verify', 'encrypt', 'off']),
  /** Path of a PEM file with the root certificate, where the system does not know it. */
  caFile: textSchema.min(1).optional(),
});
export type ConnectionSettings = z.infer<typeof connectionSettingsSchema>;

/** One finding of the doctor. `code` names the sentence in i18n (`doctor.<code>`), `params` fill it in. */
export const doctorFindingSchema = z.object({
  code: z.string(),
  level: z.enum(['ok', 'info', 'warning', 'error']),
  params: z.record(z.string(), z.union([z.string(), z.number()])),
});
export type DoctorFinding = z.infer<typeof doctorFindingSchema>;

export const connectionCalls = {
  'connection.get': query(
    nothing,
    z.object({
      training: z.boolean(),
      /** The saved connection; the password stays in the core. */
      settings: connectionSettingsSchema.omit({ password: true }).nullable(),
    }),
  ),
  /** Checks a connection before it is used; without settings, the one in use. */
  'doctor.run': live({
    input: z.strictObject({ settings: connectionSettingsSchema.optional() }),
    output: z.object({ findings: z.array(doctorFindingSchema) }),
    // It knocks at whatever host it is told.
    roles: EVERYBODY,
  }),
  /** Tries the festival's database at once. */
  'link.retry': local({ input: nothing, output: nothing, roles: ANYONE }),
  /** Uses this festival from now on; null goes back to the training festival. */
  'connection.use': local({
    input: z.strictObject({ settings: connectionSettingsSchema.nullable() }),
    output: nothing,
    roles: TECHNICAL,
  }),
  /**
   * The password of the login in use, where none was saved or the server refuses it: by whoever starts the console. It is
   * tried at once and stays in memory; host and login cannot be changed by it.
   */
  'connection.enterPassword': local({
    input: z.strictObject({ password: textSchema.min(1).max(1_000) }),
    output: nothing,
    roles: ANYONE,
  }),
} as const;
