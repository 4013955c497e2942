import type { Cents } from '../../../shared/domain/money.ts';
import { compareIds } from '../../../shared/domain/row-id.ts';
import {
  type ChainLink,
  type DeviceUse,
  type Lookback,
  type Micros,
  type ScanRow,
  SECOND,
  type Span,
  type TransactionRow,
} from '../detector.ts';
import { spanAround } from '../time.ts';

/** Recorded rows in memory, as far back as any window reaches. */
export type Recorded = {
  /** Adds rows of the logs, in the order in which they were read. */
  add(rows: { transactions: readonly TransactionRow[]; scans: readonly ScanRow[] }): void;
  /** The same answers that Postgres gives a live engine. Each run of a detector has chains of its own. */
  lookback(): Lookback;
};

/** No window reaches further back than this from the newest row. */
const RETAINED: Micros = 2 * 3_600 * SECOND;
const MINUTE = 60 * SECOND;
/** As far as the live lookback goes for them. */
const NEIGHBOURS: Micros = 120 * SECOND;

type Traffic = { readonly total: number; readonly failed: number };
type Rows = {
  readonly byCard: Map<string, TransactionRow[]>;
  readonly scansByCard: Map<string, ScanRow[]>;
  readonly scansByDevice: Map<string, ScanRow[]>;
  readonly seconds: Map<Micros, Traffic>;
};

/** @param existing which of some cards exist */
export const createRecorded = (existing: Lookback['existing']): Recorded => {
  const rows: Rows = { byCard: new Map(), scansByCard: new Map(), scansByDevice: new Map(), seconds: new Map() };
  let newest = 0;
  let prunedAt = 0;
  return {
    add: ({ transactions, scans }) => {
      for (const row of transactions) {
        push(rows.byCard, row.cardId, row);
        newest = Math.max(newest, row.at);
        if (row.type === 'manual_correction' || (row.status !== 'completed' && row.status !== 'failed')) continue;
        const second = Math.floor(row.at / SECOND) * SECOND;
        const before = rows.seconds.get(second) ?? { total: 0, failed: 0 };
        rows.seconds.set(second, {
          total: before.total + 1,
          failed: before.failed + (row.status === 'failed' ? 1 : 0),
        });
      }
      for (const scan of scans) {
        if (scan.cardId !== null) push(rows.scansByCard, scan.cardId, scan);
        if (scan.device !== null) push(rows.scansByDevice, scan.device, scan);
        newest = Math.max(newest, scan.at);
      }
      if (newest - prunedAt <= RETAINED / 4) return;
      prunedAt = newest;
      prune(rows, newest - RETAINED);
    },
    lookback: () => ({
      ...windowLookback(rows),
      ...trafficLookback(rows),
      ...readerLookback(rows),
      ...chainLookback(),
      // Today's would mislead.
      balancesOf: async () => new Map<string, Cents>(),
      existing,
      openGapWithin: async () => null,
    }),
  };
};

const push = <Row>(map: Map<string, Row[]>, key: string, row: Row): void => {
  const rows = map.get(key);
  if (rows) rows.push(row);
  else map.set(key, [row]);
};

const prune = ({ byCard, scansByCard, scansByDevice, seconds }: Rows, oldest: Micros): void => {
  for (const map of [byCard, scansByCard, scansByDevice] as Map<string, { at: Micros }[]>[]) {
    for (const [key, rows] of map) {
      const retained = rows.filter((row) => row.at >= oldest);
      if (retained.length === 0) map.delete(key);
      else if (retained.length < rows.length) map.set(key, retained);
    }
  }
  for (const at of seconds.keys()) if (at < oldest) seconds.delete(at);
};

const within = <Row extends { readonly at: Micros }>(
  map: ReadonlyMap<string, Row[]>,
  keys: readonly string[],
  span: Span,
): Row[] =>
  keys
    .flatMap((key) => map.get(key) ?? [])
    .filter((row) => row.at >= span.from && row.at <= span.to)
    .sort((a, b) => a.at - b.at);

