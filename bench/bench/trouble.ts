import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import { v7 as uuid } from 'uuid';
import { z } from 'zod';
import type { Core } from '../../electron/core.ts';
import { insertEvent } from '../../electron/testing/alerts.ts';
import { connectAs } from '../../electron/testing/connect.ts';
import { createTcpProxy } from '../../electron/testing/tcp-proxy.ts';
import { TROUBLES, type TroubleKind } from '../../shared/domain/troubles.ts';
import { alertOn, ask, openPair, seen, signIn } from './console-pair.ts';
import type { BenchServer } from './server.ts';

/**
 * Milliseconds from a critical trouble's deadline to when the page of a laptop that does not run the engine has it. Of the
 * breaker: from when it opened on the leader. Of a database that takes nothing: from when it has been so for the whole of its
 * time, by whoever made it so. Of blindness: 45 s after the last canary that came to any laptop. Of a database that was set
 * back: from when the link of the first laptop has reached it. Of nobody who leads: ten minutes after the lease has ended.
 */
export type TroubleTimes = Readonly<Record<Critical, readonly number[]>>;

type Critical = {
  [Kind in TroubleKind]: (typeof TROUBLES)[Kind]['severity'] extends 'CRITICAL' ? Kind : never;
}[TroubleKind];

type Options = { readonly times: number; readonly progress: (words: string) => void };

export const measureTroubles = async (server: BenchServer, { times, progress }: Options): Promise<TroubleTimes> => {
  const { admin, adminSettings, consoleSettings } = server;
  const festival = adminSettings.database;
  for (const name of [SET_BACK, EARLIER, LEADERLESS]) {
    await admin.query(`create database ${name} template ${festival} strategy file_copy`);
  }
  // Nobody leads for ten minutes in a festival of its own, while the others are measured.
  const leaderless = measureLeaderless(server, progress);
  leaderless.catch(() => undefined);
  const pair = await openPair(admin, consoleSettings);
  try {
    await signIn(pair.leader);
    const options = { times, progress };
    const breaker = await measureBreaker(admin, pair, options);
    const readOnly = await measureReadOnly(server, pair.other, options);
    const blind = await measureBlind(server, pair, { times: Math.min(times, SLOW_TIMES), progress });
    const setBack = await measureSetBack(server, options);
    progress('waiting until nobody has led for ten minutes');
    return {
      ...{ breaker_open: breaker, database_read_only: readOnly, detection_blind: blind, database_set_back: setBack },
      no_leader: await leaderless,
    };
  } finally {
    await pair.close();
    await leaderless.catch(() => undefined);
    for (const name of [SET_BACK, EARLIER, LEADERLESS]) await admin.query(`drop database ${name} with (force)`);
  }
};

const SET_BACK = 'regie_trouble_set_back';
const EARLIER = 'regie_trouble_earlier';
const LEADERLESS = 'regie_trouble_leaderless';
/** Of what takes a minute each time. */
const SLOW_TIMES = 5;

type Pair = { readonly leader: Core; readonly other: Core };

const measureBreaker = async (admin: pg.Client, { leader, other }: Pair, { times, progress }: Options) => {
  progress(`${times} times that cycles fail`);
  const found: number[] = [];
  for (let time = 0; time < times; time += 1) {
    const opened = seen(leader, (event) => event.event === 'status' && event.status.engine.breaker.state === 'open');
    const shown = alertOn(other, 'breaker_open', true);
    await admin.query('revoke update on console.watermarks from regie_console');
    found.push((await shown) - (await opened));
    const over = alertOn(other, 'breaker_open', false);
    await admin.query('grant update on console.watermarks to regie_console');
    await ask(leader, 'engine.resetBreaker', {});
    await over;
  }
  return found;
};

const measureReadOnly = async (
  { admin, consoleSettings }: BenchServer,
  other: Core,
  { times, progress }: Options,
): Promise<number[]> => {
  progress(`${times} times that the database takes nothing`);
  /** @returns when it was so */
  const readOnly = async (is: boolean): Promise<number> => {
    await admin.query('set default_transaction_read_only = off');
    await admin.query(
      `alter database ${consoleSettings.database} set default_transaction_read_only = ${is ? 'on' : 'off'}`,
    );
    const at = performance.now();
    await admin.query(`select pg_terminate_backend(pid) from pg_stat_activity
      where datname = current_database() and application_name like 'regie/booth-_'`);
    return at;
  };
  const found: number[] = [];
  for (let time = 0; time < times; time += 1) {
    const shown = alertOn(other, 'database_read_only', true);
    const deadline = (await readOnly(true)) + TROUBLES.database_read_only.afterMs;
    found.push((await shown) - deadline);
    await readOnly(false);
    await sleep(2 * TROUBLES.database_read_only.overMs);
  }
  return found;
};

