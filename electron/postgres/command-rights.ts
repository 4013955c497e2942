import { commandRecords, commandRights } from '../../shared/contract/rights.ts';
import { type Statement, sql } from './sql.ts';

/**
 * Writes who may submit which command, as the contract declares it, to where the database looks it up: what is no longer
 * declared goes, and what is there already stays untouched. Runs in the transaction of a migration, which an older console
 * is refused on the database of a newer one.
 */
export const commandRightsStatement = (): Statement => {
  const rows = commandRights.flatMap(({ command, roles, stepUp }) => roles.map((role) => ({ command, role, stepUp })));
  return sql`/* regie:migrate */
    with declared as (
      select * from unnest(${rows.map(({ command }) => command)}::text[], ${rows.map(({ role }) => role)}::text[],
        ${rows.map(({ stepUp }) => stepUp)}::boolean[]) as declared (command, role, step_up)
    ), undeclared as (
      delete from console.command_rights existing
      where not exists (
        select from declared where declared.command = existing.command and declared.role = existing.role)
    )
    insert into console.command_rights as existing (command, role, step_up)
    select command, role, step_up from declared
    on conflict (command, role) do update set step_up = excluded.step_up where existing.step_up <> excluded.step_up`;
};

/** The same for what the handler of each command may write in its author's name. */
export const commandRecordsStatement = (): Statement => sql`/* regie:migrate */
  with declared as (
    select * from unnest(${commandRecords.map(({ command }) => command)}::text[],
      ${commandRecords.map(({ place }) => place)}::text[], ${commandRecords.map(({ kind }) => kind)}::text[])
      as declared (command, place, kind)
  ), undeclared as (
    delete from console.command_records existing
    where not exists (
      select from declared
      where (declared.command, declared.place, declared.kind) = (existing.command, existing.place, existing.kind))
  )
  insert into console.command_records (command, place, kind) select command, place, kind from declared
  on conflict do nothing`;
