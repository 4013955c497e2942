import type { z } from 'zod';
import type { Cents } from '../../shared/domain/money.ts';
import type { RowId } from '../../shared/domain/row-id.ts';
import type { EventType, Severity } from '../../shared/domain/severity.ts';

/** A moment in microseconds since 1970, by the database's clock. A Date would cut the microseconds. */
export type Micros = number;

export const SECOND: Micros = 1_000_000;

/** A row of the festival's transaction log, in the order of its arrival. */
export type TransactionRow = {
  readonly arrival: number;
  readonly logId: RowId;
  readonly transactionId: string | null;
  readonly cardId: string;
  readonly type: string;
  readonly status: string;
  readonly amount: Cents | null;
  readonly previous: Cents | null;
  readonly next: Cents | null;
  readonly pointOfSale: string | null;
  readonly errorPattern: string | null;
  readonly requestId: string | null;
  /** Its status was decided after it had been read. */
  readonly settledLate: boolean;
  /** What the row says about its time where that cannot be; then `at` is when it arrived. */
  readonly statedAt: string | null;
  /** The festival's function that wrote it. */
  readonly writer: string | null;
  readonly at: Micros;
};

/** A row of the festival's scan log, in the order of its arrival. */
export type ScanRow = {
  readonly arrival: number;
  readonly scanId: RowId;
  readonly cardId: string | null;
  readonly status: string | null;
  readonly device: string | null;
  readonly error: string | null;
  /** As with a transaction. */
  readonly statedAt: string | null;
  readonly at: Micros;
};

/** Money in event_data: written as a JSON number with two decimals. */
export type Money = { readonly cents: Cents };
/** A moment in event_data: written as an ISO instant. */
export type Moment = { readonly micros: Micros };
export type Fact =
  | string
  | number
  | boolean
  | null
  | Money
  | Moment
  | readonly Fact[]
  | { readonly [key: string]: Fact };
export type Facts = Readonly<Record<string, Fact>>;

/** What a detector found. The same key is the same finding (docs/detection.md, "Findings"). */
export type Finding = {
  readonly algorithm: string;
  readonly key: string;
  readonly eventType: EventType;
  readonly severity: Severity;
  readonly confidence: number;
  readonly cardId: string | null;
  readonly transactionId: string | null;
  readonly amount: Cents | null;
  readonly occurredAt: Micros;
  /** event_data: at least the keys that docs/detection.md names. */
  readonly facts: Facts;
  /** What makes the facts new when it differs from the last time. */
  readonly fingerprint: string;
  /** Its figures only grow: they are written into the open alert without being news. */
  readonly counts?: boolean;
  /** Ids of the log rows it is made of. */
  readonly members: readonly RowId[];
};

export type Detection = {
  readonly findings: readonly Finding[];
  /** Keys of findings whose fault is no longer there. */
  readonly cleared?: readonly string[];
  /** Rows that could not be judged (a balance that is NULL). */
  readonly notJudged?: number;
  /** What the detector remembers until its next run; undefined keeps what it had. JSON. */
  readonly state?: unknown;
};

/** A stretch of time, both ends included. */
export type Span = { readonly from: Micros; readonly to: Micros };

/** The traffic of one second. */
export type TrafficSecond = { readonly at: Micros; readonly total: number; readonly failed: number };
export type Place = { readonly place: string; readonly total: number; readonly failed: number };
export type DeviceMinute = {
  readonly device: string;
  readonly minute: Micros;
  readonly scans: number;
  readonly failed: number;
};
/** How a reader has been used lately, at its scans' own time. */
export type DeviceUse = {
  readonly device: string;
  readonly lastAt: Micros;
  readonly firstMinute: Micros;
  readonly activeMinutes: number;
  readonly scans: number;
  /** Scans of all other readers after its last one. */
  readonly othersSince: number;
};
/** Where the next row of a card must begin; a balance of null is unknown. */
export type ChainLink = { readonly logId: RowId; readonly balance: Cents | null };

/**
 * What a detector may ask for beside the new rows. Live it is read from Postgres, in a backtest from memory: a detector
 * cannot tell the two apart, so that a backtest finds what the engine would.
 */
