import { openEngine } from './engine.ts';
import { type Festival, fill, settle } from './festival-rows.ts';
import type { BenchServer } from './server.ts';

export type CatchUp = {
  readonly rows: number;
  readonly scans: number;
  readonly seconds: number;
  readonly rowsPerSecond: number;
  readonly findings: number;
  readonly peakMb: number;
};

/** Of each card, a minute apart. */
const ROWS_A_CARD = 20;

/** What twenty minutes without the engine cost when it is back: every row is worked through, with its own time. */
export const measureCatchUp = async (
  server: BenchServer,
  festival: Festival,
  options: { rows: number; progress: (words: string) => void },
): Promise<CatchUp> => {
  const { rows, progress } = options;
  const cards = Math.ceil(rows / ROWS_A_CARD);
  const engine = await openEngine(server.consoleSettings);
  await engine.run('tail');
  progress(`${rows} rows while the engine sleeps`);
  await fill(server.admin, festival, { rows, cards, fromSecondsAgo: 20 * 60, toSecondsAgo: 1 });
  await settle(server.admin);
  progress('catching up');
  const started = performance.now();
  const { findings } = await engine.run('tail');
  const seconds = (performance.now() - started) / 1_000;
  const { peakMb } = await engine.memory();
  await engine.close();
  return {
    ...{ rows, scans: Math.round(rows * 0.95), seconds, rowsPerSecond: rows / seconds },
    ...{ findings, peakMb },
  };
};
