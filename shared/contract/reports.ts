import { z } from 'zod';
import { languageSchema } from '../domain/language.ts';
import { sha256Schema } from '../domain/log.ts';
import { instantSchema } from '../domain/primitives.ts';
import { reportKindSchema, reportSignatureSchema } from '../domain/report.ts';
import { reportFormatSchema } from '../domain/report-format.ts';
import { EVERYBODY, STAFF, SUPERVISORS } from '../domain/rights.ts';
import { command, live, local, nothing, query } from './declare.ts';

/** What a report is known by, without what it says. */
const ofReport = {
  sha256: sha256Schema,
  kind: reportKindSchema,
  from: instantSchema,
  to: instantSchema,
  takenAt: instantSchema,
};

/** A report that somebody has signed, on any laptop. */
export const signedReportSchema = z.object({ ...ofReport, signature: reportSignatureSchema });
export type SignedReport = z.infer<typeof signedReportSchema>;

const madeReportSchema = z.object({
  ...ofReport,
  /** Of the data that it was made of: what `report.sign` names. */
  festivalId: z.uuid(),
  audit: z.object({ seq: z.int(), hash: z.string() }),
  /** Its sums do not agree, or corrections do not hold. */
  differs: z.boolean(),
});
export type MadeReport = z.infer<typeof madeReportSchema>;

const timeSchema = z.string().max(40).nullable();

export const reportCalls = {
  /** Reports that this laptop has, the newest first, and those that were signed on any. */
  'reports.get': query(
    nothing,
    z.object({
      folder: z.string(),
      /** How far the one has come that is being made here; null: none is. */
      progress: z.object({ done: z.int(), parts: z.int() }).nullable(),
      made: z.array(madeReportSchema),
      signed: z.array(signedReportSchema),
    }),
  ),
  /** Makes one; answers when it is there. Times as people write them, by the festival's clocks; null: what the kind is usually of. */
  'report.make': live({
    input: z.strictObject({ kind: reportKindSchema, from: timeSchema, to: timeSchema }),
    output: z.object({ sha256: sha256Schema }),
    roles: STAFF,
  }),
  'report.cancel': local({ input: nothing, output: nothing, roles: STAFF }),
  /** A piece of a report's file, in base64; `next` is null with the last one. */
  'report.file': local({
    input: z.strictObject({
      sha256: sha256Schema,
      format: reportFormatSchema,
      language: languageSchema,
      from: z.int().min(0),
    }),
    output: z.object({ name: z.string(), base64: z.string(), next: z.int().nullable() }),
    roles: EVERYBODY,
  }),
  /** Puts one's name to a report: its hash goes on the audit trail. */
  'report.sign': command({
    input: {
      ...ofReport,
      festivalId: z.uuid(),
      audit: z.strictObject({ seq: z.int().min(0), hash: z.string().max(64) }),
    },
    roles: SUPERVISORS,
    keys: ({ sha256 }) => [`report:${sha256}`],
  }),
} as const;
