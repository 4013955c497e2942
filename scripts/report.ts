import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { explainConnectionError } from '../electron/lib/postgres-errors.ts';
import { reportFileName, writeReport } from '../electron/operations/reports/formats.ts';
import { makeReport, type ReportOrder } from '../electron/operations/reports/make-report.ts';
import { RangeRefused } from '../electron/operations/reports/range.ts';
import { hashReport } from '../electron/operations/reports/report-file.ts';
import { examine } from '../electron/postgres/doctor.ts';
import { openFestivalDatabase } from '../electron/postgres/pool.ts';
import type { ConnectionSettings } from '../shared/contract/connection.ts';
import { isTimeZone } from '../shared/domain/festival-settings.ts';
import { LANGUAGES, type Language } from '../shared/domain/language.ts';
import { REPORT_KINDS } from '../shared/domain/report.ts';
import { REPORT_FORMATS, type ReportFormat } from '../shared/domain/report-format.ts';
import { fill } from '../shared/i18n/fill.ts';
import { reportErrorTexts } from '../shared/i18n/report-errors.ts';
import { endedByInterrupt } from './backup-sentence.ts';
import { COMMAND_OPTIONS, namedDatabase, runCommand } from './command.ts';
import { withPassword } from './password.ts';
import { line } from './sentences.ts';

const USAGE = `Makes a report of a festival from one snapshot of its database (docs/reports.md). Writes nothing there.

  npm run report -- --kind final --format pdf,csv,json --lang fr --out FOLDER --database postgres://user@host:5432/database

  --kind      ${REPORT_KINDS.join(', ')}
  --from, --to  2026-07-03, 2026-07-03T18:00 by the festival's clocks, or 2026-07-03T16:00:00Z; the end is not included.
              Left out: the day or the week of today, the festival until now, the last 30 days for a review
  --format    one or more of ${REPORT_FORMATS.join(', ')} (csv is a zip of one file for each table); all of them if left out
  --lang      ${LANGUAGES.join(' or ')} (en)
  --out       where the files go (.)
  --time-zone whose days are counted where the festival has set none; this machine's if left out

  The password comes from --password-file FILE (which only you can read), from PGPASSWORD, or is asked for; REGIE_DATABASE
  may hold the whole address. On a command line everybody on the machine could read it.

  Exits with 0 if the files are there, 1 if not, 2 if the arguments are invalid. Nothing replaces another file.`;

type Order = {
  readonly settings: ConnectionSettings;
  readonly order: ReportOrder;
  readonly formats: readonly ReportFormat[];
  readonly language: Language;
  readonly folder: string;
  readonly timeZone: string;
};

const oneOf = <Value extends string>(option: string, given: string, known: readonly Value[]): Value => {
  const found = known.find((value) => value === given);
  if (found === undefined) throw new TypeError(`--${option} must be one of ${known.join(', ')}.`);
  return found;
};

const read = async (args: string[]): Promise<Order | undefined> => {
  const { values } = parseArgs({
    args,
    options: {
      ...COMMAND_OPTIONS,
      kind: { type: 'string' },
      from: { type: 'string' },
      to: { type: 'string' },
      format: { type: 'string', default: REPORT_FORMATS.join(',') },
      lang: { type: 'string', default: 'en' },
      out: { type: 'string', default: '.' },
      'time-zone': { type: 'string', default: Intl.DateTimeFormat().resolvedOptions().timeZone },
    },
  });
  if (values.help) return undefined;
  const named = namedDatabase(values);
  if (values.kind === undefined) throw new TypeError('--kind is missing.');
  if (!isTimeZone(values['time-zone'])) throw new TypeError(`--time-zone: there is no ${values['time-zone']}.`);
  return {
    order: { kind: oneOf('kind', values.kind, REPORT_KINDS), from: values.from ?? null, to: values.to ?? null },
    formats: [...new Set(values.format.split(','))].map((format) => oneOf('format', format, REPORT_FORMATS)),
    language: oneOf('lang', values.lang, LANGUAGES),
    ...{ folder: resolve(values.out), timeZone: values['time-zone'] },
    settings: await withPassword(named),
  };
};

await runCommand(USAGE, read, async ({ settings, order, formats, language, folder, timeZone }) => {
  const signal = endedByInterrupt();
  const database = openFestivalDatabase({ settings, applicationName: 'regie/report', size: 1, closeGraceMs: 0 });
  // What runs in the database ends with its connection.
  signal.addEventListener('abort', () => void database.close());
  try {
    const report = await makeReport({
      ...{ database, order, timeZone, signal },
      examine: () => examine(settings, { clock: { now: Date.now, monotonic: () => performance.now() } }),
      onProgress: ({ done, parts }) => {
        if (process.stderr.isTTY) process.stderr.write(`\r${done} of ${parts} parts${done === parts ? '\n' : ''}`);
      },
    });
    const hashed = hashReport(report);
    mkdirSync(folder, { recursive: true });
    for (const format of formats) {
      const path = join(folder, reportFileName(hashed, format, language));
      if (existsSync(path)) throw new Error(`${path} is there already.`);
      writeFileSync(path, await writeReport(hashed, { format, language, signature: null }), { flag: 'wx' });
      console.log(path);
    }
    console.log(
      `Data as of ${report.head.takenAt}, SHA-256 ${hashed.sha256}. Not signed: a supervisor does that on the screen Reports.`,
    );
    return 0;
  } catch (error) {
    console.error(signal.aborted ? '✖ Interrupted; nothing more was written.' : sentenceOf(error, settings));
    return 1;
  } finally {
    await database.close();
  }
});

function sentenceOf(error: unknown, settings: ConnectionSettings): string {
  if (error instanceof RangeRefused) return `✖ ${fill(reportErrorTexts.en[error.code], error.params)}`;
  const explained = explainConnectionError(error, settings);
  if (explained.code !== 'database_error') return line(explained, 'en');
  return `✖ ${error instanceof Error ? error.message : String(error)}`;
}
