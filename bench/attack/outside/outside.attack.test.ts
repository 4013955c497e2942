import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../electron/testing/database.ts';
import { type AttackedConsole, startAttackedConsole } from './console.ts';
import { KINDS } from './play.ts';

/*
 * Whatever comes from outside of a console, its process does not end, no promise is left rejected, it goes on answering, and
 * nothing holds up its main thread for long. `npm run attack -- --minutes 10 --seed 3` plays other inputs, and more of them.
 */

let database: TestDatabase;
let attacked: AttackedConsole;
beforeAll(async () => {
  database = await createTestDatabase();
  attacked = await startAttackedConsole({ admin: database.admin, login: database.consoleSettings });
});
afterAll(async () => {
  await attacked?.close();
  await database.close();
});

describe('from outside', () => {
  it.each(KINDS)('$name', async ({ name, play }) => {
    const festival = { admin: database.admin, login: database.consoleSettings };
    const { inputs, longestMs, of, wrong } = await play({ festival, attacked, seed: 12, runs: 30 });
    console.log(`${name}: ${inputs} inputs, main thread ${longestMs.toFixed(0)} ms at most (${of.slice(0, 80)})`);
    expect(wrong).toEqual([]);
    expect((await attacked.call('status.get', {})).answer).toMatchObject({ ok: true });
  });
});
