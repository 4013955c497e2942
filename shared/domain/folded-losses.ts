import type { Alert } from './alert.ts';
import { type Difference, differenceOf, foldCard, type Loss } from './losses.ts';
import type { RowId } from './row-id.ts';

/** An alert in its place, with what was made of it. */
type Entry<Row> = {
  readonly alert: Alert;
  readonly difference: Difference | null;
  /** Another state of it has come, or it has gone. */
  gone: boolean;
  /** It only repeats another one's loss. */
  folded: boolean;
  repeats: readonly Alert[];
  row: Row | null;
};

const NO_REPEATS: readonly Alert[] = [];

export type FoldedLosses<Row> = {
  /** @returns the rows of the board as it is now */
  follow(byId: ReadonlyMap<RowId, Alert>): readonly Row[];
  /** The row of this incident, as it was followed last; undefined where it has none of its own. */
  rowOf(id: RowId): Row | undefined;
};

/**
 * Follows a board: one row for each loss, in an order, where what only repeats a loss stands in that one's row. Of ten
 * thousand alerts those that have changed are compared and folded, and all other rows are the same ones.
 */
export const createFoldedLosses = <Row>(options: {
  readonly order: (a: Alert, b: Alert) => number;
  readonly rowOf: (loss: Loss) => Row;
}): FoldedLosses<Row> => {
  const entries = new Map<RowId, Entry<Row>>();
  const cards = new Map<string, Set<Entry<Row>>>();
  let inOrder: readonly Entry<Row>[] = [];

  /** @returns what is new, or in another state */
  const takeIn = (byId: ReadonlyMap<RowId, Alert>, touched: Set<string>): Entry<Row>[] => {
    const leave = (entry: Entry<Row>): void => {
      entry.gone = true;
      if (entry.difference === null) return;
      cards.get(entry.difference.card)?.delete(entry);
      touched.add(entry.difference.card);
    };
    const changed: Entry<Row>[] = [];
    for (const [id, alert] of byId) {
      const before = entries.get(id);
      if (before?.alert === alert) continue;
      if (before !== undefined) leave(before);
      const difference = differenceOf(alert);
      const entry = { alert, difference, gone: false, folded: false, repeats: NO_REPEATS, row: null };
      entries.set(id, entry);
      changed.push(entry);
      if (difference === null) continue;
      const ofCard = cards.get(difference.card);
      if (ofCard === undefined) cards.set(difference.card, new Set([entry]));
      else ofCard.add(entry);
      touched.add(difference.card);
    }
    if (entries.size > byId.size) {
      for (const [id, entry] of entries) {
        if (byId.has(id)) continue;
        entries.delete(id);
        leave(entry);
      }
    }
    return changed;
  };

  const foldAgain = (card: string): void => {
    const ofCard = [...(cards.get(card) ?? [])];
    if (ofCard.length === 0) cards.delete(card);
    const into = foldCard(ofCard.flatMap(({ difference }) => difference ?? []));
    for (const entry of ofCard) {
      const repeats = [...into].flatMap(([alert, cause]) => (cause === entry.alert ? alert : []));
      if (!isSame(repeats, entry.repeats)) Object.assign(entry, { repeats, row: null });
      entry.folded = into.has(entry.alert);
    }
  };

  const follow = (byId: ReadonlyMap<RowId, Alert>): readonly Row[] => {
    const touched = new Set<string>();
    const changed = takeIn(byId, touched);
    for (const card of touched) foldAgain(card);
    changed.sort((a, b) => options.order(a.alert, b.alert));
    inOrder = merged(inOrder, changed, options.order);
    const rows: Row[] = [];
    for (const entry of inOrder) {
      if (entry.folded) continue;
      entry.row ??= options.rowOf({ alert: entry.alert, repeats: entry.repeats });
      rows.push(entry.row);
    }
    return rows;
  };
  return {
    follow,
    rowOf: (id) => {
      const entry = entries.get(id);
      return entry === undefined || entry.folded ? undefined : (entry.row ?? undefined);
    },
  };
};

/** What is still there and what has changed, each in its order: a few that come look for their places among the many. */
const merged = <Row>(
  all: readonly Entry<Row>[],
  changed: readonly Entry<Row>[],
  order: (a: Alert, b: Alert) => number,
): readonly Entry<Row>[] => {
  const kept = all.filter(({ gone }) => !gone);
  const parts: (readonly Entry<Row>[])[] = [];
  let from = 0;
  for (const entry of changed) {
    let [at, end] = [from, kept.length];
    while (at < end) {
      const middle = (at + end) >> 1;
      const other = kept[middle];
      if (other !== undefined && order(other.alert, entry.alert) <= 0) at = middle + 1;
      else end = middle;
    }
    parts.push(kept.slice(from, at), [entry]);
    from = at;
  }
  return [...parts, kept.slice(from)].flat();
};

const isSame = (some: readonly Alert[], others: readonly Alert[]): boolean =>
  some.length === others.length && some.every((alert, index) => alert === others[index]);
