import type pg from 'pg';
import { z } from 'zod';
import { createEngine, type Engine } from '../../electron/engine/engine.ts';
import { TTL_MS } from '../../electron/engine/lease.ts';
import { openFestivalDatabase } from '../../electron/postgres/pool.ts';
import { connectAs } from '../../electron/testing/connect.ts';
import { festivalOf } from '../../electron/testing/festival.ts';
import type { ConnectionSettings } from '../../shared/contract/connection.ts';
import { type Attack, eventually, refused, type Target } from './attack.ts';

/** The engine's rows, which a console's login must be able to write, because any laptop may run the engine. */
export const engineAttacks: readonly Attack[] = [
  {
    name: 'a lease that claims to end in a thousand years is free after its five seconds, and names the login that took it',
    run: (target) =>
      withEngine(target, async (engine, attacker) => {
        await engine.runCycle('tail');
        await attacker.query('update console.engine_term set term = term + 1');
        await attacker.query(`update console.engine_lease
          set term = (select term from console.engine_term), holder = gen_random_uuid(), laptop = 'booth-9',
            login = 'somebody', expires_at = now() + interval '1000 years'`);
        const { rows } = await attacker.query(
          `select login::text, extract(epoch from expires_at - clock_timestamp()) * 1000 as left_ms from console.engine_lease`,
        );
        const lease = z.object({ login: z.string(), left_ms: z.coerce.number() }).parse(rows[0]);
        // Refused until the lease has run out.
        await eventually(() => engine.runCycle('tail'));
        return [
          ...(lease.login === target.login.user ? [] : [`the lease says it is ${lease.login}'s`]),
          ...(lease.left_ms <= TTL_MS ? [] : [`the lease lasts ${lease.left_ms} ms`]),
        ];
      }),
  },
  {
    name: 'no term is skipped and no row of the lease deleted, which would leave the festival without an engine',
    run: async ({ login }) => {
      const attacker = await connectAs(login);
      try {
        return [
          ...(await refused(attacker, 'the last term', 'update console.engine_term set term = 9223372036854775807')),
          ...(await refused(attacker, 'an earlier term', 'update console.engine_term set term = term - 1')),
          ...(await refused(attacker, 'no term', 'delete from console.engine_term')),
          ...(await refused(attacker, 'no lease', 'delete from console.engine_lease')),
        ];
      } finally {
        await attacker.end();
      }
    },
  },
  {
    name: 'a forged finding, ledger or watermark carries the login that wrote it, whatever it says',
    run: (target) =>
      withEngine(target, async (engine, attacker) => {
        await engine.runCycle('tail');
        const reached: string[] = [];
        const rows: Readonly<Record<string, string>> = {
          findings: `insert into console.findings (finding_key, episode, algorithm, facts, login) values ('a', 1, 'a', '', $1)`,
          card_ledger: `insert into console.card_ledger (card_id, last_log_id, login) values ('a', 1, $1)`,
          watermarks: `update console.watermarks set advanced_at = now(), login = $1 where source = 'scans'`,
        };
        for (const [table, text] of Object.entries(rows)) {
          await attacker.query('begin');
          const { rows: written } = await attacker.query(`${text} returning login::text`, [target.other.user]);
          await attacker.query('rollback');
          const [row] = z.array(z.object({ login: z.string() })).parse(written);
          if (row?.login !== target.login.user) reached.push(`${table} says it is ${row?.login}'s`);
        }
        return reached;
      }),
  },
  {
    name: 'a ledger that was tampered with is found and set right by the next recompute',
    run: (target) =>
      withEngine(target, async (engine, attacker) => {
        const card = `attacked-${Date.now()}`;
        await festivalOf(target).card(card, 20, { secondsAgo: 60 });
        await engine.runCycle('tail');
        const changed = await attacker.query(
          'update console.card_ledger set expected_cents = expected_cents + 5000 where card_id = $1',
          [card],
        );
        await engine.recompute();
        const { rows } = await target.admin.query(
          `select (select expected_cents::int from console.card_ledger where card_id = $1) as cents,
            exists (select from monitoring_events where card_id = $1 and detection_algorithm = 'ledger_drift') as found`,
          [card],
        );
        const after = z.object({ cents: z.int(), found: z.boolean() }).parse(rows[0]);
        return [
          ...(changed.rowCount === 1 ? [] : ['the card had no ledger: nothing was tried']),
          ...(after.cents === 2_000 ? [] : [`the ledger says ${after.cents} cents`]),
          ...(after.found ? [] : ['nobody was told']),
        ];
      }),
  },
];

const quiet = { info: () => undefined, warn: () => undefined, error: () => undefined };

/** An engine of another laptop, and a session of the attacker. */
const withEngine = async (
  { login, other }: Pick<Target, 'login'> & { other: ConnectionSettings },
  attack: (engine: Engine, attacker: pg.Client) => Promise<string[]>,
): Promise<string[]> => {
  const database = openFestivalDatabase({ settings: other, applicationName: 'regie/victim', size: 2 });
  const clock = { now: () => Date.now(), monotonic: () => performance.now() };
  const engine = createEngine({ database, laptop: 'booth-1', clock, log: quiet });
  const attacker = await connectAs(login);
  try {
    return await attack(engine, attacker);
  } finally {
    await engine.close();
    await database.close();
    await attacker.end();
  }
};
