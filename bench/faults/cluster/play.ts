import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import { v7 as uuid } from 'uuid';
import { connectAs } from '../../../electron/testing/connect.ts';
import { createOperators, enrolLaptop, operatorIdOf, PIN } from '../../../electron/testing/operators.ts';
import { prepareFestival } from '../../../electron/training/festival.ts';
import { createRandom, type Random } from '../../../electron/training/random.ts';
import type { CallInput } from '../../../shared/contract/calls.ts';
import type { ConnectionSettings } from '../../../shared/contract/connection.ts';
import { commandFor, type Target } from '../commands.ts';
import { type Festival, OPERATORS, operatorOn } from '../ground.ts';
import { bundleConsole, createLaptop, type Laptop } from '../laptop.ts';
import type { Action } from '../plan.ts';
import { findAlerts, loseMoney, type Played, type Submitted } from '../play.ts';
import { verify } from '../verify.ts';
import type { Violation } from '../violation.ts';
import { type Cluster, type Node, openCluster } from './servers.ts';

/**
 * `promoted`: a replica that lags takes over while everybody works; `restored`: the server goes on with an earlier copy of
 * itself, at the same address.
 */
export const SCENARIOS = ['promoted', 'restored'] as const;
export type Scenario = (typeof SCENARIOS)[number];

export type Outcome = { readonly violations: readonly Violation[]; readonly counted: Readonly<Record<string, number>> };

const LAPTOPS = ['booth-1', 'booth-2'];
const CARDS = ['CARD0', 'CARD1', 'CARD2', 'CARD3'] as const;
const ACTIONS = [
  ...(['note', 'note', 'acknowledge', 'take', 'snooze', 'silence', 'startRunbook', 'completeStep'] as const),
  ...(['goodwill', 'goodwill', 'correct', 'writeObservation', 'writeDecision', 'writeMessage'] as const),
] as const satisfies readonly Action[];
/** Bounds only end a hang. */
const PATIENCE_MS = 90_000;

/** Plays one scenario on a cluster of its own, decides everything that was lost, and holds it to what was promised. */
export const playCluster = async (scenario: Scenario, seed: number): Promise<Outcome> => {
  const random = createRandom(seed * 7_919 + SCENARIOS.indexOf(scenario));
  const cluster = await openCluster();
  const folder = mkdtempSync(join(tmpdir(), 'regie-cluster-laptops-'));
  const program = await bundleConsole(folder);
  const laptops = LAPTOPS.map((name) => createLaptop(name, join(folder, name), program));
  try {
    return await playOn(cluster, laptops, { scenario, random });
  } finally {
    for (const laptop of laptops) await laptop.kill();
    await cluster.close();
    rmSync(folder, { recursive: true, force: true });
  }
};

const playOn = async (
  cluster: Cluster,
  laptops: readonly Laptop[],
  { scenario, random }: { scenario: Scenario; random: Random },
): Promise<Outcome> => {
  const prepared = await prepareFestival({
    settings: addressOf(cluster, cluster.primary),
    passwords: cluster.passwords,
  });
  const admin = { ...prepared.adminSettings };
  const festival = festivalOn(prepared.consoleSettings, admin);
  await festival.once(async (client) => {
    await createOperators(client, OPERATORS);
    await client.query('update console.festival_settings set card_day_limit = 99999, operator_day_limit = 99999');
    for (const { name, dataDir } of laptops) await enrolLaptop(client, { laptop: name, dataDir });
  });
  await loseMoney(festival, CARDS);
  const replica = scenario === 'promoted' ? await cluster.replica() : undefined;
  const several = [cluster.primary, ...(replica === undefined ? [] : [replica])];
  const settings = {
    ...prepared.consoleSettings,
    host: several.map(({ port }) => `127.0.0.1:${port}`).join(','),
  };
  await Promise.all(laptops.map((laptop) => laptop.use(settings)));
  const alerts = await findAlerts(laptops, CARDS);

  const work = createWork(laptops, alerts, random);
  await sleep(random.between(300, 1_200));
  const copy = scenario === 'restored' ? await cluster.baseCopy() : undefined;
  await sleep(random.between(300, 1_200));
  // What is committed from now on does not reach the replica.
  replica?.network.blackhole();
  await sleep(random.between(100, 1_500));
  await cluster.primary.crash();
  if (copy !== undefined) await copy.start();
  if (replica !== undefined) {
    await sleep(random.between(0, 800));
    await replica.promote();
    admin.port = replica.port;
  }
  await sleep(random.between(0, 1_500));
  await work.end();

  const found = await afterwards({ festival: { ...festival, consoleSettings: settings }, laptops, work, random });
  const played: Played = {
    ...{
      festival: { ...festival, consoleSettings: settings },
      laptops,
      submitted: work.submitted,
      decided: found.decided,
    },
    ...{ sold: new Map(), cards: CARDS, faults: {}, stuck: found.stuck, close: async () => undefined },
  };
  const { violations } = await verify(played);
  return { violations: [...found.violations, ...violations], counted: { ...work.counted(), ...found.counted } };
};

