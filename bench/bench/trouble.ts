import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Core, startCore } from '../../electron/core.ts';
import { createOperators, enrolLaptop, operatorIdOf, PIN } from '../../electron/testing/operators.ts';
import { TROUBLES } from '../../shared/domain/troubles.ts';
import type { BenchServer } from './server.ts';

type Kind = 'breaker_open' | 'database_read_only';

/**
 * Milliseconds from a critical trouble's deadline to the event by which the page of a laptop that does not run the engine has
 * it. Of the breaker: from when it opened on the leader. Of a database that takes nothing: from when it has been so for the
 * whole of its time, by whoever made it so.
 */
export type TroubleTimes = Readonly<Record<Kind, readonly number[]>>;

const PATIENCE_MS = 60_000;
const LAPTOPS = ['booth-1', 'booth-2'];

/** Two consoles on one festival, in this very process. */
export const measureTroubles = async (
  { admin, consoleSettings }: BenchServer,
  { times, progress }: { times: number; progress: (words: string) => void },
): Promise<TroubleTimes> => {
  const found: Record<Kind, number[]> = { breaker_open: [], database_read_only: [] };
  const folders: string[] = [];
  const cores: Core[] = [];
  try {
    for (const laptop of LAPTOPS) {
      const dataDir = mkdtempSync(join(tmpdir(), 'regie-bench-trouble-'));
      folders.push(dataDir);
      await enrolLaptop(admin, { laptop, dataDir });
      const core = await startCore({ dataDir, laptop, version: '0.0.0', connection: consoleSettings });
      cores.push(core);
      await seen(
        core,
        (event) => event.event === 'status' && ['running', 'standby'].includes(event.status.engine.state),
      );
    }
    const [leader, other] = cores;
    if (leader === undefined || other === undefined) throw new Error('there are no consoles');
    await createOperators(admin, ['Léa']);
    await signIn(leader);
    progress(`${times} times each that critical troubles reach the other laptop`);
    for (let time = 0; time < times; time += 1) {
      const opened = seen(leader, (event) => event.event === 'status' && event.status.engine.breaker.state === 'open');
      const shown = alertOn(other, 'breaker_open', true);
      await admin.query('revoke update on console.watermarks from regie_console');
      found.breaker_open.push((await shown) - (await opened));
      const over = alertOn(other, 'breaker_open', false);
      await admin.query('grant update on console.watermarks to regie_console');
      const reset = await leader.call('engine.resetBreaker', {});
      if (!reset.ok) throw new Error(`the breaker could not be reset: ${JSON.stringify(reset.error)}`);
      await over;
    }
    for (let time = 0; time < times; time += 1) {
      const shown = alertOn(other, 'database_read_only', true);
      const deadline = (await readOnly(true)) + TROUBLES.database_read_only.afterMs;
      found.database_read_only.push((await shown) - deadline);
      await readOnly(false);
      await sleep(2 * TROUBLES.database_read_only.overMs);
    }
    return found;
  } finally {
    for (const core of cores) await core.close();
    for (const folder of folders) rmSync(folder, { recursive: true, force: true });
  }

  /** @returns when it was so */
  async function readOnly(is: boolean): Promise<number> {
    await admin.query('set default_transaction_read_only = off');
    await admin.query(
      `alter database ${consoleSettings.database} set default_transaction_read_only = ${is ? 'on' : 'off'}`,
    );
    const at = performance.now();
    await admin.query(`select pg_terminate_backend(pid) from pg_stat_activity
      where datname = current_database() and application_name like 'regie/booth-_'`);
    return at;
  }
};

/** As soon as the laptop has been told of its people. */
const signIn = async (core: Core): Promise<void> => {
  for (let tries = 0; ; tries += 1) {
    const answer = await core.call('session.signIn', { operatorId: operatorIdOf('Léa'), pin: PIN });
    if (answer.ok) return;
    if (tries === 100) throw new Error(`nobody can sign in: ${JSON.stringify(answer.error)}`);
    await sleep(200);
  }
};

type Event = Parameters<Parameters<Core['subscribe']>[0]>[0];

/** @returns when this event came */
const seen = (core: Core, is: (event: Event) => boolean): Promise<number> =>
  new Promise((resolve, reject) => {
    const patience = setTimeout(() => reject(new Error('nothing came')), PATIENCE_MS);
    const stop = core.subscribe((event) => {
      if (!is(event)) return;
      clearTimeout(patience);
      stop();
      resolve(performance.now());
    });
  });

const alertOn = (core: Core, kind: Kind, open: boolean): Promise<number> =>
  seen(
    core,
    (event) =>
      event.event === 'alerts' && event.changed.some((one) => one.lead.algorithm === kind && one.open === open),
  );
