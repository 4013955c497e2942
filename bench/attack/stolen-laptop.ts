import { createDecipheriv } from 'node:crypto';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import { v7 as uuid } from 'uuid';
import { z } from 'zod';
import { startCore } from '../../electron/core.ts';
import { signInOnline } from '../../electron/operations/operators/online-sign-in.ts';
import {
  newPinParams,
  pinKeyOf,
  pinParamsSchema,
  stretchPin,
  wrappingKeyOf,
} from '../../electron/operations/operators/pin.ts';
import { commandProof } from '../../electron/operations/operators/proof.ts';
import { openFestivalDatabase } from '../../electron/postgres/pool.ts';
import { connectAs } from '../../electron/testing/connect.ts';
import {
  authorOf,
  createOperators,
  enrolLaptop,
  laptopOf,
  operatorIdOf,
  PIN,
} from '../../electron/testing/operators.ts';
import { createGuesser, secretsIn } from '../../electron/testing/pin-guesses.ts';
import { readEverything } from '../../electron/testing/read-everything.ts';
import { commandRights } from '../../shared/contract/rights.ts';
import { writeBody } from '../../shared/domain/command-body.ts';
import { eventually, type Target } from './attack.ts';
import type { LongAttack } from './long-attacks.ts';

/** Of somebody who never signs in on the laptop; nothing of it is anywhere but in the database's own table. */
const MAX_PIN = '4711';
const MAX = operatorIdOf('Max');
const MINUTE_MS = 60_000;
const TWO_CORES_AN_HOUR = 2 * 3_600;

/**
 * A thief has the consoles' login and a full copy of the data directory of a laptop without a keychain, taken while Ola and
 * Léa worked on it, and tries for as long as they are given: PINs of Max, who never signed in there, at the price that they
 * have, offline and in the database; and signatures for what asks for a session, with all that looks like a key.
 */
export const stolenLaptop: LongAttack = {
  name: 'a stolen laptop: nothing of an operator who never signed in there, and nothing that approves',
  run: async (ground, { minutes, say }) => {
    const copy = await steal(ground);
    const login = await connectAs(ground.login);
    try {
      const readable = [await readEverything(login), ...filesIn(copy).map((file) => readFileSync(file, 'latin1'))].join(
        '\n',
      );
      const until = performance.now() + minutes * MINUTE_MS;
      const params = pinParamsSchema.parse(
        (await ground.admin.query('select pin_params from console.operators where operator_id = $1', [MAX])).rows[0]
          ?.pin_params,
      );
      // The same search, of somebody who has read one row more: it finds it.
      const pinKey = pinKeyOf(await stretchPin(MAX_PIN, params)).toString('hex');
      const control = createGuesser({ readable: `${readable}\n${pinKey}`, params, operatorId: MAX });
      if (!(await control(MAX_PIN)).confirmed) return ['the search finds nothing even where there is something'];
      const [offline, online, forged] = await Promise.all([
        tryOffline(readable, params, until),
        tryOnline(ground, until),
        tryForging(login, readable, until),
      ]);
      const percent = (share: number): string => `${Math.min(100, 100 * share).toFixed(1)} %`;
      const hour = (offline.tried / offline.coreSeconds) * TWO_CORES_AN_HOUR;
      say(
        `offline: ${offline.tried} PINs in ${minutes} min, ${(offline.tried / minutes / 60).toFixed(1)} a second; of four digits ${percent(offline.tried / 1e4)}`,
      );
      say(
        `  by processor time ${(offline.tried / offline.coreSeconds).toFixed(1)} a second on each core: two cores try in an hour, extrapolated, ${percent(hour / 1e4)} of four digits and ${percent(hour / 1e6)} of six`,
      );
      say(
        `in the database: ${online.counted} PINs counted, ${online.refused} refused unseen, ${online.unanswered} without an answer`,
      );
      say(
        `signatures for what asks for a session: ${forged.tried} tried with ${forged.secrets} values of 32 bytes, ${forged.taken.length} taken`,
      );
      return [
        ...offline.found.map((pin) => `Max’s PIN may be ${pin}`),
        ...online.found.map((pin) => `Max’s PIN is ${pin}, says the database`),
        ...forged.taken,
        ...(await traces(ground.admin)),
      ];
    } finally {
      await login.end();
      rmSync(copy, { recursive: true, force: true });
    }
  },
};

/** A laptop on which Ola and Léa have signed in. @returns the thief's copy of its data directory */
const steal = async ({ admin, login }: Target): Promise<string> => {
  await createOperators(admin, ['Ola'], 'operator');
  const params = newPinParams();
  await admin.query(
    `insert into console.operators (operator_id, name, role, pin_params, pin_digits, created_by, changed_by)
     values ($1, 'Max', 'operator', $2, 4, 'test', 'test')`,
    [MAX, JSON.stringify(params)],
  );
  await admin.query('insert into console.pin_keys values ($1, $2)', [MAX, pinKeyOf(await stretchPin(MAX_PIN, params))]);
  const dataDir = mkdtempSync(join(tmpdir(), 'regie-laptop-'));
  const copy = mkdtempSync(join(tmpdir(), 'regie-stolen-'));
  await enrolLaptop(admin, { laptop: 'booth-1', dataDir });
  const core = await startCore({ dataDir, laptop: 'booth-1', version: '0.0.0', connection: login });
  try {
    for (const name of ['Ola', 'Léa']) {
      await eventually(async () => {
        const answer = await core.call('session.signIn', { operatorId: operatorIdOf(name), pin: PIN });
        if (!answer.ok) throw new Error(answer.error.code);
      });
    }
    cpSync(dataDir, copy, { recursive: true });
  } finally {
    await core.close();
    rmSync(dataDir, { recursive: true, force: true });
  }
  return copy;
};

