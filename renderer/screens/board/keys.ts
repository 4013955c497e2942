import { type RefObject, useEffect } from 'react';
import type { RowId } from '../../../shared/domain/row-id.ts';
import { acknowledge, openCorrection, openReason, openRunbook } from '../../features/alert/actions.ts';
import { allowed } from '../../features/operators/use-may.ts';
import { useKeys } from '../../keys.ts';
import { goTo } from '../../routes.ts';
import { useAlerts } from '../../stores/alerts.ts';

/** Moves in the list and acts on the selected alert; Escape first leaves the search, then the alert. */
export const useBoardKeys = (board: {
  ids: readonly RowId[];
  selected: RowId | null;
  search: RefObject<HTMLInputElement | null>;
  onMove: (index: number) => void;
}): void => {
  const { ids, selected, search, onMove } = board;
  const alert = useAlerts((state) => (selected === null ? undefined : state.byId?.get(selected)));
  const move = (step: number): void => {
    const index = selected === null ? -1 : ids.indexOf(selected);
    const next = Math.min(ids.length - 1, Math.max(0, index === -1 ? 0 : index + step));
    const id = ids[next];
    if (id === undefined) return;
    goTo({ screen: 'board', incidentId: id });
    onMove(next);
  };
  useKeys({
    next: () => move(1),
    previous: () => move(-1),
    filter: () => search.current?.focus(),
    close: () => goTo({ screen: 'board', incidentId: null }),
    ...(alert?.open && {
      acknowledge: allowed('alert.acknowledge', () => void acknowledge(alert)),
      runbook: () => openRunbook(alert),
      correct: allowed('correction.apply', () => openCorrection(alert)),
      note: allowed('alert.note', () => openReason('note', alert)),
      falsePositive: allowed('alert.falsePositive', () => openReason('falsePositive', alert)),
    }),
  });
  useEffect(() => {
    const field = search.current;
    const onKey = ({ key }: KeyboardEvent): void => {
      if (key === 'Escape') field?.blur();
    };
    field?.addEventListener('keydown', onKey);
    return () => field?.removeEventListener('keydown', onKey);
  }, [search]);
};
