import type { LongAttack } from '../long-attacks.ts';
import { startAttackedConsole } from './console.ts';
import { KINDS } from './play.ts';

const RUNS = 30;
const MINUTE_MS = 60_000;

/** What comes from outside, a round of other inputs after the other, each on a festival and a console of its own. */
export const fromOutside: LongAttack = {
  name: 'from outside: no process ends, no promise is left rejected, nothing holds up the main thread for 100 ms',
  run: async (ground, { minutes, seed, say }) => {
    const until = performance.now() + minutes * MINUTE_MS;
    const worst = new Map(KINDS.map(({ name }) => [name, { inputs: 0, longestMs: 0, of: '' }]));
    const wrong: string[] = [];
    let rounds = 0;
    do {
      const festival = await ground.another();
      const attacked = await startAttackedConsole(festival).catch(async (error: unknown) => {
        await festival.close();
        throw error;
      });
      try {
        for (const { name, play } of KINDS) {
          if (rounds > 0 && performance.now() > until) break;
          const played = await play({ festival, attacked, seed: seed + rounds, runs: RUNS });
          const before = worst.get(name) ?? { inputs: 0, longestMs: 0, of: '' };
          const slower = played.longestMs > before.longestMs ? played : before;
          worst.set(name, { inputs: before.inputs + played.inputs, longestMs: slower.longestMs, of: slower.of });
          wrong.push(...played.wrong.map((words) => `${name} (seed ${seed + rounds}): ${words}`));
        }
      } finally {
        await attacked.close();
        await festival.close();
      }
      rounds += 1;
    } while (performance.now() < until);
    say(`seeds ${seed} to ${seed + rounds - 1}`);
    for (const [name, { inputs, longestMs }] of worst)
      say(`${longestMs.toFixed(0)} ms at most, ${inputs} inputs: ${name}`);
    return wrong;
  },
};
