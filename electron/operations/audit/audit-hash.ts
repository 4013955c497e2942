import { createHash } from 'node:crypto';

/** What a row of the audit trail says, each as Postgres writes it; null where the row says nothing. */
export type AuditTexts = readonly (string | null)[];

/** The hash of what comes before the first row. */
export const FIRST_HASH = createHash('sha256').update('regie').digest('hex');

/** The hash of a row over the one before it, as `console.audit_hash` computes it in the database. */
export const auditHash = (previous: string, texts: AuditTexts): string =>
  createHash('sha256').update(Buffer.from(previous, 'hex')).update(JSON.stringify(texts)).digest('hex');
