import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { TOKEN_FILE } from '../../electron/monitor/token.ts';
import { freePort } from '../../electron/training/free-port.ts';
import { startChild } from './child.ts';
import { buildConsole, startConsole } from './console.ts';
import type { BenchServer } from './server.ts';

/** How long watchers from outside wait for an answer, milliseconds each time. */
export type OutsideTimes = readonly { readonly path: string; readonly times: readonly number[] }[];

/** A watcher may ask ten times a second. */
const PACE_MS = 110;
const PATHS = [
  '/metrics',
  '/readyz',
  '/functions/v1/monitoring/status',
  '/functions/v1/monitoring-api/health',
] as const;
export const EMPTY_ROUTE = 'an empty route of hono';

/** The built console on a festival, beside an empty route that is asked between its answers. */
export const measureOutside = async (
  { consoleSettings }: BenchServer,
  { times, progress }: { times: number; progress: (words: string) => void },
): Promise<OutsideTimes> => {
  buildConsole();
  const dataDir = mkdtempSync(join(tmpdir(), 'regie-bench-outside-'));
  const empty = startChild(new URL('./empty-route.ts', import.meta.url));
  const agent = new Agent({ keepAlive: true });
  try {
    const port = await freePort();
    const console = await startConsole({ settings: consoleSettings, dataDir }, '--monitor-port', String(port));
    try {
      const token = readFileSync(join(dataDir, TOKEN_FILE), 'utf8').trim();
      const headers = { Authorization: `Bearer ${token}` };
      const emptyPort = await empty.ask(z.int(), {});
      const figures = [EMPTY_ROUTE, ...PATHS].map((path) => ({ path, times: [] as number[] }));
      progress(`${times} answers of each path to watchers from outside`);
      for (let round = 0; round < times; round += 1) {
        for (const figure of figures) {
          const ours = figure.path !== EMPTY_ROUTE;
          const from = performance.now();
          await answered({ agent, port: ours ? port : emptyPort, path: ours ? figure.path : '/', headers });
          figure.times.push(performance.now() - from);
          await sleep(ours ? PACE_MS : 0);
        }
      }
      return figures;
    } finally {
      await console.stop();
    }
  } finally {
    agent.destroy();
    await empty.end();
    rmSync(dataDir, { recursive: true, force: true });
  }
};

const answered = (options: {
  agent: Agent;
  port: number;
  path: string;
  headers: Readonly<Record<string, string>>;
}): Promise<void> =>
  new Promise((resolve, reject) => {
    request({ host: '127.0.0.1', ...options }, (response) => {
      // A console whose page nobody looks at is not ready, and says so.
      if (![200, 503].includes(response.statusCode ?? 0)) reject(new Error(`${options.path}: ${response.statusCode}`));
      response.resume().once('end', () => resolve());
    })
      .once('error', reject)
      .end();
  });
