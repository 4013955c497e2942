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
  /** Swallows only what the server answers from now on: statements still arrive. */
  muteServer(): void;
  /** Connections that are open now. */
  open(): number;
  /** Connections that were made in all. */
  made(): number;
  close(): Promise<void>;
};

type Mode = 'forward' | 'blackhole' | 'cut' | 'mute_server';

/** Starts a proxy on 127.0.0.1 in front of `target`. It forwards until told otherwise. */
export const createTcpProxy = async (target: { host: string; port: number }): Promise<TcpProxy> => {
  const sockets = new Set<Socket>();
  const pairs = new Set<Socket>();
  let mode: Mode = 'forward';
  let delayMs = 0;
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
      if (mode === 'forward' || mode === 'mute_server') upstream.write(bytes);
    });
    upstream.on('data', (bytes) => {
      if (mode !== 'forward') return;
      if (delayMs === 0) client.write(bytes);
      else setTimeout(() => mode === 'forward' && !client.destroyed && client.write(bytes), delayMs);
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
