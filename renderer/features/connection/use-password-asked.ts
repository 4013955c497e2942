import { useSystem } from '../../stores/system.ts';

/** Whether the festival's server wants a password that this laptop does not have. */
export const usePasswordAsked = (): boolean =>
  useSystem(
    ({ status }) =>
      status?.link.state === 'offline' &&
      (status.link.reason === 'password_missing' || status.link.reason === 'password_wrong'),
  );
