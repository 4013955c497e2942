import type { z } from 'zod';
import type { Cents } from '../../shared/domain/money.ts';
import type { EventType, Severity } from '../../shared/domain/severity.ts';
import type { Transaction } from '../festival/pool.ts';

/** A moment in microseconds since 1970, by the database's clock. A Date would cut the microseconds (pitfalls.md). */
export type Micros = number;

export const SECOND: Micros = 1_000_000;

/** A row of the festival's transaction log, in the order of its arrival. */
export type TransactionRow = {
  readonly arrival: number;
  readonly logId: number;
  readonly transactionId: string | null;
  readonly cardId: string;
  readonly type: string;
  readonly status: string;
  readonly amount: Cents | null;
  readonly previous: Cents | null;
  readonly next: Cents | null;
  readonly pointOfSale: string | null;
  readonly errorPattern: string | null;
  readonly at: Micros;
};

/** A row of the festival's scan log, in the order of its arrival. */
export type ScanRow = {
  readonly arrival: number;
  readonly scanId: number;
  readonly cardId: string;
  readonly status: string | null;
  readonly device: string | null;
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

/** What a detector found. The same key is the same finding (detectors.md, "Key"). */
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
  /** event_data: at least the keys of detectors.md. */
  readonly facts: Facts;
  /** What makes the facts new when it differs from the last time. */
  readonly fingerprint: string;
  /** Ids of the log rows it is made of. */
  readonly members: readonly number[];
};

export type Detection = {
  readonly findings: readonly Finding[];
  /** Keys of findings whose fault is no longer there. */
  readonly cleared?: readonly string[];
  /** Rows that could not be judged (a balance that is NULL). */
  readonly notJudged?: number;
};

/** What a detector that judges arrivals gets: the new rows, and a way to ask for their surroundings. */
export type ArrivalContext<Settings> = {
  readonly tx: Transaction;
  readonly settings: Settings;
  readonly now: Micros;
  readonly transactions: readonly TransactionRow[];
  readonly scans: readonly ScanRow[];
};

type Common<Schema extends z.ZodType> = {
  /** The guide's detection_algorithm. */
  readonly algorithm: string;
  /** Thresholds with their defaults; overrides come from console.detector_settings. */
  readonly settings: Schema;
};

/** Judges new rows of the logs, once each, in the order of their arrival. */
export type ArrivalDetector<Schema extends z.ZodType = z.ZodType> = Common<Schema> & {
  readonly judges: 'arrivals';
  detect(context: ArrivalContext<z.output<Schema>>): Promise<Detection>;
};

/** A card as it is against what its history says, in one snapshot. */
export type CardLook = {
  readonly cardId: string;
  readonly actual: Cents;
  readonly expected: Cents;
  readonly transactionCount: number;
  readonly lastTransactionAt: Micros | null;
  /** Since when exactly this difference has been seen, and whether a second look has confirmed it. */
  readonly confirmed: boolean;
};

/** Judges cards: those that moved with every tail, all of them with every sweep. */
export type CardDetector<Schema extends z.ZodType = z.ZodType> = Common<Schema> & {
  readonly judges: 'cards';
  detect(context: { settings: z.output<Schema>; now: Micros; looks: readonly CardLook[] }): Detection;
};

export type Detector = ArrivalDetector | CardDetector;

/** Keeps a detector's own settings type while it stands in the registry with the others. */
export const arrivalDetector = <Schema extends z.ZodType>(detector: ArrivalDetector<Schema>): ArrivalDetector =>
  detector as unknown as ArrivalDetector;
export const cardDetector = <Schema extends z.ZodType>(detector: CardDetector<Schema>): CardDetector =>
  detector as unknown as CardDetector;
