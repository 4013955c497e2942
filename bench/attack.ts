import { parseArgs } from 'node:util';
import { parseDatabaseUrl } from '../electron/postgres/connection-settings.ts';
import { ATTACKS } from './attack/attacks.ts';
import { makeGround, openOwnGround } from './attack/ground.ts';

/**
 * What somebody tries who has the consoles' login and nothing else: each attack is printed as held or broken
 * (docs/security.md). Exits with 1 when one is broken.
 *
 *   npm run attack -- [--database postgres://administrator:password@host:5432/postgres] [--only WORDS]
 *
 * On a festival of its own: without --database on a server that comes with Regie, otherwise in a database and with logins
 * that it makes on that server, and removes.
 */
const { values } = parseArgs({ options: { database: { type: 'string' }, only: { type: 'string' } } });

const ground =
  values.database === undefined ? await openOwnGround() : await makeGround(parseDatabaseUrl(values.database));
const attacks = ATTACKS.filter(({ name }) => name.includes(values.only ?? ''));
let broken = 0;
try {
  for (const { name, run } of attacks) {
    const reached = await run(ground).catch((error: unknown) => [`could not be tried: ${error}`]);
    console.log(`${reached.length === 0 ? 'held  ' : 'BROKEN'}  ${name}`);
    for (const what of reached.slice(0, 20)) console.log(`          ${what}`);
    if (reached.length > 0) broken += 1;
  }
} finally {
  await ground.close();
}
console.log(`\n${attacks.length - broken} held, ${broken} broken`);
process.exit(broken === 0 && attacks.length > 0 ? 0 : 1);
