import { useEffect, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Alert } from '../../../shared/domain/alert.ts';
import type { RowId } from '../../../shared/domain/row-id.ts';
import { useAlerts } from '../../stores/alerts.ts';
import { useSystem } from '../../stores/system.ts';
import { useWhenIdle } from '../../ui/when-idle.ts';
import type { BoardItem } from './board-table.tsx';
import {
  type BoardRow,
  createBoardRows,
  floodCauses,
  groupFlood,
  groupRows,
  type RowGroup,
  rowsOfView,
} from './rows.ts';
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
  const [{ follow, rowOf }] = useState(createBoardRows);
  const now = useMemo(() => ({ rows: follow(byId ?? NO_ALERTS), complete }), [follow, byId, complete]);
  // What a row says is of now. Which rows there are, in which order, is looked at when nobody waits for a key: of ten thousand it
  // takes as long as a key may take.
  const looked = useWhenIdle(now);
  const listed = byId === null ? now : looked;
  const { language } = i18n;
  const wordsOf = useMemo(() => searchWords(language), [language]);
  useEffect(() => (listed.complete ? wordsOf.prepare(listed.rows) : undefined), [listed, wordsOf]);
  const wanted = useMemo(
    () => rowsOfView(listed.rows, view, operator, wordsOf.of).map(({ id }) => id),
    [listed, view, operator, wordsOf],
  );
  const { ids, ...order } = useHeldOrder(wanted, listed.complete);
  const { group } = view;
  const causes = useMemo(
    () => (floodSinceMs === null ? null : floodCauses(listed.rows, floodSinceMs)),
    [listed, floodSinceMs],
  );
  const items = useMemo((): readonly BoardItem[] => {
    // What a flood is made of is known once all of it is here: until then the groups would change places with each part.
    const byCause = listed.complete ? causes : null;
    if (group === 'none' && byCause === null) return ids;
    const shown: BoardRow[] = [];
    for (const id of ids) {
      const row = rowOf(id);
      if (row !== undefined) shown.push(row);
    }
    if (byCause !== null) return withGroups(groupFlood(shown, byCause), 'cause');
    return group === 'none' ? ids : withGroups(groupRows(shown, group), group);
  }, [ids, rowOf, group, causes, listed]);
  return { complete, rows: now.rows, rowOf, items, order };
};

const withGroups = (groups: readonly RowGroup[], by: 'place' | 'kind' | 'cause'): readonly BoardItem[] =>
  groups.flatMap((group): BoardItem[] => [{ key: `group ${group.key}`, group, by }, ...group.rows.map(({ id }) => id)]);
