import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Files that take longer than a minute beside five others on two cores, the longest first. */
const LONGEST = [
  'electron/session/rights.test.ts',
  'electron/desktop/desktop.test.ts',
  'electron/engine/tail/tail.test.ts',
  'electron/training/simulator.test.ts',
  'scripts/database-commands.test.ts',
  'bench/attack/attack.test.ts',
  'electron/engine/field-data.test.ts',
  'electron/outbox/sender-kill.test.ts',
  'electron/engine/lease.test.ts',
  'electron/training/postgres-server.test.ts',
  'electron/training/found.test.ts',
  'bench/attack/older-postgres.test.ts',
  'electron/site/troubles.test.ts',
  'electron/session/sign-in.test.ts',
  // It measures the main thread: the score beside the tests has ended by then.
  'bench/attack/outside/outside.attack.test.ts',
];

/**
 * Starts what takes longest before the rest: vitest knows no more of a file that it has never run than its size, and a small
 * file that runs for two minutes would be the last of all, with the other workers idle.
 */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const missing = LONGEST.filter((file) => !existsSync(join(import.meta.dirname, '..', file)));
    if (missing.length > 0) throw new Error(`scripts/longest-first.ts names what is not there: ${missing.join(', ')}`);
    const placeOf = ({ moduleId }: TestSpecification): number => {
      const place = LONGEST.findIndex((file) => moduleId.endsWith(`/${file}`));
      return place === -1 ? LONGEST.length : place;
    };
    return (await super.sort(files)).sort((one, other) => placeOf(one) - placeOf(other));
  }
}
