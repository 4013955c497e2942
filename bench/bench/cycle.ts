import { z } from 'zod';
import { median } from '../median.ts';
import { openEngine } from './engine.ts';
import { cardId, type Festival, writeOrder } from './festival-rows.ts';
import { guideBuffers, prepareGuide, runGuide } from './guide.ts';
import type { BenchServer } from './server.ts';
import {
  consoleStatements,
  type DearStatement,
  dearestStatements,
  type LogAccess,
  logAccesses,
  percentile,
  resetStatements,
  seqScans,
  sum,
} from './statistics.ts';

export type CycleCost = {
  readonly rows: number;
  readonly cards: number;
  readonly initialRead: { seconds: number; rowsPerSecond: number; peakMb: number; findings: number; seqScans: number };
  readonly ours: {
    rounds: number;
    medianMs: number;
    p95Ms: number;
    /** In the database alone: the rest is round trips. */
    databaseMs: number;
    buffersPerTail: number;
    findings: number;
  };
  readonly guide: { rounds: number; medianMs: number; buffers: number; pagesMs: Record<string, number> };
  readonly factor: { time: number; database: number; buffers: number };
  /** Sequential scans of the transaction log by the console in all rounds. */
  readonly seqScans: number;
  /** How the tail of one more round reached the transaction log, with a gap open. */
  readonly accesses: readonly LogAccess[];
  readonly dearest: readonly DearStatement[];
};

const ROUNDS = 30;
const WARM_UPS = 3;
const ROWS_A_ROUND = 10;

/** Seconds each at 10^7 rows: fewer rounds of the guide's, spread over ours. */
const guideRoundsAt = (rows: number): number => (rows >= 10_000_000 ? 2 : rows >= 1_000_000 ? 5 : ROUNDS);

const cleanRow = z.object({ amount: z.coerce.number(), logged: z.coerce.number() });

/** The cost of a tail with ten new rows beside the guide's SQL on the same log, and of the first read at that log. */
export const measureCycle = async (
  server: BenchServer,
  festival: Festival,
  progress: (words: string) => void,
): Promise<CycleCost> => {
  const { admin } = server;
  await requireConsistent(server);
  progress(`${festival.rows} rows: first read`);
  const reader = await openEngine(server.consoleSettings);
  const scansBefore = await seqScans(admin);
  const started = performance.now();
  const first = await reader.run('tail');
  const seconds = (performance.now() - started) / 1_000;
  const { peakMb } = await reader.memory();
  await reader.close();
  const scansAfterFirst = await seqScans(admin);

  await admin.query('checkpoint');
  const engine = await openEngine(server.consoleSettings);
  const writer = await server.connect();
  const guide = await server.connect();
  await prepareGuide(guide);
  const write = async (): Promise<void> => {
    for (let row = 0; row < ROWS_A_ROUND; row += 1) {
      // Each card once: one that orders twice in a minute would be a finding.
      const card = cardId(festival.ordered % festival.cards);
      festival.ordered += 1;
      await writeOrder(writer, { card, kind: 'ordinary', scan: true });
      festival.rows += 1;
    }
  };
  for (let round = 0; round < WARM_UPS; round += 1) {
    await write();
    await engine.run('tail');
  }
  await runGuide(guide);

  progress(`${festival.rows} rows: ${ROUNDS} rounds`);
  const guideRounds = guideRoundsAt(festival.rows);
  await resetStatements(admin);
  const ours: number[] = [];
  const guides: Awaited<ReturnType<typeof runGuide>>[] = [];
  let findings = 0;
  for (let round = 1; round <= ROUNDS; round += 1) {
    await write();
    const report = await engine.run('tail');
    ours.push(report.durationMs);
    findings += report.findings;
    if (Math.floor((round * guideRounds) / ROUNDS) > guides.length) guides.push(await runGuide(guide));
  }
  const statements = await consoleStatements(admin);
  const dearest = await dearestStatements(admin, ROUNDS);
  const buffers = await guideBuffers(guide);

  await leaveGap(server);
  const accesses = await logAccesses(server, async () => {
    await write();
    await engine.run('tail');
  });
  await engine.close();
  await writer.end();
  await guide.end();
  const seqScansInRounds = (await seqScans(admin)) - scansAfterFirst;

  const oursMs = median(ours);
  const guideMs = median(guides.map((pages) => sum(Object.values(pages))));
  const buffersPerTail = statements.buffers / ROUNDS;
  const databaseMs = statements.ms / ROUNDS;
  const page = (name: keyof (typeof guides)[number]): number => median(guides.map((pages) => pages[name]));
  return {
    rows: festival.rows,
    cards: festival.cards,
    initialRead: {
      seconds,
      rowsPerSecond: festival.rows / seconds,
      peakMb,
      findings: first.findings,
      seqScans: scansAfterFirst - scansBefore,
    },
    ours: { rounds: ROUNDS, medianMs: oursMs, p95Ms: percentile(ours, 0.95), databaseMs, buffersPerTail, findings },
    guide: {
      rounds: guides.length,
      medianMs: guideMs,
      buffers,
      pagesMs: {
        deductions: page('deductions'),
        balances: page('balances'),
        failures: page('failures'),
        scans: page('scans'),
      },
    },
    factor: { time: guideMs / oursMs, database: guideMs / databaseMs, buffers: buffers / buffersPerTail },
    seqScans: seqScansInRounds,
    accesses,
    dearest,
  };
};

/** An id that was drawn and never appears: from now on every tail asks for it. */
const leaveGap = async (server: BenchServer): Promise<void> => {
  await server.admin.query(`select nextval(pg_get_serial_sequence('app_transaction_log', 'log_id'))`);
};

/** The figures would be those of another festival if the fill had made mismatches. */
const requireConsistent = async ({ admin }: BenchServer): Promise<void> => {
  // The statistics are to count the console's own scans of the log.
  await admin.query('set track_counts = off');
  const { rows } = await admin.query(`
    select (select sum(amount) from table_cards) as amount,
      (select sum(case when status <> 'completed' then 0 when transaction_type = 'bar_order' then -amount_involved
        else amount_involved end) from app_transaction_log) as logged`);
  await admin.query('reset track_counts');
  const { amount, logged } = cleanRow.parse(rows[0]);
  if (amount !== logged) throw new Error(`the cards hold ${amount} and their log says ${logged}`);
};
