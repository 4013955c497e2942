import type { Alert } from '../../../shared/domain/alert.ts';
import { nameOf, titleOf } from '../../sentence.ts';
import type { BoardRow } from './rows.ts';

const words = new WeakMap<Alert, { readonly language: string; readonly text: string }>();

/** Nobody waits now, but in the next moment somebody may press a key. */
const SLICE_MS = 4;

/** What rows can be found by: put into words once, as long as neither alert nor language changes. */
export const searchWords = (language: string) => {
  const of = ({ alert, place, owner }: BoardRow): string => {
    const known = words.get(alert);
    if (known?.language === language) return known.text;
    const text = `${nameOf(alert.lead)} ${titleOf(alert)} ${place ?? ''} ${owner ?? ''} ${alert.incidentId}`;
    const lower = text.toLowerCase();
    words.set(alert, { language, text: lower });
    return lower;
  };
  return {
    of,
    /** While nobody waits for anything: the first letter of a search is not held up by ten thousand sentences. */
    prepare: (rows: readonly BoardRow[]): (() => void) => {
      let next = 0;
      const go = (deadline: IdleDeadline): void => {
        const until = performance.now() + SLICE_MS;
        while (next < rows.length && deadline.timeRemaining() > 1 && performance.now() < until) {
          const row = rows[next];
          if (row !== undefined) of(row);
          next += 1;
        }
        if (next < rows.length) waiting = requestIdleCallback(go);
      };
      let waiting = requestIdleCallback(go);
      return () => cancelIdleCallback(waiting);
    },
  };
};
