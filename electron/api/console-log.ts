import type { consoleLogCalls } from '../../shared/contract/console-log.ts';
import { answered } from '../../shared/contract/errors.ts';
import type { HandlersOf } from './handlers.ts';
import type { Parts } from './parts.ts';

export const consoleLogHandlers = ({ consoleLog }: Parts): HandlersOf<typeof consoleLogCalls> => ({
  'consoleLog.get': async (wanted) => answered(await consoleLog.read(wanted)),
  'consoleLog.export': async () => answered(await consoleLog.forSupport()),
});
