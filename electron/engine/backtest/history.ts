import { z } from 'zod';
import { compareIds, type RowId, rowIdSchema } from '../../../shared/domain/row-id.ts';
import { eventStatusSchema } from '../../../shared/domain/severity.ts';
import type { FestivalDatabase } from '../../postgres/pool.ts';
import { microsColumn } from '../../postgres/rows.ts';
import { sql } from '../../postgres/sql.ts';
import { type ArrivalDetector, type Finding, type Micros, type ScanRow, SECOND } from '../detector.ts';
import { iso } from '../time.ts';
import { createRecorded } from './recorded.ts';
import { type Range, rangesSince, recordedScans, recordedTransactions } from './recorded-rows.ts';

/** Rows worked through at a time: bounds memory, and time on the main thread. */
const BATCH = 2_000;
/** Read before the stretch that counts, so that every window is full when it begins. */
const WARM_UP: Micros = 2 * 3_600 * SECOND;

const nowRow = z.object({ now: microsColumn });
const settingsRow = z.object({ settings: z.unknown() });
const recordedFindingRow = z.object({
  finding_key: z.string(),
  card_id: z.string().nullable(),
  members: z.array(rowIdSchema),
  status: eventStatusSchema,
});
export type RecordedFinding = z.output<typeof recordedFindingRow>;
const cardRow = z.object({ id: z.string() });

/** What a detector found in recorded history with thresholds of its own. */
type Found = { readonly settings: unknown; readonly findings: readonly Finding[] };
type History = {
  readonly from: Micros;
  /** Until then it was read: now, or what had been reached when the time was up. */
  readonly to: Micros;
  readonly complete: boolean;
  readonly transactions: number;
  readonly scans: number;
  /** In the order of what was asked for, the present thresholds first. */
  readonly found: readonly [Found, ...Found[]];
};

/**
 * Runs a detector over the last hours of recorded history with its present thresholds and with others, by the same code that
 * runs live. Everything is read once, in short read-only snapshots by primary key; nothing is written.
 * @param options.withinMs stops there, with what was found until then
 * @throws AbortError when it is cancelled.
 */
export const detectInHistory = async (options: {
  database: FestivalDatabase;
  detector: ArrivalDetector;
  /** As the detector's own schema has parsed them; given the present ones. */
  others: (present: unknown) => readonly unknown[];
  hours: number;
  withinMs?: number;
  signal?: AbortSignal;
  onProgress?: (done: number, total: number) => void;
}): Promise<History> => {
  const { database, detector, hours, signal } = options;
  const began = performance.now();
  const { now, stored } = await database.read(async (tx) => ({
    ...(await tx.row(nowRow, sql`/* regie:backtest */ select (extract(epoch from now()) * 1000000)::bigint as now`)),
    stored: await tx.maybeRow(
      settingsRow,
      sql`/* regie:backtest */ select settings from console.detector_settings where algorithm = ${detector.algorithm}`,
    ),
  }));
  const from = now - hours * 3_600 * SECOND;
  const usable = detector.settings.safeParse(stored?.settings ?? {});
  const recorded = createRecorded((cards) => existingCards(database, cards));
  const present: unknown = usable.success ? usable.data : detector.settings.parse({});
  const first = createRun(detector, present, recorded);
  const others = options.others(present).map((settings) => createRun(detector, settings, recorded));

  const ranges = await rangesSince(database, from - WARM_UP);
  let transactionId = ranges.transactions.after;
  let scanId = ranges.scans.after;
  let scans: ScanRow[] = [];
  const read = { transactions: 0, scans: 0 };
  let looked = 0;
  let reached = from;
  let more = true;
  const isTimeUp = (): boolean => performance.now() - began > (options.withinMs ?? Number.POSITIVE_INFINITY);
  while (more && !isTimeUp()) {
    signal?.throwIfAborted();
    const transactions = await recordedTransactions(database, transactionId, ranges.transactions.last, BATCH);
    transactionId = transactions.at(-1)?.logId ?? ranges.transactions.last;
    const last = transactions.length < BATCH;
    const until = last ? Number.POSITIVE_INFINITY : transactions.reduce((latest, { at }) => Math.max(latest, at), 0);
    // Scans and transactions come in together, as they did then.
    for (;;) {
      const newest = scans.at(-1);
      if (newest !== undefined && newest.at > until) break;
      const next = await recordedScans(database, scanId, ranges.scans.last, BATCH);
      scanId = next.at(-1)?.scanId ?? ranges.scans.last;
      scans.push(...next);
      if (next.length < BATCH) break;
      if (scans.length >= 10 * BATCH) break;
    }
    const due = scans.filter(({ at }) => at <= until);
    scans = scans.filter(({ at }) => at > until);
    const rows = { transactions, scans: due };
    const at = [...transactions, ...due].reduce((latest, row) => Math.max(latest, row.at), 0) || now;
    recorded.add(rows);
    for (const run of [first, ...others]) await run.detect(rows, at);
    reached = at;
    read.transactions += transactions.filter((row) => row.at >= from).length;
    read.scans += due.filter((row) => row.at >= from).length;
    looked += transactions.length + due.length;
    const share = shareOf([
      { ...ranges.transactions, at: transactionId },
      { ...ranges.scans, at: scanId },
    ]);
    options.onProgress?.(looked, Math.max(looked, Math.round(looked / share)));
    more = !last || scans.length > 0 || compareIds(scanId, ranges.scans.last) < 0;
  }

  const foundBy = (run: ReturnType<typeof createRun>): Found => ({
    settings: run.settings,
    findings: run.findings().filter(({ occurredAt }) => occurredAt >= from),
  });
  return {
    ...{ from, to: more ? Math.max(from, reached) : now, complete: !more },
    ...read,
    found: [foundBy(first), ...others.map(foundBy)],
  };
};

