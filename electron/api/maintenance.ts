import { answered, failed } from '../../shared/contract/errors.ts';
import { type maintenanceCalls, maintenanceSchema } from '../../shared/contract/maintenance.ts';
import { codeOf, SQLSTATE } from '../lib/postgres-errors.ts';
import { previewRetention } from '../operations/maintenance/maintenance-view.ts';
import type { HandlersOf } from './handlers.ts';
import type { Parts } from './parts.ts';
import { whenReachable } from './reachable.ts';

export const maintenanceHandlers = (parts: Parts): HandlersOf<typeof maintenanceCalls> => ({
  'maintenance.get': () => {
    const { cache, backups } = parts.festival();
    return answered({
      festival: cache.get('maintenance', maintenanceSchema) ?? null,
      laptop: { folder: backups.folder, progress: backups.progress(), files: backups.files() },
    });
  },
  'maintenance.previewRetention': ({ days }) =>
    whenReachable(parts, async () => {
      try {
        return answered(await previewRetention(parts.festival().database, days));
      } catch (error) {
        if (codeOf(error) === SQLSTATE.queryCanceled) return failed('retention_uncounted');
        throw error;
      }
    }),
  'backup.make': ({ passphrase }) =>
    whenReachable(parts, async () => {
      const operator = parts.session.operator();
      if (operator === null) return failed('not_signed_in');
      return parts.festival().backups.make(operator, passphrase);
    }),
  'backup.cancel': () => {
    parts.festival().backups.cancel();
    return answered({});
  },
  'backup.verify': ({ name, passphrase }) => parts.festival().backups.verify(name, passphrase),
});
