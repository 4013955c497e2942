import { z } from 'zod';
import { openFestivalDatabase } from '../../electron/postgres/pool.ts';
import { openSession } from '../../electron/postgres/session.ts';
import { sql } from '../../electron/postgres/sql.ts';
import { connectAs } from '../../electron/testing/connect.ts';
import type { ConnectionSettings } from '../../shared/contract/connection.ts';
import { type Attack, refused } from './attack.ts';

/**
 * A login may change its own role: what its next connections begin with. Where laptops share one, that is everybody's.
 */
const OWN_SETTINGS: Readonly<Record<string, string>> = {
  search_path: 'pg_temp, mine',
  role: 'regie_console',
  default_transaction_isolation: 'serializable',
  row_security: 'off',
  statement_timeout: '1',
  lock_timeout: '1',
  idle_in_transaction_session_timeout: '1',
  timezone: 'Asia/Kolkata',
  datestyle: 'SQL, DMY',
  intervalstyle: 'sql_standard',
  bytea_output: 'escape',
  client_encoding: 'LATIN1',
  standard_conforming_strings: 'off',
  extra_float_digits: '-15',
  transform_null_equals: 'on',
};

export const ownRoleAttacks: readonly Attack[] = [
  {
    name: 'what a shared login sets for its own role reaches no console that connects afterwards',
    run: async ({ login }) => {
      const client = await connectAs(login);
      const reached: string[] = [];
      try {
        for (const [name, value] of Object.entries(OWN_SETTINGS)) {
          await client
            .query(`alter role current_user set ${name} = ${name === 'search_path' ? value : `'${value}'`}`)
            .catch((error: unknown) => reached.push(`${name} could not be set: ${error}`));
        }
        reached.push(...(await readAndWrite(login)));
      } finally {
        // Of its own choice the last one would end this one first.
        await client.query('alter role current_user reset all');
        await client.end();
      }
      return reached;
    },
  },
  {
    name: 'it can set nothing for another login, for the consoles’ role or for the database, and become nobody else',
    run: async ({ login, other }) => {
      const client = await connectAs(login);
      try {
        const reached: string[] = [];
        const tries: readonly (readonly [string, string])[] = [
          ['another login’s path', `alter role ${other.user} set search_path = mine`],
          ['another login’s password', `alter role ${other.user} password 'mine'`],
          ['another login’s end', `alter role ${other.user} nologin`],
          ['the consoles’ path', 'alter role regie_console set search_path = mine'],
          ['the owner’s path', 'alter role regie_owner set search_path = mine'],
          ['everybody’s path', 'alter role all set search_path = mine'],
          ['the database’s path', `alter database ${login.database} set search_path = mine`],
          ['the owner’s role', 'set role regie_owner'],
          ['another login’s role', `set role ${other.user}`],
          ['another login’s session', `set session authorization ${other.user}`],
          ['a role of its own', 'create role mine'],
          ['more for itself', 'alter role current_user createrole'],
          ['the consoles’ role for another', `grant regie_console to ${other.user}`],
          ['triggers put aside', `set session_replication_role = 'replica'`],
          ['a path of a function', `alter function console.append_audit reset search_path`],
          ['the rights of a function', `alter function console.append_audit security invoker`],
        ];
        for (const [what, text] of tries) reached.push(...(await refused(client, what, text)));
        return reached;
      } finally {
        await client.end();
      }
    },
  },
];

const settingsRow = z.object({
  role: z.string(),
  path: z.string(),

  strings: z.string(),
  bytes: z.string(),
});
const EXPECTED = { role: 'none', path: 'public, pg_temp', strings: 'on', bytes: 'hex' };

/** As a console that connects now. */
const readAndWrite = async (login: ConnectionSettings): Promise<string[]> => {
  const reached: string[] = [];
  const statement = sql`/* regie:attack */
    select current_setting('role') as role, current_setting('search_path') as path,
      current_setting('standard_conforming_strings') as strings, current_setting('bytea_output') as bytes`;
  const look = (where: string, seen: unknown): void => {
    if (JSON.stringify(seen) !== JSON.stringify(EXPECTED)) reached.push(`${where} begins with ${JSON.stringify(seen)}`);
  };
  const database = openFestivalDatabase({ settings: login, applicationName: 'regie/attack', size: 1 });
  try {
    look('a pool', await database.write((tx) => tx.row(settingsRow, statement)));
    await database.write((tx) =>
      tx.run(sql`/* regie:attack */
        insert into console.cycles (kind, laptop, started_at, duration_ms) values ('attack', 'é€', now(), 1)`),
    );
  } catch (error) {
    reached.push(`a pool could not write: ${error}`);
  } finally {
    await database.close();
  }
  const session = await openSession({ settings: login, applicationName: 'regie/attack' });
  try {
    look('a session', await session.row(settingsRow, statement));
  } catch (error) {
    reached.push(`a session could not read: ${error}`);
  } finally {
    session.destroy();
  }
  return reached;
};
