import type { LinkStatus } from '../../../shared/contract/status.ts';

/** Whether the festival's database answers, as far as this laptop can tell. */
export const isConnected = (link: LinkStatus | undefined): boolean =>
  link?.state === 'online' || link?.state === 'degraded';

/** How the connection to the festival looks: amber where it is slow or something is missing, red where there is none. */
export const linkTone = (link: LinkStatus | undefined): 'good' | 'warn' | 'bad' => {
  if (link?.state === 'degraded') return 'warn';
  if (link?.state !== 'online') return 'bad';
  return link.reason === null ? 'good' : 'warn';
};
