import { type DatabaseHost, databaseHosts, hostName } from '../domain/database-hosts.ts';
import { isThisMachine } from '../domain/this-machine.ts';
import type { ConnectionSettings } from './connection.ts';

/** What is wrong with an address that somebody gave; each has its sentence (`setup.address_<problem>`). */
export const ADDRESS_PROBLEMS = [
  'not_a_url',
  'other_kind',
  'sslmode_unknown',
  'bad_escape',
  'no_host',
  'bad_servers',
  'other_ports',
  'asks_for_replica',
  'attrs_unknown',
  'unreadable_at',
  'word_unknown',
] as const;
export type AddressProblem = (typeof ADDRESS_PROBLEMS)[number];

/** `value`: the part of the address that it is about; never a password. */
export type ReadAddress =
  | { readonly ok: true; readonly settings: ConnectionSettings }
  | { readonly ok: false; readonly problem: AddressProblem; readonly value: string };

export const SSL_MODES = ['disable', 'allow', 'prefer', 'require', 'verify-ca', 'verify-full'] as const;

class BadAddress extends Error {
  readonly problem: AddressProblem;
  readonly value: string;
  constructor(problem: AddressProblem, value = '') {
    super(problem);
    this.problem = problem;
    this.value = value;
  }
}

/**
 * Reads `postgres://user:password@host:port/database?sslmode=…&sslrootcert=…` into settings, as a festival's host shows it, with
 * one host or several (`a:5432,b:5433`), or what libpq takes beside it: `host=a,b port=5432 dbname=festival user=regie`.
 * User and password stay empty where it has none; a place that a host left for the password is none.
 * `sslmode` is read here and never handed to the driver: there it would overwrite the TLS options.
 */
export const readDatabaseAddress = (text: string): ReadAddress => {
  try {
    return { ok: true, settings: settingsIn(text.trim()) };
  } catch (error) {
    if (error instanceof BadAddress) return { ok: false, problem: error.problem, value: error.value };
    throw error;
  }
};

/** An address in its parts: values by libpq's names, and the servers. */
type Address = {
  readonly get: (name: string) => string | undefined;
  readonly hosts: readonly [DatabaseHost, ...DatabaseHost[]];
};

const PORT = 5_432;

const settingsIn = (text: string): ConnectionSettings => {
  const { get, hosts } = /^\w+\s*=/.test(text) ? readWords(text) : readUrl(text);
  const sslmode = get('sslmode') ?? null;
  if (sslmode !== null && !SSL_MODES.some((mode) => mode === sslmode)) throw new BadAddress('sslmode_unknown', sslmode);
  refuseReplicas(get('target_session_attrs'));
  const [first] = hosts;
  const password = get('password') ?? '';
  const caFile = get('sslrootcert');
  const isLocal = hosts.every(({ host }) => isLocalHost(host));
  return {
    host: hosts.map((one) => (one.port === first.port ? one.host : hostName(one))).join(','),
    port: first.port,
    database: get('dbname') || 'postgres',
    user: get('user') ?? '',
    password: /^\[[A-Z_-]+\]$/i.test(password) ? '' : password,
    tls: tlsMode(sslmode, isLocal),
    ...(caFile === undefined ? {} : { caFile }),
  };
};

const readUrl = (text: string): Address => {
  // The URL parser knows one host: a word stands for none, which the query names then, or for several.
  const [, before = '', several, after = ''] =
    /^(\w+:\/\/(?:[^/?#]*@)?)(|[^/?#@]*,[^/?#@]*)((?:[/?#].*)?)$/.exec(text) ?? [];
  const url = URL.parse(several === undefined ? text : `${before}hosts${after}`);
  if (url === null) throw new BadAddress('not_a_url');
  if (url.protocol !== 'postgres:' && url.protocol !== 'postgresql:') throw new BadAddress('other_kind', url.protocol);
  const query = url.searchParams;
  const named = several || query.get('host') || null;
  if (several === '' && named === null) throw new BadAddress('no_host');
  const parts: Readonly<Record<string, string | undefined>> = {
    dbname: decoded(url.pathname.slice(1)),
    user: decoded(url.username),
    password: decoded(url.password),
  };
  const single = {
    host: decoded(url.hostname).replace(/^\[|\]$/g, ''),
    port: url.port === '' ? PORT : Number(url.port),
  };
  if (named === null && single.host === '') throw new BadAddress('no_host');
  return {
    get: (name) => parts[name] ?? query.get(name) ?? undefined,
    hosts: named === null ? [single] : serversOf(decoded(named), several ? null : query.get('port')),
  };
};

/** What libpq ignores where it has nothing to do, or what decides nothing for a console. */
const OTHER_WORDS = ['connect_timeout', 'application_name', 'load_balance_hosts', 'channel_binding', 'gssencmode'];
export const ADDRESS_WORDS = [
  ...['host', 'port', 'dbname', 'user', 'password', 'sslmode', 'sslrootcert', 'target_session_attrs'],
];

const readWords = (text: string): Address => {
  const words = new Map<string, string>();
  const one = /\s*(\w+)\s*=\s*(?:'((?:[^'\\]|\\.)*)'|([^\s']*))\s*/y;
  let before = '';
  while (one.lastIndex < text.length) {
    const found = one.exec(text);
    // Behind which word: what stands there may be a password.
    if (found === null) throw new BadAddress('unreadable_at', before);
    const [, name = '', quoted, plain = ''] = found;
    if (![...ADDRESS_WORDS, ...OTHER_WORDS].includes(name)) throw new BadAddress('word_unknown', name);
    words.set(name, (quoted ?? plain).replace(/\\(.)/g, '$1'));
    before = name;
  }
  const hosts = words.get('host') ?? '';
  if (hosts.trim() === '') throw new BadAddress('no_host');
  return { get: (name) => words.get(name), hosts: serversOf(hosts, words.get('port') ?? null) };
};

/** @param ports one for all, or one for each, separated by commas */
const serversOf = (hosts: string, ports: string | null): Address['hosts'] => {
  const [port = String(PORT), ...more] = (ports || String(PORT)).split(',').map((one) => one.trim());
  const names = hosts.split(',');
  if (more.length > 0 && more.length + 1 !== names.length) throw new BadAddress('other_ports', `${hosts} ${ports}`);
  const named = more.length === 0 ? hosts : names.map((name, index) => `${name}:${[port, ...more][index]}`).join(',');
  const found = databaseHosts(named, /^\d{1,5}$/.test(port) ? Number(port) : 0);
  if (found === undefined) throw new BadAddress('bad_servers', ports === null ? hosts : `${hosts} ${ports}`);
  return found;
};

const refuseReplicas = (attrs: string | undefined): void => {
  if (attrs === undefined || ['any', 'read-write', 'primary'].includes(attrs)) return;
  const asksForReplica = ['read-only', 'standby', 'prefer-standby'].includes(attrs);
  throw new BadAddress(asksForReplica ? 'asks_for_replica' : 'attrs_unknown', attrs);
};

const decoded = (part: string): string => {
  try {
    return decodeURIComponent(part);
  } catch {
    throw new BadAddress('bad_escape');
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