/** How much of the ids lies behind: of the rows as well, about, however far apart they lie. */
const shareOf = (logs: readonly (Range & { readonly at: RowId })[]): number => {
  const ids = (of: (log: Range & { readonly at: RowId }) => RowId): number =>
    logs.reduce((sum, log) => sum + Number(BigInt(of(log)) - BigInt(log.after)), 0);
  const all = ids(({ last }) => last);
  return all <= 0 ? 1 : Math.max(Number.EPSILON, ids(({ at }) => at) / all);
};

/** One detector with thresholds of its own over recorded rows; its findings grow as they do live. */
const createRun = (detector: ArrivalDetector, settings: unknown, recorded: ReturnType<typeof createRecorded>) => {
  const lookback = recorded.lookback();
  const findings = new Map<string, Finding>();
  let state: unknown;
  return {
    settings,
    detect: async (rows: Parameters<typeof recorded.add>[0], now: Micros): Promise<void> => {
      const detection = await detector.detect({ lookback, settings, now, state, ...rows });
      if (detection.state !== undefined) state = detection.state;
      for (const finding of detection.findings) {
        const grown = [...findings.values()].find((one) => isSame(one, finding));
        findings.set(grown?.key ?? finding.key, grown === undefined ? finding : { ...finding, key: grown.key });
      }
    },
    findings: (): Finding[] => [...findings.values()],
  };
};

/** By key, or by a row in common on the same card: other thresholds may begin a burst or a run elsewhere. */
export const isSame = (
  a: Pick<Finding, 'key' | 'cardId' | 'members'>,
  b: Pick<Finding, 'key' | 'cardId' | 'members'>,
): boolean => a.key === b.key || (a.cardId === b.cardId && a.members.some((member) => b.members.includes(member)));

export const statusOf = (finding: Finding, record: readonly RecordedFinding[]): RecordedFinding['status'] | undefined =>
  record.find((row) => isSame(finding, { key: row.finding_key, cardId: row.card_id, members: row.members }))?.status;

/** What was found then, and how it was closed. */
export const recordedFindings = (
  database: FestivalDatabase,
  algorithm: string,
  from: Micros,
): Promise<RecordedFinding[]> =>
  database.read((tx) =>
    tx.rows(
      recordedFindingRow,
      sql`/* regie:backtest */
        select f.finding_key, f.card_id, to_jsonb(f.members::text[]) as members, e.status
        from console.findings f join public.monitoring_events e using (event_id)
        where f.algorithm = ${algorithm} and e.detection_timestamp >= ${iso(from)}::timestamptz
        order by e.event_id desc`,
    ),
  );

const existingCards = (database: FestivalDatabase, cards: readonly string[]): Promise<ReadonlySet<string>> =>
  database.read(
    async (tx) =>
      new Set(
        (
          await tx.rows(
            cardRow,
            sql`/* regie:backtest */ select id from public.table_cards where id = any (${cards}::text[])`,
          )
        ).map(({ id }) => id),
      ),
  );
