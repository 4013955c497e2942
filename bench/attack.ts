import { parseArgs } from 'node:util';
import { z } from 'zod';
import { parseDatabaseUrl } from '../electron/postgres/connection-settings.ts';
import { ATTACKS } from './attack/attacks.ts';
import { makeGround, openOwnGround } from './attack/ground.ts';
import { fromOutside } from './attack/outside/outside.ts';
import { stolenLaptop } from './attack/stolen-laptop.ts';

/**
 * What somebody tries who has the consoles' login and nothing else: each attack is printed as held or broken
 * (docs/security.md). Exits with 1 when one is broken.
 *
 *   npm run attack -- [--database postgres://administrator:password@host:5432/postgres] [--only WORDS]
 *                     [--minutes 10] [--seed 3]
 *
 * On a festival of its own: without --database on a server that comes with Regie, otherwise in a database and with logins
 * that it makes on that server, and removes. With --minutes also what gets better with time, each for so long: whatever
 * can come to a console from outside, from this seed on, and the trying of somebody who has a copy of a laptop.
 */
const { values } = parseArgs({
  options: {
    database: { type: 'string' },
    only: { type: 'string', default: '' },
    minutes: { type: 'string' },
    seed: { type: 'string', default: '1' },
  },
});
const number = z.coerce.number().positive();
const minutes = values.minutes === undefined ? undefined : number.parse(values.minutes);
const seed = number.int().parse(values.seed);

const ground =
  values.database === undefined ? await openOwnGround() : await makeGround(parseDatabaseUrl(values.database));
const say = (words: string): void => console.log(`          ${words}`);
const long = [fromOutside, stolenLaptop].map(({ name, run }) => ({
  name,
  run: () => run(ground, { minutes: minutes ?? 0, seed, say }),
}));
const attacks = [
  ...ATTACKS.map(({ name, run }) => ({ name, run: () => run(ground) })),
  ...(minutes === undefined ? [] : long),
].filter(({ name }) => name.includes(values.only));
let broken = 0;
try {
  for (const { name, run } of attacks) {
    const reached = await run().catch((error: unknown) => [`could not be tried: ${error}`]);
    console.log(`${reached.length === 0 ? 'held  ' : 'BROKEN'}  ${name}`);
    for (const what of reached.slice(0, 20)) say(what);
    if (reached.length > 0) broken += 1;
  }
} finally {
  await ground.close();
}
console.log(`\n${attacks.length - broken} held, ${broken} broken`);
process.exit(broken === 0 && attacks.length > 0 ? 0 : 1);
