import { parseArgs } from 'node:util';
import { z } from 'zod';
import { fuzz } from './fuzz/play.ts';
import { percentile } from './score/grade.ts';

/**
 * Rows with every boundary value that Postgres accepts, in every table that others write, against a whole console with a
 * browser on it, while columns change their types; and in every round a failed order that takes 5.00. Exits with 1 when a
 * cycle is lost, a process ends, a fault is missed or invented, an odd value is not named, or a screen shows nothing.
 *
 *   npm run fuzz -- --minutes 20 --seed 1 [--no-screens] [--json]
 */
const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '5' },
    seed: { type: 'string', default: '1' },
    'no-screens': { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
  },
});
const minutes = z.coerce.number().min(0.1).max(600).parse(values.minutes);
const seed = z.coerce.number().int().parse(values.seed);

const result = await fuzz({
  ...{ minutes, seed },
  // Set by scripts/run.mjs.
  browser: values['no-screens'] ? undefined : process.env.REGIE_BROWSER,
  progress: (words) => console.error(`[${new Date().toISOString().slice(11, 19)}] ${words}`),
});
const { foundMs, ...counts } = result;
const faults = {
  'cycles lost': result.cyclesLost,
  'faults missed': result.missed,
  'alerts invented': result.false,
  'odd values not named': result.unnamed,
  'calls that failed': result.failedCalls,
  'screens that were wrong': result.wrongScreens,
};
if (values.json) console.log(JSON.stringify({ minutes, seed, ...counts, foundP50Ms: percentile(foundMs, 0.5) }));
else {
  console.log(
    `${result.rows} rows (${result.refused} refused by Postgres), ${result.odd} values that had to be named, ${result.setAside} set aside, ${result.alterations} alterations`,
  );
  console.log(
    `${result.faults} faults, found within ${percentile(foundMs, 0.5)} ms (median), ${percentile(foundMs, 0.99)} ms (99th), ${Math.max(...foundMs)} ms (most)`,
  );
  console.log(
    `${result.cycles} cycles, ${result.calls} calls, ${result.screens} screens, ${result.ended} processes ended, seed ${seed}`,
  );
  for (const [what, some] of Object.entries(faults)) {
    console.log(`${what}: ${some.length}`);
    for (const one of some.slice(0, 10)) console.log(`  ${one}`);
  }
}
process.exitCode = result.ended === 0 && Object.values(faults).every((some) => some.length === 0) ? 0 : 1;
