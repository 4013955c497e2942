import { type Zippable, zipSync } from 'fflate';
import { csvRow } from '../../../shared/domain/csv.ts';
import {
  type DocumentFact,
  type DocumentTable,
  type ReportDocument,
  rawOf,
} from '../../../shared/domain/report-document.ts';

/** A spreadsheet recognises UTF-8 by it. */
const BYTE_ORDER_MARK = '\uFEFF';

/**
 * A report as CSV files, one for each table and one for the single figures, by their names. Texts that a spreadsheet would compute
 * stay texts; numbers are numbers, amounts in euros, times in UTC.
 */
export const reportCsvFiles = (document: ReportDocument): ReadonlyMap<string, string> =>
  new Map([
    ['figures-of-report.csv', factsCsv(document)],
    ...document.sections.flatMap(({ tables }) => tables.map((table) => [`${table.id}.csv`, tableCsv(table)] as const)),
  ]);

const factsCsv = ({ title, subtitle, signed, facts, sections }: ReportDocument): string => {
  const row =
    (section: string) =>
    ({ id, label, cell }: DocumentFact): string =>
      csvRow([section, id, label, rawOf(cell)]);
  return [
    `${BYTE_ORDER_MARK}${csvRow(['section', 'figure', 'name', 'value'])}`,
    csvRow(['report', 'title', '', title]),
    csvRow(['report', 'period', '', subtitle]),
    csvRow(['report', 'signed', '', signed.sentence]),
    ...facts.map(row('report')),
    ...sections.flatMap(({ id, paragraphs, facts: figures }) => [
      ...paragraphs.map((sentence) => csvRow([id, 'sentence', '', sentence])),
      ...figures.map(row(id)),
    ]),
  ].join('');
};

const tableCsv = ({ columns, rows, note }: DocumentTable): string =>
  [
    `${BYTE_ORDER_MARK}${csvRow(columns.map(({ id }) => id))}`,
    ...rows.map((row) => csvRow(row.map(rawOf))),
    // Whoever adds up a column must know that rows are missing.
    ...(note === null || rows.length === 0 ? [] : [csvRow([note])]),
  ].join('');

/** The oldest time that a zip file can say, by every clock: the same data gives the same bytes wherever it is written. */
const LONG_AGO = new Date(1980, 0, 1);

/** The same as one file. */
export const reportCsvZip = (document: ReportDocument): Uint8Array => {
  const files: Zippable = {};
  const encoder = new TextEncoder();
  for (const [name, text] of reportCsvFiles(document)) files[name] = [encoder.encode(text), { mtime: LONG_AGO }];
  return zipSync(files, { level: 6 });
};
