import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openFestivalDatabase } from '../postgres/pool.ts';
import { connectAs } from '../testing/connect.ts';
import { eventually } from '../testing/eventually.ts';
import { prepareFestival } from '../training/festival.ts';
import { openPostgresServer, type PostgresServer } from '../training/postgres-server.ts';
import { isAlive, readPostmaster } from '../training/postmaster.ts';
import { createEngine } from './engine.ts';

const quiet = () => undefined;
const log = { info: quiet, warn: quiet, error: quiet };

describe('a Postgres that crashes in the middle of a cycle', () => {
  let dataDir: string;
  let server: PostgresServer;

  beforeEach(async () => {
    dataDir = mkdtempSync(join(tmpdir(), 'regie-crash-'));
    chmodSync(dataDir, 0o755);
    server = await openPostgresServer({ dataDir, log });
  });
  afterEach(async () => {
    await server.stop();
    rmSync(dataDir, { recursive: true, force: true });
  });

  it('loses nothing and doubles nothing', async () => {
    const { adminSettings, consoleSettings } = await prepareFestival(server);
    const database = openFestivalDatabase({
      settings: consoleSettings,
      applicationName: 'regie/crash',
      size: 4,
      onError: quiet,
    });
    const engine = createEngine({
      database,
      laptop: 'booth-1',
      clock: { now: () => Date.now(), monotonic: () => performance.now() },
      log,
    });
    engine.start();
    await eventually(() => expect(engine.status().cycles).toBeGreaterThan(0));

    const admin = await connectAs(adminSettings);
    // The cycle stops where it writes its finding, with everything before that done and not committed.
    await admin.query('begin');
    await admin.query('lock table console.findings in exclusive mode');
    const field = await connectAs(adminSettings);
    await field.query(`insert into app_transaction_log (card_id, transaction_type, status, amount_involved, previous_balance, new_balance)
      values ('A', 'bar_order', 'failed', 3, 20, 17)`);
    await eventually(async () =>
      expect(
        (
          await field.query(
            `select count(*) from pg_locks where relation = 'console.findings'::regclass and not granted`,
          )
        ).rows,
      ).toEqual([{ count: '1' }]),
    );
    const postmaster = readPostmaster(join(dataDir, 'postgres'));
    if (postmaster === undefined) throw new Error('it runs');
    process.kill(postmaster.pid, 'SIGQUIT');
    await eventually(() => expect(isAlive(postmaster.pid)).toBe(false));
    await eventually(() => expect(engine.status().state).toBe('waiting'));
    await server.ensureRunning();

    const after = await connectAs(adminSettings);
    const found = async () =>
      (
        await after.query(
          `select card_id from monitoring_events where detection_algorithm = 'balance_deduction_on_failure'`,
        )
      ).rows;
    await eventually(async () => expect(await found()).toEqual([{ card_id: 'A' }]));
    await engine.runCycle('critical');
    expect(await found()).toEqual([{ card_id: 'A' }]);
    expect((await after.query('select count(*) from console.recent_transactions')).rows).toEqual([{ count: '1' }]);
    await after.end();
    await engine.close();
    await database.close();
  });
});
