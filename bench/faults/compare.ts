import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { type FestivalDatabase, openFestivalDatabase } from '../../electron/postgres/pool.ts';
import type { Festival } from './ground.ts';

const countRow = z.object({ count: z.int() });

/** The one number that a query counts. */
export const countIn = async (festival: Festival, text: string): Promise<number> =>
  countRow.parse((await festival.ask(text)).rows[0]).count;

/** Bounds only end a hang. */
const SAME_WITHIN_MS = 180_000;
const AROUND = 120;

/**
 * Asks until a laptop shows what the festival's database has, as JSON.
 * @returns what differs after a good while, if anything
 */
export const differenceOf = async (
  festival: Festival,
  right: (database: FestivalDatabase) => Promise<unknown>,
  shown: () => Promise<unknown>,
): Promise<string | undefined> => {
  const database = openFestivalDatabase({ settings: festival.consoleSettings, applicationName: 'verify', size: 1 });
  const until = performance.now() + SAME_WITHIN_MS;
  try {
    for (;;) {
      const there = await right(database).then(JSON.stringify, (error: unknown) => `not read: ${error}`);
      const here = JSON.stringify(await shown()) ?? 'nothing';
      if (there === here) return undefined;
      if (performance.now() > until) {
        const at = [...there].findIndex((letter, index) => letter !== here[index]);
        const [one, other] = [there, here].map((text) => text.slice(Math.max(0, at - AROUND), at + AROUND));
        return `…${one}… is …${other}…`;
      }
      await sleep(200);
    }
  } finally {
    await database.close();
  }
};
