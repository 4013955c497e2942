import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { getRequestListener } from '@hono/node-server';
import { Hono } from 'hono';
import { WebSocketServer } from 'ws';
import type { Core } from '../core.ts';
import { CONTENT_SECURITY_POLICY } from '../lib/content-security-policy.ts';
import { listen } from '../lib/listen.ts';
import { createEntry } from './entry.ts';
import { readRenderer } from './renderer-files.ts';
import { LONGEST_MESSAGE, serveSocket } from './socket.ts';

export type BrowserHost = {
  /** The address that opens the next browser, once. */
  readonly address: string;
  close(): Promise<void>;
};

/** What both sides speak, so that a handshake that offers a secret beside it is a handshake of ours. */
export const PROTOCOL = 'regie';
/** The secret in the handshake opens nothing, or not any more: a new address is needed. */
export const NOT_LET_IN = 4401;
const CONNECTIONS = 256;

/**
 * Serves the renderer and one WebSocket to browsers on this machine: loopback only. The renderer is no secret; everything
 * else comes through the socket, whose handshake carries a token of this launch or the secret that a tab got for it
 * (entry.ts). Host and Origin are checked, so that no web page can reach it through a name that it controls.
 * @throws PortInUse
 */
export const startBrowserHost = async (options: {
  core: Pick<Core, 'connect'>;
  rendererDir: string;
  port: number;
  /** There is another address for the next browser. */
  onAddress?: (address: string) => void;
}): Promise<BrowserHost> => {
  const port = (): number => (server.address() as AddressInfo).port;
  const app = new Hono();
  const server = createServer({ maxHeaderSize: 16_384 }, getRequestListener(app.fetch));
  server.maxConnections = CONNECTIONS;
  const allowedHosts = (): string[] => [`127.0.0.1:${port()}`, `localhost:${port()}`];
  // Behind the #: it is never sent to anybody, and no server writes it down.
  const addressOf = (token: string): string => `http://${allowedHosts()[0]}/#token=${token}`;
  const entry = createEntry({
    connect: options.core.connect,
    onToken: (token) => options.onAddress?.(addressOf(token)),
  });

  app.use(async (context, next) => {
    context.header('Content-Security-Policy', CONTENT_SECURITY_POLICY);
    context.header('X-Content-Type-Options', 'nosniff');
    context.header('Referrer-Policy', 'no-referrer');
    context.header('Cross-Origin-Opener-Policy', 'same-origin');
    context.header('Cross-Origin-Resource-Policy', 'same-origin');
    context.header('Cache-Control', 'no-store');
    if (!allowedHosts().includes(context.req.header('host') ?? '')) return context.text('unknown host', 403);
    return next();
  });
  const files = readRenderer(options.rendererDir);
  app.get('*', (context) => {
    const file = files.get(context.req.path === '/' ? '/index.html' : context.req.path);
    if (file === undefined) return context.notFound();
    context.header('Content-Type', file.type);
    // It is kept by the browser, with what that has compiled of it.
    if (file.immutable) context.header('Cache-Control', 'public, max-age=31536000, immutable');
    return context.body(file.body);
  });

  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: LONGEST_MESSAGE,
    handleProtocols: () => PROTOCOL,
  });
  server.on('upgrade', (request, socket, head) => {
    const [protocol, offered = ''] = (request.headers['sec-websocket-protocol'] ?? '').split(',', 2);
    const allowed =
      request.url === '/socket' &&
      allowedHosts().includes(request.headers.host ?? '') &&
      request.headers.origin === `http://${request.headers.host}` &&
      protocol?.trim() === PROTOCOL;
    if (!allowed) {
      // Whoever hangs up on the refusal must not end the console.
      socket.on('error', () => socket.destroy());
      socket.end('HTTP/1.1 403 Forbidden\r\nConnection: close\r\n\r\n');
      return;
    }
    sockets.handleUpgrade(request, socket, head, (webSocket) => {
      const entered = entry.enter(offered.trim());
      if (entered !== undefined) serveSocket(webSocket, entered);
      else {
        webSocket.on('error', () => undefined);
        webSocket.close(NOT_LET_IN, 'not let in');
      }
    });
  });

  await listen(server, { port: options.port, address: '127.0.0.1', option: '--port' });

  return {
    get address() {
      return addressOf(entry.token());
    },
    close: async () => {
      for (const client of sockets.clients) client.terminate();
      sockets.close();
      entry.close();
      server.closeAllConnections();
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
      });
    },
  };
};

/** Where the build puts the renderer. */
export const rendererFolder = (root: string): string => join(root, 'out', 'renderer');
