import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { type AddressInfo, isIP } from 'node:net';
import { getRequestListener, type HttpBindings } from '@hono/node-server';
import { Hono } from 'hono';
import type { Answer } from '../../shared/contract/errors.ts';
import type { Clock } from '../../shared/domain/clock.ts';
import { isThisMachine } from '../../shared/domain/this-machine.ts';
import { listen } from '../lib/listen.ts';
import { healthAnswer, statusAnswer } from './answers.ts';
import { CONTENT_TYPES, type Format, formatMetrics, seriesOf } from './metrics.ts';
import { createRateLimit, type Rate } from './rate-limit.ts';
import type { Reading } from './reading.ts';
import { createTokenCheck } from './token.ts';
import { verdictOf } from './verdict.ts';

export type MonitorServer = {
  readonly address: string;
  /** When somebody with the token last asked; null: nobody yet. */
  askedAt(): string | null;
  close(): Promise<void>;
};

export type Cycled = { readonly durationMs: number; readonly findings: number };

/** Nobody has a reason to send more: no path reads a body. */
const LONGEST_BODY = 1_024;
const CONNECTIONS = 64;
const TIMES = {
  headersTimeout: 3_000,
  requestTimeout: 5_000,
  connectionsCheckingInterval: 500,
  keepAliveTimeout: 5_000,
};
/** With the token, in all; without it, from one address; and cycles. */
const RATES = {
  known: { burst: 60, perSecond: 10 },
  unknown: { burst: 20, perSecond: 1 },
  cycle: { burst: 1, perSecond: 1 / 10 },
} as const satisfies Record<string, Rate>;
/** A cycle that takes longer goes on, and whoever asked for it is told so. */
const CYCLE_ANSWER_MS = 10_000;
const GUIDE = '/functions/v1';

/**
 * What watchers from outside ask: the guide's own paths, `/livez`, `/readyz` and `/metrics` (docs/monitoring/README.md).
 * Each request carries the token in a header. The answers come from memory; the one thing that can be asked for is the
 * engine's next cycle, now.
 * @throws PortInUse
 */
export const startMonitorServer = async (options: {
  port: number;
  /** Where it listens: an IP address. */
  address: string;
  token: string;
  read: () => Reading;
  runCycle: () => Promise<Answer<Cycled>>;
  clock: Pick<Clock, 'monotonic'>;
  /** The time as the screens show it. */
  instant: () => string;
  rates?: Readonly<Record<keyof typeof RATES, Rate>>;
}): Promise<MonitorServer> => {
  const answered: Record<string, number> = {};
  let askedAt: string | null = null;
  const app = createApp({
    ...options,
    rates: options.rates ?? RATES,
    onAsked: () => {
      askedAt = options.instant();
    },
    answered,
  });
  const answer = getRequestListener(app.fetch);
  const server = createServer({ maxHeaderSize: 8_192, ...TIMES }, (request, response) => {
    response.once('finish', () => {
      answered[response.statusCode] = (answered[response.statusCode] ?? 0) + 1;
    });
    if (hasLongBody(request)) refuseBody(request, response);
    else void answer(request, response);
  });
  server.maxConnections = CONNECTIONS;
  await listen(server, { port: options.port, address: options.address, option: '--monitor-port' });
  const { port } = server.address() as AddressInfo;

  return {
    address: `http://${isIP(options.address) === 6 ? `[${options.address}]` : options.address}:${port}`,
    askedAt: () => askedAt,
    close: async () => {
      server.closeAllConnections();
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
      });
    },
  };
};

const hasLongBody = ({ headers }: IncomingMessage): boolean =>
  headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > LONGEST_BODY;

/** Nothing of it is read: the connection ends with the answer. */
const refuseBody = (request: IncomingMessage, response: ServerResponse): void => {
  response.writeHead(413, { Connection: 'close', 'Content-Length': 0 });
  response.end(() => request.socket.destroySoon());
};

type AppOptions = Pick<Parameters<typeof startMonitorServer>[0], 'token' | 'read' | 'runCycle' | 'clock'> & {
  readonly rates: Readonly<Record<keyof typeof RATES, Rate>>;
  readonly onAsked: () => void;
  readonly answered: Readonly<Record<string, number>>;
};

