import { z } from 'zod';
import { relationTargetSchema } from './database-panel.ts';
import { instantSchema, parsedJsonObject } from './primitives.ts';

/** What can be done to the database. `remedies.sql` decides which of it to what. */
export const MAINTENANCE_KINDS = ['analyze', 'vacuum', 'reindex', 'refresh', 'fillfactor', 'max_connections'] as const;

export const maintenanceSchema = z.strictObject({
  kind: z.enum(MAINTENANCE_KINDS),
  relation: relationTargetSchema.nullable(),
  /** The new value of a setting. */
  value: z.int().nullable(),
});
export type Maintenance = z.infer<typeof maintenanceSchema>;

/** What was done, by whom, and how it was before and after. */
export const maintenanceRunSchema = z.object({
  runId: z.uuid(),
  kind: z.string(),
  target: z.string(),
  operator: z.string(),
  laptop: z.string(),
  byAdministrator: z.boolean(),
  startedAt: instantSchema,
  finishedAt: instantSchema.nullable(),
  outcome: z.enum(['done', 'failed']).nullable(),
  before: parsedJsonObject.nullable(),
  after: parsedJsonObject.nullable(),
  error: z.string().nullable(),
});
export type MaintenanceRun = z.infer<typeof maintenanceRunSchema>;

const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;

/** The statement, as an administrator would type it. */
export const maintenanceStatement = ({ kind, relation, value }: Maintenance): string => {
  const name = relation === null ? '' : `${quoted(relation.schema)}.${quoted(relation.name)}`;
  switch (kind) {
    case 'analyze':
      return `analyze ${name};`;
    case 'vacuum':
      return `vacuum (analyze) ${name};`;
    case 'reindex':
      return `reindex index concurrently ${name};`;
    case 'refresh':
      return 'select refresh_monitoring_views();';
    case 'fillfactor':
      return `alter table ${name} set (fillfactor = ${Number(value)});`;
    case 'max_connections':
      return `alter system set max_connections = ${Number(value)};`;
  }
};
