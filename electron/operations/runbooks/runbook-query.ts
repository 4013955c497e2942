import { z } from 'zod';
import type { Clock } from '../../../shared/domain/clock.ts';
import type { Incident } from '../../../shared/domain/incident.ts';
import type { QueryResult } from '../../../shared/domain/run.ts';
import type { RunbookStep } from '../../../shared/domain/runbook.ts';
import type { FestivalDatabase } from '../../postgres/pool.ts';
import { bindNamed } from './named-parameters.ts';

const QUERY_TIMEOUT_MS = 5_000;
const ROWS_KEPT = 200;

/**
 * Runs a query step of a runbook: read-only, within five seconds, its parameters bound from the event.
 * @param incident null: the runbook belongs to no alert, and its queries have no parameters
 * @throws the driver's error when the query fails or the database does not answer.
 */
export const runRunbookQuery = async (
  database: FestivalDatabase,
  options: { incident: Incident | null; step: Extract<RunbookStep, { kind: 'query' }>; clock: Clock },
): Promise<QueryResult> => {
  const statement = bindNamed(options.step.sql, options.incident === null ? {} : parametersOf(options.incident));
  const started = options.clock.monotonic();
  const { columns, rows } = await database.read((tx) => tx.table(statement), { statementTimeoutMs: QUERY_TIMEOUT_MS });
  return {
    columns,
    rows: z.array(z.array(z.json())).parse(rows.slice(0, ROWS_KEPT)),
    truncated: rows.length > ROWS_KEPT,
    at: new Date(options.clock.now()).toISOString(),
    durationMs: Math.round((options.clock.monotonic() - started) * 10) / 10,
  };
};

const parametersOf = ({ alert: { lead } }: Incident): Readonly<Record<string, unknown>> => {
  const logId = z.coerce.number().int().safeParse(lead.facts.log_id);
  return {
    event_id: lead.eventId,
    card_id: lead.cardId,
    transaction_id: lead.transactionId,
    log_id: logId.success ? logId.data : null,
    occurred_at: lead.occurredAt,
    device: textFact(lead.facts.device_identifier),
    transaction_type: textFact(lead.facts.transaction_type),
  };
};

const textFact = (value: unknown): string | null => (typeof value === 'string' ? value : null);
