import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { z } from 'zod';
import { createOperators, operatorIdOf, PIN } from '../../electron/testing/operators.ts';
import { createTcpProxy } from '../../electron/testing/tcp-proxy.ts';
import { prepareFestival } from '../../electron/training/festival.ts';
import { openPostgresServer } from '../../electron/training/postgres-server.ts';
import { isAlive, readPostmaster } from '../../electron/training/postmaster.ts';
import { createRandom, type Random } from '../../electron/training/random.ts';
import { createEngineProcess, type EngineProcess } from './engine-process.ts';
import { FAULT_WEIGHTS, FAULTS, type FaultKind, type Label, RARE } from './faults.ts';
import { type Card, connect, startField } from './field.ts';
import { createGuide, GUIDE_POLL_MS, type GuideFinding } from './guide.ts';

const answerSchema = z.object({ answer: z.object({ ok: z.boolean() }) });

/** An alert as the scorer saw it in the festival's database, on a connection that is never cut. */
export type Found = {
  readonly algorithm: string;
  readonly about: string | null;
  readonly seenAt: number;
  readonly eventId: number;
};

export type DayResult = {
  readonly transactions: number;
  readonly labels: readonly Label[];
  readonly found: readonly Found[];
  readonly guide: { readonly findings: readonly GuideFinding[]; readonly pollMs: readonly number[] };
  /** When the engine could not have known: cuts, restarts, and the time to come back from them. */
  readonly disturbances: readonly { readonly what: string; readonly from: number; readonly to: number }[];
  readonly memoryMb: number;
};

const HONEST_CARDS = 40_000;
const WRITERS = 4;
const FAULTS_AT_ONCE = 60;
/** Honest traffic alone at first. */
const WARM_UP = 5_000;
/** After the last fault: two looks, a sweep, a recompute, and time to spare. */
const SETTLE_MS = 60_000;
/** What a reconnect, and what a new engine's lease and start may take. */
const CUT_RECOVERY_MS = 6_000;
const RESTART_RECOVERY_MS = 9_000;

/** Who asks the console to recompute its ledger. */
const SCORER = 'Scorer';

const quiet = () => undefined;
const eventRow = z.object({
  event_id: z.coerce.number(),
  detection_algorithm: z.string(),
  card_id: z.string().nullable(),
  device: z.string().nullable(),
  type: z.string().nullable(),
});

