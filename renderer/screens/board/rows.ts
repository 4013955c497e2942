import type { Alert } from '../../../shared/domain/alert.ts';
import { foldLosses, type Loss, lossOfRow, moneyAtRisk } from '../../../shared/domain/losses.ts';
import { addCents, type Cents, ZERO } from '../../../shared/domain/money.ts';
import type { RowId } from '../../../shared/domain/row-id.ts';
import { urgency } from '../../../shared/domain/severity.ts';
import { byUrgency } from '../../features/alert/by-urgency.ts';
import type { TableSort } from '../../ui/table.tsx';
import type { BoardTab, BoardView, ColumnId, Only } from './view.ts';

/** A row of the board: one loss, or one alert that is about none, with everything that it is sorted and filtered by. */
export type BoardRow = Loss & {
  /** The incident's number, as the table's key. */
  readonly id: string;
  readonly amountCents: Cents | null;
  readonly card: string | null;
  readonly place: string | null;
  /** Who has it, or has acknowledged it. */
  readonly owner: string | null;
  /** Until when somebody must answer, then until when it must be resolved; null where neither is due. */
  readonly deadline: { readonly at: string; readonly kind: 'answer' | 'resolution' } | null;
};

const deadlineOf = ({ open, lead, dueAt, resolveBy }: Alert): BoardRow['deadline'] => {
  if (!open) return null;
  if (lead.acknowledgedAt === null && dueAt !== null) return { at: dueAt, kind: 'answer' };
  return resolveBy === null ? null : { at: resolveBy, kind: 'resolution' };
};

const rowOf = (loss: Loss): BoardRow => {
  const { alert } = loss;
  const { lead, storm } = alert;
  return {
    ...loss,
    id: String(alert.incidentId),
    amountCents: lossOfRow(loss),
    card: storm === null ? lead.cardId : null,
    place: alert.place,
    owner: lead.takenBy ?? lead.acknowledgedBy,
    deadline: deadlineOf(alert),
  };
};

/**
 * Makes the rows of the board, most urgent first: what only repeats a loss stands in that one's row. A row whose alerts
 * are as they were is the same row, and the order is mended where it has changed: a board of ten thousand follows each
 * change in a few milliseconds.
 */
export const createBoardRows = (): ((byId: ReadonlyMap<RowId, Alert>) => readonly BoardRow[]) => {
  let order: readonly RowId[] = [];
  const rows = new WeakMap<Alert, BoardRow>();
  return (byId) => {
    const before = new Set(order);
    const kept = order.flatMap((id) => byId.get(id) ?? []);
    const added = [...byId.values()].filter(({ incidentId }) => !before.has(incidentId));
    // What is nearly in order is sorted in one pass.
    const sorted = [...kept, ...added].sort(byUrgency);
    order = sorted.map(({ incidentId }) => incidentId);
    return foldLosses(sorted).map((loss) => {
      const known = rows.get(loss.alert);
      if (known !== undefined && isSame(known.repeats, loss.repeats)) return known;
      const row = rowOf(loss);
      rows.set(loss.alert, row);
      return row;
    });
  };
};

const isSame = (some: readonly Alert[], others: readonly Alert[]): boolean =>
  some === others || (some.length === others.length && some.every((alert, index) => alert === others[index]));

/** Messages about an alert that reached nobody, as far as anybody knows, while it still calls for somebody. */
const unsentOf = ({ alert: { open, lead, notSent, unconfirmed } }: BoardRow): number =>
  open && lead.acknowledgedAt === null ? notSent.length + unconfirmed.length : 0;

const FAILURES = ['system_failure_spike', 'consecutive_failures', 'reader_failure_spike', 'health_status_change'];

const ONLY: Readonly<Record<Only, (row: BoardRow) => boolean>> = {
  critical: ({ alert }) => alert.open && alert.lead.severity === 'CRITICAL',
  unowned: ({ alert, owner }) => alert.open && owner === null,
  money: ({ alert, amountCents }) => alert.open && amountCents !== null && amountCents > 0,
  failures: ({ alert }) => alert.algorithms.some((one) => FAILURES.includes(one)),
  unsent: (row) => unsentOf(row) > 0,
};

const inTab = (tab: BoardTab, { alert }: BoardRow, operator: string | null): boolean => {
  const { open, lead } = alert;
  switch (tab) {
    case 'open':
      return open;
    case 'mine':
      return open && operator !== null && (lead.takenBy === operator || lead.acknowledgedBy === operator);
    case 'unacknowledged':
      return open && lead.acknowledgedAt === null;
    case 'snoozed':
      return open && lead.snoozedUntil !== null;
    case 'closed':
      return !open;
  }
};

/**
 * The rows that a view shows, in its order.
 * @param wordsOf everything that a row can be searched by, in the language of the screen
 */
