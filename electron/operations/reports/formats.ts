import type { Language } from '../../../shared/domain/language.ts';
import type { ReportSignature } from '../../../shared/domain/report.ts';
import type { ReportFormat } from '../../../shared/domain/report-format.ts';
import { localOf } from '../../../shared/domain/zoned-time.ts';
import { reportDocument } from '../../../shared/i18n/report-document.ts';
import { reportPdf } from './pdf/report-pdf.ts';
import { reportCsvZip } from './report-csv.ts';
import { type HashedReport, writeReportJson } from './report-file.ts';

/** A report as a file: the same report, signature and language give the same bytes, on every host. */
export const writeReport = async (
  hashed: HashedReport,
  options: { readonly format: ReportFormat; readonly language: Language; readonly signature: ReportSignature | null },
): Promise<Uint8Array> => {
  const { format, language, signature } = options;
  switch (format) {
    case 'json':
      return new TextEncoder().encode(writeReportJson(hashed, signature));
    case 'csv':
      return reportCsvZip(reportDocument(hashed, signature, language));
    case 'pdf':
      return reportPdf(reportDocument(hashed, signature, language), { createdAt: hashed.report.head.takenAt });
  }
};

/** `regie-final-2026-07-03-a1b2c3d4-en.pdf`: by its hash, so that no report takes the place of another. */
export const reportFileName = ({ report, sha256 }: HashedReport, format: ReportFormat, language: Language): string => {
  const { kind, from, timeZone } = report.head;
  const name = `regie-${kind}-${localOf(Date.parse(from), timeZone).slice(0, 10)}-${sha256.slice(0, 8)}`;
  return format === 'json' ? `${name}.json` : `${name}-${language}.${format === 'csv' ? 'csv.zip' : 'pdf'}`;
};
