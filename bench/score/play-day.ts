import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { z } from 'zod';
import { laptopName } from '../../electron/host-options.ts';
import { createOperators, enrolLaptop, operatorIdOf, PIN } from '../../electron/testing/operators.ts';
import { createTcpProxy, type TcpProxy } from '../../electron/testing/tcp-proxy.ts';
import { prepareFestival } from '../../electron/training/festival.ts';
import { openPostgresServer } from '../../electron/training/postgres-server.ts';
import { isAlive, readPostmaster } from '../../electron/training/postmaster.ts';
import { createRandom, type Random } from '../../electron/training/random.ts';
import { planOf, type Step } from './day-plan.ts';
import { createEngineProcess, type EngineProcess } from './engine-process.ts';
import { FAULTS, type FaultKind, type Label } from './faults.ts';
import { type Card, connect, type Field, startField } from './field.ts';
import { createGuide, GUIDE_POLL_MS, type GuideFinding } from './guide.ts';
import { startOddRows } from './odd.ts';
import { createWatch, type Found } from './watch.ts';
import { playWords } from './words.ts';

const answerSchema = z.object({ answer: z.object({ ok: z.boolean() }) });

type Disturbance = { readonly what: string; readonly from: number; readonly to: number };
export type DayResult = {
  readonly transactions: number;
  readonly labels: readonly Label[];
  readonly found: readonly Found[];
  readonly guide: { readonly findings: readonly GuideFinding[]; readonly pollMs: readonly number[] };
  /** When the engine could not detect: cuts, restarts, and the time to come back from them. */
  readonly disturbances: readonly Disturbance[];
  readonly memoryMb: number;
};

const HONEST_CARDS = 40_000;
const WRITERS = 4;
const FAULTS_AT_ONCE = 60;
/** Those of words that somebody explains. */
const WORD_CARDS = 30;
/** Honest traffic alone at first. */
const WARM_UP = 5_000;
/**
 * After the last fault: two comparisons, a sweep and a recompute take half a minute; the rest is for a busy machine. Only what is
 * missing is waited for so long.
 */
const SETTLE_MS = 300_000;
/** What a reconnect, and what a new engine's lease and start may take. */
const CUT_RECOVERY_MS = 6_000;
const RESTART_RECOVERY_MS = 9_000;

/** Its neighbours are the same double. */
const HIGH_ID = '7301234567890123457';
const beginHigh = async (client: pg.ClientBase): Promise<void> => {
  await client.query(
    `select setval(pg_get_serial_sequence(name, id), $1::bigint, false)
     from (values ('app_transaction_log', 'log_id'), ('nfc_scan_log', 'scan_log_id'), ('monitoring_events', 'event_id'),
       ('alert_history', 'alert_id'), ('system_health_snapshots', 'snapshot_id')) as owned (name, id)`,
    [HIGH_ID],
  );
};

/** Who asks the console to recompute its ledger. */
const SCORER = 'Scorer';

const quiet = () => undefined;
/** Plays one festival day with labelled faults against the real console, and gives back what was done and what was found. */
export const playDay = async (options: {
  transactions: number;
  faults: number;
  cuts: number;
  restarts: number;
  perSecond: number;
  /** Rows that make no sense, as a share of the transactions. */
  odd: number;
  /** Whether the sequences begin beyond what a number of JavaScript holds, as sharded ones do. */
  highIds: boolean;
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
    const oddCards = options.odd > 0 ? Math.ceil(options.transactions * options.odd) + 20 : 0;
    const cards = makeCards(random, options.day, HONEST_CARDS + options.faults * 2 + 400 + WORD_CARDS + oddCards);
    const setup = await connect(festival.adminSettings);
    if (options.highIds) await beginHigh(setup);
    await openCards(setup, cards);
    await createOperators(setup, [SCORER]);
    await enrolLaptop(setup, { laptop: laptopName(hostname()), dataDir: join(dataDir, 'console') });
    await setup.end();
    const honestCards = cards.slice(0, HONEST_CARDS);
    const forWords = cards.slice(HONEST_CARDS, HONEST_CARDS + WORD_CARDS);
    const reserved = cards.slice(HONEST_CARDS + WORD_CARDS, cards.length - oddCards);
    const forOddRows = cards.slice(cards.length - oddCards);

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
    const guide = startGuide(() => connect(festival.adminSettings));
    closers.push(() => guide.close());

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
    const running = new Set<Promise<void>>();
    const odd = startOddRows({
      ...{ pool, cards: forOddRows, share: options.odd, written: field.written },
      random: createRandom(options.seed * 1_000 + options.day + 500),
    });
    closers.push(() => odd.stop());

    const disturb = createDisturber({
      ...{ proxy, engine, field, watch, random },
      crashDatabase: async () => {
        await crash(join(dataDir, 'postgres'));
        await server.ensureRunning();
      },
      idle: () => Promise.allSettled([...running]),
    });
    const inject = createInjector(pool, reserved, random);
    while (field.written() < Math.min(WARM_UP, options.transactions / 4)) await sleep(100);
    const reader = new pg.Pool({ ...poolOptions(festival.adminSettings), max: 1 });
    reader.on('error', quiet);
    closers.push(() => reader.end());
    const words = playWords({
      ...{ pool, reader, cards: forWords, engine, day: options.day },
      signIn: () => engine.call('session.signIn', { operatorId: operatorIdOf(SCORER), pin: PIN }),
    });
    const durationMs = ((options.transactions - WARM_UP) / options.perSecond) * 1_000;
    const plan = planOf(options, random, Math.max(20_000, durationMs));
    const { labels, disturbances, failures } = await carryOut(plan, { inject, disturb, running });
    await field.done();
    await Promise.allSettled([...running]);
    labels.push(...(await odd.stop()));
    const explained = await words.done();
    labels.push(...explained.labels);
    const [failure] = failures;
    if (failure !== undefined) throw failure;
    progress(
      `${field.written()} transactions, ${odd.written()} odd rows, ${labels.length} faults; waiting for what is left`,
    );
    const wanted = labels.reduce((sum, label) => sum + label.expects.length, 0);
    const memoryMb = await engine.memoryMb();
    await recompute(engine);
    const notYet = () => watch.found().length + explained.found.length < wanted;
    for (let waited = 0; waited < SETTLE_MS && notYet(); waited += 500) await sleep(500);
    // Whoever is found twice, or wrongly, may come late as well.
    await sleep(5_000);
    await guide.finish();
    await pool.end();
    return {
      transactions: field.written(),
      labels,
      found: [...watch.found(), ...explained.found],
      guide: { findings: guide.findings(), pollMs: guide.durations() },
      disturbances,
      memoryMb,
    };
  } finally {
    for (const close of closers.reverse()) await close();
  }
};

