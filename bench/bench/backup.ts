import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type pg from 'pg';
import { OMITTED_COLUMNS, readTables } from '../../electron/backup/contents.ts';
import { makeBackup } from '../../electron/backup/make-backup.ts';
import { openCopySession } from '../../electron/postgres/copy.ts';
import type { BenchServer } from './server.ts';

/** A backup beside a bare COPY of the same tables over the same driver, whose text goes nowhere; rows a second, each time. */
export type BackupTimes = {
  readonly rows: number;
  readonly bytes: number;
  readonly fileBytes: number;
  readonly copy: readonly number[];
  readonly backup: readonly number[];
};

const TIMES = 5;

export const measureBackup = async (
  { admin, consoleSettings: settings }: BenchServer,
  { events, progress }: { events: number; progress: (words: string) => void },
): Promise<BackupTimes> => {
  progress(`${events} alerts with their timelines`);
  await insertAlerts(admin, events);
  const folder = mkdtempSync(join(tmpdir(), 'regie-bench-backup-'));
  const copy: number[] = [];
  const backup: number[] = [];
  let [rows, bytes, fileBytes] = [0, 0, 0];
  try {
    for (let time = 0; time <= TIMES; time += 1) {
      const session = await openCopySession({ settings, applicationName: 'regie/bench' });
      const begun = performance.now();
      bytes = 0;
      const { tables } = await readTables(session);
      for (const { schema, name, columns } of tables) {
        // What the login may not read is not in a backup either.
        const readable = columns.filter((column) => OMITTED_COLUMNS[name]?.[column] === undefined);
        const stream = session.copyOut(`copy ${schema}.${name} (${readable.join(', ')}) to stdout`);
        for await (const piece of stream) bytes += piece.length;
      }
      const copyMs = performance.now() - begun;
      session.close();
      const path = join(folder, `${time}.backup`);
      const made = await makeBackup({ settings, path });
      ({ rows, bytes: fileBytes } = made);
      rmSync(path);
      // The first time fills caches.
      if (time === 0) continue;
      copy.push(rows / (copyMs / 1_000));
      backup.push(rows / (made.durationMs / 1_000));
      progress(`bare COPY ${Math.round(copyMs)} ms, backup ${made.durationMs} ms`);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  return { rows, bytes, fileBytes, copy, backup };
};

const insertAlerts = async (admin: pg.Client, events: number): Promise<void> => {
  await admin.query(
    `insert into monitoring_events (event_type, severity, card_id, affected_amount, detection_algorithm, confidence_score,
       event_data, context_data, status, resolved_at)
     select 'transaction_failure', 'HIGH', 'CARD-' || n, 4.50, 'balance_deduction_on_failure', 0.95,
       jsonb_build_object('log_id', n, 'previous_balance', '20.00', 'new_balance', '15.50', 'bar', 'Bar ' || n % 40),
       jsonb_build_object('point_of_sale', 'Bar ' || n % 40, 'note', md5(n::text)), 'RESOLVED', now()
     from generate_series(1, $1::int) as n`,
    [events],
  );
  await admin.query(`insert into console.alerts (event_id, incident_id, occurred_at)
    select event_id, event_id, detection_timestamp from monitoring_events on conflict do nothing`);
  await admin.query(`insert into console.timeline (event_id, kind, actor, data)
    select event_id, kind, 'regie-engine', jsonb_build_object('text', md5(event_id::text))
    from monitoring_events cross join unnest(array['raised', 'acknowledged', 'closed']) as kind`);
  await admin.query('analyze');
};
