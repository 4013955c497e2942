import { useEffect, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Alert } from '../../../shared/domain/alert.ts';
import type { RowId } from '../../../shared/domain/row-id.ts';
import { useAlerts } from '../../stores/alerts.ts';
import { useSystem } from '../../stores/system.ts';
import type { BoardItem } from './board-table.tsx';
import { createBoardRows, groupFlood, groupRows, type RowGroup, rowsOfView } from './rows.ts';
import { searchWords } from './search-words.ts';
import { useHeldOrder } from './use-held-order.ts';
import type { BoardView } from './view.ts';

const NO_ALERTS: ReadonlyMap<RowId, Alert> = new Map();

/**
 * The board's rows as a view shows them, held still while somebody's hand is in them.
 * @param floodSinceMs the flood by whose causes they are grouped; null: by what the view says
 */
export const useBoard = (view: BoardView, floodSinceMs: number | null) => {
  const { i18n } = useTranslation();
  const byId = useAlerts((state) => state.byId);
  const complete = useAlerts((state) => state.complete);
  const operator = useSystem((state) => state.session?.operator ?? null);
  const [rowsFrom] = useState(createBoardRows);
  const rows = useMemo(() => rowsFrom(byId ?? NO_ALERTS), [rowsFrom, byId]);
  const rowById = useMemo(() => new Map(rows.map((row) => [row.id, row])), [rows]);
  const { language } = i18n;
  const wordsOf = useMemo(() => searchWords(language), [language]);
  useEffect(() => (complete ? wordsOf.prepare(rows) : undefined), [complete, rows, wordsOf]);
  const wanted = useMemo(
    () => rowsOfView(rows, view, operator, wordsOf.of).map(({ id }) => id),
    [rows, view, operator, wordsOf],
  );
  const { ids, ...order } = useHeldOrder(wanted, complete);
  const { group } = view;
  const items = useMemo<readonly BoardItem[]>(() => {
    if (floodSinceMs !== null) {
      return withGroups(
        groupFlood(
          ids.flatMap((id) => rowById.get(id) ?? []),
          floodSinceMs,
        ),
        'cause',
      );
    }
    if (group === 'none') return ids.map((id) => ({ type: 'row', key: id, row: rowById.get(id) }));
    const shown = ids.flatMap((id) => rowById.get(id) ?? []);
    return withGroups(groupRows(shown, group), group);
  }, [ids, rowById, group, floodSinceMs]);
  return { complete, rows, rowById, items, ...order };
};

const withGroups = (groups: readonly RowGroup[], by: 'place' | 'kind' | 'cause'): readonly BoardItem[] =>
  groups.flatMap((group): BoardItem[] => [
    { type: 'group', key: `group ${group.key}`, group, by },
    ...group.rows.map((row): BoardItem => ({ type: 'row', key: row.id, row })),
  ]);
