import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import WebSocket from 'ws';
import type { ConnectionSettings } from '../../shared/contract/connection.ts';

/** The console as it is shipped, in a process of its own that may be killed. */
export type EngineProcess = {
  start(): Promise<void>;
  /** SIGKILL: nothing is handed over. */
  kill(): Promise<void>;
  /** Asks through the console's own socket, as its renderer does. */
  call(name: string, input: unknown): Promise<unknown>;
  memoryMb(): Promise<number>;
  stop(): Promise<void>;
};

const MAIN = join(import.meta.dirname, '../../electron/browser/main.ts');

export const createEngineProcess = (options: { settings: ConnectionSettings; dataDir: string }): EngineProcess => {
  const { host, port, user, password, database } = options.settings;
  const url = `postgres://${user}:${encodeURIComponent(password)}@${host}:${port}/${database}?sslmode=disable`;
  let child: ChildProcess | undefined;
  let address = '';
  /** The secret of our tab in the console that runs. */
  let tab: string | undefined;

  const start = async (): Promise<void> => {
    const started = spawn(process.execPath, [MAIN, '--no-open', '--port', '0', '--data-dir', options.dataDir], {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { ...process.env, REGIE_DATABASE: url },
    });
    child = started;
    tab = undefined;
    address = '';
    await new Promise<void>((resolve, reject) => {
      started.once('exit', (code) => reject(new Error(`the console ended with code ${code}`)));
      createInterface({ input: started.stdout }).on('line', (line) => {
        const found = /http:\/\/\S+/.exec(line)?.[0];
        if (found === undefined) return;
        address = found;
        resolve();
      });
    });
  };
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    const ending = child;
    child = undefined;
    if (ending === undefined || ending.exitCode !== null) return;
    const gone = new Promise((resolve) => ending.once('exit', resolve));
    ending.kill(signal);
    await gone;
  };

  return {
    start,
    kill: () => end('SIGKILL'),
    stop: () => end('SIGTERM'),
    call: async (name, input) => {
      // As a browser's tab: with the token of the address first, and then with the secret that it got for it.
      const { origin, hash } = new URL(address);
      const offered = tab === undefined ? `token.${hash.slice('#token='.length)}` : `session.${tab}`;
      const socket = new WebSocket(`${origin.replace('http', 'ws')}/socket`, ['regie', offered], {
        headers: { origin },
      });
      try {
        return await new Promise((resolve, reject) => {
          socket.on('error', reject);
          // Killed in between: nobody answers any more.
          socket.on('close', () => reject(new Error('the console went away')));
          socket.on('open', () => socket.send(JSON.stringify({ id: 1, call: name, input })));
          socket.on('message', (data) => {
            const message = JSON.parse(String(data)) as { id?: number; session?: string };
            if (message.session) tab = message.session;
            if (message.id === 1) resolve(message);
          });
        });
      } finally {
        socket.close();
      }
    },
    memoryMb: async () => {
      if (child?.pid === undefined) return 0;
      const { readFile } = await import('node:fs/promises');
      const text = await readFile(`/proc/${child.pid}/status`, 'utf8').catch(() => '');
      return Math.round(Number(/VmRSS:\s+(\d+)/.exec(text)?.[1] ?? 0) / 1_024);
    },
  };
};
