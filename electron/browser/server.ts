import { randomBytes, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { getRequestListener } from '@hono/node-server';
import { serveStatic } from '@hono/node-server/serve-static';
import { Hono } from 'hono';
import { getCookie, setCookie } from 'hono/cookie';
import { WebSocketServer } from 'ws';
import type { Core } from '../core.ts';
import { CONTENT_SECURITY_POLICY } from '../lib/content-security-policy.ts';
import { serveSocket } from './socket.ts';

export type BrowserHost = {
  /** The address to open, with this launch's token. */
  readonly address: string;
  close(): Promise<void>;
};

/** A port of this machine that somebody else uses. */
export class PortInUse extends Error {
  override readonly name = 'PortInUse';
}

/** An exported file of thousands of waiting actions is the longest message that there is. */
const MESSAGE_BYTES = 16_000_000;

/**
 * Serves the renderer and one WebSocket to browsers on this machine: loopback only, and only to whoever knows the token
 * of this launch. Host and Origin are checked, so that no web page can reach it through a name that it controls.
 * @throws PortInUse
 */
export const startBrowserHost = async (options: {
  core: Core;
  rendererDir: string;
  port: number;
}): Promise<BrowserHost> => {
  const token = randomBytes(32).toString('base64url');
  const port = (): number => (server.address() as AddressInfo).port;
  // Browsers share cookies between ports of a host: each console on this machine needs a name of its own.
  const cookieName = (): string => `regie_session_${port()}`;
  const app = new Hono();
  const server = createServer(getRequestListener(app.fetch));
  const allowedHosts = (): string[] => [`127.0.0.1:${port()}`, `localhost:${port()}`];

  app.use(async (context, next) => {
    context.header('Content-Security-Policy', CONTENT_SECURITY_POLICY);
    context.header('X-Content-Type-Options', 'nosniff');
    context.header('Referrer-Policy', 'no-referrer');
    context.header('Cross-Origin-Opener-Policy', 'same-origin');
    context.header('Cross-Origin-Resource-Policy', 'same-origin');
    context.header('Cache-Control', 'no-store');
    if (!allowedHosts().includes(context.req.header('host') ?? '')) return context.text('unknown host', 403);
    const given = context.req.query('token');
    if (given !== undefined && context.req.path === '/') {
      if (!same(given, token)) return context.text(STALE_ADDRESS, 403);
      // The token leaves the address bar and the history at once.
      setCookie(context, cookieName(), token, { httpOnly: true, sameSite: 'Strict', path: '/' });
      return context.redirect('/');
    }
    if (!same(getCookie(context, cookieName()) ?? '', token)) return context.text(STALE_ADDRESS, 403);
    return next();
  });
  app.get('*', serveStatic({ root: options.rendererDir }));

  const sockets = new WebSocketServer({ noServer: true, maxPayload: MESSAGE_BYTES });
  server.on('upgrade', (request, socket, head) => {
    const allowed =
      request.url === '/socket' &&
      allowedHosts().includes(request.headers.host ?? '') &&
      request.headers.origin === `http://${request.headers.host}` &&
      same(cookieOf(request, cookieName()), token);
    if (!allowed) {
      // Whoever hangs up on the refusal must not end the console.
      socket.on('error', () => socket.destroy());
      socket.end('HTTP/1.1 403 Forbidden\r\nConnection: close\r\n\r\n');
      return;
    }
    sockets.handleUpgrade(request, socket, head, (webSocket) => serveSocket(webSocket, options.core));
  });

  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) =>
      reject(
        error.code === 'EADDRINUSE'
          ? new PortInUse(`Port ${options.port} is in use. Choose another one: -- --port N, or leave it out.`)
          : error,
      ),
    );
    server.listen(options.port, '127.0.0.1', resolve);
  });

  return {
    address: `http://${allowedHosts()[0]}/?token=${token}`,
    close: async () => {
      for (const client of sockets.clients) client.terminate();
      sockets.close();
      server.closeAllConnections();
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
      });
    },
  };
};

const STALE_ADDRESS = 'This address belongs to another start of Regie. Use the address that it printed last.';

const same = (given: string, expected: string): boolean => {
  const a = Buffer.from(given);
  const b = Buffer.from(expected);
  return a.length === b.length && timingSafeEqual(a, b);
};

const cookieOf = (request: IncomingMessage, name: string): string =>
  (request.headers.cookie ?? '')
    .split(';')
    .map((part) => part.trim())
    .find((part) => part.startsWith(`${name}=`))
    ?.slice(name.length + 1) ?? '';

/** Where the build puts the renderer. */
export const rendererFolder = (root: string): string => join(root, 'out', 'renderer');
