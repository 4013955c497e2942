import { randomUUID } from 'node:crypto';
import type pg from 'pg';
import { commandProof } from '../operations/operators/proof.ts';
import type { TestDatabase } from './database.ts';
import { secretOf } from './operators.ts';

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

/** Sends it as the console does: under an operation that its author has signed, in one transaction. */
export const applyCorrection = async (client: pg.ClientBase, correction: Correction): Promise<CorrectionAnswer> => {
  const { operationId } = correction;
  const operation = { operationId, command: 'correction.apply', contentHash: 'test' };
  const { rows } = await client.query<{ answer: CorrectionAnswer }>(
    `with taken as (
       select case when $11::text is null then '{}'
         else console.take_operation($1, 'correction.apply', 'test', $11, 'booth-1', now(), $13) end as answer
     )
     select console.apply_correction($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, 'booth-1',
      '2026-07-03T21:00:00Z', $14) as answer from taken where taken.answer is not null`,
    [
      correction.operationId,
      correction.cardId,
      correction.kind,
      correction.cardDelta,
      correction.ledgerDelta,
      correction.seenActual,
      correction.seenExpected,
      correction.eventId,
      correction.original,
      correction.reason,
      correction.operator,
      correction.approver,
      commandProof(secretOf(correction.operator ?? ''), operation),
      correction.undoes,
    ],
  );
  const [row] = rows;
  if (row === undefined) throw new Error('apply_correction returned no row');
  return row.answer;
};

/** Builders of what a festival's database holds, written as its administrator. */
export const festivalBuilders = ({ admin }: TestDatabase) => {
  let made = 0;
  const id = async (text: string, values: readonly unknown[]): Promise<string> => {
    const { rows } = await admin.query<{ id: string }>(text, [...values]);
    const [row] = rows;
    if (row === undefined) throw new Error('nothing was inserted');
    return row.id;
  };
  return {
    /** A card with a balance and a history that says `expected`. */
    card: async (actual: string | null, expected: string): Promise<string> => {
      made += 1;
      const cardId = `card-${made}`;
      await admin.query('insert into table_cards (id, amount) values ($1, $2)', [cardId, actual]);
      if (Number(expected) !== 0) {
        await admin.query(
          `insert into app_transaction_log (card_id, transaction_type, status, amount_involved)
           values ($1, case when $2::numeric > 0 then 'checkpoint_recharge' else 'bar_order' end, 'completed', abs($2::numeric))`,
          [cardId, expected],
        );
      }
      return cardId;
    },
    /** A failed order that is in the log; `transactionId` false leaves it NULL as old rows are. Returns its names. */
    failedOrder: async (
      cardId: string,
      transactionId = true,
    ): Promise<{ logId: string; transactionId: string | null }> => {
      const { rows } = await admin.query<{ log_id: string; transaction_id: string | null }>(
        `insert into app_transaction_log
           (transaction_id, card_id, transaction_type, status, amount_involved, previous_balance, new_balance)
         values (case when $2 then gen_random_uuid() end, $1, 'bar_order', 'failed', 5, 15, 10)
         returning log_id, transaction_id`,
        [cardId, transactionId],
      );
      return { logId: rows[0]?.log_id ?? '', transactionId: rows[0]?.transaction_id ?? null };
    },
    /** An event with its alert; `incident` links it to another. */
    event: async (
      cardId: string | null,
      options: { algorithm?: string; status?: string; incident?: string } = {},
    ): Promise<string> => {
      const eventId = await id(
        `insert into monitoring_events (event_type, severity, card_id, detection_algorithm, event_data, status)
         values ('balance_discrepancy', 'CRITICAL', $1, $2, '{}', $3) returning event_id as id`,
        [cardId, options.algorithm ?? 'balance_deduction_on_failure', options.status ?? 'OPEN'],
      );
      await admin.query('insert into console.alerts (event_id, incident_id, occurred_at) values ($1, $2, now())', [
        eventId,
        options.incident ?? eventId,
      ]);
      await admin.query(
        `insert into alert_history (monitoring_event_id, alert_level, alert_message) values ($1, 'CRITICAL', 'test')`,
        [eventId],
      );
      return eventId;
    },
  };
};