/** Carries a plan out. Its last faults may still be running when it returns, and then add to what it has returned. */
const carryOut = async (
  plan: readonly Step[],
  options: {
    inject: (kind: FaultKind, number: number) => Promise<Label>;
    disturb: (what: 'cut' | 'kill' | 'database') => Promise<Disturbance>;
    running: Set<Promise<void>>;
  },
): Promise<{ labels: Label[]; disturbances: Disturbance[]; failures: unknown[] }> => {
  const { inject, disturb, running } = options;
  const labels: Label[] = [];
  const disturbances: Disturbance[] = [];
  const failures: unknown[] = [];
  const startedAt = performance.now();
  let delayedMs = 0;
  for (const step of plan) {
    const wait = step.atMs + delayedMs - (performance.now() - startedAt);
    if (wait > 0) await sleep(wait);
    if (step.what === 'fault') {
      const work = inject(step.kind, step.number)
        .then((label) => {
          labels.push(label);
        })
        .catch((error: unknown) => {
          failures.push(error);
        })
        .then(() => {
          running.delete(work);
        });
      running.add(work);
      continue;
    }
    const pausedAt = performance.now();
    disturbances.push(await disturb(step.what));
    // The plan waits for the festival's own writers, who were paused.
    if (step.what === 'database') delayedMs += performance.now() - pausedAt;
  }
  return { labels, disturbances, failures };
};

/** Does a fault to the festival, on cards of its own. */
const createInjector =
  (pool: pg.Pool, reserved: Card[], random: Random) =>
  async (kind: FaultKind, number: number): Promise<Label> => {
    const client = await pool.connect();
    const take = (): Card => {
      const card = reserved.pop();
      if (card === undefined) throw new Error('too few cards for so many faults');
      return card;
    };
    try {
      const label = { kind, ...(await FAULTS[kind]({ client, card: take, random, number })) };
      client.release();
      return label;
    } catch (error) {
      client.release(true);
      throw error;
    }
  };

/** Polls as the guide does, beside the console, until it is closed. */
const startGuide = (open: () => Promise<pg.Client>) => {
  const guide = createGuide();
  let ended = false;
  const poll = async (): Promise<void> => {
    const client = await open();
    await guide.poll(client).finally(() => client.end());
  };
  const loop = (async () => {
    while (!ended) {
      // The server is restarted on purpose; the next poll comes.
      await poll().catch(quiet);
      for (let waited = 0; waited < GUIDE_POLL_MS && !ended; waited += 500) await sleep(500);
    }
  })();
  const close = async (): Promise<void> => {
    ended = true;
    await loop;
  };
  return {
    findings: guide.findings,
    durations: guide.durations,
    close,
    /** Ends with one more poll: what happened after the last one was its next one's to find. */
    finish: async (): Promise<void> => {
      await close();
      await poll();
    },
  };
};

/** Cuts the network, kills the console or crashes the database. @returns when the engine could not detect. */
const createDisturber =
  (options: {
    proxy: Pick<TcpProxy, 'cut' | 'blackhole' | 'forward'>;
    engine: EngineProcess;
    field: Field;
    watch: ReturnType<typeof createWatch>;
    random: Random;
    crashDatabase: () => Promise<void>;
    /** When no fault is half done. */
    idle: () => Promise<unknown>;
  }) =>
  async (what: 'cut' | 'kill' | 'database'): Promise<Disturbance> => {
    const { proxy, engine, field, watch, random } = options;
    switch (what) {
      case 'cut': {
        const from = Date.now();
        if (random.chance(0.5)) proxy.cut();
        else proxy.blackhole();
        await sleep(random.between(1_000, 8_000));
        if (random.chance(0.5)) proxy.cut();
        proxy.forward();
        return { what: 'cut', from, to: Date.now() + CUT_RECOVERY_MS };
      }
      case 'kill': {
        const from = Date.now();
        await engine.kill();
        await engine.start();
        return { what: 'engine killed', from, to: Date.now() + RESTART_RECOVERY_MS };
      }
      case 'database': {
        // The festival's own writers pause: what they would have lost in a crash is not the engine's to find.
        await field.pause();
        await options.idle();
        await watch.pause();
        const from = Date.now();
        await options.crashDatabase();
        watch.resume();
        field.resume();
        return { what: 'database restarted', from, to: Date.now() + RESTART_RECOVERY_MS };
      }
    }
  };

/** Signed in with the right to. Right after a restart there is no leader yet, and the request is refused. */
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

/** Every card was charged three hours ago, and holds the balance of its history. */
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
