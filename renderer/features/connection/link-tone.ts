import type { LinkStatus } from '../../../shared/contract/status.ts';

/** How the connection to the festival looks: amber where it answers and something is missing, red where it does not. */
export const linkTone = (link: LinkStatus | undefined): 'good' | 'warn' | 'bad' => {
  if (link?.state !== 'online') return 'bad';
  return link.reason === null ? 'good' : 'warn';
};
