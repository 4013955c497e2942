import { useEffect } from 'react';
import type { Alert } from '../../../shared/contract/alerts.ts';
import { call } from '../../bridge.ts';
import { afterPaint } from '../../ui/after-paint.ts';
import { undisplayed } from './undisplayed.ts';

/** The most that one call takes. */
const BATCH = 500;
/** Said already: the core's answer to it may take a while to come back in the row. */
const told = new Set<number>();

/** After a reload everything may be another festival's. */
export const forgetDisplayed = (): void => told.clear();

/** Tells the core which events have been on this screen for the first time. */
export const useDisplayed = (rows: readonly Alert[]): void => {
  const ids = undisplayed(rows, told).join();
  useEffect(() => {
    if (ids === '') return;
    return afterPaint(() => {
      const fresh = ids.split(',').map(Number);
      for (const id of fresh) told.add(id);
      for (let first = 0; first < fresh.length; first += BATCH) {
        const eventIds = fresh.slice(first, first + BATCH);
        void call('alerts.painted', { eventIds }).then((answer) => {
          // What was not heard may be said again.
          if (!answer.ok) for (const id of eventIds) told.delete(id);
        });
      }
    });
  }, [ids]);
};
