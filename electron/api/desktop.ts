import type { desktopCalls } from '../../shared/contract/desktop.ts';
import { answered, failed } from '../../shared/contract/errors.ts';
import type { HandlersOf } from './handlers.ts';
import type { Parts } from './parts.ts';

export const desktopHandlers = ({ desktop }: Parts): HandlersOf<typeof desktopCalls> => ({
  'desktop.get': () => answered(desktop === undefined ? null : { startsAtLogin: desktop.startsAtLogin() }),
  'desktop.setStartsAtLogin': ({ on }) => {
    if (desktop === undefined) return failed('unknown_call', { name: 'desktop.setStartsAtLogin' });
    desktop.setStartsAtLogin(on);
    return answered({ startsAtLogin: desktop.startsAtLogin() });
  },
});
