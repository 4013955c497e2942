import type { ConnectionSettings, DoctorFinding } from '../../shared/contract/connection.ts';
import type { DoctorCode } from '../../shared/i18n/doctor.ts';

/** The SQLSTATEs that the code asks for by name (Postgres documentation, "Error Codes"). */
export const SQLSTATE = {
  featureNotSupported: '0A000',
  readOnlyTransaction: '25006',
  transactionAborted: '25P02',
  serializationFailure: '40001',
  deadlock: '40P01',
  rightMissing: '42501',
  lockNotAvailable: '55P03',
  queryCanceled: '57014',
} as const;

/**
 * Turns whatever the driver or the network threw into a finding with a sentence (`doctor.<code>`). Every code is an
 * error; the sentences of these codes need no parameters, so that the link can show them by code alone.
 * `settings` only adds what was tried to the parameters, never the password.
 */
export const explainConnectionError = (error: unknown, settings?: ConnectionSettings): DoctorFinding => {
  const facts = factsOf(error);
  const found = classify(facts);
  // Some ways of asking for a password refuse an empty one like any other.
  const code = found === 'password_wrong' && settings?.password === '' ? 'password_missing' : found;
  return {
    code,
    level: 'error',
    params: {
      ...(settings === undefined
        ? {}
        : { host: settings.host, port: settings.port, database: settings.database, user: settings.user }),
      ...(facts.code === '' ? {} : { cause: facts.code }),
      ...(code === 'database_error' || code === 'login_refused' ? { message: firstLine(facts.message) } : {}),
    },
  };
};

/** Whether an error says that the connection is gone or silent, as against a statement that was refused. */
export const isConnectionError = (error: unknown): boolean => {
  const code = classify(factsOf(error));
  return code !== 'database_error' && code !== 'statement_timeout' && code !== 'right_missing';
};

/**
 * Whether the server as a whole is in trouble (out of space or memory, shutting down, read-only after a fail-over), so
 * that every other statement would fail as well. Classes of SQLSTATE: Postgres documentation, "Error Codes".
 */
export const isServerTrouble = (error: unknown): boolean => {
  const { code } = factsOf(error);
  return /^(08|53|57P|58)/.test(code) || code === SQLSTATE.readOnlyTransaction;
};

/** The SQLSTATE of a server's answer, or the code of Node, OpenSSL or SQLite; empty where the error has none. */
export const codeOf = (error: unknown): string =>
  typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : '';

/** The server ended this transaction so that another could go on, and nothing of it was written: try it again at once. */
export const isContention = (error: unknown): boolean => {
  const code = codeOf(error);
  return code === SQLSTATE.serializationFailure || code === SQLSTATE.deadlock;
};

/** As `isContention`, or a lock was not free in time. */
export const isLockedOut = (error: unknown): boolean =>
  isContention(error) || codeOf(error) === SQLSTATE.lockNotAvailable;

/**
 * A statement failed by what it has read, and would again: a value out of range, a cast, a length, a type, or a row that
 * did not fit its schema. Classes of SQLSTATE: Postgres documentation, "Error Codes".
 */
export const isDataError = (error: unknown): boolean =>
  /^(22|23|54|42804|42883)/.test(codeOf(error)) ||
  (error instanceof Error && (error.name === 'FestivalDataError' || error.name === 'ZodError'));

/** What the server or the driver said, its first line, at most 300 characters. */
export const wordsOf = (error: unknown): string => firstLine(factsOf(error).message);

type Facts = { readonly code: string; readonly message: string; readonly syscall: string };

const text = (value: unknown): string => (typeof value === 'string' ? value : '');

/** The code and words of the innermost error that has a code: the driver wraps, and Node joins one error an address. */
const factsOf = (error: unknown): Facts => {
  if (typeof error !== 'object' || error === null) return { code: '', message: String(error), syscall: '' };
  const { code, message, syscall, cause, errors } = error as Record<string, unknown>;
  if (text(code) !== '') return { code: text(code), message: text(message), syscall: text(syscall) };
  const inner = Array.isArray(errors) ? errors[0] : cause;
  const deeper = inner === undefined || inner === error ? undefined : factsOf(inner);
  if (deeper !== undefined && classify(deeper) !== 'database_error') return deeper;
  return { code: '', message: text(message), syscall: '' };
};

const firstLine = (message: string): string => (message.split('\n', 1)[0] ?? '').slice(0, 300);