const filesIn = (folder: string): string[] =>
  readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    return statSync(path).isDirectory() ? filesIn(path) : [path];
  });

/** All of four digits, then all of six. */
function* allPins(): Generator<string> {
  for (const digits of [4, 6]) {
    for (let number = 0; number < 10 ** digits; number += 1) yield String(number).padStart(digits, '0');
  }
}

type Locked = { readonly iv: string; readonly tag: string; readonly wrapped: string };

/** What looks like an operator's locked key. */
const lockedKeysIn = (readable: string): Locked[] =>
  [...readable.matchAll(/"iv":"([^"]+)","tag":"([^"]+)","wrapped":"([^"]+)"/g)].map(
    ([, iv = '', tag = '', wrapped = '']) => ({ iv, tag, wrapped }),
  );

const opens = ({ iv, tag, wrapped }: Locked, key: Buffer): boolean => {
  const decipher = createDecipheriv('aes-256-gcm', key, Buffer.from(iv, 'base64')).setAuthTag(
    Buffer.from(tag, 'base64'),
  );
  try {
    decipher.update(Buffer.from(wrapped, 'base64'));
    decipher.final();
    return true;
  } catch {
    return false;
  }
};

/** Two at a time: scrypt has a thread of its own for each. */
const tryOffline = async (readable: string, params: z.infer<typeof pinParamsSchema>, until: number) => {
  const { values, uuids } = secretsIn(readable);
  const device = laptopOf('booth-1').deviceKey;
  if (!values.has(device.toString('hex'))) throw new Error('the laptop’s key is not in the copy: nothing was stolen');
  const locked = lockedKeysIn(readable);
  if (locked.length < 2) throw new Error('nobody’s locked key is in the copy');
  const guess = createGuesser({ readable, params, operatorId: MAX, nonces: [...uuids].slice(0, 200) });
  const pins = allPins();
  let tried = 0;
  const found: string[] = [];
  const before = process.cpuUsage();
  const work = async (): Promise<void> => {
    for (const pin of pins) {
      if (performance.now() > until) return;
      const { confirmed, stretched } = await guess(pin);
      tried += 1;
      if (confirmed || locked.some((key) => opens(key, wrappingKeyOf(stretched, device)))) found.push(pin);
    }
  };
  await Promise.all([work(), work()]);
  // With what the tries in the database take, which is little.
  const { user, system } = process.cpuUsage(before);
  return { tried, found, coreSeconds: (user + system) / 1e6 };
};

/** With the laptop's own key, as its console does; the right PIN is among the last that are tried. */
const tryOnline = async ({ login }: Target, until: number) => {
  const database = openFestivalDatabase({ settings: login, applicationName: 'regie/thief', size: 2 });
  let [counted, refused, unanswered] = [0, 0, 0];
  const found: string[] = [];
  const pins = ['1234', '0000', '1111', '2580', '1212', '7777', '1004', '2000', '4444', '2222', '6969', MAX_PIN];
  try {
    for (let at = 0; performance.now() < until; at += 1) {
      const pin = pins[at % pins.length] ?? MAX_PIN;
      const answer = await signInOnline(database, {
        operator: { operatorId: MAX, name: 'Max' },
        laptop: laptopOf('booth-1'),
        stretch: (params) => stretchPin(pin, params),
        once: false,
        // A machine whose processor is all taken may not answer in time.
      }).catch((): undefined => undefined);
      if (answer === undefined) unanswered += 1;
      else if (answer.ok) found.push(pin);
      else if (answer.error.code === 'pin_wrong') counted += 1;
      else refused += 1;
      await sleep(500);
    }
  } finally {
    await database.close();
  }
  return { counted, refused, unanswered, found };
};

/** Everything of 32 bytes as a key, under every number that could be a key's, for each command that asks for a session. */
const tryForging = async (login: pg.Client, readable: string, until: number) => {
  const { values, uuids } = secretsIn(readable);
  const secrets = [...values].map((hex) => Buffer.from(hex, 'hex'));
  const ids = [...uuids];
  const commands = commandRights.filter(({ stepUp }) => stepUp).map(({ command }) => command);
  const authors = ['Max', 'Léa', 'Ola'].map((name) => authorOf(name, { laptopId: laptopOf('booth-1').laptopId }));
  let tried = 0;
  const taken: string[] = [];
  for (let at = 0; performance.now() < until; at += 1) {
    const [secret, keyId] = [secrets[at % secrets.length], ids[Math.floor(at / secrets.length) % ids.length]];
    const [name, author] = [commands[at % commands.length], authors[at % authors.length]];
    if (secret === undefined || keyId === undefined || name === undefined || author === undefined) break;
    const body = writeBody({ name, input: { operationId: uuid() }, author });
    const { rows } = await login.query('select console.take_command($1, $2, $3) as answer', [
      body,
      keyId,
      commandProof(secret, body),
    ]);
    tried += 1;
    if (z.object({ taken: z.literal(true) }).safeParse(rows[0]?.answer).success)
      taken.push(`${name} of ${author.operator} was taken`);
    // Trying PINs is what the processor is for.
    await sleep(5);
  }
  return { tried, secrets: secrets.length, taken };
};

/** What the database itself has of it: a key of Max's, or something done in their name. */
const traces = async (admin: pg.Client): Promise<string[]> => {
  const { rows } = await admin.query(
    `select 'a key of Max’s was made' as what from console.signing_keys where operator_id = $1
     union all select format('%s was done in Max’s name', command) from console.operations where operator_id = $1`,
    [MAX],
  );
  return z
    .array(z.object({ what: z.string() }))
    .parse(rows)
    .map(({ what }) => what);
};
