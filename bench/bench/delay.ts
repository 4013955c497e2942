import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { openEngine } from './engine.ts';
import { cardId, type Festival, writeOrder } from './festival-rows.ts';
import type { BenchServer } from './server.ts';
import { percentile } from './statistics.ts';

type Spread = { readonly p50Ms: number; readonly p99Ms: number; readonly maxMs: number };
export type Delay = {
  readonly faults: number;
  readonly missed: number;
  /** From the commit of the fault, to the moment that the alert itself names. */
  readonly detected: Spread;
  /** From the commit of the fault, to the commit of the alert: when every laptop can see it. */
  readonly visible: Spread;
};

/** The last fault's alert, with time to spare. */
const SETTLE_MS = 5_000;

const delayRow = z.object({ detected: z.coerce.number(), visible: z.coerce.number() });

/** From the commit of a failed order that took money, to its alert, while the engine runs on its own schedule. */
export const measureDelay = async (
  server: BenchServer,
  festival: Festival,
  options: { faults: number; progress: (words: string) => void },
): Promise<Delay> => {
  const engine = await openEngine(server.consoleSettings);
  await engine.run('tail');
  await engine.start();
  const field = await server.connect();
  options.progress(`${options.faults} faults one by one`);
  const logIds: number[] = [];
  for (let fault = 0; fault < options.faults; fault += 1) {
    await sleep(100 + Math.random() * 800);
    // A card of its own each.
    const card = cardId(festival.cards - 1 - (fault % festival.cards));
    logIds.push(await writeOrder(field, { card, kind: 'took_money_and_failed', scan: false }));
  }
  await sleep(SETTLE_MS);
  await field.end();
  await engine.close();
  // The row in the timeline is written with the alert and never changed. All times are the database's.
  const { rows } = await server.admin.query(
    `select extract(epoch from e.detection_timestamp - pg_xact_commit_timestamp(t.xmin)) * 1000 as detected,
       extract(epoch from pg_xact_commit_timestamp(n.xmin) - pg_xact_commit_timestamp(t.xmin)) * 1000 as visible
     from app_transaction_log t
     join monitoring_events e on e.transaction_id = t.transaction_id
       and e.detection_algorithm = 'balance_deduction_on_failure'
     join console.timeline n on n.event_id = e.event_id and n.kind = 'detected'
     where t.log_id = any ($1::bigint[])`,
    [logIds],
  );
  const delays = z.array(delayRow).parse(rows);
  const spread = (values: readonly number[]): Spread => ({
    p50Ms: percentile(values, 0.5),
    p99Ms: percentile(values, 0.99),
    maxMs: percentile(values, 1),
  });
  return {
    faults: options.faults,
    missed: options.faults - delays.length,
    detected: spread(delays.map(({ detected }) => detected)),
    visible: spread(delays.map(({ visible }) => visible)),
  };
};
