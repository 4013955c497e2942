import { v7 as uuid } from 'uuid';
import type { databaseCalls } from '../../shared/contract/database.ts';
import { answered, failed } from '../../shared/contract/errors.ts';
import { highLoadSchema } from '../../shared/domain/high-load.ts';
import { readMaintenanceRuns, runMaintenance } from '../operations/database/maintenance.ts';
import type { HandlersOf } from './handlers.ts';
import type { Parts } from './parts.ts';
import { whenReachable } from './reachable.ts';
import { submitNow } from './submit.ts';

export const databaseHandlers = (parts: Parts): HandlersOf<typeof databaseCalls> => ({
  'database.get': () => answered(parts.festival().databaseWatch.panels()),
  'database.look': ({ group }) =>
    whenReachable(parts, async () => answered(await parts.festival().databaseWatch.look(group))),
  'database.runs': () =>
    whenReachable(parts, async () => answered(await readMaintenanceRuns(parts.festival().database))),
  'database.highLoad': () =>
    answered({
      load: parts.festival().cache.get('high load', highLoadSchema) ?? null,
      environment: parts.festival().environmentIntervals,
    }),
  'database.maintain': ({ administrator, ...wanted }) =>
    whenReachable(parts, async () => {
      const signatory = parts.session.signatory();
      if (signatory === null) return failed('not_signed_in');
      const console = parts.training()?.consoleSettings ?? parts.connection.get();
      if (console === null) return failed('offline');
      const runId = uuid();
      const started = await submitNow(parts, signatory, {
        name: 'database.startMaintenance',
        input: { operationId: runId, ...wanted, byAdministrator: administrator !== null },
      });
      if (!started.ok) return started;
      return runMaintenance({
        ...{ database: parts.festival().database, runId, wanted },
        // The same server, and no other: a password is typed for the one that is shown.
        settings: { ...console, ...(administrator ?? {}) },
        applicationName: `regie/${parts.session.get().laptop}`,
      });
    }),
});
