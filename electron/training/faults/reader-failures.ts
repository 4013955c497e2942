import { expected, FaultImpossible } from '../fault.ts';
import { writeScan } from '../field.ts';
import type { Counter } from '../planner.ts';
import { BARS } from '../world.ts';
import type { Fault } from './kit.ts';

const BROKEN_SCANS = 8;

export const readerFailures: Fault = ({ database, now, ownName, random, scanMs, traffic, withoutCard }) =>
  withoutCard('reader_failures', null, async () => {
    const counter: Counter = { place: random.pick(BARS), reader: ownName('reader-spare') };
    let at = '';
    for (let scan = 0; scan < BROKEN_SCANS; scan += 1) {
      // Each of another visitor, so that no card counts as scanned twice.
      const card = traffic.book().claim(now(), () => true);
      if (card === undefined) throw new FaultImpossible('all cards rest');
      const status = scan % 2 === 0 ? 'timeout' : 'success';
      try {
        at = await database.write((tx) => writeScan(tx, { cardId: card.id, counter, status, scanMs: scanMs() }));
      } finally {
        traffic.book().release(card, now());
      }
    }
    return { about: counter.reader, at, logIds: [], expects: [expected('reader_failure_spike', null)] };
  });