const addressOf = ({ passwords }: Cluster, { port }: Pick<Node, 'port'>): ConnectionSettings => ({
  ...{ host: '127.0.0.1', port, database: 'postgres', user: 'postgres' },
  ...{ password: passwords.administrator, tls: 'off' },
});

/** @param admin where the festival is now: changed when another server takes over */
const festivalOn = (consoleSettings: ConnectionSettings, admin: ConnectionSettings): Festival => {
  const once = async <T>(work: (client: pg.Client) => Promise<T>): Promise<T> => {
    const client = await connectAs(admin);
    try {
      return await work(client);
    } finally {
      await client.end().catch(() => undefined);
    }
  };
  return {
    consoleSettings,
    ask: (text, values = []) => once((client) => client.query(text, [...values])),
    once,
    drop: async () => undefined,
  };
};

/** Two people work as fast as they are answered, whatever the servers do. */
const createWork = (laptops: readonly Laptop[], alerts: ReadonlyMap<string, Target>, random: Random) => {
  const submitted: Submitted[] = [];
  const answers: Record<string, number> = {};
  let over = false;
  const actOn = async (laptop: Laptop): Promise<void> => {
    const card = random.pick(CARDS);
    const [alert, other] = [alerts.get(card), alerts.get(random.pick(CARDS))];
    if (alert === undefined || other === undefined) throw new Error(`no alert for ${card}`);
    const action = random.pick(ACTIONS);
    const made = await commandFor(laptop, card, { alert, other }, action);
    if (made === undefined) return;
    const input = { operationId: uuid(), ...made.input };
    const entry: Submitted = {
      ...{ operationId: input.operationId, laptop: laptop.name, command: made.command, input, answered: undefined },
    };
    submitted.push(entry);
    const answer = await laptop.call(made.command, input as CallInput<typeof made.command>);
    if (answer !== undefined) entry.answered = answer.ok ? answer.value : 'refused';
    const said = answer === undefined ? 'nothing' : answer.ok ? answer.value.outcome : 'refused';
    answers[`answered ${said}`] = (answers[`answered ${said}`] ?? 0) + 1;
    if (answer?.ok === false && answer.error.code === 'not_signed_in') await signIn(laptop);
  };
  const working = laptops.map(async (laptop) => {
    while (!over) {
      await actOn(laptop);
      await sleep(random.between(0, 60));
    }
  });
  return {
    submitted,
    end: async () => {
      over = true;
      await Promise.all(working);
    },
    counted: () => ({ 'commands submitted': submitted.length, ...answers }),
  };
};
type Work = ReturnType<typeof createWork>;

const signIn = async (laptop: Laptop): Promise<void> => {
  await laptop.call('session.signIn', { operatorId: operatorIdOf(operatorOn(laptop.name)), pin: PIN });
};

type After = { festival: Festival; laptops: readonly Laptop[]; work: Work; random: Random };

