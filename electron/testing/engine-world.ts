import { afterEach, beforeEach, expect } from 'vitest';
import type { Engine } from '../engine/engine.ts';
import type { createTestDatabase, TestDatabase } from './database.ts';
import { ageComparisons, createTestEngine, eventsOf } from './engine.ts';
import { festivalOf } from './festival.ts';
import { borrowTestDatabase } from './reused-database.ts';

type EngineOptions = Omit<Parameters<typeof createTestEngine>[0], 'database' | 'errors'>;

/**
 * A festival with its engine, new for each test of the file that calls this. A test fails when the engine has logged an
 * error that the test did not take out of `errors`.
 * @param makeDatabase for tests that need one which never served before
 */
export const engineWorld = (makeDatabase: typeof createTestDatabase = borrowTestDatabase) => {
  let database: TestDatabase;
  let engine: Engine;
  const errors: unknown[] = [];
  const createEngine = (options: EngineOptions = {}): Engine => createTestEngine({ database, errors, ...options });

  beforeEach(async () => {
    database = await makeDatabase();
    errors.length = 0;
    engine = createEngine();
    return () => database.close();
  });
  afterEach(() => expect(errors).toEqual([]));

  const events = (algorithm: string) => eventsOf(database, algorithm);
  const twoSecondsLater = () => ageComparisons(database);
  return {
    get database() {
      return database;
    },
    get engine() {
      return engine;
    },
    errors,
    festival: festivalOf({
      get admin() {
        return database.admin;
      },
    }),
    /** Another engine on the same database, which `engine` stays. */
    createEngine,
    /** A new `engine` on the same database, as after a crash or on another laptop. */
    restart: (options: EngineOptions = { laptop: 'booth-2' }): void => {
      engine = createEngine(options);
    },
    events,
    count: async (algorithm: string): Promise<number> => (await events(algorithm)).length,
    tail: () => engine.runCycle('tail'),
    twoSecondsLater,
    /** Compares every card twice, two seconds apart. */
    compareTwice: async (): Promise<void> => {
      await engine.runCycle('critical');
      await twoSecondsLater();
      await engine.runCycle('critical');
    },
  };
};
