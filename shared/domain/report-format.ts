import { z } from 'zod';

/** What a report is written as. */
export const REPORT_FORMATS = ['pdf', 'csv', 'json'] as const;
export const reportFormatSchema = z.enum(REPORT_FORMATS);
export type ReportFormat = z.infer<typeof reportFormatSchema>;
