import { readFileSync } from 'node:fs';
import type { PoolConfig } from 'pg';
import { type ConnectionSettings, connectionSettingsSchema } from '../../shared/contract/connection.ts';
import { type AddressProblem, readDatabaseAddress, SSL_MODES } from '../../shared/contract/database-address.ts';

/** What a terminal says of an address that cannot be used; the screen has its own texts. */
const SENTENCES: Readonly<Record<AddressProblem, (value: string) => string>> = {
  not_a_url: () => 'The database address is not a URL. Use postgres://user:password@host:5432/database',
  other_kind: (value) => `The database address begins with "${value}//". Use postgres://user:password@host/database`,
  sslmode_unknown: (value) => `sslmode "${value}" is unknown. Use one of ${SSL_MODES.join(', ')}`,
  bad_escape: () => 'The database address contains a "%" that is not an escape. Write % as %25, @ as %40, / as %2F',
  no_host: () => 'The database address cannot be used: it names no host.',
};

/**
 * Reads an address into settings.
 * @throws TypeError with a sentence for the operator when the address cannot be used.
 */
export const parseDatabaseUrl = (text: string): ConnectionSettings => {
  const read = readDatabaseAddress(text);
  if (!read.ok) throw new TypeError(SENTENCES[read.problem](read.value));
  const parsed = connectionSettingsSchema.safeParse(read.settings);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw new TypeError(`The database address cannot be used: ${issue?.path.join('.')}: ${issue?.message}`);
  }
  return parsed.data;
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
