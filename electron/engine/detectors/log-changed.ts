import { z } from 'zod';
import type { Severity } from '../../../shared/domain/severity.ts';
import { type Facts, type Finding, type Micros, recordDetector } from '../detector.ts';
import { CARD_COLUMNS, SCAN_COLUMNS, TRANSACTION_COLUMNS } from '../tail/readable.ts';

export const ALGORITHM = 'log_changed';

/** Found by the look at the festival's tables once a minute (log-watch.ts). */
export const logChanged = recordDetector({ input: 'snapshots', algorithm: ALGORITHM, settings: z.strictObject({}) });

/**
 * What happened to a table. missing, unreadable, row_security, columns, types and sequence last as long as it is so; emptied
 * and archived until somebody has decided what the rows that are gone came to; replaced and restored are told once.
 */
export type LogChangeKind =
  | 'missing'
  | 'unreadable'
  | 'row_security'
  | 'columns'
  | 'types'
  | 'sequence'
  | 'emptied'
  | 'archived'
  | 'replaced'
  | 'restored';

export type LogChange = {
  readonly kind: LogChangeKind;
  readonly table: string;
  /** Columns, types, ids: what a technician needs to know. */
  readonly details?: readonly string[];
  readonly facts?: Facts;
};

const LASTING: readonly LogChangeKind[] = [
  ...(['missing', 'unreadable', 'row_security', 'columns', 'types', 'sequence', 'emptied', 'archived'] as const),
];

/** Whether it clears when the next look doesn't find it any more. */
export const isLasting = (key: string): boolean => LASTING.some((kind) => key.startsWith(`${ALGORITHM}:${kind}:`));

export const logChangeKey = ({ kind, table, details = [] }: LogChange): string =>
  // What is told once is told again when it happens again.
  [ALGORITHM, kind, table, ...(LASTING.includes(kind) ? [] : details)].join(':');

/** Columns without which a table is not read at all. */
const NEEDED: ReadonlySet<string> = new Set([...TRANSACTION_COLUMNS, ...SCAN_COLUMNS, ...CARD_COLUMNS]);

/** Without the log or the cards money is not watched; without scans and details less is seen. */
const severityOf = ({ kind, table, details = [] }: LogChange): Severity => {
  const unread: Severity = table === 'nfc_scan_log' ? 'HIGH' : 'CRITICAL';
  switch (kind) {
    case 'missing':
    case 'unreadable':
    case 'row_security':
      return unread;
    case 'emptied':
    case 'archived':
    case 'replaced':
    case 'restored':
    case 'sequence':
      return 'HIGH';
    case 'columns':
      return details.some((column) => NEEDED.has(column)) ? unread : 'MEDIUM';
    case 'types':
      return 'MEDIUM';
  }
};

export const logChangeFinding = (change: LogChange, now: Micros): Finding => ({
  algorithm: ALGORITHM,
  key: logChangeKey(change),
  eventType: 'system_health',
  severity: severityOf(change),
  confidence: 1,
  cardId: null,
  transactionId: null,
  amount: null,
  occurredAt: now,
  facts: { change: change.kind, table: change.table, details: change.details ?? [], ...change.facts },
  fingerprint: JSON.stringify(change.details ?? []),
  members: [],
});