/** Plays one festival day with labelled faults against the real console, and gives back what was done and what was found. */
export const playDay = async (options: {
  transactions: number;
  faults: number;
  cuts: number;
  restarts: number;
  perSecond: number;
  seed: number;
  day: number;
  progress: (words: string) => void;
}): Promise<DayResult> => {
  const { progress } = options;
  const random = createRandom(options.seed * 1_000 + options.day);
  const dataDir = mkdtempSync(join(tmpdir(), 'regie-score-'));
  chmodSync(dataDir, 0o755);
  const closers: (() => Promise<unknown> | unknown)[] = [() => rmSync(dataDir, { recursive: true, force: true })];
  try {
    const log = { info: quiet, warn: quiet, error: quiet };
    const server = await openPostgresServer({ dataDir, log });
    closers.push(() => server.stop());
    const festival = await prepareFestival(server);
    const cards = makeCards(random, options.day, HONEST_CARDS + options.faults * 2 + 400);
    const setup = await connect(festival.adminSettings);
    await openCards(setup, cards);
    await createOperators(setup, [SCORER]);
    await setup.end();
    const honestCards = cards.slice(0, HONEST_CARDS);
    const reserved = cards.slice(HONEST_CARDS);

    const proxy = await createTcpProxy(festival.consoleSettings);
    closers.push(() => proxy.close());
    const engine = createEngineProcess({
      settings: proxy.through(festival.consoleSettings),
      dataDir: join(dataDir, 'console'),
    });
    await engine.start();
    closers.push(() => engine.stop());

    await firstRead(festival.adminSettings);
    const watch = createWatch(() => connect(festival.adminSettings));
    closers.push(() => watch.close());
    const guide = createGuide();
    let ended = false;
    const guideLoop = (async () => {
      while (!ended) {
        try {
          const client = await connect(festival.adminSettings);
          await guide.poll(client).finally(() => client.end());
        } catch {
          // The server is restarted on purpose; the next poll comes.
        }
        for (let waited = 0; waited < GUIDE_POLL_MS && !ended; waited += 500) await sleep(500);
      }
    })();

    const field = startField({
      settings: festival.fieldSettings,
      cards: honestCards,
      transactions: options.transactions,
      perSecond: options.perSecond,
      writers: WRITERS,
      random,
      log: progress,
    });
    closers.push(() => field.stop());
    const pool = new pg.Pool({ ...poolOptions(festival.fieldSettings), max: FAULTS_AT_ONCE });
    pool.on('error', quiet);
    const labels: Label[] = [];
    const running = new Set<Promise<void>>();
    const disturbances: { what: string; from: number; to: number }[] = [];

    const inject = async (kind: FaultKind, number: number): Promise<void> => {
      const client = await pool.connect();
      try {
        const take = (): Card => {
          const card = reserved.pop();
          if (card === undefined) throw new Error('too few cards for so many faults');
          return card;
        };
        labels.push({ kind, ...(await FAULTS[kind]({ client, card: take, random, number })) });
        client.release();
      } catch (error) {
        client.release(true);
        throw error;
      }
    };

    while (field.written() < Math.min(WARM_UP, options.transactions / 4)) await sleep(100);
    const durationMs = ((options.transactions - WARM_UP) / options.perSecond) * 1_000;
    const plan = planOf(options, random, Math.max(20_000, durationMs));
    let delayedMs = 0;
    const startedAt = performance.now();
    const failures: unknown[] = [];
    for (const step of plan) {
      const wait = step.atMs + delayedMs - (performance.now() - startedAt);
      if (wait > 0) await sleep(wait);
      if (step.what === 'fault') {
        const work = inject(step.kind, step.number)
          .catch((error: unknown) => failures.push(error))
          .then(() => {
            running.delete(work);
          });
        running.add(work);
      } else if (step.what === 'cut') {
        const from = Date.now();
        if (random.chance(0.5)) proxy.cut();
        else proxy.blackhole();
        await sleep(random.between(1_000, 8_000));
        if (random.chance(0.5)) proxy.cut();
        proxy.forward();
        disturbances.push({ what: 'cut', from, to: Date.now() + CUT_RECOVERY_MS });
      } else if (step.what === 'kill') {
        const from = Date.now();
        await engine.kill();
        await engine.start();
        disturbances.push({ what: 'engine killed', from, to: Date.now() + RESTART_RECOVERY_MS });
      } else {
        // The festival's own writers are asked to pause: what they would have lost in a crash is not the engine's to find.
        const pausedAt = performance.now();
        await field.pause();
        await Promise.allSettled([...running]);
        await watch.pause();
        const from = Date.now();
        await crash(join(dataDir, 'postgres'));
        await server.ensureRunning();
        watch.resume();
        field.resume();
        disturbances.push({ what: 'database restarted', from, to: Date.now() + RESTART_RECOVERY_MS });
        delayedMs += performance.now() - pausedAt;
      }
    }
    await field.done();
    await Promise.allSettled([...running]);
    const [failure] = failures;
    if (failure !== undefined) throw failure;
    progress(`${field.written()} transactions, ${labels.length} faults; waiting for what is left`);
    const wanted = labels.reduce((sum, label) => sum + label.expects.length, 0);
    const memoryMb = await engine.memoryMb();
    await recompute(engine);
    for (let waited = 0; waited < SETTLE_MS && watch.found().length < wanted; waited += 500) await sleep(500);
    // Whoever is found twice, or wrongly, may come late as well.
    await sleep(5_000);
    ended = true;
    await guideLoop;
    // What happened after the guide's last poll is its next one's to find.
    const lastPoll = await connect(festival.adminSettings);
    await guide.poll(lastPoll).finally(() => lastPoll.end());
    await pool.end();
    return {
      transactions: field.written(),
      labels,
      found: [...watch.found()],
      guide: { findings: guide.findings(), pollMs: guide.durations() },
      disturbances,
      memoryMb,
    };
  } finally {
    for (const close of closers.reverse()) await close();
  }
};

/** As somebody who may. Right after a restart nobody leads yet, and the request is refused. */
const recompute = async (engine: EngineProcess): Promise<void> => {
  for (let waited = 0; waited < SETTLE_MS; waited += 500) {
    await engine.call('session.signIn', { operatorId: operatorIdOf(SCORER), pin: PIN });
    if (answerSchema.parse(await engine.call('engine.recompute', {})).answer.ok) return;
    await sleep(500);
  }
  throw new Error('the console did not recompute its ledger');
};

/** Waits until the console has read what was there before it: the first read has its own figures in npm run bench. */
const firstRead = async (settings: Parameters<typeof connect>[0]): Promise<void> => {
  const client = await connect(settings);
  const done = async (): Promise<boolean> =>
    (await client.query(`select from console.watermarks where source = 'transactions' and history_done_at is not null`))
      .rowCount === 1;
  while (!(await done())) await sleep(200);
  await client.end();
};

/** An immediate shutdown, as when the machine goes: the server recovers at its next start. */
const crash = async (clusterDir: string): Promise<void> => {
  const postmaster = readPostmaster(clusterDir);
  if (postmaster === undefined) throw new Error('the server does not run');
  process.kill(postmaster.pid, 'SIGQUIT');
  while (isAlive(postmaster.pid)) await sleep(50);
};

const poolOptions = ({ host, port, database, user, password }: Parameters<typeof connect>[0]) => ({
  ...{ host, port, database, user, password },
  ssl: false,
});

