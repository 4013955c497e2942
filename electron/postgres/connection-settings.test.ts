import { describe, expect, it } from 'vitest';
import { isLocalHost, readDatabaseAddress } from '../../shared/contract/database-address.ts';
import { driverOptions, hostsOf, parseDatabaseUrl } from './connection-settings.ts';

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

  it.each([
    ['postgres://u@a:5432,b:5432/f?target_session_attrs=read-write', 'a,b', 5_432, 'f', 'verify'],
    ['postgres://u@a:5433,b/f?sslmode=require', 'a,b:5432', 5_433, 'f', 'encrypt'],
    ['postgres://u@a,[::1]:5433/f', 'a,[::1]:5433', 5_432, 'f', 'verify'],
    ['postgres://u@127.0.0.1:1,127.0.0.1:2/f', '127.0.0.1,127.0.0.1:2', 1, 'f', 'off'],
    ['postgres://u@/f?host=a,b&port=5433,5434', 'a,b:5434', 5_433, 'f', 'verify'],
    ['host=a,b user=u dbname=f', 'a,b', 5_432, 'f', 'verify'],
    [
      "host='a,b' port=5433 user=u dbname='my f' sslmode=disable target_session_attrs=primary",
      'a,b',
      5_433,
      'my f',
      'off',
    ],
  ])('may name several servers: %s', (text, host, port, database, tls) => {
    const settings = parseDatabaseUrl(text);
    expect(settings).toMatchObject({ host, port, database, user: 'u', tls });
    // It is read again from what was saved of it.
    expect(hostsOf(settings)).toHaveLength(2);
  });

  it.each([
    ['postgres://u@a:5432,b:99999/f', /names its servers as "a:5432,b:99999"/],
    ['postgres://u@/f', /names no host/],
    ['postgres://u@a,,b/f', /names its servers as "a,,b"/],
    ['host=a,b,c port=1,2 user=u', /do not match: a,b,c 1,2/],
    ['host=a,b port=x user=u', /names its servers as "a,b x"/],
    ['host=a,b colour=red user=u', /"colour" is no part of a database address/],
    ["host=a,b user='u", /cannot be read behind "user"/],
    ['postgres://u@a,b/f?target_session_attrs=standby', /asks for a server that takes no changes/],
    ['postgres://u@a,b/f?target_session_attrs=fastest', /"fastest" is unknown/],
  ])('of several servers that cannot be used says why: %s', (text, why) => {
    expect(() => parseDatabaseUrl(text)).toThrow(why);
  });

  it('is this machine only by a name or address that never leaves it', () => {
    expect(['localhost', '127.0.0.1', '127.3.2.1', '::1', '/var/run/postgresql'].every(isLocalHost)).toBe(true);
    expect(['127.example.org', 'localhost.example.org', '192.168.1.4', '10.0.0.1'].some(isLocalHost)).toBe(false);
  });
});
