import { z } from 'zod';
import { type Finding, type Micros, recordDetector } from '../detector.ts';

export const ALGORITHM = 'rows_set_aside';

/** Raised by the cycle that set them aside (set-aside-report.ts). */
export const rowsSetAside = recordDetector({
  input: 'snapshots',
  algorithm: ALGORITHM,
  settings: z.strictObject({}),
});

/** Rows of one table that could not be read for one reason. */
export type AsideKind = {
  readonly source: string;
  readonly reason: string;
  readonly columns: readonly string[];
  readonly count: number;
  readonly money: boolean;
  readonly first: Micros;
  /** The id of the first one, and what stands there. */
  readonly row: string;
  readonly value: string | null;
  /** Ids of some of them. */
  readonly rows: readonly string[];
};

export const asideKey = ({ source, reason }: Pick<AsideKind, 'source' | 'reason'>): string =>
  `${ALGORITHM}:${source}:${reason}`;

/** Reasons for which a row is taken all the same, under another name. */
const TAKEN = new Set(['id_too_long']);

export const asideFinding = (kind: AsideKind): Finding => ({
  algorithm: ALGORITHM,
  key: asideKey(kind),
  eventType: 'system_health',
  severity: kind.money ? 'HIGH' : TAKEN.has(kind.reason) ? 'LOW' : 'MEDIUM',
  confidence: 1,
  cardId: null,
  transactionId: null,
  amount: null,
  occurredAt: kind.first,
  facts: {
    source: kind.source,
    reason: kind.reason,
    columns: [...kind.columns],
    count: kind.count,
    first: { micros: kind.first },
    row: kind.row,
    value: kind.value,
    rows: [...kind.rows],
    money: kind.money,
  },
  // Ten times as many are news.
  fingerprint: `${kind.money}/${Math.floor(Math.log10(kind.count))}`,
  members: [],
});
