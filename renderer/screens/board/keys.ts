import {
  acknowledge,
  openCorrection,
  openReason,
  openReasonForRows,
  openRunbook,
  take,
} from '../../features/alert/actions.ts';
import { allowed, useRefusal } from '../../features/operators/use-may.ts';
import { TAKEN_BACK_BY_ITSELF, useKeys } from '../../keys.ts';
import type { BoardRow } from './rows.ts';

/** Moves in the list and acts on the selected rows, or else on the one that the keyboard is on. */
export const useBoardKeys = (board: {
  /** The row that the keyboard is on, if any. */
  row: BoardRow | undefined;
  selected: readonly BoardRow[];
  search: () => void;
  move: (step: number) => void;
  open: () => void;
  select: () => void;
  group: () => void;
  /** Leaves the alert, or else the selection. */
  close: () => void;
  clear: () => void;
  /** What takes back a move and a selection from now on, where nothing else follows from them. */
  remember: (() => () => void) | undefined;
  /** What takes back a step through the groupings. */
  rememberGroup: () => () => void;
}): void => {
  const { row, selected, search, move, clear } = board;
  const rows = selected.length > 0 ? selected : row?.alert.open ? [row] : [];
  const some = rows.length > 0;
  const one = row?.alert.open === true ? row.alert : undefined;
  const mayAcknowledge = useRefusal('alerts.acknowledge') === undefined;
  const mayTake = useRefusal('alerts.take') === undefined;
  useKeys(
    {
      next: () => move(1),
      previous: () => move(-1),
      open: row === undefined ? undefined : board.open,
      select: row === undefined ? undefined : board.select,
      group: board.group,
      filter: search,
      close: board.close,
      ...(some && {
        acknowledge: allowed(
          'alerts.acknowledge',
          (stands: Promise<boolean>) => void acknowledge(rows, stands).then((done) => done && clear()),
        ),
        take: allowed(
          'alerts.take',
          (stands: Promise<boolean>) => void take(rows, stands).then((done) => done && clear()),
        ),
        snooze: allowed('alerts.snooze', () => openReasonForRows('snooze', rows, clear)),
        resolve: allowed('alerts.resolve', () => openReasonForRows('resolve', rows, clear)),
      }),
      ...(one && {
        runbook: () => openRunbook(one),
        correct: allowed('correction.apply', () => openCorrection(one)),
        note: allowed('alert.note', () => openReason('note', one)),
        falsePositive: allowed('alert.falsePositive', () => openReason('falsePositive', one)),
      }),
    },
    {
      ...{ next: board.remember, previous: board.remember, select: board.remember },
      group: board.rememberGroup,
      ...(some && mayAcknowledge && { acknowledge: TAKEN_BACK_BY_ITSELF }),
      ...(some && mayTake && { take: TAKEN_BACK_BY_ITSELF }),
    },
  );
};
