import { describe, expect, it } from 'vitest';
import { doctorTexts } from '../../shared/i18n/doctor.ts';
import { explainConnectionError, isConnectionError } from './postgres-errors.ts';

const failure = (facts: Record<string, unknown>, message = 'x') => Object.assign(new Error(message), facts);
const codeOf = (error: unknown) => explainConnectionError(error).code;

describe('what a connection error means', () => {
  it.each<[unknown, string]>([
    [failure({ code: 'ENOTFOUND' }), 'host_unknown'],
    [failure({ code: 'EAI_AGAIN' }), 'host_unknown'],
    [failure({ code: 'EHOSTUNREACH' }), 'host_unreachable'],
    [failure({ code: 'ETIMEDOUT' }), 'connect_timeout'],
    [failure({ code: '53300' }), 'too_many_connections'],
    [failure({ code: '57P03' }, 'the database system is starting up'), 'server_not_ready'],
    [failure({ code: '57P01' }), 'connection_lost'],
    [failure({ code: '28000' }, 'role "x" is not permitted to log in'), 'login_refused'],
    [failure({ code: '28000' }, 'no pg_hba.conf entry for host "1.2.3.4", user "a", no encryption'), 'tls_required'],
    [failure({ code: '28000' }, 'no pg_hba.conf entry for host "1.2.3.4", user "a", SSL encryption'), 'login_refused'],
    [failure({ code: '08P01' }, 'unsupported startup parameter: statement_timeout'), 'pooler_refuses_settings'],
    [failure({ code: 'XX000' }, 'Tenant or user not found'), 'pooler_login'],
    [failure({ code: 'CERT_HAS_EXPIRED' }), 'tls_certificate_expired'],
    [failure({ code: 'ERR_SSL_WRONG_VERSION_NUMBER' }), 'tls_failed'],
    [failure({ code: 'ENOENT', syscall: 'open' }), 'ca_file_unreadable'],
    [new Error('Connection terminated unexpectedly'), 'connection_lost'],
    [new Error('Connection terminated due to connection timeout'), 'connect_timeout'],
    [new Error('Query read timeout'), 'answer_timeout'],
    [new Error('outer', { cause: failure({ code: 'ECONNRESET' }) }), 'connection_lost'],
    [new AggregateError([failure({ code: 'ECONNREFUSED' })]), 'port_refused'],
    [failure({ code: '42P01' }, 'relation does not exist'), 'database_error'],
    ['a word', 'database_error'],
    [undefined, 'database_error'],
  ])('%s', (error, code) => {
    expect(codeOf(error)).toBe(code);
    expect(doctorTexts.en).toHaveProperty(code);
  });

  it('never carries the password', () => {
    const settings = {
      host: 'h',
      port: 1,
      database: 'd',
      user: 'u',
      password: 'secret',
      tls: 'off' as const,
    };
    expect(JSON.stringify(explainConnectionError(failure({ code: '28P01' }), settings))).not.toContain('secret');
  });

  it('tells a lost connection from a refused statement', () => {
    expect(isConnectionError(failure({ code: 'ECONNRESET' }))).toBe(true);
    expect(isConnectionError(new Error('Query read timeout'))).toBe(true);
    for (const code of ['42P01', '42501', '57014', '40001', '23505']) {
      expect(isConnectionError(failure({ code })), code).toBe(false);
    }
  });
});
