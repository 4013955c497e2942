import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import { type Core, startCore } from '../../electron/core.ts';
import { createOperators, enrolLaptop, operatorIdOf, PIN } from '../../electron/testing/operators.ts';
import type { ConnectionSettings } from '../../shared/contract/connection.ts';
import type { TroubleKind } from '../../shared/domain/troubles.ts';

/** Two consoles on one festival, in this very process, of which the first runs the engine. */
export type ConsolePair = { readonly leader: Core; readonly other: Core; close(): Promise<void> };

const LAPTOPS = ['booth-1', 'booth-2'];
const PATIENCE_MS = 60_000;
const OPERATOR = 'Léa';

export const openPair = async (admin: pg.Client, connection: ConnectionSettings): Promise<ConsolePair> => {
  const folders: string[] = [];
  const cores: Core[] = [];
  const close = async (): Promise<void> => {
    for (const core of cores) await core.close();
    for (const folder of folders) rmSync(folder, { recursive: true, force: true });
  };
  try {
    for (const laptop of LAPTOPS) {
      const dataDir = mkdtempSync(join(tmpdir(), 'regie-bench-trouble-'));
      folders.push(dataDir);
      await enrolLaptop(admin, { laptop, dataDir });
      const core = await startCore({ dataDir, laptop, version: '0.0.0', connection });
      cores.push(core);
      await seen(
        core,
        (event) => event.event === 'status' && ['running', 'standby'].includes(event.status.engine.state),
      );
    }
    await createOperators(admin, [OPERATOR]);
    const [leader, other] = cores;
    if (leader === undefined || other === undefined) throw new Error('there are no consoles');
    return { leader, other, close };
  } catch (error) {
    await close();
    throw error;
  }
};

/** As soon as the laptop has been told of its people. */
export const signIn = async (core: Core): Promise<void> => {
  for (let tries = 0; ; tries += 1) {
    const answer = await core.call('session.signIn', { operatorId: operatorIdOf(OPERATOR), pin: PIN });
    if (answer.ok) return;
    if (tries === 100) throw new Error(`nobody can sign in: ${JSON.stringify(answer.error)}`);
    await sleep(200);
  }
};

/** @throws what it was refused with */
export const ask = async (core: Core, name: string, input: unknown): Promise<unknown> => {
  const answer = await core.call(name, input);
  if (!answer.ok) throw new Error(`${name}: ${JSON.stringify(answer.error)}`);
  return answer.value;
};

type Event = Parameters<Parameters<Core['subscribe']>[0]>[0];

/** @returns when this event came, by `performance.now()` */
export const seen = (core: Core, is: (event: Event) => boolean, patienceMs = PATIENCE_MS): Promise<number> =>
  new Promise((resolve, reject) => {
    const patience = setTimeout(() => {
      stop();
      reject(new Error('nothing came'));
    }, patienceMs);
    const stop = core.subscribe((event) => {
      if (!is(event)) return;
      clearTimeout(patience);
      stop();
      resolve(performance.now());
    });
  });

/** @returns when the page was told of such an alert */
export const alertOn = (core: Core, kind: TroubleKind, open: boolean, patienceMs?: number): Promise<number> =>
  seen(
    core,
    (event) =>
      event.event === 'alerts' && event.changed.some((one) => one.lead.algorithm === kind && one.open === open),
    patienceMs,
  );
