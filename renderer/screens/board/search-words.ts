import type { Alert } from '../../../shared/domain/alert.ts';
import { folded } from '../../../shared/domain/log-words.ts';
import { nameOf, titleOf } from '../../sentence.ts';
import type { BoardRow } from './rows.ts';

const words = new WeakMap<Alert, { readonly language: string; readonly text: string }>();

/** Nobody waits now, but in the next moment somebody may press a key. */
const SLICE_MS = 4;
/** Most rows have their words from the last time: to look at the clock for each of them takes longer than they do. */
const AT_ONCE = 8;
/** On a busy screen as well: a search that is begun before would put all of them into words at its first letter. */
const LATEST = { timeout: 50 };

/** What rows can be found by: put into words once, as long as neither alert nor language changes. */
export const searchWords = (language: string) => {
  const of = ({ alert, place, owner }: BoardRow): string => {
    const known = words.get(alert);
    if (known?.language === language) return known.text;
    const text = `${nameOf(alert.lead)} ${titleOf(alert)} ${place ?? ''} ${owner ?? ''} ${alert.incidentId}`;
    const plain = folded(text);
    words.set(alert, { language, text: plain });
    return plain;
  };
  return {
    of,
    /** While nobody waits for anything: the first letter of a search is not held up by ten thousand sentences. */
    prepare: (rows: readonly BoardRow[]): (() => void) => {
      let next = 0;
      const go = (deadline: IdleDeadline): void => {
        const until = performance.now() + SLICE_MS;
        const mayGoOn = (): boolean =>
          performance.now() < until && (deadline.didTimeout || deadline.timeRemaining() > 1);
        while (next < rows.length && mayGoOn()) {
          for (const row of rows.slice(next, next + AT_ONCE)) of(row);
          next += AT_ONCE;
        }
        if (next < rows.length) waiting = requestIdleCallback(go, LATEST);
      };
      let waiting = requestIdleCallback(go, LATEST);
      return () => cancelIdleCallback(waiting);
    },
  };
};
