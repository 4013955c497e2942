import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { writeReport } from '../../electron/operations/reports/formats.ts';
import { makeReport } from '../../electron/operations/reports/make-report.ts';
import { hashReport } from '../../electron/operations/reports/report-file.ts';
import { openFestivalDatabase } from '../../electron/postgres/pool.ts';
import { createReportFiles } from '../../electron/report-files/report-files.ts';
import type { BenchServer } from './server.ts';

/** One piece of work, each time: how long it took, and the longest that the main thread answered nobody meanwhile. Milliseconds. */
export type Work = { readonly ms: readonly number[]; readonly blockMs: number };

/** What a final report costs at a size of the log. */
export type ReportCost = {
  readonly transactions: number;
  readonly data: Work;
  /** A PDF on its thread, from the kept data to its bytes, and for comparison on the main thread. */
  readonly pdf: Work;
  readonly pdfOnMain: Work;
  readonly pdfBytes: number;
  /** By how much the process grew at most, thread included. */
  readonly grewMb: number;
};

const TIMES = 3;
/** Alerts, and cards that differ from the log. */
const FAULTS = 200;
const SAMPLE_MS = 20;

const measureWork = async <Made>(work: () => Promise<Made>): Promise<{ made: Made; cost: Work }> => {
  const ms: number[] = [];
  const blocks = monitorEventLoopDelay({ resolution: 1 });
  let made: Made | undefined;
  blocks.enable();
  for (let time = 0; time < TIMES; time += 1) {
    const begun = performance.now();
    made = await work();
    ms.push(performance.now() - begun);
  }
  blocks.disable();
  if (made === undefined) throw new Error('nothing was made');
  return { made, cost: { ms, blockMs: blocks.max / 1e6 } };
};

/** @param transactions how many the log has; an order is written beside each of its own */
export const measureReport = async (
  server: BenchServer,
  { transactions, progress }: { transactions: number; progress: (words: string) => void },
): Promise<ReportCost> => {
  progress(`an order beside each of ${transactions} transactions, ${FAULTS} alerts`);
  await insertFaults(server);
  const folder = mkdtempSync(join(tmpdir(), 'regie-bench-report-'));
  const database = openFestivalDatabase({
    ...{ settings: server.consoleSettings, applicationName: 'regie/bench', size: 1 },
  });
  const files = createReportFiles();
  const before = process.memoryUsage.rss();
  let most = before;
  const sampling = setInterval(() => {
    most = Math.max(most, process.memoryUsage.rss());
  }, SAMPLE_MS);
  try {
    const order = { kind: 'final', from: null, to: null } as const;
    const { made: report, cost: data } = await measureWork(() =>
      makeReport({ database, order, timeZone: 'Europe/Paris', examine: async () => [] }),
    );
    progress('its PDF');
    const path = join(folder, 'report.json');
    writeFileSync(path, (await files.hash({ report })).json);
    const how = { format: 'pdf', language: 'fr', signature: null } as const;
    const { made: pdf, cost } = await measureWork(() => files.write({ path, ...how }));
    const grewMb = (most - before) / 1e6;
    const { cost: pdfOnMain } = await measureWork(() => writeReport(hashReport(report), how));
    return { transactions, data, pdf: cost, pdfOnMain, pdfBytes: pdf.bytes.length, grewMb };
  } finally {
    clearInterval(sampling);
    await files.close();
    await database.close();
    await removeFaults(server);
    rmSync(folder, { recursive: true, force: true });
  }
};

const insertFaults = async ({ admin }: BenchServer): Promise<void> => {
  await admin.query(
    `insert into bar_orders (card_id, total_amount, status, point_of_sale, client_request_id, created_at)
     select card_id, amount_involved, status, details ->> 'point_of_sale', client_request_id, timestamp
     from app_transaction_log where transaction_type = 'bar_order'`,
  );
  await admin.query(
    `update table_cards set amount = amount + 1 where id in (select bench.card_id(i) from generate_series(0, $1::int - 1) as i)`,
    [FAULTS],
  );
  await admin.query(
    `with event as (
       insert into monitoring_events (event_type, severity, card_id, affected_amount, detection_timestamp, detection_algorithm, event_data)
       select 'transaction_failure', 'HIGH', bench.card_id(i), 1, now() - i * interval '1 minute', 'bench_report', '{}'
       from generate_series(0, $1::int - 1) as i returning event_id)
     insert into console.alerts (event_id, incident_id, occurred_at) select event_id, event_id, now() from event`,
    [FAULTS],
  );
  await admin.query('analyze bar_orders');
};

const removeFaults = async ({ admin }: BenchServer): Promise<void> => {
  await admin.query('truncate bar_orders cascade');
  await admin.query(
    `update table_cards set amount = amount - 1 where id in (select bench.card_id(i) from generate_series(0, $1::int - 1) as i)`,
    [FAULTS],
  );
  await admin.query(
    `delete from console.alerts where event_id in (select event_id from monitoring_events where detection_algorithm = 'bench_report')`,
  );
  await admin.query(`delete from monitoring_events where detection_algorithm = 'bench_report'`);
};
