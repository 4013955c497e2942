import { setTimeout as sleep } from 'node:timers/promises';
import type { Log } from '../lib/log.ts';
import { singleFlight } from '../lib/single-flight.ts';
import type { Buffer } from './buffer.ts';
import { CLOSED_RETENTION_HOURS } from './mirror.ts';

/** Keeps a laptop's files from growing for ever (docs/operations.md, "A laptop's own files"). */
export type Retention = {
  /** Removes everything that is too old, a batch at a time. @returns how many rows. A second call joins the first. */
  runNow(): Promise<number>;
  close(): Promise<void>;
};

const DAY_MS = 24 * 3_600_000;
/** Longer than any festival lasts: so long the same operation may be submitted again. */
export const SETTLED_RETENTION_MS = 30 * DAY_MS;
const CLOSED_RETENTION_MS = CLOSED_RETENTION_HOURS * 3_600_000;

/** A start has other things to do first. */
const FIRST_MS = 60_000;
const EVERY_MS = 3_600_000;
/** Rows of a batch: a few milliseconds on the main thread, with the wait for the disk. */
const COMMANDS = 200;
const INCIDENTS = 50;
const REST_MS = 50;

export const createRetention = (options: {
  outbox: Buffer;
  mirror: Buffer;
  now: () => number;
  log: Pick<Log, 'info' | 'error'>;
}): Retention => {
  const { outbox, mirror, now, log } = options;
  // What waits, was sent without an answer, or stands in the inbox of conflicts is not removed, however old it is.
  const settled = outbox.prepare(`
    delete from outbox where seq in (
      select seq from outbox where (state = 'applied' or closed_as is not null) and settled_at < ?
      order by settled_at limit ${COMMANDS})`);
  const closed = mirror.prepare(`
    delete from mirror_incidents where incident_id in (
      select incident_id from mirror_incidents where open = 0 and detected_ms < ? limit ${INCIDENTS})`);
  // After a migration the copy is empty until the festival answers: its evidence is no leftover then.
  const evidence = mirror.prepare(`
    delete from kept_evidence where exists (select 1 from mirror_incidents) and incident_id in (
      select distinct incident_id from kept_evidence
      where incident_id not in (select incident_id from mirror_incidents) limit ${INCIDENTS})`);

  const batches: readonly (() => number)[] = [
    () => settled.run(new Date(now() - SETTLED_RETENTION_MS).toISOString()).changes,
    () => closed.run(now() - CLOSED_RETENTION_MS).changes,
    () => evidence.run().changes,
  ];

  let stopped = false;
  const runNow = singleFlight(async (): Promise<number> => {
    let removed = 0;
    for (const batch of batches) {
      for (let rows = -1; rows !== 0 && !stopped; ) {
        if (rows > 0) await sleep(REST_MS);
        if (stopped) break;
        rows = batch();
        removed += rows;
      }
    }
    if (removed > 0) log.info('old rows were removed from the local files', { rows: removed });
    return removed;
  });
  const run = (): void => {
    // A full disk or a damaged file is reported elsewhere, and this is tried again in an hour.
    runNow().catch((error) => log.error('old rows could not be removed from the local files', { error }));
  };
  const first = setTimeout(run, FIRST_MS);
  const timer = setInterval(run, EVERY_MS);

  return {
    runNow,
    close: async () => {
      stopped = true;
      clearTimeout(first);
      clearInterval(timer);
      await runNow.settled();
    },
  };
};