const createApp = ({ token, read, runCycle, clock, rates, onAsked, answered }: AppOptions) => {
  const app = new Hono<{ Bindings: HttpBindings }>();
  const isToken = createTokenCheck(token);
  const known = createRateLimit(rates.known, clock);
  const unknown = createRateLimit(rates.unknown, clock);
  const cycles = createRateLimit(rates.cycle, clock);
  const tooMany = (seconds: number): Response => empty(429, { 'Retry-After': String(seconds) });

  app.use(async (context, next) => {
    context.header('Cache-Control', 'no-store');
    context.header('X-Content-Type-Options', 'nosniff');
    const { req } = context;
    // A page reaches this port through a name that it controls, and with its own origin: both are refused.
    if (!isOwnHost(req.header('host') ?? '') || req.header('origin') !== undefined) return empty(403);
    if (!isToken(offeredIn(req.header('authorization'), req.header('apikey')))) {
      const seconds = unknown.take(context.env.incoming.socket.remoteAddress ?? '');
      return seconds > 0 ? tooMany(seconds) : empty(401, { 'WWW-Authenticate': 'Bearer' });
    }
    const seconds = known.take('');
    if (seconds > 0) return tooMany(seconds);
    onAsked();
    // Addresses are written down on their way: nobody gets used to a token in one.
    if (new URL(req.url).search !== '') return empty(400);
    return next();
  });

  app.get('/livez', (context) => context.text('ok\n'));
  app.get('/readyz', (context) => {
    const { ready, reasons } = verdictOf(read());
    return context.json({ ready, reasons }, ready ? 200 : 503);
  });
  for (const path of ['monitoring-api/health', 'monitoring/health']) {
    app.get(`${GUIDE}/${path}`, (context) => {
      const health = healthAnswer(read());
      return context.json(health, health.ready ? 200 : 503);
    });
  }
  app.get(`${GUIDE}/monitoring/status`, (context) => context.json(statusAnswer(read())));
  app.get('/metrics', (context) => {
    const format: Format = asksForOpenMetrics(context.req.header('accept')) ? 'openmetrics' : 'text';
    return context.body(formatMetrics(seriesOf(read(), answered), format), 200, {
      'Content-Type': CONTENT_TYPES[format],
    });
  });
  app.post(`${GUIDE}/monitoring/cycle`, async (context) => {
    const seconds = cycles.take('');
    if (seconds > 0) return tooMany(seconds);
    const done = await within(runCycle(), CYCLE_ANSWER_MS);
    if (done === 'running') return context.json({ success: true, state: 'running' }, 202);
    if (!done.ok) return context.json({ success: false, error: done.error.code }, 503);
    const { durationMs, findings } = done.value;
    return context.json({ success: true, state: 'done', duration_ms: durationMs, findings });
  });
  app.notFound(() => empty(404));
  app.onError(() => empty(500));
  return app;
};

/** An answer that says nothing more. */
const empty = (status: number, headers: Readonly<Record<string, string>> = {}): Response =>
  new Response(null, { status, headers: { 'Content-Length': '0', ...headers } });

const asksForOpenMetrics = (accept: string | undefined): boolean =>
  accept?.includes('application/openmetrics-text') === true;

/** What Supabase's clients send: the key as bearer, or as `apikey`. */
const offeredIn = (authorization: string | undefined, apikey: string | undefined): string =>
  authorization === undefined ? (apikey ?? '') : (/^bearer +(\S+)$/i.exec(authorization)?.[1] ?? '');

/** By an address, or as this machine: no name of somebody else's can be made to lead here. */
const isOwnHost = (host: string): boolean => {
  const name = /^(\[[\da-f:.]+\]|[\w.-]+)(:\d{1,5})?$/i.exec(host)?.[1] ?? '';
  return isThisMachine(name) || isIP(name.replace(/^\[|\]$/g, '')) !== 0;
};

const within = async <T>(work: Promise<T>, milliseconds: number): Promise<T | 'running'> => {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<'running'>((resolve) => {
    timer = setTimeout(() => resolve('running'), milliseconds);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
};
