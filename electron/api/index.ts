import { type CallName, calls, isCallName } from '../../shared/contract/calls.ts';
import { type Answer, failed, type RegieError } from '../../shared/contract/errors.ts';
import { problemOf } from '../../shared/domain/input-problem.ts';
import { unstorableIn } from '../../shared/domain/plain-text.ts';
import { isUnbounded } from '../lib/bounded-json.ts';
import type { Log } from '../lib/log.ts';
import { isSchemaError, wordsOf } from '../lib/postgres-errors.ts';
import { alertHandlers } from './alerts.ts';
import { auditHandlers } from './audit.ts';
import { cardHandlers } from './cards.ts';
import { carriedHandlers } from './carried.ts';
import { checklistHandlers } from './checklists.ts';
import { connectionHandlers } from './connection.ts';
import { consoleLogHandlers } from './console-log.ts';
import { correctionHandlers, prepareCorrections } from './corrections.ts';
import { databaseHandlers } from './database.ts';
import { desktopHandlers } from './desktop.ts';
import { detectorHandlers, prepareDetectors } from './detectors.ts';
import { drillHandlers } from './drills.ts';
import { escalationHandlers } from './escalation.ts';
import type { Handlers } from './handlers.ts';
import { handoverHandlers } from './handover.ts';
import { healthHandlers } from './health.ts';
import { historyHandlers } from './history.ts';
import { laptopHandlers } from './laptops.ts';
import { logHandlers, prepareLog } from './log.ts';
import { maintenanceHandlers } from './maintenance.ts';
import { monitoringHandlers } from './monitoring.ts';
import { operatorHandlers } from './operators.ts';
import { outboxHandlers } from './outbox.ts';
import { outsideHandlers } from './outside.ts';
import { overviewHandlers } from './overview.ts';
import type { Parts } from './parts.ts';
import { registerHandlers } from './register.ts';
import { reportHandlers } from './reports.ts';
import { prepareRunbooks, runbookHandlers } from './runbooks.ts';
import { sessionHandlers } from './session.ts';
import { setupHandlers } from './setup.ts';
import { statusHandlers } from './status.ts';
import { commandHandlers } from './submit.ts';
import { prepareTeam, teamHandlers } from './team.ts';
import { trainingHandlers } from './training.ts';
import { transactionWordHandlers } from './words.ts';

/** Answers every call of the contract from the parts of the core. */
export const createHandlers = (parts: Parts): Handlers => ({
  ...alertHandlers(parts),
  ...auditHandlers(parts),
  ...cardHandlers(parts),
  ...carriedHandlers(parts),
  ...checklistHandlers(parts),
  ...connectionHandlers(parts),
  ...consoleLogHandlers(parts),
  ...correctionHandlers(parts),
  ...databaseHandlers(parts),
  ...maintenanceHandlers(parts),
  ...desktopHandlers(parts),
  ...detectorHandlers(parts),
  ...drillHandlers(parts),
  ...escalationHandlers(parts),
  ...handoverHandlers(parts),
  ...healthHandlers(parts),
  ...historyHandlers(parts),
  ...laptopHandlers(parts),
  ...logHandlers(parts),
  ...monitoringHandlers(parts),
  ...operatorHandlers(parts),
  ...outboxHandlers(parts),
  ...outsideHandlers(parts),
  ...overviewHandlers(parts),
  ...reportHandlers(parts),
  ...registerHandlers(parts),
  ...runbookHandlers(parts),
  ...sessionHandlers(parts),
  ...setupHandlers(parts),
  ...statusHandlers(parts),
  ...teamHandlers(parts),
  ...trainingHandlers(parts),
  ...transactionWordHandlers(parts),
  ...commandHandlers(parts, {
    ...prepareCorrections(parts),
    ...prepareDetectors(),
    ...prepareLog(parts),
    ...prepareRunbooks(parts),
    ...prepareTeam(),
  }),
});

/**
 * Answers calls by name. Unknown names and inputs that do not fit are refused with what was wrong; an error that a
 * handler did not foresee is logged and answered as `internal`, or, where a table of the festival is not what it was, with
 * the server's words for that. Never rejects.
 */
export const createApi = (
  handlers: Handlers,
  /** `refusal`: why whoever is signed in may not make this call; undefined where they may. */
  { refusal, log }: { refusal: (name: CallName) => RegieError | undefined; log: Log },
) => ({
  call: async (name: string, input: unknown): Promise<Answer<unknown>> => {
    if (!isCallName(name)) return failed('unknown_call', { name: name.slice(0, 100) });
    try {
      // Nothing is looked at that nobody here may ask for.
      const refused = refusal(name);
      if (refused !== undefined) return { ok: false, error: refused };
      if (isUnbounded(input)) return failed('bad_input', { call: name, where: '', problem: 'wrong_format', limit: '' });
      const unstorable = unstorableIn(input);
      if (unstorable !== undefined) {
        return failed('bad_input', { call: name, where: unstorable, problem: 'not_storable', limit: '' });
      }
      const parsed = calls[name].input.safeParse(input);
      if (!parsed.success) return failed('bad_input', { call: name, ...problemOf(parsed.error.issues[0]) });
      // The pair of name and parsed input is one entry of the contract; the compiler cannot follow it through the table.
      const handler = handlers[name] as (value: unknown) => Promise<Answer<unknown>> | Answer<unknown>;
      return await handler(parsed.data);
    } catch (error) {
      log.error('a call failed', { call: name, error });
      return isSchemaError(error) ? failed('festival_tables_changed', { message: wordsOf(error) }) : failed('internal');
    }
  },
});