export const rowsOfView = (
  rows: readonly BoardRow[],
  view: BoardView,
  operator: string | null,
  wordsOf: (row: BoardRow) => string,
): readonly BoardRow[] => {
  const text = view.text.trim().toLowerCase();
  const shown = rows.filter(
    (row) =>
      inTab(view.tab, row, operator) &&
      view.only.every((one) => ONLY[one](row)) &&
      (text === '' || wordsOf(row).toLowerCase().includes(text)),
  );
  return view.sort === null ? shown : sortRows(shown, view.sort, wordsOf);
};

const COLLATOR = new Intl.Collator(undefined, { numeric: true, sensitivity: 'base' });

const sortValue = (row: BoardRow, column: ColumnId, wordsOf: (row: BoardRow) => string): string | number | null => {
  switch (column) {
    case 'severity':
      return urgency(row.alert.lead.severity);
    case 'what':
      return wordsOf(row);
    case 'amount':
      return row.amountCents;
    case 'card':
      return row.card;
    case 'place':
      return row.place;
    case 'owner':
      return row.owner;
    case 'age':
      return -Date.parse(row.alert.lead.detectedAt);
    case 'deadline':
      return row.deadline === null ? null : Date.parse(row.deadline.at);
  }
};

/** By one column; what has nothing there comes last, whichever way, and rows that are alike keep their order. */
const sortRows = (
  rows: readonly BoardRow[],
  { column, descending }: TableSort,
  wordsOf: (row: BoardRow) => string,
): readonly BoardRow[] => {
  const values = new Map(rows.map((row) => [row, sortValue(row, column as ColumnId, wordsOf)]));
  return [...rows].sort((one, other) => {
    const [a = null, b = null] = [values.get(one), values.get(other)];
    if (a === null || b === null) return Number(a === null) - Number(b === null);
    const order = typeof a === 'number' && typeof b === 'number' ? a - b : COLLATOR.compare(String(a), String(b));
    return descending ? -order : order;
  });
};

/** Rows with something in common, and what they are about together. */
export type RowGroup = {
  readonly key: string;
  readonly rows: readonly BoardRow[];
  readonly amountCents: Cents;
};

/** The rows by place or by kind, the group of the first row first. */
export const groupRows = (rows: readonly BoardRow[], by: 'place' | 'kind'): readonly RowGroup[] => {
  const keyOf = ({ alert, place }: BoardRow): string => (by === 'place' ? (place ?? '') : alert.lead.algorithm);
  return [...Map.groupBy(rows, keyOf)].map(([key, ofGroup]) => ({
    key,
    rows: ofGroup,
    amountCents: addCents(ZERO, ...ofGroup.map(({ amountCents }) => amountCents ?? ZERO)),
  }));
};

/** The figures of the strip. */
export type BoardFigures = {
  readonly open: number;
  readonly criticals: number;
  /** Somebody has not answered a critical yet. */
  readonly unanswered: boolean;
  readonly unowned: number;
  readonly atRiskCents: Cents;
  readonly atRiskRows: number;
  readonly unsent: number;
  /** The row whose deadline comes first, of those to be answered before those to be resolved. */
  readonly next: BoardRow | null;
};

export const boardFigures = (rows: readonly BoardRow[]): BoardFigures => {
  const open = rows.filter(({ alert }) => alert.open);
  const criticals = open.filter(ONLY.critical);
  return {
    open: open.length,
    criticals: criticals.length,
    unanswered: criticals.some(({ alert }) => alert.lead.acknowledgedAt === null),
    unowned: open.filter(ONLY.unowned).length,
    atRiskCents: moneyAtRisk(
      open.flatMap(({ alert, repeats }) => (repeats.length === 0 ? alert : [alert, ...repeats])),
    ),
    atRiskRows: open.filter(ONLY.money).length,
    unsent: open.reduce((sum, row) => sum + unsentOf(row), 0),
    next: firstDue(open, 'answer') ?? firstDue(open, 'resolution'),
  };
};

const firstDue = (rows: readonly BoardRow[], kind: 'answer' | 'resolution'): BoardRow | null =>
  rows.reduce<BoardRow | null>((first, row) => {
    if (row.deadline?.kind !== kind) return first;
    return first === null || row.deadline.at < (first.deadline?.at ?? '') ? row : first;
  }, null);

/** How many rows each tab has. */
export const tabCounts = (rows: readonly BoardRow[], operator: string | null): Readonly<Record<BoardTab, number>> => {
  const countOf = (tab: BoardTab): number => rows.reduce((count, row) => count + Number(inTab(tab, row, operator)), 0);
  return {
    ...{ open: countOf('open'), mine: countOf('mine'), unacknowledged: countOf('unacknowledged') },
    ...{ snoozed: countOf('snoozed'), closed: countOf('closed') },
  };
};