/** Codes of Node and OpenSSL, and SQLSTATEs (Postgres documentation, "Error Codes"). */
const BY_CODE: Readonly<Record<string, DoctorCode>> = {
  REGIE_NO_PRIMARY: 'no_primary',
  ENOTFOUND: 'host_unknown',
  EAI_AGAIN: 'host_unknown',
  EAI_FAIL: 'host_unknown',
  ECONNREFUSED: 'port_refused',
  EHOSTUNREACH: 'host_unreachable',
  ENETUNREACH: 'host_unreachable',
  ENETDOWN: 'host_unreachable',
  EADDRNOTAVAIL: 'host_unreachable',
  ETIMEDOUT: 'connect_timeout',
  ECONNRESET: 'connection_lost',
  ECONNABORTED: 'connection_lost',
  EPIPE: 'connection_lost',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'tls_certificate_unknown',
  SELF_SIGNED_CERT_IN_CHAIN: 'tls_certificate_unknown',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'tls_certificate_unknown',
  UNABLE_TO_GET_ISSUER_CERT: 'tls_certificate_unknown',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'tls_certificate_unknown',
  CERT_SIGNATURE_FAILURE: 'tls_certificate_unknown',
  CERT_UNTRUSTED: 'tls_certificate_unknown',
  CERT_HAS_EXPIRED: 'tls_certificate_expired',
  CERT_NOT_YET_VALID: 'tls_certificate_expired',
  ERR_TLS_CERT_ALTNAME_INVALID: 'tls_name_mismatch',
  EPROTO: 'tls_failed',
  '28P01': 'password_wrong',
  '28000': 'login_refused',
  '3D000': 'database_unknown',
  [SQLSTATE.rightMissing]: 'right_missing',
  '53300': 'too_many_connections',
  '57014': 'statement_timeout',
  '57P01': 'connection_lost',
  '57P02': 'connection_lost',
  '57P03': 'server_not_ready',
  '57P05': 'connection_lost',
  '25P03': 'connection_lost',
  '08000': 'connection_lost',
  '08003': 'connection_lost',
  '08006': 'connection_lost',
};

/** What only the words tell: the driver's own errors have no code (node-postgres, `client.js` and `connection.js`). */
const BY_WORDS: readonly (readonly [RegExp, DoctorCode])[] = [
  [/does not support SSL/i, 'tls_not_offered'],
  [/error establishing an SSL connection/i, 'tls_failed'],
  [/timeout expired|connection timeout|timeout exceeded when trying to connect/i, 'connect_timeout'],
  [/query read timeout/i, 'answer_timeout'],
  [/connection terminated|not queryable|Client was closed/i, 'connection_lost'],
  [/password must be a (non-empty )?string/i, 'password_missing'],
];

const classify = ({ code, message, syscall }: Facts): DoctorCode => {
  if (syscall === 'open' || syscall === 'read') {
    if (code === 'ENOENT' || code === 'EACCES' || code === 'EISDIR' || code === 'EPERM') return 'ca_file_unreadable';
  }
  // "no pg_hba.conf entry for host …, no encryption": the same server lets us in over TLS.
  if (code === '28000' && /no encryption|SSL off/i.test(message)) return 'tls_required';
  if (/SSL connection is required|SSL required/i.test(message)) return 'tls_required';
  if (/unsupported startup parameter/i.test(message)) return 'pooler_refuses_settings';
  if (/tenant or user not found/i.test(message) || isTenantUnknown(message)) return 'pooler_login';
  const byCode = BY_CODE[code];
  if (byCode !== undefined) return byCode;
  if (code.startsWith('ERR_SSL') || code.startsWith('ERR_OSSL') || code.startsWith('ERR_TLS')) return 'tls_failed';
  return BY_WORDS.find(([words]) => words.test(message))?.[1] ?? 'database_error';
};

/** "tenant/user NAME not found": looked for piece by piece, because the words are a server's. */
const isTenantUnknown = (message: string): boolean => {
  const words = message.toLowerCase();
  const from = words.indexOf('tenant/user ');
  return from !== -1 && words.includes(' not found', from);
};

/** A table, column or right that a statement needs is not there: SQLSTATE class 42. */
export const isSchemaError = (error: unknown): boolean =>
  typeof error === 'object' && error !== null && 'code' in error && /^42/.test(String(error.code));
