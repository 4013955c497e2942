import type { connectionCalls } from '../../shared/contract/connection.ts';
import { answered, failed } from '../../shared/contract/errors.ts';
import { examine } from '../postgres/doctor.ts';
import type { HandlersOf } from './handlers.ts';
import type { Parts } from './parts.ts';

export const connectionHandlers = (parts: Parts): HandlersOf<typeof connectionCalls> => ({
  'connection.get': () => {
    const settings = parts.connection.get();
    if (settings === null) return answered({ training: true, settings: null });
    const { password: _, ...shown } = settings;
    return answered({ training: false, settings: shown });
  },
  'connection.use': async ({ settings }) => {
    const used = await parts.connection.use(settings);
    if (!used.ok) return used;
    if (settings !== null) parts.setup.done();
    return answered({});
  },
  'connection.enterPassword': ({ password }) => parts.festival().enterPassword(password),
  'doctor.run': async ({ settings }) => {
    const examined = settings ?? parts.training()?.consoleSettings ?? parts.connection.get();
    if (examined === null || examined === undefined) return failed('not_found');
    return answered({ findings: await examine(examined, { clock: parts.clock }) });
  },
  'link.retry': () => {
    parts.festival().retry();
    return answered({});
  },
});
