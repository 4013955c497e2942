import type { Desktop, desktopCalls } from '../../shared/contract/desktop.ts';
import { type Answer, answered, failed } from '../../shared/contract/errors.ts';
import type { HandlersOf } from './handlers.ts';
import type { DesktopPort, Parts } from './parts.ts';

const viewOf = async (desktop: DesktopPort): Promise<Desktop> => ({
  startsAtLogin: desktop.startsAtLogin(),
  updates: await desktop.updates.view(),
});

export const desktopHandlers = ({ desktop }: Parts): HandlersOf<typeof desktopCalls> => {
  /** What only a desktop does, and how it is afterwards. */
  const onDesktop = async (name: string, act: (desktop: DesktopPort) => unknown): Promise<Answer<Desktop>> => {
    if (desktop === undefined) return failed('unknown_call', { name });
    await act(desktop);
    return answered(await viewOf(desktop));
  };
  return {
    'desktop.get': async () => answered(desktop === undefined ? null : await viewOf(desktop)),
    'desktop.setStartsAtLogin': ({ on }) =>
      onDesktop('desktop.setStartsAtLogin', ({ setStartsAtLogin }) => setStartsAtLogin(on)),
    'desktop.setUpdates': (choice) => onDesktop('desktop.setUpdates', ({ updates }) => updates.choose(choice)),
    'desktop.lookForUpdate': () => onDesktop('desktop.lookForUpdate', ({ updates }) => void updates.look()),
    // It takes minutes; events say how far it is.
    'desktop.downloadUpdate': () => onDesktop('desktop.downloadUpdate', ({ updates }) => void updates.download()),
    // Answered before the console ends.
    'desktop.installUpdate': () =>
      onDesktop('desktop.installUpdate', ({ updates }) => {
        updates.install().catch((error: unknown) => console.error('the update was not installed', error));
      }),
  };
};
