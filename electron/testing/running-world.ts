import { afterEach, beforeEach, expect } from 'vitest';
import { createEngine, type Engine } from '../engine/engine.ts';
import { openFestivalDatabase } from '../postgres/pool.ts';
import type { TestDatabase } from './database.ts';
import { eventsOf } from './engine.ts';
import { eventually } from './eventually.ts';
import { festivalOf } from './festival.ts';
import { borrowTestDatabase } from './reused-database.ts';

/** What is odd, done to a festival whose engine runs. */
export type OddLine = {
  readonly odd: string;
  /** Done to the running festival. */
  readonly does: () => Promise<unknown>;
  /** Alerts that name it. */
  readonly names?: readonly string[];
  /** It is found when the festival's tables have been looked at, at the latest. */
  readonly after?: 'look';
  /** What must not be raised. */
  readonly never?: RegExp;
  /** What more must be so. */
  readonly besides?: () => Promise<void>;
};

/** A running engine for each test of the file that calls this: what odd things do to it. */
export const runningWorld = () => {
  let database: TestDatabase;
  let festival: ReturnType<typeof festivalOf>;
  let engine: Engine;
  let forward: (ms: number) => void;

  beforeEach(async () => {
    database = await borrowTestDatabase();
    festival = festivalOf(database);
    const connection = openFestivalDatabase({
      settings: database.consoleSettings,
      applicationName: 'regie/field-data',
      size: 2,
    });
    let moved = 0;
    forward = (ms) => {
      moved += ms;
    };
    const quiet = () => undefined;
    engine = createEngine({
      database: connection,
      laptop: 'booth-1',
      // The schedule goes by it, the ticks by the real one.
      clock: { now: () => Date.now() + moved, monotonic: () => performance.now() + moved },
      log: { info: quiet, warn: quiet, error: quiet },
    });
    return async () => {
      await engine.close();
      await connection.close();
    };
  });
  afterEach(() => database.close());

  const run = (text: string, values: unknown[] = []) => database.admin.query(text, values);
  const cardsThatLost = async () =>
    (await eventsOf(database, 'balance_deduction_on_failure')).map((event) => event.card_id);
  const found = (card: string) => eventually(async () => expect(await cardsThatLost()).toContain(card));
  const health = async (): Promise<string | undefined> =>
    (await run('select overall_health_status as status from system_health_snapshots order by snapshot_id desc limit 1'))
      .rows[0]?.status;
  /** What an engine has named so far, in a word for each alert: the detector, and what it is about. */
  const named = async (): Promise<string[]> =>
    (
      await run(
        `select concat_ws(' ', detection_algorithm, coalesce(event_data ->> 'change', event_data ->> 'reason',
           event_data ->> 'transaction_status', event_data ->> 'transaction_type', event_data ->> 'recognised_by',
           event_data ->> 'device_identifier', event_data ->> 'point_of_sale', ''), event_data ->> 'table',
           event_data ->> 'source') as name
         from monitoring_events order by event_id`,
      )
    ).rows.map((row) => String(row.name).trim());

  /** A festival of two cards whose log is read and whose tables have been looked at. */
  const begin = async (): Promise<void> => {
    await festival.card('A', 50);
    await festival.card('B', 50);
    await festival.scan('A');
    engine.start();
    await eventually(async () => {
      expect(engine.status().state).toBe('running');
      expect((await run(`select from console.log_watch where relation like '%\\_log'`)).rowCount).toBe(2);
      expect(
        (await run(`select from console.watermarks where last_id = 2 and caught_up_at is not null`)).rowCount,
      ).toBe(1);
    });
  };

  const order = (columns: string, values: string, from = '') =>
    run(
      `insert into app_transaction_log (card_id, transaction_type, status, amount_involved, previous_balance, new_balance${columns})
       select ${values} ${from}`,
    );

  /** The odd thing, then a failed order that takes 5.00: that is found, what is odd is named, and health is not green. */
  const holds = async ({ does, names = [], after, never, besides }: OddLine): Promise<void> => {
    await begin();
    await does();
    await run(
      `update table_cards set amount = amount - 5 where id = 'A';
       insert into app_transaction_log (card_id, transaction_type, status, amount_involved, previous_balance, new_balance)
       values ('A', 'bar_order', 'failed', 5, 50, 45)`,
    );
    if (after === 'look') forward(60_000);
    await found('A');
    forward(60_000);
    await eventually(async () => expect(await named()).toEqual(expect.arrayContaining([...names])));
    await besides?.();
    if (never !== undefined) expect((await named()).filter((name) => never.test(name))).toEqual([]);
    await eventually(async () => expect(await health()).toMatch(/WARNING|CRITICAL/));
    expect(engine.status().breaker.state).toBe('closed');
  };

  return {
    get database() {
      return database;
    },
    get festival() {
      return festival;
    },
    get engine() {
      return engine;
    },
    forward: (ms: number) => forward(ms),
    ...{ run, order, begin, found, cardsThatLost, health, named, holds },
  };
};
