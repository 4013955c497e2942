import { createHash } from 'node:crypto';
import { z } from 'zod';
import { canonicalJson } from '../../../shared/domain/command-body.ts';
import { sha256Schema } from '../../../shared/domain/log.ts';
import {
  type Report,
  type ReportSignature,
  reportSchema,
  reportSignatureSchema,
} from '../../../shared/domain/report.ts';

/** A report with what it is known by: the SHA-256 of its canonical JSON (docs/reports.md, "Hash"). */
export type HashedReport = { readonly report: Report; readonly sha256: string };

export const hashReport = (report: Report): HashedReport => ({
  report,
  sha256: createHash('sha256').update(canonicalJson(report)).digest('hex'),
});

const fileSchema = z.strictObject({
  regie: z.literal('report'),
  version: z.literal(1),
  sha256: sha256Schema,
  /** Null: nobody has signed it as far as whoever wrote the file knew. */
  signature: reportSignatureSchema.nullable(),
  report: reportSchema,
});

/** A report as JSON, in one form: the same data gives the same bytes. */
export const writeReportJson = ({ report, sha256 }: HashedReport, signature: ReportSignature | null): string =>
  `${canonicalJson({ regie: 'report', version: 1, sha256, signature, report })}\n`;

/** A report's file is no report, or not the one whose hash it names. */
export class ReportFileRefused extends Error {
  override readonly name = 'ReportFileRefused';
}

/** @throws ReportFileRefused, which says what is wrong with it */
export const readReportJson = (text: string): HashedReport & { readonly signature: ReportSignature | null } => {
  const parsed = fileSchema.safeParse(jsonOf(text));
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new ReportFileRefused(`no report: ${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}`);
  }
  const { report, sha256, signature } = parsed.data;
  if (hashReport(report).sha256 !== sha256) throw new ReportFileRefused('it is not the report whose hash it names');
  return { report, sha256, signature };
};

const jsonOf = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};
