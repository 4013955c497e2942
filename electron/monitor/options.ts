import { isIP } from 'node:net';
import { isPrivateAddress } from '../../shared/domain/escalation.ts';
import type { Config } from '../config.ts';
import { isToken, TOKEN_RULE } from './token.ts';

/** What lets watchers ask from outside, on a command line. */
export const MONITOR_OPTIONS = {
  'monitor-port': { type: 'string' },
  'monitor-address': { type: 'string' },
} as const;

type Given = { readonly [Option in keyof typeof MONITOR_OPTIONS]?: string | undefined };

/**
 * What the command line and the environment say of those who watch from outside. Token and heartbeat's address are secrets:
 * they come from the environment, never from a command line, and are removed from it, so that no child process gets them.
 * @throws TypeError with a sentence for whoever typed it
 */
export const readOutsideOptions = (
  given: Given,
  environment: Record<string, string | undefined>,
): Pick<Config, 'monitor' | 'heartbeatUrl'> => {
  const { REGIE_MONITOR_TOKEN: token = '', REGIE_HEARTBEAT_URL: heartbeatUrl = '' } = environment;
  delete environment.REGIE_MONITOR_TOKEN;
  delete environment.REGIE_HEARTBEAT_URL;
  if (heartbeatUrl !== '' && !isPrivateAddress(heartbeatUrl)) {
    throw new TypeError('REGIE_HEARTBEAT_URL must begin with https://; http:// is for this machine alone.');
  }
  return {
    ...(heartbeatUrl === '' ? {} : { heartbeatUrl }),
    ...readMonitor(given, token),
  };
};

const readMonitor = (
  { 'monitor-port': portText, 'monitor-address': given }: Given,
  token: string,
): Pick<Config, 'monitor'> => {
  const address = given ?? '127.0.0.1';
  if (portText === undefined) {
    if (given !== undefined) throw new TypeError('--monitor-address is for --monitor-port N.');
    return {};
  }
  const port = /^\d{1,5}$/.test(portText) ? Number(portText) : Number.NaN;
  if (!(port <= 65_535)) throw new TypeError(`--monitor-port must be a number from 0 to 65535, not "${portText}".`);
  if (isIP(address) === 0) throw new TypeError(`--monitor-address must be an IP address, not "${address}".`);
  if (token !== '' && !isToken(token)) throw new TypeError(`REGIE_MONITOR_TOKEN must have ${TOKEN_RULE}.`);
  return { monitor: { port, address, ...(token === '' ? {} : { token }) } };
};
