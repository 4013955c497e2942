import { z } from 'zod';
import { type Trouble, type TroubleFacts, type TroubleKind, troubleSchema } from '../../../shared/domain/troubles.ts';
import type { Transaction } from '../../postgres/pool.ts';
import { idColumn, instantColumn } from '../../postgres/rows.ts';
import { sql } from '../../postgres/sql.ts';

/** What a laptop says of a trouble. Under its operation id it is one report, however often it is sent. */
export type TroubleReport = {
  readonly operationId: string;
  readonly kind: TroubleKind;
  /** A laptop; empty: the whole festival. */
  readonly subject: string;
  /** Who says so. */
  readonly laptop: string;
  /** By the festival's clock. */
  readonly startedAt: string;
  readonly raisedAt: string;
  /** Null: it goes on. */
  readonly endedAt: string | null;
  /** Figures of its sentence. */
  readonly facts: TroubleFacts;
};

const reportedRow = z.object({
  answer: z.union([z.object({ refused: z.string() }), z.object({ eventId: idColumn, open: z.boolean() })]),
});
export type Reported = z.output<typeof reportedRow>['answer'];

/** Raises it, joins the report to the alert that another laptop has raised, or ends it (migrations/functions/troubles.sql). */
export const reportTrouble = async (tx: Transaction, report: TroubleReport): Promise<Reported> => {
  const { operationId, kind, subject, laptop, startedAt, raisedAt, endedAt, facts } = report;
  const { answer } = await tx.row(
    reportedRow,
    sql`/* regie:trouble */
      select console.report_trouble(${operationId}::uuid, ${kind}, ${subject}, ${laptop}, ${startedAt}::timestamptz,
        ${raisedAt}::timestamptz, ${endedAt}::timestamptz, ${JSON.stringify(facts)}::jsonb) as answer`,
  );
  return answer;
};

/** A backup went well, or maintenance was done: whoever noticed that it had not, it is over. @returns whether it was open */
export const endTrouble = async (
  tx: Transaction,
  { kind, laptop }: { readonly kind: 'backup_failed' | 'maintenance_missed'; readonly laptop: string },
): Promise<boolean> =>
  (
    await tx.row(
      z.object({ ended: z.boolean() }),
      sql`/* regie:trouble */ select console.end_trouble(${kind}, '', ${laptop}) as ended`,
    )
  ).ended;

/** Ends what laptops reported that were not seen for ten minutes. */
export const endTroublesOfGone = async (tx: Transaction, laptop: string): Promise<void> => {
  await tx.run(sql`/* regie:trouble */ select console.end_troubles_of_gone(${laptop})`);
};

const troubleRow = z
  .object({ kind: z.string(), subject: z.string(), started_at: instantColumn })
  .transform(({ kind, subject, started_at: startedAt }): Trouble => troubleSchema.parse({ kind, subject, startedAt }));

/** What is wrong with Regie now, as the festival's database has it. */
export const readTroubles = (tx: Transaction): Promise<Trouble[]> =>
  tx.rows(
    troubleRow,
    sql`/* regie:trouble */ select kind, subject, started_at from console.troubles_now order by started_at, kind, subject`,
  );
