import { isThisMachine } from '../domain/this-machine.ts';
import type { ConnectionSettings } from './connection.ts';

/** What is wrong with an address that somebody gave; each has its sentence (`setup.address_<problem>`). */
export const ADDRESS_PROBLEMS = ['not_a_url', 'other_kind', 'sslmode_unknown', 'bad_escape', 'no_host'] as const;
export type AddressProblem = (typeof ADDRESS_PROBLEMS)[number];

/** `value`: the part of the address that it is about; never a password. */
export type ReadAddress =
  | { readonly ok: true; readonly settings: ConnectionSettings }
  | { readonly ok: false; readonly problem: AddressProblem; readonly value: string };

export const SSL_MODES = ['disable', 'allow', 'prefer', 'require', 'verify-ca', 'verify-full'] as const;

class BadEscape extends Error {}

/**
 * Reads `postgres://user:password@host:port/database?sslmode=…&sslrootcert=…` into settings, as a festival's host shows it.
 * User and password stay empty where it has none; a place that a host left for the password is none.
 * `sslmode` is read here and never handed to the driver: there it would overwrite the TLS options.
 */
export const readDatabaseAddress = (text: string): ReadAddress => {
  const url = URL.parse(text.trim());
  if (url === null) return { ok: false, problem: 'not_a_url', value: '' };
  if (url.protocol !== 'postgres:' && url.protocol !== 'postgresql:') {
    return { ok: false, problem: 'other_kind', value: url.protocol };
  }
  const sslmode = url.searchParams.get('sslmode');
  if (sslmode !== null && !SSL_MODES.some((mode) => mode === sslmode)) {
    return { ok: false, problem: 'sslmode_unknown', value: sslmode };
  }
  const caFile = url.searchParams.get('sslrootcert');
  try {
    const host = decoded(url.hostname).replace(/^\[|\]$/g, '');
    if (host === '') return { ok: false, problem: 'no_host', value: '' };
    const password = decoded(url.password);
    return {
      ok: true,
      settings: {
        host,
        port: url.port === '' ? 5_432 : Number(url.port),
        database: decoded(url.pathname.slice(1)) || 'postgres',
        user: decoded(url.username),
        password: /^\[[A-Z_-]+\]$/i.test(password) ? '' : password,
        tls: tlsMode(sslmode, isLocalHost(host)),
        ...(caFile === null ? {} : { caFile }),
      },
    };
  } catch (error) {
    if (error instanceof BadEscape) return { ok: false, problem: 'bad_escape', value: '' };
    throw error;
  }
};

const decoded = (part: string): string => {
  try {
    return decodeURIComponent(part);
  } catch {
    throw new BadEscape();
  }
};

/** Whether a host is this machine, so that plain text never leaves it. A path is a Unix socket. */
export const isLocalHost = (host: string): boolean => isThisMachine(host) || host.startsWith('/');

/** Without a word about TLS: verified TLS, except on this machine. */
const tlsMode = (sslmode: string | null, local: boolean): ConnectionSettings['tls'] => {
  if (sslmode === null) return local ? 'off' : 'verify';
  if (sslmode === 'disable') return 'off';
  return sslmode === 'verify-ca' || sslmode === 'verify-full' ? 'verify' : 'encrypt';
};
