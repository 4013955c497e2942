import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { verifyAudit } from '../electron/operations/audit/audit-chain.ts';
import { hasLogEntry, verifyLog } from '../electron/operations/log/log-verify.ts';
import { readDatabaseOption } from '../electron/postgres/database-option.ts';
import { type FestivalDatabase, openFestivalDatabase } from '../electron/postgres/pool.ts';
import { COMMAND_OPTIONS, namedDatabase, runCommand } from './command.ts';
import { withPassword } from './password.ts';

const USAGE = `Verifies the audit trail of a festival: no row was changed, removed or inserted. Writes nothing.

  npm run audit -- --database postgres://user@host:5432/database [--json]
  npm run audit -- --log FILE [--database …] [--json]

  --log verifies an incident log that was exported as JSON Lines: by the file alone, and with --database also that the
  festival still has the entry in which it ends.

  The password comes from --password-file FILE (which only you can read), from PGPASSWORD, or is asked for; REGIE_DATABASE
  may hold the whole address. On a command line everybody on the machine could read it.

  Exits with 0 if every row is intact, 1 if the chain is broken (the row is named), 2 if the arguments are invalid, the file
  cannot be read or the database does not respond.`;

const WORDS = {
  hash: 'was changed after it was written',
  previous_hash: 'does not follow the row before it',
  missing: 'is missing',
  head: 'is not the expected last row',
  witness: 'is not the one that a laptop has seen: history was rewritten or cut off',
} as const;

const LOG_WORDS = {
  hash: 'was changed after it was written, or follows another entry',
  missing: 'does not follow the entry before it',
  beginning: 'is the first entry, and does not follow the beginning of a log',
  end: 'should be the end of the log: entries are missing, or it was cut off',
  unreadable: 'is no line of an exported log',
} as const;

/** @returns what the command exits with */
const auditLog = async (file: string, database: FestivalDatabase | null, json: boolean): Promise<number> => {
  const verdict = await verifyLog(
    createInterface({ input: createReadStream(file), crlfDelay: Number.POSITIVE_INFINITY }),
  );
  const inFestival = verdict.ok && database !== null ? await hasLogEntry(database, verdict.head) : null;
  if (json) console.log(JSON.stringify({ ...verdict, ...(inFestival === null ? {} : { inFestival }) }, null, 2));
  else if (!verdict.ok) console.log(`BROKEN: line ${verdict.line} ${LOG_WORDS[verdict.what]}.`);
  else {
    const { entries, from, head } = verdict;
    console.log(`Intact: ${entries} entries from number ${from}. Head: entry ${head.number}, ${head.hash}`);
    if (inFestival !== null)
      console.log(inFestival ? 'The festival has it.' : 'BROKEN: the festival has another entry there.');
  }
  return verdict.ok && inFestival !== false ? 0 : 1;
};

const read = async (args: string[]) => {
  const { values } = parseArgs({
    args,
    options: {
      ...COMMAND_OPTIONS,
      json: { type: 'boolean', default: false },
      log: { type: 'string' },
    },
  });
  if (values.help) return undefined;
  const { log, json } = values;
  const named = log === undefined ? namedDatabase(values) : readDatabaseOption(values, process.env);
  return { settings: named === undefined ? null : await withPassword(named), log, json };
};

await runCommand(USAGE, read, async ({ settings, log, json }) => {
  const database =
    settings === null ? null : openFestivalDatabase({ settings, applicationName: 'regie/audit', size: 1 });
  try {
    if (log !== undefined) return await auditLog(log, database, json);
    if (database === null) return 2;
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
    await database?.close();
  }
});
