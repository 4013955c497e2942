import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { FAULT_KINDS } from '../../shared/domain/fault.ts';
import type { FestivalDatabase } from '../postgres/pool.ts';
import type { TestDatabase } from '../testing/database.ts';
import { ageComparisons, createTestEngine } from '../testing/engine.ts';
import { borrowTestDatabase } from '../testing/reused-database.ts';
import { openField } from './festival.ts';
import { openLabelStore } from './labels.ts';
import { type Simulator, startSimulator } from './simulator.ts';

const quiet = { info: () => {}, warn: () => {}, error: () => {} };
const foundRow = z.object({ algorithm: z.string(), card: z.string().nullable(), about: z.string().nullable() });

describe('a fault of the training festival', () => {
  let database: TestDatabase;
  let field: FestivalDatabase;
  let dataDir: string;
  let simulator: Simulator;
  /** Milliseconds that the simulator's clock is ahead, so that cards rest without our waiting. */
  let ahead = 0;

  beforeEach(async () => {
    database = await borrowTestDatabase();
    field = openField(database.adminSettings);
    dataDir = mkdtempSync(join(tmpdir(), 'regie-found-'));
    chmodSync(dataDir, 0o755);
    simulator = await startSimulator({
      ...{ database: field, monitoring: field, labels: openLabelStore(dataDir), seed: 11, log: quiet },
      ...{ running: false, autoFaults: false },
      clock: { now: () => Date.now(), monotonic: () => performance.now() + ahead },
    });
    for (let rush = 0; rush < 4; rush += 1) await simulator.traffic.rush(60);
    ahead += 10_000;
    // Cards have rested by the simulator's clock; so they have by the database's.
    await database.admin.query(`update app_transaction_log set timestamp = timestamp - interval '2 minutes'`);
    await database.admin.query(`update nfc_scan_log set scan_timestamp = scan_timestamp - interval '2 minutes'`);
  });
  afterEach(async () => {
    await simulator.close();
    await field.close();
    await database.close();
    rmSync(dataDir, { recursive: true, force: true });
  });

  const found = async () =>
    z.array(foundRow).parse(
      (
        await database.admin.query(
          `select detection_algorithm as algorithm, card_id as card,
             coalesce(event_data ->> 'device_identifier', event_data ->> 'transaction_type', event_data ->> 'transaction_status', event_data ->> 'report') as about
           from monitoring_events where detection_algorithm <> 'health_snapshot' order by 1`,
        )
      ).rows,
    );

  it.each(FAULT_KINDS)('%s is found by its detector and wrongly by no other', async (kind) => {
    const errors: unknown[] = [];
    const engine = createTestEngine({ database, errors });
    await engine.runCycle('critical');
    await engine.runCycle('medium');
    expect(await found()).toEqual([]);

    const label = await simulator.inject(kind);
    // What comes every hour, and with the fault where the console injects it.
    if (kind === 'edited_log') await engine.recompute();
    await engine.runCycle('critical');
    await ageComparisons(database);
    await engine.runCycle('critical');
    await engine.runCycle('medium');
    // A row that does not continue the chain is judged when no lower id can come any more.
    await expect
      .poll(
        async () => {
          await engine.runCycle('tail');
          return (await found()).map(({ algorithm }) => algorithm);
        },
        { interval: 250 },
      )
      .toEqual(label.expects.map(({ algorithm }) => algorithm).sort());
    await ageComparisons(database);
    await engine.runCycle('critical');
    await engine.runCycle('medium');
    expect(await found()).toHaveLength(label.expects.length);
    for (const { algorithm, cardId } of label.expects) {
      const one = (await found()).find((event) => event.algorithm === algorithm);
      if (cardId !== null) expect(one?.card).toBe(cardId);
      else if (label.about !== null) expect(one?.about).toBe(label.about);
    }
    expect(errors).toEqual([]);
    await engine.close();
  });
});
