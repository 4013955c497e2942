import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { v7 as uuid } from 'uuid';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { z } from 'zod';
import type { RegieEvent } from '../../shared/contract/events.ts';
import type { FestivalDatabase } from '../postgres/pool.ts';
import type { TestDatabase } from '../testing/database.ts';
import { createTestEngine } from '../testing/engine.ts';
import { eventually } from '../testing/eventually.ts';
import { borrowTestDatabase } from '../testing/reused-database.ts';
import { openField } from '../training/festival.ts';
import { openLabelStore } from '../training/labels.ts';
import { type Simulator, startSimulator } from '../training/simulator.ts';
import { createDrills, type DrillRunner } from './index.ts';

const quiet = { info: () => {}, warn: () => {}, error: () => {} };

describe('drills', () => {
  let database: TestDatabase;
  let field: FestivalDatabase;
  let dataDir: string;
  let simulator: Simulator;
  let engine: ReturnType<typeof createTestEngine>;
  let ahead = 0;
  let training = true;
  let operator: string | null = 'Léa';
  const stored = new Map<string, unknown>();
  const runners: DrillRunner[] = [];
  const events: RegieEvent[] = [];

  /** As after a start of the console. */
  const start = (): DrillRunner => {
    const drills = createDrills({
      festival: () => ({ database: database.festival, reachable: () => true, engine }),
      training: () => (training ? simulator : null),
      laptop: 'booth-1',
      store: {
        read: <S extends z.ZodType>(key: string, schema: S) =>
          stored.has(key) ? schema.parse(JSON.parse(JSON.stringify(stored.get(key)))) : undefined,
        write: (key, value) => void stored.set(key, value),
      },
      random: () => 0,
      log: quiet,
      publish: (event) => events.push(event),
    });
    runners.push(drills);
    return drills;
  };
  const restart = async (): Promise<DrillRunner> => {
    for (const drills of runners.splice(0)) await drills.close();
    return start();
  };
  const underWay = (drills: DrillRunner) =>
    eventually(() => expect(drills.view().running?.faultAt).toEqual(expect.any(String)));
  const abandonedFor = (drills: DrillRunner, reason: string) =>
    eventually(() => {
      expect(drills.view().running).toBeNull();
      expect(drills.view().results[0]).toMatchObject({ outcome: 'abandoned', reason });
    });

  beforeEach(async () => {
    database = await borrowTestDatabase();
    field = openField(database.adminSettings);
    dataDir = mkdtempSync(join(tmpdir(), 'regie-drills-'));
    chmodSync(dataDir, 0o755);
    ahead = 0;
    training = true;
    operator = 'Léa';
    stored.clear();
    events.length = 0;
    simulator = await startSimulator({
      ...{ database: field, monitoring: field, labels: openLabelStore(dataDir), seed: 11, log: quiet, running: false },
      clock: { now: () => Date.now(), monotonic: () => performance.now() + ahead },
    });
    for (let rush = 0; rush < 4; rush += 1) await simulator.traffic.rush(60);
    ahead += 10_000;
    engine = createTestEngine({ database, errors: [] });
  });
  afterEach(async () => {
    for (const drills of runners.splice(0)) await drills.close();
    await engine.close();
    await simulator.close();
    await field.close();
    await database.close();
    rmSync(dataDir, { recursive: true, force: true });
  });

  it('make a real fault, and keep to themselves which one it was', async () => {
    const drills = start();
    const begun = await drills.start({ kind: null, quiet: false, operator });
    expect(begun).toMatchObject({ ok: true, value: { kind: null, faultAt: null, operator: 'Léa' } });
    await underWay(drills);
    expect(simulator.status().faults).toBe(1);
    const { rows } = await database.admin.query('select * from console.drills');
    expect(rows).toMatchObject([{ surprise: true, kind: null, result: null }]);
    await drills.abandon();
    expect(drills.view().results).toMatchObject([{ surprise: true, kind: simulator.status().lastFault?.kind }]);
    expect(events).toContainEqual({ event: 'drills' });
  });

  it('run one at a time, for a signed-in operator, in the training festival', async () => {
    const drills = start();
    operator = null;
    expect(await drills.start({ kind: null, quiet: false, operator })).toMatchObject({
      error: { code: 'not_signed_in' },
    });
    operator = 'Léa';
    await drills.start({ kind: 'negative_balance', quiet: false, operator });
    expect(await drills.start({ kind: null, quiet: false, operator })).toMatchObject({
      error: { code: 'drill_running', params: { name: 'Léa' } },
    });
    await underWay(drills);
    expect(await drills.finish()).toMatchObject({ error: { code: 'drill_not_over' } });
    await drills.abandon();
    training = false;
    expect(await drills.start({ kind: null, quiet: false, operator })).toMatchObject({
      error: { code: 'training_only' },
    });
    // What was drilled is known at the real festival too.
    expect(drills.view()).toMatchObject({ running: null, results: [{ kind: 'negative_balance' }] });
  });

  it('switch automatic faults off, and on again', async () => {
    const drills = start();
    await drills.start({ kind: 'balance_mismatch', quiet: true, operator });
    expect(simulator.status().autoFaults).toBe(false);
    await underWay(drills);
    await drills.abandon();
    expect(simulator.status().autoFaults).toBe(true);
    simulator.setAutoFaults(false);
    await drills.start({ kind: 'balance_mismatch', quiet: true, operator });
    await drills.abandon();
    expect(simulator.status().autoFaults).toBe(false);
  });

  it('go on after a restart, with their own clock', async () => {
    const drills = start();
    await drills.start({ kind: 'deduction_on_failure', quiet: true, operator });
    await underWay(drills);
    const before = drills.view().running;
    simulator.setAutoFaults(true);
    const again = await restart();
    await underWay(again);
    expect(again.view().running).toMatchObject({
      drillId: before?.drillId,
      faultAt: before?.faultAt,
      kind: 'deduction_on_failure',
    });
    expect(simulator.status().autoFaults).toBe(false);
  });

  it('are over after a restart when their fault was never done', async () => {
    await database.admin.query(
      `insert into console.drills (drill_id, operator, laptop, surprise, quiet) values ($1, 'Léa', 'booth-1', false, false)`,
      [uuid()],
    );
    await abandonedFor(start(), 'restart');
  });

  it('end after hours without activity', async () => {
    const drills = start();
    await drills.start({ kind: 'chain_break', quiet: false, operator });
    await underWay(drills);
    await database.admin.query(`update console.drills set begun_at = begun_at - interval '3 hours'`);
    await abandonedFor(drills, 'too_long');
  });

  it('are scored when the alert is closed and its runbook is left unfinished', async () => {
    const drills = start();
    await drills.start({ kind: 'negative_balance', quiet: false, operator });
    await underWay(drills);
    await engine.runCycle('critical');
    await eventually(() => expect(drills.view().running?.times.raisedMs).toEqual(expect.any(Number)));
    await database.admin.query(
      `update monitoring_events set status = 'RESOLVED', resolved_at = now() where detection_algorithm = 'negative_balance_detection'`,
    );
    await eventually(() =>
      expect(drills.view().results[0]).toMatchObject({
        ...{ outcome: 'finished', kind: 'negative_balance', points: 40, runbookId: 'negative-balance' },
        items: expect.arrayContaining([expect.objectContaining({ part: 'money', reason: 'untouched' })]),
      }),
    );
  });

  it('do not start with a spike while another is under way', async () => {
    const drills = start();
    await simulator.inject('failure_spike');
    await engine.runCycle('critical');
    expect(await drills.start({ kind: 'failure_spike', quiet: false, operator })).toMatchObject({
      error: { code: 'drill_not_now' },
    });
  });
});