/** Waits for the break to be noticed, holds what is listed to what is missing, and sends all of it again, with kills. */
const afterwards = async ({ festival, laptops, work, random }: After) => {
  const violations: Violation[] = [];
  const counted: Record<string, number> = {};
  const count = (what: string, more: number): void => {
    counted[what] = (counted[what] ?? 0) + more;
  };
  await everybody(laptops, online);
  // Whatever was on its way when the servers changed arrives first.
  await everybody(laptops, async (laptop) => (await boxOf(laptop)).waitingCount === 0);
  const there = await operationsIn(festival);
  const confirmed = work.submitted.filter(
    ({ answered }) => typeof answered === 'object' && answered.outcome === 'applied',
  );
  const missing = confirmed.filter(({ operationId }) => !there.has(operationId));
  count('confirmed', confirmed.length);
  count('missing in the database', missing.length);
  const decided = new Set<string>();
  for (const laptop of laptops) {
    const { tray } = await boxOf(laptop);
    const listed = new Map(tray.map(({ operationId, error }) => [operationId, error?.code ?? '']));
    for (const one of missing.filter((command) => command.laptop === laptop.name)) {
      const code = listed.get(one.operationId);
      if (code === undefined) violations.push({ kind: 'hidden', what: `${one.command} ${one.operationId} is missing` });
      count(`listed as ${code}`, 1);
      decided.add(one.operationId);
    }
    for (const [operationId, code] of listed) {
      if (code.startsWith('lost_') && there.has(operationId)) {
        violations.push({ kind: 'answered wrongly', what: `${operationId} is listed as lost, and is there` });
      }
      if (code.startsWith('lost_') || code === 'subject_gone') decided.add(operationId);
    }
  }
  for (const laptop of laptops) await signIn(laptop);
  await everybody(laptops, hasSession);
  // Killed while all of it is sent again, and everything asked for twice.
  await Promise.all(
    laptops.map(async (laptop) => {
      const sending = laptop.call('outbox.retryLost', {});
      await sleep(random.between(0, 120));
      await laptop.kill();
      await laptop.revive();
      await sending;
      for (let times = 0; times < 2; times += 1) {
        const answer = await laptop.call('outbox.retryLost', {});
        if (answer?.ok) count('sent again after the kill', answer.value.given);
      }
    }),
  );
  await everybody(laptops, online);
  await everybody(laptops, async (laptop) => (await boxOf(laptop)).waitingCount === 0);
  const now = await operationsIn(festival);
  for (const laptop of laptops) {
    const listed = new Set((await boxOf(laptop)).tray.map(({ operationId }) => operationId));
    for (const one of missing.filter((command) => command.laptop === laptop.name)) {
      const outcome = now.get(one.operationId);
      count(outcome === undefined ? 'left to decide' : `${outcome} the second time`, 1);
      if (outcome !== 'applied' && !listed.has(one.operationId)) {
        violations.push({ kind: 'hidden', what: `${one.command} ${one.operationId} was sent again: ${outcome}` });
      }
    }
  }
  const waiting = await Promise.all(laptops.map(async (laptop) => (await boxOf(laptop)).waitingCount));
  return { violations, counted, decided, stuck: waiting.some((some) => some > 0) ? [`still waiting: ${waiting}`] : [] };
};

const boxOf = async (laptop: Laptop) => {
  const view = await laptop.call('outbox.get', {});
  if (!view?.ok) throw new Error(`${laptop.name} shows no outbox: ${JSON.stringify(view)}`);
  return view.value;
};

const online = async (laptop: Laptop): Promise<boolean> => {
  const status = await laptop.call('status.get', {});
  return status?.ok === true && status.value.link.state === 'online' && status.value.link.reason === null;
};

/** What a laptop has kept to sign with may be of a time that the database does not know. */
const hasSession = async (laptop: Laptop): Promise<boolean> => {
  const session = await laptop.call('session.get', {});
  return session?.ok === true && session.value.steppedUp;
};

const everybody = async (laptops: readonly Laptop[], is: (laptop: Laptop) => Promise<boolean>): Promise<void> => {
  const until = performance.now() + PATIENCE_MS;
  for (;;) {
    const all = await Promise.all(laptops.map((laptop) => is(laptop).catch(() => false)));
    if (all.every(Boolean) || performance.now() > until) return;
    await sleep(100);
  }
};

const operationsIn = async (festival: Festival): Promise<ReadonlyMap<string, string>> => {
  const { rows } = await festival.ask(
    `select operation_id::text as id, outcome ->> 'outcome' as outcome from console.operations`,
  );
  return new Map(rows.map((row) => [String(row.id), String(row.outcome)]));
};
