import { randomUUID } from 'node:crypto';
import type pg from 'pg';
import { rowId } from '../../shared/domain/row-id.ts';
import { insertEvent } from './alerts.ts';
import type { TestDatabase } from './database.ts';
import { festivalOf } from './festival.ts';
import { signedBody } from './submit.ts';

/** The answer of console.apply_correction as Postgres gives it. */
export type CorrectionAnswer = {
  readonly outcome: 'applied' | 'already_applied' | 'stale' | 'refused';
  readonly code?: string;
  readonly [more: string]: unknown;
};

export type Correction = {
  operationId: string;
  cardId: string | null;
  kind: string | null;
  cardDelta: string | null;
  ledgerDelta: string | null;
  seenActual: string | null;
  seenExpected: string | null;
  eventId: string | null;
  original: string | null;
  reason: string | null;
  operator: string | null;
  approver: string | null;
  undoes: string | null;
};

/** A correction that gives 5.00 back to a card of 10.00 whose history says 15.00; change what the test is about. */
export const aCorrection = (cardId: string, changes: Partial<Correction> = {}): Correction => ({
  operationId: randomUUID(),
  cardId,
  kind: 'restore_card',
  cardDelta: '5.00',
  ledgerDelta: '0',
  seenActual: '10.00',
  seenExpected: '15.00',
  eventId: null,
  original: null,
  reason: 'taken by a failed order',
  operator: 'Léa',
  approver: null,
  undoes: null,
  ...changes,
});

/** What no amount of cents can say goes as it is, so that the database has to refuse it. */
const centsOf = (amount: string | null): number | string | null => {
  if (amount === null) return null;
  return Number.isFinite(Number(amount)) ? Number((Number(amount) * 100).toFixed(6)) : amount;
};

/** The command that its author signs for it. */
export const correctionCommand = (correction: Correction): ReturnType<typeof signedBody> =>
  signedBody(
    correction.operator ?? '',
    'correction.apply',
    {
      cardId: correction.cardId,
      kind: correction.kind,
      cardDeltaCents: centsOf(correction.cardDelta),
      ledgerDeltaCents: centsOf(correction.ledgerDelta),
      seenActualCents: centsOf(correction.seenActual),
      seenExpectedCents: centsOf(correction.seenExpected),
      eventId: correction.eventId === null ? null : rowId(correction.eventId),
      originalTransaction: correction.original,
      reason: correction.reason,
      approver: correction.approver,
      ...(correction.undoes === null ? {} : { undoes: correction.undoes }),
    },
    correction.operationId,
  );

/** Sends it as the console does: its author's command is taken and done in one transaction. */
export const applyCorrection = async (client: pg.ClientBase, correction: Correction): Promise<CorrectionAnswer> => {
  const { operationId, body, keyId, proof } = correctionCommand(correction);
  const { rows } = await client.query<{ answer: CorrectionAnswer }>(
    `with taken as (select console.take_command($1, $4, $2) as answer)
     select case when taken.answer #>> '{outcome,error,code}' = 'operation_reused'
         then jsonb_build_object('outcome', 'refused', 'code', 'operation_reused')
         else console.apply_correction($3) end as answer
     from taken`,
    [body, proof, operationId, keyId],
  );
  const [row] = rows;
  if (row === undefined) throw new Error('apply_correction returned no row');
  return row.answer;
};

/** The cards, failed orders and alerts that corrections are about, by the names that the database's functions take. */
export const correctionWorld = ({ admin }: TestDatabase) => {
  const festival = festivalOf({ admin });
  let made = 0;
  return {
    /** A card with a balance and a history that says `expected`. */
    card: async (actual: string | null, expected: string): Promise<string> => {
      made += 1;
      await festival.wrongCard(`card-${made}`, { actual, expected });
      return `card-${made}`;
    },
    /** A failed order that is in the log; `transactionId` false leaves it NULL as old rows are. Returns its names. */
    failedOrder: async (
      card: string,
      transactionId = true,
    ): Promise<{ logId: string; transactionId: string | null }> => {
      const logId = await festival.log({
        ...{ card, type: 'bar_order', status: 'failed', amount: 5, previous: 15, next: 10 },
        ...(transactionId ? {} : { transactionId: null }),
      });
      return { logId: String(logId), transactionId: await festival.transactionIdOf(logId) };
    },
    /** An event with its alert; `incident` links it to another. */
    event: async (
      cardId: string | null,
      { incident, ...options }: { algorithm?: string; status?: string; incident?: string } = {},
    ): Promise<string> =>
      String(
        await insertEvent(
          { admin },
          {
            ...{ cardId, eventType: 'balance_discrepancy', ...options },
            ...(incident === undefined ? {} : { incidentId: rowId(incident) }),
          },
        ),
      ),
  };
};
