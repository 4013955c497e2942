import { z } from 'zod';
import type { SignedReport } from '../../../shared/contract/reports.ts';
import { reportKindSchema } from '../../../shared/domain/report.ts';
import type { Transaction } from '../../postgres/pool.ts';
import { instantColumn } from '../../postgres/rows.ts';
import { sql } from '../../postgres/sql.ts';

const signedRow = z.object({
  sha256: z.string(),
  kind: reportKindSchema,
  from_at: instantColumn,
  to_at: instantColumn,
  taken_at: instantColumn,
  signed_by: z.string(),
  role: z.string(),
  laptop: z.string(),
  signed_at: instantColumn,
});

/** Reports that were signed, the newest first. */
export const readSigned = async (tx: Transaction): Promise<SignedReport[]> => {
  const rows = await tx.rows(
    signedRow,
    // By reports_signed_idx.
    sql`/* regie:report */
      select sha256, kind, from_at, to_at, taken_at, signed_by, role, laptop, signed_at
      from console.reports order by signed_at desc limit 200`,
  );
  return rows.map((row) => ({
    ...{ sha256: row.sha256, kind: row.kind, from: row.from_at, to: row.to_at, takenAt: row.taken_at },
    signature: { by: row.signed_by, role: row.role, laptop: row.laptop, at: row.signed_at },
  }));
};
