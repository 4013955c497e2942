import { readFileSync } from 'node:fs';
import type { PoolConfig } from 'pg';
import { type ConnectionSettings, connectionSettingsSchema } from '../../shared/contract/connection.ts';
import { isThisMachine } from '../../shared/domain/this-machine.ts';

/**
 * Reads `postgres://user:password@host:port/database?sslmode=…&sslrootcert=…` into settings.
 * `sslmode` is read here and never handed to the driver: there it would overwrite the TLS options.
 * @throws TypeError with a sentence for the operator when the address cannot be used.
 */
export const parseDatabaseUrl = (text: string): ConnectionSettings => {
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    throw new TypeError('The database address is not a URL. Use postgres://user:password@host:5432/database');
  }
  if (url.protocol !== 'postgres:' && url.protocol !== 'postgresql:') {
    throw new TypeError(
      `The database address begins with "${url.protocol}//". Use postgres://user:password@host/database`,
    );
  }
  const sslmode = url.searchParams.get('sslmode');
  const known = ['disable', 'allow', 'prefer', 'require', 'verify-ca', 'verify-full'];
  if (sslmode !== null && !known.includes(sslmode)) {
    throw new TypeError(`sslmode "${sslmode}" is unknown. Use one of ${known.join(', ')}`);
  }
  const host = decoded(url.hostname).replace(/^\[|\]$/g, '');
  const caFile = url.searchParams.get('sslrootcert');
  const parsed = connectionSettingsSchema.safeParse({
    host,
    port: url.port === '' ? 5432 : Number(url.port),
    database: decoded(url.pathname.slice(1)) || 'postgres',
    user: decoded(url.username),
    password: decoded(url.password),
    tls: tlsMode(sslmode, isLocalHost(host)),
    ...(caFile === null ? {} : { caFile }),
  });
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw new TypeError(`The database address cannot be used: ${issue?.path.join('.')}: ${issue?.message}`);
  }
  return parsed.data;
};

const decoded = (part: string): string => {
  try {
    return decodeURIComponent(part);
  } catch {
    throw new TypeError(
      'The database address contains a "%" that is not an escape. Write % as %25, @ as %40, / as %2F',
    );
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

/**
 * The one place that turns settings into the driver's options.
 * @throws Error when the CA file cannot be read.
 */
export const driverOptions = (settings: ConnectionSettings): PoolConfig => ({
  host: settings.host,
  port: settings.port,
  database: settings.database,
  user: settings.user,
  password: settings.password,
  ssl:
    settings.tls === 'off'
      ? false
      : {
          rejectUnauthorized: settings.tls === 'verify',
          ...(settings.caFile === undefined ? {} : { ca: readFileSync(settings.caFile, 'utf8') }),
        },
});
