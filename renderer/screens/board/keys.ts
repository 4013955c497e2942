import { type RefObject, useEffect } from 'react';
import { acknowledge, openCorrection, openReason, openRunbook } from '../../features/alert/actions.ts';
import { allowed } from '../../features/operators/use-may.ts';
import { goTo } from '../../routes.ts';
import { useAlerts } from '../../stores/alerts.ts';
import { openDialog } from '../../stores/ui.ts';
import { isDialogOpen } from '../../ui/dialog.tsx';

const typing = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName));

/** j/k move, Enter opens, a r c n f act on the selected alert, / searches, ? helps. */
export const useBoardKeys = (board: {
  ids: readonly number[];
  selected: number | null;
  search: RefObject<HTMLInputElement | null>;
  onMove: (index: number) => void;
}): void => {
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (event.ctrlKey || event.metaKey || event.altKey || isDialogOpen()) return;
      if (typing(event.target)) {
        if (event.key === 'Escape' && event.target instanceof HTMLElement) event.target.blur();
        return;
      }
      const alert = useAlerts.getState().byId?.get(board.selected ?? 0);
      const move = (step: number): void => {
        const index = board.selected === null ? -1 : board.ids.indexOf(board.selected);
        const next = Math.min(board.ids.length - 1, Math.max(0, index === -1 ? 0 : index + step));
        const id = board.ids[next];
        if (id === undefined) return;
        goTo({ screen: 'board', incidentId: id });
        board.onMove(next);
      };
      const actions: Record<string, () => void> = {
        j: () => move(1),
        k: () => move(-1),
        '/': () => board.search.current?.focus(),
        '?': () => openDialog({ kind: 'help' }),
        ...(alert?.open && {
          a: allowed('alert.acknowledge', () => void acknowledge(alert)),
          r: () => openRunbook(alert),
          c: allowed('correction.apply', () => openCorrection(alert)),
          n: allowed('alert.note', () => openReason('note', alert)),
          f: allowed('alert.falsePositive', () => openReason('falsePositive', alert)),
        }),
      };
      const close = () => goTo({ screen: 'board', incidentId: null });
      const action = event.key === 'Escape' ? close : actions[event.key];
      if (action === undefined) return;
      event.preventDefault();
      action();
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  }, [board]);
};
