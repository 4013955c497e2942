import { parseArgs } from 'node:util';
import { type Reconciliation, reconcile } from '../electron/operations/corrections/reconcile.ts';
import { openFestivalDatabase } from '../electron/postgres/pool.ts';
import { COMMAND_OPTIONS, namedDatabase, runCommand } from './command.ts';
import { withPassword } from './password.ts';

const USAGE = `Checks what holds for the money of a festival: corrections, the transaction log, the audit trail, proposals,
undos and receipts against each other. Writes nothing.

  npm run reconcile -- --database postgres://user@host:5432/database [--json]

  The password comes from --password-file FILE (which only you can read), from PGPASSWORD, or is asked for; REGIE_DATABASE
  may hold the whole address. On a command line everybody on the machine could read it.

  Exits with 0 if all of it holds, 1 if something does not (it is said with the rows, at most 100 of each kind), 2 if the
  arguments are invalid or the database could not be read.`;

const report = ({ ok, at, corrections, auditRows, cards, broken }: Reconciliation): string => {
  const ledgers = cards === 0 && corrections > 0 ? 'no ledger, which is being counted' : `${cards} ledgers of cards`;
  const looked = `${corrections} corrections, ${auditRows} rows of the audit trail, ${ledgers}, as of ${at}`;
  if (ok) return `Reconciles: ${looked}.`;
  const lines = broken.flatMap(({ invariant, says, count, rows }) => [
    `BROKEN: ${invariant}: ${says} ${count === 1 ? 'Not so in 1 row:' : `Not so in ${count} rows:`}`,
    ...rows.map(({ row, why }) => `  ${row}: ${why}`),
    ...(count > rows.length ? [`  … and ${count - rows.length} more`] : []),
  ]);
  return [...lines, `Does not reconcile: ${looked}.`].join('\n');
};

const read = async (args: string[]) => {
  const { values } = parseArgs({
    args,
    options: { ...COMMAND_OPTIONS, json: { type: 'boolean', default: false } },
  });
  return values.help ? undefined : { settings: await withPassword(namedDatabase(values)), json: values.json };
};

await runCommand(USAGE, read, async ({ settings, json }) => {
  const database = openFestivalDatabase({ settings, applicationName: 'regie/reconcile', size: 1 });
  try {
    const found = await reconcile(database);
    console.log(json ? JSON.stringify(found, null, 2) : report(found));
    return found.ok ? 0 : 1;
  } catch (error) {
    console.error(error instanceof Error ? error.message : String(error));
    return 2;
  } finally {
    await database.close();
  }
});
