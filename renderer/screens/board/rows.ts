import { causesIn, causesInOrder, type FloodAlarm, floodAlarmOf } from '../../../shared/domain/alarm-flood.ts';
import type { Alert } from '../../../shared/domain/alert.ts';
import { createFoldedLosses, type FoldedLosses } from '../../../shared/domain/folded-losses.ts';
import { folded } from '../../../shared/domain/log-words.ts';
import { type Loss, lossOfRow, moneyAtRisk } from '../../../shared/domain/losses.ts';
import { addCents, type Cents, ZERO } from '../../../shared/domain/money.ts';
import type { RowId } from '../../../shared/domain/row-id.ts';
import { urgency } from '../../../shared/domain/severity.ts';
import { byUrgency } from '../../features/alert/by-urgency.ts';
import { subjectIn } from '../../features/alert/subject-search.ts';
import type { TableSort } from '../../ui/table.tsx';
import { type BoardTab, type BoardView, type ColumnId, type Only, TABS } from './view.ts';

/** A row of the board: one loss, or one alert that is about none, with everything that it is sorted and filtered by. */
export type BoardRow = Loss & {
  /** The incident's number, as the table's key. */
  readonly id: RowId;
  readonly amountCents: Cents | null;
  readonly card: string | null;
  readonly place: string | null;
  /** Who has it, or has acknowledged it. */
  readonly owner: string | null;
  /** Until when somebody must answer, then until when it must be resolved; null where neither is due. */
  readonly deadline: { readonly at: string; readonly kind: 'answer' | 'resolution' } | null;
  /** What puts it down to a cause in a flood. */
  readonly alarm: FloodAlarm;
  /** What it is counted and narrowed by: passes over ten thousand rows read nothing else. */
  readonly is: {
    readonly open: boolean;
    readonly critical: boolean;
    readonly unowned: boolean;
    readonly unacknowledged: boolean;
    readonly snoozed: boolean;
    readonly money: boolean;
    readonly failures: boolean;
    /** Messages about it that reached nobody, as far as anybody knows, while it still calls for somebody. */
    readonly unsent: number;
    readonly takenBy: string | null;
    readonly acknowledgedBy: string | null;
  };
};

const deadlineOf = ({ open, lead, dueAt, resolveBy }: Alert): BoardRow['deadline'] => {
  if (!open) return null;
  if (lead.acknowledgedAt === null && dueAt !== null) return { at: dueAt, kind: 'answer' };
  return resolveBy === null ? null : { at: resolveBy, kind: 'resolution' };
};

const FAILURES = ['system_failure_spike', 'consecutive_failures', 'reader_failure_spike', 'health_status_change'];

const rowOf = (loss: Loss): BoardRow => {
  const { alert } = loss;
  const { lead, storm, open } = alert;
  const { takenBy, acknowledgedBy } = lead;
  const amountCents = lossOfRow(loss);
  const owner = takenBy ?? acknowledgedBy;
  const unacknowledged = open && lead.acknowledgedAt === null;
  return {
    ...loss,
    id: alert.incidentId,
    amountCents,
    card: storm === null ? lead.cardId : null,
    place: alert.place,
    owner,
    deadline: deadlineOf(alert),
    alarm: floodAlarmOf(alert),
    is: {
      open,
      critical: open && lead.severity === 'CRITICAL',
      unowned: open && owner === null,
      unacknowledged,
      snoozed: open && lead.snoozedUntil !== null,
      money: open && amountCents !== null && amountCents > 0,
      failures: alert.algorithms.some((one) => FAILURES.includes(one)),
      unsent: unacknowledged ? alert.notSent.length + alert.unconfirmed.length : 0,
      takenBy,
      acknowledgedBy,
    },
  };
};

/** Makes the rows of the board, most urgent first, and follows it. */
export const createBoardRows = (): FoldedLosses<BoardRow> => createFoldedLosses({ order: byUrgency, rowOf });

const ONLY: Readonly<Record<Only, (row: BoardRow) => boolean>> = {
  critical: ({ is }) => is.critical,
  unowned: ({ is }) => is.unowned,
  money: ({ is }) => is.money,
  failures: ({ is }) => is.failures,
  unsent: ({ is }) => is.unsent > 0,
};

const inTab = (tab: BoardTab, { is }: BoardRow, operator: string | null): boolean => {
  switch (tab) {
    case 'open':
      return is.open;
    case 'mine':
      return is.open && operator !== null && (is.takenBy === operator || is.acknowledgedBy === operator);
    case 'unacknowledged':
      return is.unacknowledged;
    case 'snoozed':
      return is.snoozed;
    case 'closed':
      return !is.open;
  }
};

/**
 * The rows that a view shows, in its order.
 * @param wordsOf everything that a row can be searched by, in the language of the screen, without accents and capitals
 */
