import { useEffect } from 'react';
import type { Alert } from '../../../shared/domain/alert.ts';
import { isRowId, type RowId } from '../../../shared/domain/row-id.ts';
import { call } from '../../bridge.ts';
import { afterPaint } from '../../ui/after-paint.ts';
import { undisplayed } from './undisplayed.ts';

/** The most that one call takes. */
const BATCH = 500;
/** A list that is scrolled shows others in each frame, and each report comes back as a change of its rows: so often at most. */
const REST_MS = 250;
let reportedAt = Number.NEGATIVE_INFINITY;
/** Reported already: the core's answer to it may take a while to come back in the row. */
const reported = new Set<RowId>();

/** After a reload everything may be another festival's. */
export const forgetDisplayed = (): void => reported.clear();

/** Reports to the core which events have been on this screen for the first time. */
export const useDisplayed = (rows: readonly Alert[]): void => {
  const ids = undisplayed(rows, reported).join();
  useEffect(() => {
    if (ids === '') return;
    const report = (): void => {
      reportedAt = performance.now();
      const fresh = ids.split(',').filter(isRowId);
      for (const id of fresh) reported.add(id);
      for (let first = 0; first < fresh.length; first += BATCH) {
        const eventIds = fresh.slice(first, first + BATCH);
        void call('alerts.displayed', { eventIds }).then((answer) => {
          // What did not arrive may be reported again.
          if (!answer.ok) for (const id of eventIds) reported.delete(id);
        });
      }
    };
    const restMs = reportedAt + REST_MS - performance.now();
    if (restMs <= 0) return afterPaint(report);
    let callOff: () => void;
    const timer = setTimeout(() => {
      callOff = afterPaint(report);
    }, restMs);
    callOff = () => clearTimeout(timer);
    return () => callOff();
  }, [ids]);
};
