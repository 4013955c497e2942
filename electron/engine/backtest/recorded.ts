import type { Cents } from '../../../shared/domain/money.ts';
import {
  type ChainLink,
  type DeviceUse,
  type Micros,
  type ScanRow,
  SECOND,
  type Surroundings,
  type TransactionRow,
} from '../detector.ts';

/** Recorded rows in memory, as far back as any window reaches. */
export type Recorded = {
  /** Adds rows of the logs, in the order in which they were read. */
  add(rows: { transactions: readonly TransactionRow[]; scans: readonly ScanRow[] }): void;
  /** What lies around them. Each detector that judges has chains of its own. */
  surroundings(): Surroundings;
};

/** No window reaches further back than this from the newest row. */
const KEPT: Micros = 2 * 3_600 * SECOND;
const MINUTE = 60 * SECOND;

/** A detector's surroundings from memory, for a replay: the same answers that Postgres gives a live engine. */
export const createRecorded = (existing: (cards: readonly string[]) => Promise<ReadonlySet<string>>): Recorded => {
  const byCard = new Map<string, TransactionRow[]>();
  const scansByCard = new Map<string, ScanRow[]>();
  const scansByDevice = new Map<string, ScanRow[]>();
  const seconds = new Map<Micros, { total: number; failed: number }>();
  let newest = 0;
  let prunedAt = 0;

  const push = <Row>(map: Map<string, Row[]>, key: string, row: Row): void => {
    const rows = map.get(key);
    if (rows) rows.push(row);
    else map.set(key, [row]);
  };
  const prune = (): void => {
    prunedAt = newest;
    const oldest = newest - KEPT;
    for (const map of [byCard, scansByCard, scansByDevice] as Map<string, { at: Micros }[]>[]) {
      for (const [key, rows] of map) {
        const kept = rows.filter((row) => row.at >= oldest);
        if (kept.length === 0) map.delete(key);
        else if (kept.length < rows.length) map.set(key, kept);
      }
    }
    for (const at of seconds.keys()) if (at < oldest) seconds.delete(at);
  };
  const within = <Row extends { readonly at: Micros }>(
    map: ReadonlyMap<string, Row[]>,
    keys: readonly string[],
    span: { from: Micros; to: Micros },
  ): Row[] =>
    keys
      .flatMap((key) => map.get(key) ?? [])
      .filter((row) => row.at >= span.from && row.at <= span.to)
      .sort((a, b) => a.at - b.at);

  const usesOf = (from: Micros): DeviceUse[] => {
    const minutes = [...scansByDevice].map(([device, rows]) => ({
      device,
      rows: rows.filter((row) => Math.floor(row.at / MINUTE) * MINUTE >= from),
    }));
    return minutes.flatMap(({ device, rows }): DeviceUse[] => {
      if (rows.length === 0) return [];
      const active = new Set(rows.map((row) => Math.floor(row.at / MINUTE) * MINUTE));
      const lastAt = rows.reduce((last, row) => Math.max(last, row.at), 0);
      return [
        {
          device,
          lastAt,
          firstMinute: [...active].reduce((first, minute) => Math.min(first, minute), Number.POSITIVE_INFINITY),
          activeMinutes: active.size,
          scans: rows.length,
          othersSince: minutes
            .filter((other) => other.device !== device)
            .reduce(
              (sum, other) => sum + other.rows.filter((r) => Math.floor(r.at / MINUTE) * MINUTE > lastAt).length,
              0,
            ),
        },
      ];
    });
  };

  return {
    add: ({ transactions, scans }) => {
      for (const row of transactions) {
        push(byCard, row.cardId, row);
        newest = Math.max(newest, row.at);
        if (row.type === 'manual_correction' || (row.status !== 'completed' && row.status !== 'failed')) continue;
        const second = Math.floor(row.at / SECOND) * SECOND;
        const before = seconds.get(second) ?? { total: 0, failed: 0 };
        seconds.set(second, {
          total: before.total + 1,
          failed: before.failed + (row.status === 'failed' ? 1 : 0),
        });
      }
      for (const scan of scans) {
        if (scan.cardId !== null) push(scansByCard, scan.cardId, scan);
        if (scan.device !== null) push(scansByDevice, scan.device, scan);
        newest = Math.max(newest, scan.at);
      }
      if (newest - prunedAt > KEPT / 4) prune();
    },
    surroundings: () => {
      const chains = new Map<string, ChainLink>();
      return {
        transactionsOfCards: async (cards, span) =>
          within(byCard, cards, span).sort((a, b) => a.at - b.at || a.logId - b.logId),
        scansOfCards: async (cards, span) =>
          within(scansByCard, cards, span).sort((a, b) => a.at - b.at || a.scanId - b.scanId),
        scansOfDevices: async (devices, span) =>
          within(scansByDevice, devices, span).sort((a, b) => a.at - b.at || a.scanId - b.scanId),
        traffic: async ({ from, to }) =>
          [...seconds]
            .filter(([at]) => at > from && at <= to)
            .sort(([a], [b]) => a - b)
            .map(([at, counts]) => ({ at, ...counts })),
        trafficOf: async (span, core) => {
          const within = (of: typeof span) => [...seconds].filter(([at]) => at > of.from && at <= of.to);
          const all = within(span);
          return {
            total: all.reduce((sum, [, one]) => sum + one.total, 0),
            failed: all.reduce((sum, [, one]) => sum + one.failed, 0),
            coreTotal: within(core).reduce((sum, [, one]) => sum + one.total, 0),
          };
        },
        // Told to people, and judged by nobody.
        failingPlaces: async () => [],
        minutesOfDevices: async (devices, span) =>
          devices.flatMap((device) =>
            [...Map.groupBy(scansByDevice.get(device) ?? [], (scan) => Math.floor(scan.at / MINUTE) * MINUTE)]
              .filter(([minute]) => minute >= span.from && minute <= span.to)
              .sort(([a], [b]) => a - b)
              .map(([minute, scans]) => ({
                device,
                minute,
                scans: scans.length,
                failed: scans.filter(({ status }) => status !== 'success' && status !== 'duplicate').length,
              })),
          ),
        silentDevices: async (from, silentSince, except) =>
          usesOf(from).filter((use) => use.lastAt <= silentSince && !except.includes(use.device)),
        balancesOf: async () => new Map<string, Cents>(),
        existing,
        chainsOf: async (cards) =>
          new Map(
            cards.flatMap((card): [string, ChainLink][] => {
              const link = chains.get(card);
              return link === undefined ? [] : [[card, link]];
            }),
          ),
        keepChains: async (links) => {
          for (const [card, link] of links) chains.set(card, link);
        },
        openGapWithin: async () => null,
      };
    },
  };
};
