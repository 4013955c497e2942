import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import { z } from 'zod';
import { laptopName } from '../../electron/host-options.ts';
import { festivalOf } from '../../electron/testing/festival.ts';
import { noise } from '../../electron/testing/odd-values.ts';
import { createOperators, enrolLaptop } from '../../electron/testing/operators.ts';
import { prepareFestival } from '../../electron/training/festival.ts';
import { openPostgresServer } from '../../electron/training/postgres-server.ts';
import { createRandom, type Random } from '../../electron/training/random.ts';
import { createEngineProcess, type EngineProcess } from '../score/engine-process.ts';
import { connect } from '../score/field.ts';
import { type Screen, startScreen } from './screen.ts';
import { ALTERATIONS, readColumns, writeOddRow } from './tables.ts';

export type FuzzResult = {
  readonly rounds: number;
  readonly rows: number;
  /** Rows that the festival's database has not taken. */
  readonly refused: number;
  /** Values that had to be named. */
  readonly odd: number;
  /** Of those, the ones that no row of console.set_aside names. */
  readonly unnamed: readonly string[];
  readonly setAside: number;
  readonly alterations: number;
  /** Orders that failed and took 5.00 all the same, one in each round. */
  readonly faults: number;
  readonly missed: readonly string[];
  /** Alerts about cards to which nothing odd has happened. */
  readonly false: readonly string[];
  readonly foundMs: readonly number[];
  readonly cycles: number;
  readonly cyclesLost: readonly string[];
  readonly calls: number;
  readonly failedCalls: readonly string[];
  readonly screens: number;
  readonly wrongScreens: readonly string[];
  /** How often the console's process has ended by itself. */
  readonly ended: number;
};

const HONEST_CARDS = 4_000;
const ROWS_A_ROUND = 12;
const ROUNDS_BETWEEN_ALTERATIONS = 25;
const ROUNDS_BETWEEN_SCREENS = 5;
/** How long a round waits for its fault to be found, before it is looked for at the end. */
const PATIENCE_MS = 10_000;
const SETTLE_MS = 70_000;

const answerSchema = z.object({
  answer: z.object({ ok: z.boolean(), error: z.object({ code: z.string() }).optional() }),
});
const boardSchema = z.object({
  answer: z.object({
    value: z.object({ alerts: z.array(z.object({ incidentId: z.union([z.number(), z.string()]) })) }),
  }),
});
/** What the console may answer to an odd question. */
const REFUSALS = new Set(['bad_input', 'not_found', 'offline', 'festival_tables_changed']);

/** Odd rows of every kind against a whole console, with a fault among them in every round. */
export const fuzz = async (options: {
  minutes: number;
  seed: number;
  /** A Chromium for the screens, which are left out without. */
  browser: string | undefined;
  progress: (words: string) => void;
}): Promise<FuzzResult> => {
  const random = createRandom(options.seed);
  const dataDir = mkdtempSync(join(tmpdir(), 'regie-fuzz-'));
  chmodSync(dataDir, 0o755);
  const closers: (() => Promise<unknown> | unknown)[] = [() => rmSync(dataDir, { recursive: true, force: true })];
  try {
    const quiet = () => undefined;
    const server = await openPostgresServer({ dataDir, log: { info: quiet, warn: quiet, error: quiet } });
    closers.push(() => server.stop());
    const festival = await prepareFestival(server);
    const client = await connect(festival.adminSettings);
    closers.push(() => client.end());
    await openCards(client);
    await createOperators(client, ['Fuzzer']);
    const home = join(dataDir, 'console');
    await enrolLaptop(client, { laptop: laptopName(hostname()), dataDir: home });
    const engine = createEngineProcess({ settings: festival.consoleSettings, dataDir: home });
    closers.push(() => engine.stop());
    const screen = options.browser === undefined ? undefined : await startScreen(home, options.browser);
    if (screen !== undefined) closers.push(screen.close);
    await open(engine, screen);
    return await play({ ...options, client, engine, screen, random });
  } finally {
    for (const close of closers.reverse()) await close();
  }
};

/** Starts the console: the address that it prints lets the calls in, and the next one the screen. */
const open = async (engine: EngineProcess, screen: Screen | undefined): Promise<void> => {
  await engine.start();
  await engine.call('board.get', { closed: true });
  await screen?.open();
};

