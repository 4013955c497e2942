import { z } from 'zod';
import { createEngine, type Engine } from '../../electron/engine/engine.ts';
import { type FestivalDatabase, openFestivalDatabase } from '../../electron/postgres/pool.ts';
import { connectionSettingsSchema } from '../../shared/contract/connection.ts';

/**
 * The engine in a process of its own, as a console has it, driven by its parent (engine.ts). It measures itself by the
 * engine's own figures and reports its memory.
 */
const message = z.discriminatedUnion('do', [
  z.object({ id: z.int(), do: z.literal('open'), settings: connectionSettingsSchema }),
  z.object({ id: z.int(), do: z.literal('run'), kind: z.enum(['tail', 'critical', 'medium']) }),
  z.object({ id: z.int(), do: z.literal('start') }),
  z.object({ id: z.int(), do: z.literal('memory') }),
  z.object({ id: z.int(), do: z.literal('close') }),
]);

/** As the console's own pool. */
const CONNECTIONS = 6;
const MB = 1_048_576;

let opened: { engine: Engine; database: FestivalDatabase } | undefined;
let peakRss = 0;
setInterval(() => {
  peakRss = Math.max(peakRss, process.memoryUsage.rss());
}, 100).unref();

const log = {
  info: () => undefined,
  warn: (words: string, facts?: object) => console.error('engine:', words, facts ?? ''),
  error: (words: string, facts?: object) => console.error('engine:', words, facts ?? ''),
};

const answer = async (asked: z.output<typeof message>): Promise<unknown> => {
  if (asked.do === 'open') {
    const database = openFestivalDatabase({
      settings: asked.settings,
      applicationName: 'regie/bench',
      size: CONNECTIONS,
      onError: (error) => log.warn('an idle connection broke', { error }),
    });
    const clock = { now: () => Date.now(), monotonic: () => performance.now() };
    opened = { database, engine: createEngine({ database, laptop: 'bench', clock, log }) };
    return null;
  }
  if (opened === undefined) throw new Error('the engine is not open');
  const { engine, database } = opened;
  switch (asked.do) {
    case 'run':
      return engine.runCycle(asked.kind);
    case 'start':
      engine.start();
      while (engine.status().state !== 'running') await new Promise((resolve) => setTimeout(resolve, 20));
      return null;
    case 'memory': {
      const { user, system } = process.cpuUsage();
      return {
        rssMb: process.memoryUsage.rss() / MB,
        peakMb: Math.max(peakRss, process.memoryUsage.rss()) / MB,
        cpuMs: (user + system) / 1_000,
      };
    }
    case 'close':
      await engine.close();
      await database.close();
      return null;
  }
};

process.on('message', (raw) => {
  const asked = message.parse(raw);
  answer(asked).then(
    (value) => process.send?.({ id: asked.id, value }),
    (error: unknown) => process.send?.({ id: asked.id, error: error instanceof Error ? error.stack : String(error) }),
  );
});
// The parent is gone, or has no more to ask.
process.on('disconnect', () => process.exit());
