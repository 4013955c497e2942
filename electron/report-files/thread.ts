import { readFileSync } from 'node:fs';
import type { Language } from '../../shared/domain/language.ts';
import { isFestivalReport, type Report, type ReportHead, type ReportSignature } from '../../shared/domain/report.ts';
import type { ReportFormat } from '../../shared/domain/report-format.ts';
import { serveTasks } from '../lib/thread-tasks.ts';
import { reportFileName, writeReport } from '../operations/reports/formats.ts';
import { reportDiffers } from '../operations/reports/report-differs.ts';
import { hashReport, readReportJson, writeReportJson } from '../operations/reports/report-file.ts';

/* The program of the thread that writes reports and reads them again (report-files.ts). */

/** What the list of reports says of one. */
export type AboutReport = { readonly sha256: string; readonly head: ReportHead; readonly differs: boolean };

const about = (report: Report, sha256: string): AboutReport => ({
  ...{ sha256, head: report.head },
  differs: isFestivalReport(report) && reportDiffers(report),
});

const tasks = {
  /** @returns the file to keep, beside what is in it */
  hash: ({ report }: { report: Report }) => {
    const hashed = hashReport(report);
    return { ...about(report, hashed.sha256), json: writeReportJson(hashed, null) };
  },
  /** @throws ReportFileRefused, or what the file system says */
  about: ({ path }: { path: string }) => {
    const { report, sha256 } = readReportJson(readFileSync(path, 'utf8'));
    return about(report, sha256);
  },
  /** @throws ReportFileRefused, or what the file system says */
  write: async ({ path, ...how }: WriteOrder) => {
    const hashed = readReportJson(readFileSync(path, 'utf8'));
    return { name: reportFileName(hashed, how.format, how.language), bytes: await writeReport(hashed, how) };
  },
};
export type Tasks = typeof tasks;

/** In which form a kept report is written; `path`: where its data is. */
type WriteOrder = {
  readonly path: string;
  readonly format: ReportFormat;
  readonly language: Language;
  readonly signature: ReportSignature | null;
};

serveTasks(tasks);