/** Cycles are held by somebody's transaction that locks what they begin with: none of them fails, and none finds anything. */
const measureBlind = async (
  { connect }: BenchServer,
  { leader, other }: Pair,
  { times, progress }: Options,
): Promise<number[]> => {
  progress(`${times} times that cycles are held`);
  const holder = await connect();
  const found: number[] = [];
  for (let time = 0; time < times; time += 1) {
    let canaryAt = await seen(other, (event) => event.event === 'canary');
    const stops = [leader, other].map((core) =>
      core.subscribe((event) => {
        if (event.event === 'canary') canaryAt = performance.now();
      }),
    );
    const shown = alertOn(other, 'detection_blind', true, 2 * TROUBLES.detection_blind.afterMs);
    await holder.query('begin');
    await holder.query('select from console.watermarks for update');
    found.push((await shown) - (canaryAt + TROUBLES.detection_blind.afterMs));
    for (const stop of stops) stop();
    const over = alertOn(other, 'detection_blind', false);
    await holder.query('rollback');
    await over;
  }
  await holder.end();
  return found;
};

/** An earlier copy of the database comes in its place while the network is cut, after the leader's command was confirmed. */
const measureSetBack = async (server: BenchServer, { times, progress }: Options): Promise<number[]> => {
  const { admin, adminSettings, consoleSettings } = server;
  progress(`${times} times that an earlier copy takes the database's place`);
  const proxy = await createTcpProxy(consoleSettings);
  const found: number[] = [];
  for (let time = 0; time < times; time += 1) {
    const festival = await connectAs({ ...adminSettings, database: SET_BACK });
    const eventId = await insertEvent({ admin: festival });
    const pair = await openPair(festival, proxy.through({ ...consoleSettings, database: SET_BACK }));
    try {
      const { leader, other } = pair;
      await festival.end();
      await signIn(leader);
      await ask(leader, 'alert.take', { operationId: uuid(), eventId });
      await confirmed(leader);
      proxy.cut();
      await admin.query(`drop database ${SET_BACK} with (force)`);
      await admin.query(`create database ${SET_BACK} template ${EARLIER} strategy file_copy`);
      const reached = [leader, other].map((core) =>
        seen(core, (event) => event.event === 'status' && event.status.link.state === 'online'),
      );
      proxy.forward();
      const reachedAt = await Promise.race(reached);
      found.push((await onBoard(other, 'database_set_back')) - reachedAt);
      await Promise.allSettled(reached);
    } finally {
      await pair.close();
    }
  }
  await proxy.close();
  return found;
};

const confirmed = async (core: Core): Promise<void> => {
  const waiting = z.object({ waitingCount: z.number() });
  while (waiting.parse(await ask(core, 'outbox.get', {})).waitingCount > 0) await sleep(20);
};

const boardSchema = z.object({
  alerts: z.array(z.object({ open: z.boolean(), lead: z.object({ algorithm: z.string() }) })),
});
/** A page that has to read everything anew asks for the board. @returns when it had such an alert */
const onBoard = async (core: Core, kind: string): Promise<number> => {
  for (const until = performance.now() + 60_000; performance.now() < until; await sleep(10)) {
    const { alerts } = boardSchema.parse(await ask(core, 'board.get', { closed: false }));
    if (alerts.some(({ open, lead }) => open && lead.algorithm === kind)) return performance.now();
  }
  throw new Error(`${kind} did not come`);
};

/** The right to hold the lease is taken away, so that no laptop can. */
const measureLeaderless = async (
  { adminSettings, consoleSettings }: BenchServer,
  progress: Options['progress'],
): Promise<number[]> => {
  const admin = await connectAs({ ...adminSettings, database: LEADERLESS });
  const pair = await openPair(admin, { ...consoleSettings, database: LEADERLESS });
  try {
    const afterMs = TROUBLES.no_leader.afterMs;
    const shown = alertOn(pair.other, 'no_leader', true, afterMs + 60_000);
    shown.catch(() => undefined);
    await admin.query('revoke update on console.engine_lease from regie_console');
    const { rows } = await admin.query(
      'select (extract(epoch from expires_at - clock_timestamp()) * 1000)::float8 as left_ms from console.engine_lease',
    );
    const deadline = performance.now() + Number(rows[0]?.left_ms) + afterMs;
    progress('nobody may lead in another festival');
    return [(await shown) - deadline];
  } finally {
    await admin.end();
    await pair.close();
  }
};
