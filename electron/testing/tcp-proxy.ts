import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import type { ConnectionSettings } from '../../shared/contract/connection.ts';

/** A bad network between a console and its server. */
export type TcpProxy = {
  readonly port: number;
  /** The given settings, through this proxy. */
  through(settings: ConnectionSettings): ConnectionSettings;
  /** Bytes pass, for old and new connections. Bytes swallowed before stay lost. */
  forward(): void;
  /** Everything is accepted and swallowed, in both directions, old connections and new: a half-open network. */
  blackhole(): void;
  /** Resets every connection and refuses new ones. */
  cut(): void;
  /** Bytes from the server are held back for so many milliseconds. */
  delay(ms: number): void;
  /** So many bytes a second from the server at most, for each connection. */
  throttle(bytesPerSecond: number): void;
  /** The next connection that sends is reset after so many bytes more: in the middle of a statement. */
  resetAfter(bytes: number): void;
  /** Swallows only what the server answers from now on: statements still arrive. */
  muteServer(): void;
  /** Connections that are open now. */
  open(): number;
  /** Connections that were made in all. */
  made(): number;
  close(): Promise<void>;
};

type Mode = 'forward' | 'blackhole' | 'cut' | 'mute_server';

/** Starts a proxy on 127.0.0.1 in front of `target`. It forwards at first. */
export const createTcpProxy = async (target: { host: string; port: number }): Promise<TcpProxy> => {
  const sockets = new Set<Socket>();
  const pairs = new Set<Socket>();
  let mode: Mode = 'forward';
  let delayMs = 0;
  let rate = Number.POSITIVE_INFINITY;
  let bytesLeft = Number.POSITIVE_INFINITY;
  let made = 0;

  const track = (socket: Socket): void => {
    sockets.add(socket);
    // A reset is what this proxy is for; each end learns of it by its 'close'.
    socket.on('error', () => undefined);
    socket.on('close', () => sockets.delete(socket));
  };

  const server = createServer((client) => {
    track(client);
    if (mode === 'cut') return void client.resetAndDestroy();
    made += 1;
    pairs.add(client);
    const upstream = connect(target.port, target.host);
    track(upstream);
    client.on('data', (bytes) => {
      if (mode !== 'forward' && mode !== 'mute_server') return;
      bytesLeft -= bytes.length;
      if (bytesLeft >= 0) return void upstream.write(bytes);
      upstream.write(bytes.subarray(0, bytes.length + bytesLeft));
      bytesLeft = Number.POSITIVE_INFINITY;
      upstream.end();
      client.resetAndDestroy();
    });
    let busyUntil = 0;
    upstream.on('data', (bytes) => {
      if (mode !== 'forward') return;
      const now = performance.now();
      // Held back bytes keep their order, whatever is set meanwhile.
      busyUntil = Math.max(now, busyUntil) + (bytes.length / rate) * 1_000;
      const wait = Math.max(delayMs, busyUntil - now);
      if (wait === 0) client.write(bytes);
      else setTimeout(() => mode === 'forward' && !client.destroyed && client.write(bytes), wait);
    });
    client.on('close', () => {
      pairs.delete(client);
      upstream.destroy();
    });
    upstream.on('close', () => {
      if (mode === 'forward') client.destroy();
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.on('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;

  return {
    port,
    through: (settings) => ({ ...settings, host: '127.0.0.1', port }),
    forward: () => {
      mode = 'forward';
      delayMs = 0;
      rate = Number.POSITIVE_INFINITY;
      bytesLeft = Number.POSITIVE_INFINITY;
    },
    blackhole: () => {
      mode = 'blackhole';
    },
    cut: () => {
      mode = 'cut';
      for (const socket of sockets) socket.resetAndDestroy();
    },
    delay: (ms) => {
      delayMs = ms;
    },
    throttle: (bytesPerSecond) => {
      rate = bytesPerSecond;
    },
    resetAfter: (bytes) => {
      bytesLeft = bytes;
    },
    muteServer: () => {
      mode = 'mute_server';
    },
    open: () => pairs.size,
    made: () => made,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
};
