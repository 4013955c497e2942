import { z } from 'zod';
import { type Finding, type Micros, recordDetector, SECOND } from '../detector.ts';

export const ALGORITHM = 'undecided_rows';

/** Found by the look at the logs once a minute (log-watch.ts). */
export const undecidedRows = recordDetector({
  input: 'snapshots',
  algorithm: ALGORITHM,
  settings: z.strictObject({
    minutes: z.number().min(1).max(1_440).default(10),
    rows: z.int().min(1).max(1_000_000).default(100),
  }),
});

/** Rows of one status that have been open for longer than they should. */
export type Undecided = {
  readonly status: string;
  readonly count: number;
  readonly oldest: Micros;
  readonly example: string;
};

export const undecidedKey = (status: string): string => `${ALGORITHM}:${status}`;

/** One alert a status, however many rows: nobody can decide two hundred thousand of them one by one. */
export const undecidedFinding = ({ status, count, oldest, example }: Undecided, now: Micros): Finding => ({
  algorithm: ALGORITHM,
  key: undecidedKey(status),
  eventType: 'system_health',
  severity: 'HIGH',
  confidence: 0.9,
  cardId: null,
  transactionId: null,
  amount: null,
  occurredAt: oldest,
  facts: {
    transaction_status: status,
    count,
    first: { micros: oldest },
    minutes: Math.floor((now - oldest) / (60 * SECOND)),
    example,
  },
  // Ten times as many are news.
  fingerprint: String(Math.floor(Math.log10(count))),
  members: [],
});
