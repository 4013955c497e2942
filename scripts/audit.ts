import { parseArgs } from 'node:util';
import { verifyAudit } from '../electron/operations/audit/audit-chain.ts';
import { DATABASE_OPTIONS, readDatabaseOption } from '../electron/postgres/database-option.ts';
import { openFestivalDatabase } from '../electron/postgres/pool.ts';
import type { ConnectionSettings } from '../shared/contract/connection.ts';
import { withPassword } from './password.ts';

const USAGE = `Verifies the audit trail of a festival: no row was changed, removed or inserted. Writes nothing.

  npm run audit -- --database postgres://user@host:5432/database [--json]

  The password comes from --password-file FILE (which only you can read), from PGPASSWORD, or is asked for; REGIE_DATABASE
  may hold the whole address. On a command line everybody on the machine could read it.

  Exits with 0 if every row is intact, 1 if the chain is broken (the row is named), 2 if the arguments are invalid or the
  database does not respond.`;

const WORDS = {
  hash: 'was changed after it was written',
  previous_hash: 'does not follow the row before it',
  missing: 'is missing',
  head: 'is not the expected last row',
  witness: 'is not the one that a laptop has seen: history was rewritten or cut off',
} as const;

/** The verdict goes to the standard output; what is wrong with the command itself to the standard error. */
const main = async (args: readonly string[]): Promise<number> => {
  let settings: ConnectionSettings;
  let json: boolean;
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        ...DATABASE_OPTIONS,
        json: { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
    if (values.help) {
      console.log(USAGE);
      return 0;
    }
    const named = readDatabaseOption(values, process.env);
    if (named === undefined) throw new TypeError('--database is missing.');
    json = values.json;
    settings = await withPassword(named);
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : String(error)}\n\n${USAGE}`);
    return 2;
  }
  const database = openFestivalDatabase({ settings, applicationName: 'regie/audit', size: 1 });
  try {
    const verdict = await verifyAudit(database);
    if (json) console.log(JSON.stringify(verdict, null, 2));
    else if (verdict.ok) {
      console.log(
        `Intact: ${verdict.rows} rows up to ${verdict.at}. Head: row ${verdict.head.seq}, ${verdict.head.hash}`,
      );
    } else {
      const { row } = verdict;
      console.log(`BROKEN: row ${verdict.seq} ${WORDS[verdict.what]}. The ${verdict.rows} rows before it are intact.`);
      if (row !== null) console.log(`  ${row.at}  ${row.actor} (${row.laptop}): ${row.action} ${row.subject}`);
    }
    return verdict.ok ? 0 : 1;
  } catch (error) {
    console.error(error instanceof Error ? error.message : String(error));
    return 2;
  } finally {
    await database.close();
  }
};

process.exitCode = await main(process.argv.slice(2));