export type Lookback = {
  /** Judged rows of some cards, in the order of time. */
  transactionsOfCards(cards: readonly string[], span: Span): Promise<readonly TransactionRow[]>;
  scansOfCards(cards: readonly string[], span: Span): Promise<readonly ScanRow[]>;
  /**
   * Judged rows of those cards among the new rows of which another row lies `within` so much of a new one, or that have one
   * request id twice within `request`; in the order of time. A card too many does no harm.
   */
  neighbours(
    rows: readonly TransactionRow[],
    reach: { readonly within: Micros; readonly request: Micros },
  ): Promise<readonly TransactionRow[]>;
  /** Cards of which two scans, new ones among them, lie `within` so much of each other in a span. A card too many does no harm. */
  scannedTwice(asked: readonly (Span & { readonly card: string })[], within: Micros): Promise<ReadonlySet<string>>;
  scansOfDevices(devices: readonly string[], span: Span): Promise<readonly ScanRow[]>;
  traffic(span: Span): Promise<readonly TrafficSecond[]>;
  /** Sums over a span (its beginning left out), and over a stretch of it. */
  trafficOf(span: Span, core: Span): Promise<{ total: number; failed: number; coreTotal: number }>;
  /** Points of sale with failures, most first. */
  failingPlaces(span: Span): Promise<readonly Place[]>;
  /** How much some readers scanned in each minute, and how often in vain. */
  minutesOfDevices(devices: readonly string[], span: Span): Promise<readonly DeviceMinute[]>;
  /** Readers that were used since `from` and not after `silentSince`, except those that are silent already. */
  silentDevices(from: Micros, silentSince: Micros, except: readonly string[]): Promise<readonly DeviceUse[]>;
  /** Balances of those of these cards that exist; in a backtest of none, because only today's are known. */
  balancesOf(cards: readonly string[]): Promise<ReadonlyMap<string, Cents>>;
  existing(cards: readonly string[]): Promise<ReadonlySet<string>>;
  chainsOf(cards: readonly string[]): Promise<ReadonlyMap<string, ChainLink>>;
  keepChains(links: ReadonlyMap<string, ChainLink>): Promise<void>;
  /** The lowest id of the transaction log that was missing less than `seconds` ago: what is above it may be out of order. */
  openGapWithin(seconds: number): Promise<RowId | null>;
};

/** What a detector of arrivals gets: the new rows, and a way to look back. */
export type ArrivalContext<Settings> = {
  readonly lookback: Lookback;
  readonly settings: Settings;
  readonly now: Micros;
  readonly transactions: readonly TransactionRow[];
  readonly scans: readonly ScanRow[];
  /** As the detector's last run left it; parse it. */
  readonly state: unknown;
};

type Common<Schema extends z.ZodType> = {
  /** The guide's detection_algorithm. */
  readonly algorithm: string;
  /** Thresholds with their defaults; overrides come from console.detector_settings. */
  readonly settings: Schema;
};

/** Works through the new rows of the logs, once each, in the order of their arrival. */
export type ArrivalDetector<Schema extends z.ZodType = z.ZodType> = Common<Schema> & {
  readonly input: 'arrivals';
  /** Whether it must run though nothing arrived: something it remembers waits for its time. */
  hasPendingWork?(state: unknown): boolean;
  detect(context: ArrivalContext<z.output<Schema>>): Promise<Detection>;
};

/** A card as it is against what its history says, in one snapshot. */
export type CardComparison = {
  readonly cardId: string;
  readonly actual: Cents;
  readonly expected: Cents;
  readonly transactionCount: number;
  readonly lastTransactionAt: Micros | null;
  /** When the card itself changed last, where the festival keeps that. */
  readonly changedAt: Micros | null;
  /** The ledger as it was before it was repaired from the log just now; null where it agreed. */
  readonly repairedFrom: Cents | null;
  /** Whether exactly this difference was seen again two seconds later. */
  readonly confirmed: boolean;
};

/** Works on comparisons of cards: those that moved with every tail, all of them with every sweep. */
export type CardDetector<Schema extends z.ZodType = z.ZodType> = Common<Schema> & {
  readonly input: 'cards';
  detect(context: { settings: z.output<Schema>; now: Micros; comparisons: readonly CardComparison[] }): Detection;
};

/** Found by the health snapshot. It stands in the registry for its texts and its record. */
export type RecordDetector<Schema extends z.ZodType = z.ZodType> = Common<Schema> & { readonly input: 'snapshots' };

export type Detector = ArrivalDetector | CardDetector | RecordDetector;

/** Keeps a detector's own settings type while it stands in the registry with the others. */
export const arrivalDetector = <Schema extends z.ZodType>(detector: ArrivalDetector<Schema>): ArrivalDetector =>
  detector as unknown as ArrivalDetector;
export const cardDetector = <Schema extends z.ZodType>(detector: CardDetector<Schema>): CardDetector =>
  detector as unknown as CardDetector;
export const recordDetector = <Schema extends z.ZodType>(detector: RecordDetector<Schema>): RecordDetector =>
  detector as unknown as RecordDetector;
