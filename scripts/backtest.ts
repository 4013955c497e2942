import { parseArgs } from 'node:util';
import { z } from 'zod';
import { backtestThresholds } from '../electron/engine/backtest/backtest.ts';
import { detectorNamed, parseThresholds } from '../electron/engine/thresholds.ts';
import { DATABASE_OPTIONS, readDatabaseOption } from '../electron/postgres/database-option.ts';
import { openFestivalDatabase } from '../electron/postgres/pool.ts';
import type { BacktestReport } from '../shared/contract/detectors.ts';
import type { InputProblem } from '../shared/domain/input-problem.ts';
import { toNumeric } from '../shared/domain/money.ts';
import { problemTexts } from '../shared/i18n/problems.ts';
import { withPassword } from './password.ts';

/**
 * Evaluates recorded history with other thresholds, and writes nothing:
 *
 *   npm run backtest -- --database postgres://… --hours 24 --set consecutive_failures.count=4 [--set …] [--json]
 */
const USAGE = 'Usage: npm run backtest -- --database URL --hours 24 --set <detector>.<threshold>=<number> [--json]';

const fail = (message: string): never => {
  console.error(message);
  process.exit(2);
};

const explain = ({ where, problem, limit }: InputProblem): string =>
  `${where}: ${problemTexts.en[problem].replace('{{limit}}', String(limit))}`;

const readOptions = () => {
  try {
    return parseArgs({
      options: {
        ...DATABASE_OPTIONS,
        hours: { type: 'string', default: '24' },
        set: { type: 'string', multiple: true, default: [] },
        json: { type: 'boolean', default: false },
      },
    }).values;
  } catch (error) {
    return fail(`${error instanceof Error ? error.message : String(error)}\n${USAGE}`);
  }
};

const values = readOptions();
const named = (() => {
  try {
    return readDatabaseOption(values, process.env);
  } catch (error) {
    return fail(error instanceof Error ? error.message : String(error));
  }
})();
const festival = named ?? fail(`--database is missing.\n${USAGE}`);
const hours = z.coerce.number().positive().max(720).safeParse(values.hours);
if (!hours.success) fail(`--hours must be a number from 0 to 720, not "${values.hours}".`);
if (values.set.length === 0) fail(`--set is missing.\n${USAGE}`);

/** The thresholds of each detector that is named. */
const wanted = new Map<string, Record<string, number>>();
for (const set of values.set) {
  const parts =
    /^([a-z_]+)\.([a-zA-Z]+)=(-?[\d.]+)$/.exec(set) ?? fail(`--set "${set}" is not <detector>.<threshold>=<number>.`);
  const [, algorithm = '', name = '', value = ''] = parts;
  wanted.set(algorithm, { ...wanted.get(algorithm), [name]: Number(value) });
}

const database = openFestivalDatabase({
  settings: await withPassword(festival),
  applicationName: 'regie/backtest',
  size: 2,
});

const print = (report: BacktestReport): void => {
  const { present, proposed, missed, added } = report;
  const euros = (amount: number): string => `${toNumeric(amount as BacktestReport['missed']['amountCents'])} EUR`;
  console.log(
    [
      `${report.algorithm} with ${JSON.stringify(report.thresholds)}, ${report.from} to ${report.to}:`,
      `  ${report.transactions} transactions and ${report.scans} scans read`,
      `  would have found ${proposed.found} (${proposed.resolved} resolved, ${proposed.falsePositive} false positives, ${proposed.open} open), ${euros(proposed.amountCents)}, ${proposed.alertsPerHour} an hour, ${proposed.perOperator} a person in ten minutes of the busiest hour`,
      `  now finds ${present.found} (${present.resolved} resolved, ${present.falsePositive} false positives, ${present.open} open), ${euros(present.amountCents)}, ${present.alertsPerHour} an hour, ${present.perOperator} a person in ten minutes of the busiest hour`,
      `  would have missed ${missed.found} (${missed.resolved} resolved, ${missed.falsePositive} false positives), ${euros(missed.amountCents)}`,
      `  would have added ${added.found}, ${euros(added.amountCents)}`,
      ...report.examples
        .slice(0, 10)
        .map(
          (one) =>
            `    ${one.change} ${one.at} ${one.cardId ?? ''} ${one.amountCents === null ? '' : euros(one.amountCents)} ${one.status}`,
        ),
    ].join('\n'),
  );
};

try {
  const reports: BacktestReport[] = [];
  for (const [algorithm, proposed] of wanted) {
    const detector = detectorNamed(algorithm) ?? fail(`There is no detector "${algorithm}".`);
    if (detector.input !== 'arrivals') {
      fail(`${algorithm} compares current balances; past balances are not recorded, so it cannot be backtested.`);
    }
    const parsed = parseThresholds(detector, proposed);
    const thresholds = parsed.ok ? parsed.thresholds : fail(`${algorithm}.${explain(parsed.problem)}`);
    if (detector.input !== 'arrivals') continue;
    reports.push(await backtestThresholds({ database, detector, thresholds, hours: hours.data ?? 24 }));
  }
  if (values.json) console.log(JSON.stringify(reports));
  else for (const report of reports) print(report);
} catch (error) {
  fail(`The history could not be read: ${error instanceof Error ? error.message : String(error)}`);
} finally {
  await database.close();
}
