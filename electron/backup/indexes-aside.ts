import { z } from 'zod';
import type { CopySession } from '../postgres/copy.ts';
import { sql } from '../postgres/sql.ts';
import { qualified } from './contents.ts';
import type { BackupTable } from './file-format.ts';

const asideRow = z.object({ drop: z.string(), create: z.string() });

/**
 * Takes foreign keys and indexes off tables that are about to be filled, but for keys: made once over all rows they take a
 * fraction of what they take row by row.
 * @returns makes them again as they were. What does not fit a foreign key or a unique index is refused then
 */
export const takeIndexesOff = async (
  session: CopySession,
  tables: readonly Pick<BackupTable, 'schema' | 'name'>[],
): Promise<() => Promise<void>> => {
  const aside = await session.rows(
    asideRow,
    // Foreign keys go first and come last: they need the indexes of what they refer to.
    sql`/* regie:restore */
      with filled as (select unnest(${tables.map(qualified)}::text[])::regclass as oid)
      select format('alter table %s drop constraint %I', c.conrelid::regclass, c.conname) as drop,
        format('alter table %s add constraint %I %s', c.conrelid::regclass, c.conname, pg_get_constraintdef(c.oid))
          as create, 1 as place, c.conname as name
      from pg_constraint c join filled on filled.oid = c.conrelid
      where c.contype = 'f'
      union all
      select format('drop index %s', i.indexrelid::regclass), pg_get_indexdef(i.indexrelid), 2, r.relname
      from pg_index i join filled on filled.oid = i.indrelid join pg_class r on r.oid = i.indexrelid
      where not exists (select from pg_constraint c where c.conindid = i.indexrelid and c.contype in ('p', 'u', 'x'))
      order by place, name`,
  );
  const runAll = async (statements: readonly string[]): Promise<void> => {
    if (statements.length > 0) await session.run(`/* regie:restore */ ${statements.join(';\n')}`);
  };
  await runAll(aside.map((one) => one.drop));
  return () => runAll(aside.map((one) => one.create).reverse());
};
