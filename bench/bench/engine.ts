import { z } from 'zod';
import type { ConnectionSettings } from '../../shared/contract/connection.ts';
import { startChild } from './child.ts';

/** The engine in a process of its own (engine-child.ts). */
export type BenchEngine = {
  /** One cycle, until it has caught up. */
  run(kind: 'tail' | 'critical' | 'medium'): Promise<{ durationMs: number; findings: number }>;
  /** Lets it run on its own schedule; returns when it leads. */
  start(): Promise<void>;
  /** What its process takes: memory, and processor time so far. */
  memory(): Promise<{ rssMb: number; peakMb: number; cpuMs: number }>;
  /** Hands over and ends the process. */
  close(): Promise<void>;
};

const runSchema = z.object({ durationMs: z.number(), findings: z.number() });
const memorySchema = z.object({ rssMb: z.number(), peakMb: z.number(), cpuMs: z.number() });

export const openEngine = async (settings: ConnectionSettings): Promise<BenchEngine> => {
  const child = startChild(new URL('./engine-child.ts', import.meta.url));
  await child.ask(z.null(), { do: 'open', settings });
  return {
    run: (kind) => child.ask(runSchema, { do: 'run', kind }),
    start: async () => {
      await child.ask(z.null(), { do: 'start' });
    },
    memory: () => child.ask(memorySchema, { do: 'memory' }),
    close: async () => {
      await child.ask(z.null(), { do: 'close' });
      await child.end();
    },
  };
};
