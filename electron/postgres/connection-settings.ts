import { readFileSync } from 'node:fs';
import type { PoolConfig } from 'pg';
import { type ConnectionSettings, connectionSettingsSchema } from '../../shared/contract/connection.ts';
import {
  ADDRESS_WORDS,
  type AddressProblem,
  readDatabaseAddress,
  SSL_MODES,
} from '../../shared/contract/database-address.ts';
import { type DatabaseHost, databaseHosts } from '../../shared/domain/database-hosts.ts';

/** What a terminal says of an address that cannot be used; the screen has its own texts. */
const SENTENCES: Readonly<Record<AddressProblem, (value: string) => string>> = {
  not_a_url: () => 'The database address is not a URL. Use postgres://user:password@host:5432/database',
  other_kind: (value) => `The database address begins with "${value}//". Use postgres://user:password@host/database`,
  sslmode_unknown: (value) => `sslmode "${value}" is unknown. Use one of ${SSL_MODES.join(', ')}`,
  bad_escape: () => 'The database address contains a "%" that is not an escape. Write % as %25, @ as %40, / as %2F',
  no_host: () => 'The database address cannot be used: it names no host.',
  bad_servers: (value) =>
    `The database address names its servers as "${value}". Write host:5432, or several as a:5432,b:5432, at most 8`,
  other_ports: (value) =>
    `The database address names servers and ports that do not match: ${value}. Give one port, or one for each`,
  asks_for_replica: (value) =>
    `target_session_attrs "${value}" asks for a server that takes no changes, and Regie makes some. Use read-write, or leave it out`,
  attrs_unknown: (value) => `target_session_attrs "${value}" is unknown. Use read-write, or leave it out`,
  unreadable_at: (value) =>
    `The database address cannot be read behind "${value}". Write host=a,b port=5432 dbname=festival user=regie`,
  word_unknown: (value) => `"${value}" is no part of a database address. Use ${ADDRESS_WORDS.join(', ')}`,
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

/** The servers that settings name; the first one stands for all of them where one is enough. */
export const hostsOf = ({
  host,
  port,
}: Pick<ConnectionSettings, 'host' | 'port'>): readonly [DatabaseHost, ...DatabaseHost[]] =>
  databaseHosts(host, port) ?? [{ host, port }];

/**
 * The one place that turns settings into the driver's options.
 * @param server of those that the settings name; which of several takes writes is found by servers.ts
 * @throws Error when the CA file cannot be read.
 */
export const driverOptions = (
  settings: ConnectionSettings,
  server: DatabaseHost = hostsOf(settings)[0],
): PoolConfig => ({
  host: server.host,
  port: server.port,
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
