import { z } from 'zod';
import type { Clock } from '../../../shared/domain/clock.ts';
import type { Incident } from '../../../shared/domain/incident.ts';
import { idIn } from '../../../shared/domain/row-id.ts';
import type { QueryResult } from '../../../shared/domain/run.ts';
import type { Runbook, RunbookStep } from '../../../shared/domain/runbook.ts';
import { builtinRunbooks } from '../../../shared/runbooks/index.ts';
import type { FestivalDatabase } from '../../postgres/pool.ts';
import { bindNamed } from './named-parameters.ts';
import type { RunbookLibrary } from './runbook-library.ts';

/**
 * Runs a query step of a runbook apart from everything else: read-only, within five seconds, its parameters bound from
 * the event. One that did not come with Regie reads what runbooks are about, and nothing else of the console's.
 * @param incident null: the runbook belongs to no alert, and its queries have no parameters
 * @throws the driver's error when the query fails or the database does not answer.
 */
export const runRunbookQuery = async (
  database: FestivalDatabase,
  options: { incident: Incident | null; step: Extract<RunbookStep, { kind: 'query' }>; clock: Clock },
): Promise<QueryResult> => {
  const statement = bindNamed(options.step.sql, options.incident === null ? {} : parametersOf(options.incident));
  const started = options.clock.monotonic();
  const as = BUILTIN.has(options.step.sql) ? 'console' : 'reader';
  const { columns, rows, truncated, cut } = await database.readForeign(statement, as);
  return {
    columns: [...columns],
    rows: z.array(z.array(z.json())).parse(rows),
    truncated,
    cut,
    at: new Date(options.clock.now()).toISOString(),
    durationMs: Math.round((options.clock.monotonic() - started) * 10) / 10,
  };
};

const queriesIn = (runbooks: readonly Runbook[]): string[] =>
  runbooks.flatMap(({ steps }) => steps.flatMap((step) => (step.kind === 'query' ? [step.sql] : [])));

/** Queries that came with Regie, whoever's run or file names them. */
const BUILTIN: ReadonlySet<string> = new Set(queriesIn(builtinRunbooks));

/** Queries of this laptop's runbooks: those that came with Regie, and of the files that somebody has put here. */
export const queriesOfLibrary = (library: Pick<RunbookLibrary, 'list'>): ReadonlySet<string> =>
  new Set([...BUILTIN, ...queriesIn(library.list().map(({ runbook }) => runbook))]);

const parametersOf = ({ alert: { lead } }: Incident): Readonly<Record<string, unknown>> => {
  return {
    event_id: lead.eventId,
    card_id: lead.cardId,
    transaction_id: lead.transactionId,
    log_id: idIn(lead.facts.log_id),
    occurred_at: lead.occurredAt,
    device: textFact(lead.facts.device_identifier),
    transaction_type: textFact(lead.facts.transaction_type),
    transaction_status: textFact(lead.facts.transaction_status),
  };
};

const textFact = (value: unknown): string | null => (typeof value === 'string' ? value : null);
