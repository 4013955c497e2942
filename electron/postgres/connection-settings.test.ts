import { describe, expect, it } from 'vitest';
import { isLocalHost, readDatabaseAddress } from '../../shared/contract/database-address.ts';
import { driverOptions, parseDatabaseUrl } from './connection-settings.ts';

describe('the address of a database', () => {
  it('is read with its name, its password and its default port', () => {
    expect(parseDatabaseUrl('postgres://l%C3%A9a:p%40ss@db.festival.example/festival')).toEqual({
      host: 'db.festival.example',
      port: 5432,
      database: 'festival',
      user: 'léa',
      password: 'p@ss',
      tls: 'verify',
    });
  });

  it.each([
    ['postgres://a:b@db.example/f', 'verify'],
    ['postgres://a:b@db.example/f?sslmode=require', 'encrypt'],
    ['postgres://a:b@db.example/f?sslmode=prefer', 'encrypt'],
    ['postgres://a:b@db.example/f?sslmode=verify-ca', 'verify'],
    ['postgres://a:b@db.example/f?sslmode=disable', 'off'],
    ['postgres://a:b@localhost/f', 'off'],
    ['postgres://a:b@127.0.0.1/f', 'off'],
    ['postgres://a:b@[::1]/f', 'off'],
    ['postgres://a:b@localhost/f?sslmode=verify-full', 'verify'],
  ])('%s uses TLS "%s"', (url, tls) => {
    expect(parseDatabaseUrl(url).tls).toBe(tls);
  });

  it('is taken as a host shows it: with a place for the password, and without a login', () => {
    expect(parseDatabaseUrl(' postgresql://postgres:[YOUR-PASSWORD]@db.example/f\n')).toMatchObject({
      user: 'postgres',
      password: '',
    });
    expect(readDatabaseAddress('postgres://db.example/f')).toMatchObject({ ok: true, settings: { user: '' } });
    expect(readDatabaseAddress('postgres:///f')).toEqual({ ok: false, problem: 'no_host', value: '' });
  });

  it('never hands sslmode to the driver, where it would overwrite the TLS options', () => {
    const options = driverOptions(parseDatabaseUrl('postgres://a:b@db.example/f?sslmode=verify-full'));
    expect(options.ssl).toEqual({ rejectUnauthorized: true });
    expect(options).not.toHaveProperty('connectionString');
  });

  it.each(['', 'festival', 'mysql://a@b/c', 'postgres://a:b@h:99999/f', 'postgres://@h/f', 'postgres://a:%@h/f'])(
    'refuses "%s" with a sentence',
    (text) => {
      expect(() => parseDatabaseUrl(text)).toThrow(/The database address|address/);
    },
  );

  it('is this machine only by a name or address that never leaves it', () => {
    expect(['localhost', '127.0.0.1', '127.3.2.1', '::1', '/var/run/postgresql'].every(isLocalHost)).toBe(true);
    expect(['127.example.org', 'localhost.example.org', '192.168.1.4', '10.0.0.1'].some(isLocalHost)).toBe(false);
  });
});