const windowLookback = ({
  byCard,
  scansByCard,
  scansByDevice,
}: Rows): Pick<
  Lookback,
  'transactionsOfCards' | 'scansOfCards' | 'neighbours' | 'scannedTwice' | 'scansOfDevices'
> => ({
  // Of all of these cards.
  neighbours: async (rows, reach) =>
    within(
      byCard,
      [...new Set(rows.map(({ cardId }) => cardId))],
      spanAround(rows, Math.max(NEIGHBOURS, reach.within, reach.request)),
    ).sort((a, b) => a.at - b.at || compareIds(a.logId, b.logId)),
  transactionsOfCards: async (cards, span) =>
    within(byCard, cards, span).sort((a, b) => a.at - b.at || compareIds(a.logId, b.logId)),
  scansOfCards: async (cards, span) =>
    within(scansByCard, cards, span).sort((a, b) => a.at - b.at || compareIds(a.scanId, b.scanId)),
  // All that have more than one.
  scannedTwice: async (asked) =>
    new Set(asked.flatMap(({ card, ...span }) => (within(scansByCard, [card], span).length > 1 ? card : []))),
  scansOfDevices: async (devices, span) =>
    within(scansByDevice, devices, span).sort((a, b) => a.at - b.at || compareIds(a.scanId, b.scanId)),
});

const trafficLookback = ({ seconds }: Rows): Pick<Lookback, 'traffic' | 'trafficOf' | 'failingPlaces'> => {
  const secondsIn = ({ from, to }: Span) => [...seconds].filter(([at]) => at > from && at <= to);
  return {
    traffic: async (span) =>
      secondsIn(span)
        .sort(([a], [b]) => a - b)
        .map(([at, counts]) => ({ at, ...counts })),
    trafficOf: async (span, core) => {
      const all = secondsIn(span);
      return {
        total: all.reduce((sum, [, one]) => sum + one.total, 0),
        failed: all.reduce((sum, [, one]) => sum + one.failed, 0),
        coreTotal: secondsIn(core).reduce((sum, [, one]) => sum + one.total, 0),
      };
    },
    // They are shown, and decide nothing.
    failingPlaces: async () => [],
  };
};

const minuteOf = ({ at }: { readonly at: Micros }): Micros => Math.floor(at / MINUTE) * MINUTE;

const readerLookback = ({ scansByDevice }: Rows): Pick<Lookback, 'minutesOfDevices' | 'silentDevices'> => ({
  minutesOfDevices: async (devices, span) =>
    devices.flatMap((device) =>
      [...Map.groupBy(scansByDevice.get(device) ?? [], minuteOf)]
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
    usesSince(scansByDevice, from).filter((use) => use.lastAt <= silentSince && !except.includes(use.device)),
});

const usesSince = (scansByDevice: ReadonlyMap<string, readonly ScanRow[]>, from: Micros): DeviceUse[] => {
  const recent = [...scansByDevice].map(([device, rows]) => ({
    device,
    rows: rows.filter((row) => minuteOf(row) >= from),
  }));
  return recent.flatMap(({ device, rows }): DeviceUse[] => {
    if (rows.length === 0) return [];
    const active = new Set(rows.map(minuteOf));
    const lastAt = rows.reduce((last, row) => Math.max(last, row.at), 0);
    return [
      {
        device,
        lastAt,
        firstMinute: [...active].reduce((first, minute) => Math.min(first, minute), Number.POSITIVE_INFINITY),
        activeMinutes: active.size,
        scans: rows.length,
        othersSince: recent
          .filter((other) => other.device !== device)
          .reduce((sum, other) => sum + other.rows.filter((row) => minuteOf(row) > lastAt).length, 0),
      },
    ];
  });
};

const chainLookback = (): Pick<Lookback, 'chainsOf' | 'keepChains'> => {
  const chains = new Map<string, ChainLink>();
  return {
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
  };
};
