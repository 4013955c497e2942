import { z } from 'zod';
import {
  PANEL_GROUPS,
  type Panel,
  type PanelGroup,
  type PanelId,
  panelSchema,
} from '../../../shared/domain/database-panel.ts';
import type { Cache } from '../../buffer/cache.ts';
import { createMutex } from '../../lib/mutex.ts';
import { codeOf, isConnectionError, SQLSTATE, wordsOf } from '../../lib/postgres-errors.ts';
import type { FestivalDatabase, Transaction } from '../../postgres/pool.ts';
import { countColumn, instantColumn } from '../../postgres/rows.ts';
import { sql } from '../../postgres/sql.ts';
import { note, type PanelSource, type Reading, reading, type Sight } from './panel.ts';
import { type Sample, type Samples, sampleSchema, withSample } from './samples.ts';
import { counters, readSample, replication, sequences, statements, wraparound } from './server-panels.ts';
import { connections, idle, locks, transactions } from './session-panels.ts';
import { indexes, sizes, tables } from './storage-panels.ts';

/** The panels of the database as the screen shows them. */
export type DatabaseWatch = {
  /** As they were last read on this laptop, in the order of the screen. */
  panels(): Panel[];
  /** Reads a group afresh. @returns when to do so again: what costs much is asked seldom */
  look(group: PanelGroup): Promise<{ panels: Panel[]; nextMs: number }>;
  /** Takes a sample of the counters, against which later ones are compared. Asked once an hour, screen or not. */
  sample(): Promise<void>;
};

/** How often a group is asked for while the screen is open. */
const EVERY_MS: Readonly<Record<PanelGroup, number>> = { now: 5_000, store: 60_000 };
/** A reading that took long is paid for by a rest so many times as long: it takes half a per cent of one connection's time. */
const REST = 200;
/** How often what was read is written to the disk. */
const KEPT_EVERY_MS = 30_000;

const sightRow = z.object({ sees_all: z.boolean(), login: z.string(), hidden: countColumn, at: instantColumn });

/** @param database by a connection of its own, whose statements are bounded by two seconds */
export const createDatabaseWatch = ({
  database,
  cache,
}: {
  database: Pick<FestivalDatabase, 'read'>;
  cache: Pick<Cache, 'get' | 'set'>;
}): DatabaseWatch => {
  const mutex = createMutex();
  let known: Map<PanelId, Panel> | undefined;
  let keptAt = Number.NEGATIVE_INFINITY;
  const samples = (): Samples => cache.get('database samples', z.array(sampleSchema)) ?? [];
  const keepSample = (sample: Sample): void => {
    const before = samples();
    const after = withSample(before, sample);
    if (after !== before) cache.set('database samples', after);
  };
  const sources: readonly PanelSource[] = [
    ...[connections, locks, transactions, idle, counters(keepSample), replication],
    ...[statements, tables, indexes, sizes, sequences, wraparound],
  ];
  const panels = (): Map<PanelId, Panel> => {
    known ??= new Map(cache.get('database', z.array(panelSchema))?.map((panel) => [panel.panel, panel]));
    return known;
  };

  const keep = (read: readonly Panel[]): void => {
    for (const panel of read) panels().set(panel.panel, panel);
    if (performance.now() - keptAt < KEPT_EVERY_MS) return;
    keptAt = performance.now();
    cache.set('database', [...panels().values()]);
  };

  const lookOnce = async (group: PanelGroup): Promise<{ panels: Panel[]; nextMs: number }> => {
    const began = performance.now();
    const earlier = samples();
    const read = await database.read(async (tx) => {
      const sight = await readSight(tx);
      const found: Panel[] = [];
      for (const source of sources.filter(({ panel }) => PANEL_GROUPS[group].some((one) => one === panel))) {
        const seen = await readPanel(tx, source, sight, earlier);
        const before = panels().get(source.panel);
        const sql = source.copy ?? copied(source.statement.text);
        const since = before?.level === seen.level ? before.since : sight.at;
        found.push({ panel: source.panel, ...seen, sql, at: sight.at, since });
      }
      return found;
    });
    keep(read);
    const took = performance.now() - began;
    return { panels: read, nextMs: Math.round(Math.max(EVERY_MS[group], took * REST)) };
  };

  return {
    panels: () => [...panels().values()],
    look: (group) => mutex.run(() => lookOnce(group)),
    sample: async () => keepSample(await database.read(readSample)),
  };
};

const readSight = async (tx: Transaction): Promise<Sight> => {
  const found = await tx.row(
    sightRow,
    sql`/* regie:database */
      select pg_has_role(current_user, 'pg_read_all_stats', 'usage') as sees_all, quote_ident(current_user) as login,
        (select count(*) from pg_stat_activity
          where backend_start is null and datid is not null and usesysid is not null) as hidden,
        clock_timestamp() as at`,
  );
  return { seesAll: found.sees_all, login: found.login, hidden: found.sees_all ? 0 : found.hidden, at: found.at };
};

/** A panel that can't be read says so and takes none of the others with it. */
const readPanel = async (tx: Transaction, source: PanelSource, sight: Sight, samples: Samples): Promise<Reading> => {
  try {
    return await tx.savepoint(() => source.read(tx, sight, samples));
  } catch (error) {
    if (isConnectionError(error)) throw error;
    const code = codeOf(error);
    const why =
      code === SQLSTATE.queryCanceled || code === SQLSTATE.lockNotAvailable
        ? note('too_slow')
        : note('unread', { message: wordsOf(error) });
    return reading({ level: 'unknown', notes: [why], columns: [], rows: [] });
  }
};

/** As somebody would type it: the purpose comment stays, so that a DBA finds it again; the indent goes. */
const copied = (text: string): string => {
  const lines = text.split('\n');
  const indents = lines.slice(1).flatMap((line) => (line.trim() === '' ? [] : [line.length - line.trimStart().length]));
  const indent = Math.min(...indents, 80);
  return `${lines
    .map((line, index) => (index === 0 ? line.trim() : line.slice(indent)))
    .join('\n')
    .trimEnd()};`;
};