export const rowsOfView = (
  rows: readonly BoardRow[],
  view: BoardView,
  operator: string | null,
  wordsOf: (row: BoardRow) => string,
): readonly BoardRow[] => {
  const isAbout = subjectIn(view.text);
  const text = isAbout === null ? folded(view.text.trim()) : '';
  const shown = rows.filter(
    (row) =>
      inTab(view.tab, row, operator) &&
      view.only.every((one) => ONLY[one](row)) &&
      (isAbout === null || [row.alert, ...row.repeats].some(isAbout)) &&
      (text === '' || wordsOf(row).includes(text)),
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
  const valued = rows.map((row) => ({ row, value: sortValue(row, column as ColumnId, wordsOf) }));
  // A language's order of two texts costs a hundred times that of two numbers, and many rows have the same place.
  const texts = new Set(valued.flatMap(({ value }) => (typeof value === 'string' ? value : [])));
  const ranks = new Map([...texts].sort(COLLATOR.compare).map((text, rank) => [text, rank]));
  const last = descending ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  const ranked = valued.map(({ row, value }) => ({
    row,
    rank: typeof value === 'string' ? (ranks.get(value) ?? last) : (value ?? last),
  }));
  const direction = descending ? -1 : 1;
  // Two that have nothing there are alike: their difference is no number.
  return ranked.sort((a, b) => (a.rank === b.rank ? 0 : direction * (a.rank - b.rank))).map(({ row }) => row);
};

/** What the rows of a flood are put down to, of whichever of them a view shows some. */
export type FloodCauses = {
  /** The cause of a row; empty for what was there before the flood. */
  readonly keyOf: (row: BoardRow) => string;
  /** The causes in their order, and whether each makes the flood. */
  readonly causes: ReadonlyMap<string, boolean>;
};

/** @param sinceMs when the flood began */
export const floodCauses = (rows: readonly BoardRow[], sinceMs: number): FloodCauses => {
  const inFlood: FloodAlarm[] = [];
  for (const { alarm, is } of rows) if (is.open && alarm.beginsMs >= sinceMs) inFlood.push(alarm);
  const causeOf = causesIn(inFlood);
  return {
    keyOf: ({ alarm }) => (alarm.beginsMs < sinceMs ? '' : causeOf(alarm).key),
    causes: causesInOrder(inFlood, causeOf),
  };
};

/**
 * The rows of a flood by their causes, the first cause first. Then come the groups in which a critical alert still waits for
 * an answer: it is about something else, and nobody looks for it below the others. What was there before the flood is last.
 */
export const groupFlood = (rows: readonly BoardRow[], { keyOf, causes }: FloodCauses): readonly RowGroup[] => {
  const order = new Map([...causes.keys()].map((key, rank) => [key, rank]));
  const groups = Map.groupBy(rows, keyOf);
  const rankOf = (key: string, ofGroup: readonly BoardRow[]): number => {
    const inOrder = order.get(key) ?? order.size;
    if (causes.get(key) === true) return inOrder;
    const waits = ofGroup.some(({ is }) => is.critical && is.unacknowledged);
    return inOrder + (waits ? 1 : 2) * (order.size + 1);
  };
  return [...groups]
    .map(([key, ofGroup]) => ({ rank: rankOf(key, ofGroup), group: toGroup(key, ofGroup) }))
    .sort((a, b) => a.rank - b.rank)
    .map(({ group }) => group);
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
  return [...Map.groupBy(rows, keyOf)].map(([key, ofGroup]) => toGroup(key, ofGroup));
};

const toGroup = (key: string, rows: readonly BoardRow[]): RowGroup => ({
  ...{ key, rows },
  amountCents: addCents(ZERO, ...rows.map(({ amountCents }) => amountCents ?? ZERO)),
});

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
  let [open, criticals, unowned, atRiskRows, unsent] = [0, 0, 0, 0, 0];
  let unanswered = false;
  let answer: BoardRow | null = null;
  let resolution: BoardRow | null = null;
  for (const row of rows) {
    const { is, deadline } = row;
    if (!is.open) continue;
    open += 1;
    criticals += Number(is.critical);
    unanswered ||= is.critical && is.unacknowledged;
    unowned += Number(is.unowned);
    atRiskRows += Number(is.money);
    unsent += is.unsent;
    if (deadline?.kind === 'answer') answer = firstDue(answer, row);
    else if (deadline !== null) resolution = firstDue(resolution, row);
  }
  return {
    ...{ open, criticals, unanswered, unowned, atRiskRows, unsent },
    atRiskCents: moneyAtRisk(rows.filter(({ is }) => is.open).flatMap(alertsOf)),
    next: answer ?? resolution,
  };
};

const alertsOf = ({ alert, repeats }: BoardRow): Alert | readonly Alert[] =>
  repeats.length === 0 ? alert : [alert, ...repeats];

const firstDue = (first: BoardRow | null, row: BoardRow): BoardRow =>
  first === null || (row.deadline?.at ?? '') < (first.deadline?.at ?? '') ? row : first;

/** How many rows each tab has. */
export const tabCounts = (rows: readonly BoardRow[], operator: string | null): Readonly<Record<BoardTab, number>> => {
  const counts = { open: 0, mine: 0, unacknowledged: 0, snoozed: 0, closed: 0 };
  for (const row of rows) for (const tab of TABS) counts[tab] += Number(inTab(tab, row, operator));
  return counts;
};
