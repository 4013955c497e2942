import { z } from 'zod';
import type { FestivalDatabase } from '../postgres/pool.ts';
import { readBuildSchema, readDatabaseSchema, whyUnfit } from '../postgres/schema-state.ts';
import { sql } from '../postgres/sql.ts';

const setupRow = z.object({ festival: z.boolean(), console: z.boolean(), usable: z.boolean() });

/** `ready`, or the doctor's code for what is missing. Asks the catalogue, which every login may read. */
export const readSetup = async (database: FestivalDatabase): Promise<string> => {
  const { schema, ...found } = await database.read(async (tx) => {
    const row = await tx.row(
      setupRow,
      sql`/* regie:setup */
        select to_regclass('public.table_cards') is not null and to_regclass('public.app_transaction_log') is not null as festival,
          exists (select from pg_class c join pg_namespace n on n.oid = c.relnamespace
            where n.nspname = 'console' and c.relname = 'identity') as console,
          coalesce((select has_schema_privilege(oid, 'usage') from pg_namespace where nspname = 'console'), false) as usable`,
    );
    return { ...row, schema: row.console && row.usable ? await readDatabaseSchema(tx) : undefined };
  });
  if (!found.festival) return 'festival_tables_missing';
  if (!found.console) return 'migrations_missing';
  if (schema === undefined) return 'migrations_hidden';
  return whyUnfit(readBuildSchema(), schema) ?? 'ready';
};

/** Which festival this is, wherever its database is reached. */
export const readIdentity = async (database: FestivalDatabase): Promise<string> => {
  const { id } = await database.read((tx) =>
    tx.row(z.object({ id: z.uuid() }), sql`/* regie:setup */ select festival_id::text as id from console.identity`),
  );
  return id;
};
