import { describe, expect, it } from 'vitest';
import { OptionsError, readHostOptions } from '../host-options.ts';

const read = (argv: readonly string[], environment: Record<string, string | undefined> = {}) => {
  const { config } = readHostOptions([...argv, '--data-dir', '/tmp/x'], environment, '0.0.0');
  return { monitor: config.monitor, heartbeatUrl: config.heartbeatUrl };
};
const TOKEN = 'a-token-of-some-length-42';

describe('those who watch from outside', () => {
  it('have nothing unless somebody asks for it', () => {
    expect(read([])).toEqual({ monitor: undefined, heartbeatUrl: undefined });
  });

  it('ask on this machine, unless another address is named', () => {
    expect(read(['--monitor-port', '9464']).monitor).toEqual({ port: 9464, address: '127.0.0.1' });
    expect(read(['--monitor-port', '0', '--monitor-address', '0.0.0.0']).monitor).toEqual({
      ...{ port: 0, address: '0.0.0.0' },
    });
  });

  it('have their secrets in the environment, where no child process finds them afterwards', () => {
    const environment = { REGIE_MONITOR_TOKEN: TOKEN, REGIE_HEARTBEAT_URL: 'https://hc.example/ping/1', HOME: '/' };
    expect(read(['--monitor-port', '9464'], environment)).toEqual({
      monitor: { port: 9464, address: '127.0.0.1', token: TOKEN },
      heartbeatUrl: 'https://hc.example/ping/1',
    });
    expect(environment).toEqual({ HOME: '/' });
    expect(read([], { REGIE_HEARTBEAT_URL: 'http://127.0.0.1:8000/ping' }).heartbeatUrl).toContain('127.0.0.1');
  });

  it.each([
    [['--monitor-port', '70000'], {}, '--monitor-port must be a number from 0 to 65535'],
    [['--monitor-port', 'x'], {}, '--monitor-port must be a number'],
    [['--monitor-port', '1', '--monitor-address', 'booth'], {}, '--monitor-address must be an IP address'],
    [['--monitor-address', '0.0.0.0'], {}, '--monitor-address is for --monitor-port'],
    [['--monitor-port', '1'], { REGIE_MONITOR_TOKEN: 'short' }, 'REGIE_MONITOR_TOKEN must have from 20'],
    [['--monitor-port', '1'], { REGIE_MONITOR_TOKEN: `${TOKEN}\nx` }, 'REGIE_MONITOR_TOKEN must have from 20'],
    [[], { REGIE_HEARTBEAT_URL: 'http://hc.example/ping' }, 'REGIE_HEARTBEAT_URL must begin with https://'],
    [[], { REGIE_HEARTBEAT_URL: 'ping' }, 'REGIE_HEARTBEAT_URL must begin with https://'],
  ] as const)('%j with %j is refused in a sentence that gives no secret away', (argv, environment, words) => {
    try {
      read(argv, { ...environment });
      expect.unreachable();
    } catch (error) {
      expect(error).toBeInstanceOf(OptionsError);
      expect(String(error)).toContain(words);
      for (const secret of Object.values(environment)) expect(String(error)).not.toContain(secret);
    }
  });
});