const makeCards = (random: Random, day: number, count: number): Card[] =>
  Array.from({ length: count }, (_, index) => ({
    id: `D${day}C${index.toString().padStart(6, '0')}`,
    balance: random.between(30, 100) * 50,
    usedAt: Number.NEGATIVE_INFINITY,
    mustRecharge: false,
  }));

/** Every card was charged three hours ago, and holds what its history says. */
const openCards = async (client: pg.Client, cards: readonly Card[]): Promise<void> => {
  await client.query('begin');
  for (let start = 0; start < cards.length; start += 5_000) {
    const rows = JSON.stringify(cards.slice(start, start + 5_000).map(({ id, balance }) => ({ id, balance })));
    await client.query(
      `insert into table_cards (id, amount) select id, balance::numeric / 100 from jsonb_to_recordset($1::jsonb) as c (id text, balance int)`,
      [rows],
    );
    await client.query(
      `insert into app_transaction_log (card_id, transaction_type, status, amount_involved, previous_balance, new_balance, timestamp)
       select id, 'checkpoint_recharge', 'completed', balance::numeric / 100, 0, balance::numeric / 100, now() - interval '3 hours'
       from jsonb_to_recordset($1::jsonb) as c (id text, balance int)`,
      [rows],
    );
  }
  await client.query('commit');
  await client.query('analyze');
};

type Step =
  | { readonly atMs: number; readonly what: 'fault'; readonly kind: FaultKind; readonly number: number }
  | { readonly atMs: number; readonly what: 'cut' | 'kill' | 'database' };

/** What happens when, by chance. */
const planOf = (
  options: { faults: number; cuts: number; restarts: number; day: number },
  random: Random,
  durationMs: number,
): Step[] => {
  const rare = Object.entries(RARE).flatMap(([kind, count]) =>
    Array.from({ length: options.faults >= 200 ? count : 1 }, () => kind as FaultKind),
  );
  const common = Object.entries(FAULT_WEIGHTS);
  const weights = common.reduce((sum, [, weight]) => sum + weight, 0);
  const draw = (): FaultKind => {
    let left = random.fraction() * weights;
    for (const [kind, weight] of common) {
      left -= weight;
      if (left < 0) return kind as FaultKind;
    }
    return 'deduction';
  };
  const kinds = [...rare, ...Array.from({ length: Math.max(0, options.faults - rare.length) }, draw)];
  const at = (): number => Math.round(random.fraction() * durationMs);
  const steps: Step[] = [
    ...kinds.map((kind, index): Step => ({ atMs: at(), what: 'fault', kind, number: options.day * 100_000 + index })),
    ...Array.from({ length: options.cuts }, (): Step => ({ atMs: at(), what: 'cut' })),
    ...Array.from(
      { length: options.restarts },
      (_, index): Step => ({
        atMs: at(),
        what: (index + options.day) % 2 === 0 ? 'kill' : 'database',
      }),
    ),
  ];
  return steps.sort((a, b) => a.atMs - b.atMs);
};

/** Sees alerts as soon as they are committed, past the proxy. */
const createWatch = (open: () => Promise<pg.Client>) => {
  const found: Found[] = [];
  const known = new Set<number>();
  let newest = 0;
  let closed = false;
  let paused = false;
  let idle = Promise.withResolvers<void>();
  const look = async (client: pg.Client): Promise<void> => {
    const { rows } = await client.query(
      `select event_id, detection_algorithm, card_id, event_data ->> 'device_identifier' as device,
         event_data ->> 'transaction_type' as type
       from monitoring_events where event_id > $1 and detection_algorithm not in ('health_snapshot', 'health_status_change')`,
      [Math.max(0, newest - 1_000)],
    );
    const seenAt = Date.now();
    for (const row of z.array(eventRow).parse(rows)) {
      if (known.has(row.event_id)) continue;
      known.add(row.event_id);
      newest = Math.max(newest, row.event_id);
      const about =
        row.detection_algorithm === 'unknown_transaction_type' ? row.type : (row.card_id ?? row.device ?? null);
      found.push({ algorithm: row.detection_algorithm, about, seenAt, eventId: row.event_id });
    }
  };
  const loop = (async () => {
    let client: pg.Client | undefined;
    while (!closed) {
      if (paused) {
        await client?.end().catch(quiet);
        client = undefined;
        idle.resolve();
        await sleep(50);
        continue;
      }
      try {
        client ??= await open();
        await look(client);
      } catch {
        client = undefined;
      }
      await sleep(100);
    }
    await client?.end().catch(quiet);
  })();
  return {
    found: (): readonly Found[] => found,
    pause: () => {
      idle = Promise.withResolvers<void>();
      paused = true;
      return idle.promise;
    },
    resume: () => {
      paused = false;
    },
    close: async () => {
      closed = true;
      await loop;
    },
  };
};
