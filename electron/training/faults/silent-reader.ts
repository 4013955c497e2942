import { expected } from '../fault.ts';
import { writeLateScans } from '../field.ts';
import type { Counter } from '../planner.ts';
import { BARS } from '../world.ts';
import type { Fault } from './kit.ts';

/** A silent reader had worked until then. */
const SILENT_MINUTES = 14;
/** So many scans of others prove that the festival goes on. */
const OTHERS = 60;

export const silentReader: Fault = ({ database, ownName, random, traffic, withoutCard }) =>
  withoutCard('silent_reader', null, async () => {
    const counter: Counter = { place: random.pick(BARS), reader: ownName('reader-terrace') };
    await traffic.rush(OTHERS);
    const at = await database.write((tx) => writeLateScans(tx, counter, SILENT_MINUTES));
    return { about: counter.reader, at, logIds: [], expects: [expected('reader_silent', null)] };
  });