const play = async (world: {
  minutes: number;
  client: pg.Client;
  engine: EngineProcess;
  screen: Screen | undefined;
  random: Random;
  progress: (words: string) => void;
}): Promise<FuzzResult> => {
  const { client, engine, screen, random, progress } = world;
  const { failedOrder } = festivalOf({ admin: client });
  const until = performance.now() + world.minutes * 60_000;
  const mustBeNamed = new Set<string>();
  const planted: string[] = [];
  const foundMs: number[] = [];
  const failedCalls: string[] = [];
  const wrongScreens: string[] = [];
  let [rounds, rows, refused, calls, alterations, ended] = [0, 0, 0, 0, 0, 0];
  let back: string | undefined;
  let columns = await readColumns(client);

  const ask = async (call: string, input: unknown): Promise<unknown> => {
    calls += 1;
    try {
      const answer = await engine.call(call, input);
      const { ok, error } = answerSchema.parse(answer).answer;
      if (!ok && !REFUSALS.has(error?.code ?? ''))
        failedCalls.push(`${call} ${JSON.stringify(input).slice(0, 80)}: ${error?.code}`);
      return answer;
    } catch (error) {
      failedCalls.push(`${call}: ${String(error).slice(0, 120)}`);
      ended += 1;
      await engine.stop();
      await open(engine, screen);
      return undefined;
    }
  };
  const isFound = async (card: string): Promise<boolean> =>
    (
      await client.query(
        `select from monitoring_events where card_id = $1 and detection_algorithm = 'balance_deduction_on_failure'`,
        [card],
      )
    ).rowCount !== 0;

  while (performance.now() < until && planted.length < HONEST_CARDS / 2) {
    if (rounds % ROUNDS_BETWEEN_ALTERATIONS === ROUNDS_BETWEEN_ALTERATIONS - 1) {
      if (back !== undefined) await client.query(back).catch(quietly);
      const alteration = ALTERATIONS[random.between(0, ALTERATIONS.length - 1)];
      back = await client.query(alteration?.sql ?? 'select 1').then(
        () => alteration?.back,
        () => undefined,
      );
      alterations += 1;
      columns = await readColumns(client);
    }
    for (let row = 0; row < ROWS_A_ROUND; row += 1) {
      const written = await writeOddRow(client, columns, random);
      if (written === undefined) refused += 1;
      else rows += 1;
      for (const name of written?.mustBeNamed ?? []) mustBeNamed.add(name);
    }
    const card = `H${planted.length}`;
    await failedOrder(card, 5, { takes: 5 });
    planted.push(card);
    const writtenAt = performance.now();
    while (!(await isFound(card)) && performance.now() - writtenAt < PATIENCE_MS) await sleep(50);
    foundMs.push(Math.round(performance.now() - writtenAt));

    const board = boardSchema.safeParse(await ask('board.get', { closed: true }));
    const alerts = board.data?.answer.value.alerts ?? [];
    const alert = alerts[random.between(0, Math.max(0, alerts.length - 1))];
    if (alert !== undefined) await ask('alert.get', { incidentId: alert.incidentId });
    const odd = await oddCard(client, random);
    await ask('card.get', { cardId: odd });
    await ask('card.look', { cardId: odd });
    await ask('health.look', {});
    if (screen !== undefined && rounds % ROUNDS_BETWEEN_SCREENS === 0) {
      const card = `#/card/${encodeURIComponent(odd)}`;
      for (const hash of [
        '#/board',
        alert === undefined ? '#/health' : `#/board/${alert.incidentId}`,
        card,
        '#/health',
      ]) {
        wrongScreens.push(...(await screen.look(hash)));
      }
    }
    rounds += 1;
    if (rounds % 50 === 0)
      progress(`${rounds} rounds, ${rows} rows, ${foundMs.filter((ms) => ms >= PATIENCE_MS).length} late`);
  }
  for (let waited = 0; waited < SETTLE_MS; waited += 1_000) await sleep(1_000);

  const named = await namesOf(client);
  const { rows: cycles } = await client.query<{ error: string | null }>('select error from console.cycles');
  const missed: string[] = [];
  for (const card of planted) if (!(await isFound(card))) missed.push(card);
  const { rows: wrong } = await client.query<{ what: string }>(
    `select detection_algorithm || ' ' || card_id || ' ' || left(event_data::text, 200) as what from monitoring_events
     where card_id ~ '^H\\d+$' and detection_algorithm <> 'balance_deduction_on_failure'
       and detection_algorithm in (select algorithm from console.detector_state)
       -- What a planted fault took is missing on its card, too.
       and not (detection_algorithm = 'balance_mismatch_detection' and (event_data ->> 'discrepancy')::numeric = -5)`,
  );
  return {
    ...{ rounds, rows, refused, alterations, calls, failedCalls, wrongScreens, ended, foundMs, missed },
    odd: mustBeNamed.size,
    unnamed: [...mustBeNamed].filter((name) => !named.has(name)),
    setAside: named.size,
    faults: planted.length,
    false: wrong.map(({ what }) => what),
    cycles: cycles.length,
    cyclesLost: cycles.flatMap(({ error }) => error ?? []),
    screens: screen?.shown() ?? 0,
  };
};

const quietly = (): void => undefined;

const namesOf = async (client: pg.ClientBase): Promise<Set<string>> => {
  const { rows } = await client.query<{ name: string }>(
    `select source || ' ' || left(row_id, 200) || ' ' || column_name as name from console.set_aside`,
  );
  return new Set(rows.map(({ name }) => name));
};

/** A card that somebody could ask for: one of the odd ones, or one that cannot be. */
const oddCard = async (client: pg.ClientBase, random: Random): Promise<string> => {
  if (random.chance(0.2)) return random.pick(['100%', '%E0%A4%A', '\u0001', '../..', noise(300), '💳']);
  const { rows } = await client.query<{ id: string }>(
    `select id from table_cards where id !~ '^H\\d+$' order by md5(id || $1) limit 1`,
    [String(random.between(0, 1_000_000))],
  );
  return rows[0]?.id ?? 'nobody';
};

/** Cards that hold what their history says, charged long enough ago to lie in no window. */
const openCards = async (client: pg.ClientBase): Promise<void> => {
  await client.query(
    `insert into table_cards (id, amount) select 'H' || n, 50 from generate_series(0, $1::int - 1) as n`,
    [HONEST_CARDS],
  );
  await client.query(
    `insert into app_transaction_log (card_id, transaction_type, status, amount_involved, previous_balance, new_balance, timestamp)
     select 'H' || n, 'checkpoint_recharge', 'completed', 50, 0, 50, now() - interval '3 hours'
     from generate_series(0, $1::int - 1) as n`,
    [HONEST_CARDS],
  );
};
