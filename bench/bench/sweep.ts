import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import { median } from '../median.ts';
import { openEngine } from './engine.ts';
import { cardId, type Festival, settle } from './festival-rows.ts';
import type { BenchServer } from './server.ts';
import { consoleStatements, percentile, resetStatements } from './statistics.ts';

type Updates = { readonly updates: number; readonly p99Ms: number; readonly longestMs: number };
export type SweepCost = {
  readonly cards: number;
  readonly sweeps: number;
  /** Of a whole critical cycle over all cards. */
  readonly medianMs: number;
  readonly maxMs: number;
  /** Of its statements that read the cards, in the database. */
  readonly databaseMs: number;
  readonly statementsPerSweep: number;
  readonly findings: number;
  readonly writer: { readonly without: Updates; readonly during: Updates };
};

const SWEEPS = 5;

/** A comparison of all cards with their histories, and what somebody notices who changes cards meanwhile. */
export const measureSweep = async (
  server: BenchServer,
  festival: Festival,
  options: { cards: number; progress: (words: string) => void },
): Promise<SweepCost> => {
  const { admin } = server;
  const engine = await openEngine(server.consoleSettings);
  await engine.run('tail');
  const empty = options.cards - festival.cards;
  options.progress(`sweeping ${options.cards} cards`);
  await admin.query(
    `insert into table_cards (id, amount)
     select upper(substr(md5('empty ' || i), 1, 14)), 0 from generate_series(1, $1::int) as i
     on conflict (id) do nothing`,
    [empty],
  );
  await settle(admin);
  const warmUp = await engine.run('critical');
  await resetStatements(admin);

  const client = await server.connect();
  const alone = keepUpdating(client, festival.cards);
  await sleep(Math.max(2_000, SWEEPS * warmUp.durationMs));
  const without = await alone.end();
  const meanwhile = keepUpdating(client, festival.cards);
  const took: number[] = [];
  let findings = warmUp.findings;
  for (let sweep = 0; sweep < SWEEPS; sweep += 1) {
    const report = await engine.run('critical');
    took.push(report.durationMs);
    findings += report.findings;
  }
  const during = await meanwhile.end();
  const statements = await consoleStatements(admin, 'public.table_cards');
  await engine.close();
  await client.end();
  return {
    cards: festival.cards + Math.max(0, empty),
    sweeps: SWEEPS,
    medianMs: median(took),
    maxMs: percentile(took, 1),
    databaseMs: statements.ms / SWEEPS,
    statementsPerSweep: statements.calls / SWEEPS,
    findings,
    writer: { without, during },
  };
};

/** Changes one card after the other, and nothing that a balance depends on. */
const keepUpdating = (client: pg.Client, cards: number): { end(): Promise<Updates> } => {
  const took: number[] = [];
  let ended = false;
  const loop = (async () => {
    while (!ended) {
      const card = cardId(Math.floor(Math.random() * cards));
      const started = performance.now();
      await client.query('update table_cards set updated_at = now() where id = $1', [card]);
      took.push(performance.now() - started);
    }
  })();
  return {
    end: async () => {
      ended = true;
      await loop;
      return { updates: took.length, p99Ms: percentile(took, 0.99), longestMs: percentile(took, 1) };
    },
  };
};
