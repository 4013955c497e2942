import type { Alert } from '../../../shared/domain/alert.ts';
import type { RowId } from '../../../shared/domain/row-id.ts';
import type { Severity } from '../../../shared/domain/severity.ts';

export type BoardFilter = {
  readonly severity: Severity | 'all';
  readonly mine: boolean;
  readonly unacknowledged: boolean;
  readonly closed: boolean;
  readonly text: string;
};

export const NO_FILTER: BoardFilter = { severity: 'all', mine: false, unacknowledged: false, closed: false, text: '' };

export const fits = (alert: Alert, filter: BoardFilter, operator: string | null, words: string): boolean =>
  (filter.closed || alert.open) &&
  (filter.severity === 'all' || alert.lead.severity === filter.severity) &&
  (!filter.mine || alert.lead.takenBy === operator || alert.lead.acknowledgedBy === operator) &&
  (!filter.unacknowledged || alert.lead.acknowledgedAt === null) &&
  words.toLowerCase().includes(filter.text.trim().toLowerCase());

/**
 * The order on screen. While it is held (the pointer or the keyboard moves in it) every row keeps its
 * place: rows that no longer fit disappear only when it is let go, new ones are counted and not yet shown.
 */
export const heldOrder = (
  wanted: readonly RowId[],
  shown: readonly RowId[],
  held: boolean,
): { ids: readonly RowId[]; hidden: number } => {
  if (!held || shown.length === 0) return { ids: wanted, hidden: 0 };
  const already = new Set(shown);
  return { ids: shown, hidden: wanted.filter((id) => !already.has(id)).length };
};
