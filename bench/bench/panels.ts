import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { createDatabaseWatch } from '../../electron/operations/database/database-watch.ts';
import { openFestivalDatabase } from '../../electron/postgres/pool.ts';
import { sql } from '../../electron/postgres/sql.ts';
import { PANEL_GROUPS, type PanelGroup } from '../../shared/domain/database-panel.ts';
import type { BenchServer } from './server.ts';

/** What the database's screen costs the server: of its connection's process, on this machine. */
export type PanelsCost = readonly {
  readonly group: PanelGroup | 'closed';
  /** Of a processor, for one reading. */
  readonly cpuMs: number;
  readonly everyMs: number;
}[];

const HOUR_MS = 3_600_000;
/** Linux counts a process's time in hundredths of a second. */
const TICK_MS = 10;

/** @param rounds readings of each group */
export const measurePanels = async (
  { consoleSettings }: BenchServer,
  { rounds, progress }: { rounds: number; progress: (words: string) => void },
): Promise<PanelsCost> => {
  progress('the screen of the database');
  const database = openFestivalDatabase({
    ...{ settings: consoleSettings, applicationName: 'regie/panels', size: 1, statementTimeoutMs: 2_000 },
  });
  const watch = createDatabaseWatch({ database, cache: { get: () => undefined, set: () => undefined } });
  try {
    const { pid } = await database.read((tx) =>
      tx.row(z.object({ pid: z.int() }), sql`/* regie:database */ select pg_backend_pid() as pid`),
    );
    const processorMs = (): number => {
      const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
        .replace(/^.*\) /, '')
        .split(' ');
      return (Number(fields[11]) + Number(fields[12])) * TICK_MS;
    };
    const costOf = async (work: () => Promise<number>): Promise<{ cpuMs: number; everyMs: number }> => {
      // Plans and catalogue caches are made once.
      for (let warm = 0; warm < 6; warm += 1) await work();
      const before = processorMs();
      let everyMs = 0;
      for (let round = 0; round < rounds; round += 1) everyMs += (await work()) / rounds;
      return { cpuMs: (processorMs() - before) / rounds, everyMs };
    };
    const costs: { group: PanelGroup | 'closed'; cpuMs: number; everyMs: number }[] = [];
    for (const group of Object.keys(PANEL_GROUPS) as PanelGroup[]) {
      costs.push({ group, ...(await costOf(async () => (await watch.look(group)).nextMs)) });
    }
    costs.push({
      group: 'closed',
      ...(await costOf(async () => {
        await watch.sample();
        return HOUR_MS;
      })),
    });
    return costs;
  } finally {
    await database.close();
  }
};
