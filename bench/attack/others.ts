import { PG_MIGRATE_LOCK_ID } from 'node-pg-migrate';
import { z } from 'zod';
import { coalesced } from '../../electron/lib/single-flight.ts';
import { createListener } from '../../electron/postgres/listener.ts';
import { openFestivalDatabase } from '../../electron/postgres/pool.ts';
import { sql } from '../../electron/postgres/sql.ts';
import { connectAs } from '../../electron/testing/connect.ts';
import { type Attack, eventually, refused } from './attack.ts';

const FLOOD = 20_000;

/** What one laptop's login does to the others. */
export const othersAttacks: readonly Attack[] = [
  {
    name: 'with a login of its own a laptop can end, cancel or read no statement of another',
    run: async ({ login, other }) => {
      const mine = await connectAs(login);
      const theirs = await connectAs(other);
      try {
        const { rows } = await theirs.query('select pg_backend_pid() as pid');
        const { pid } = z.object({ pid: z.number() }).parse(rows[0]);
        const { rows: seen } = await mine.query('select query from pg_stat_activity where pid = $1', [pid]);
        return [
          ...(await refused(mine, 'another’s connection ended', 'select pg_terminate_backend($1)', [pid])),
          ...(await refused(mine, 'another’s statement cancelled', 'select pg_cancel_backend($1)', [pid])),
          ...(JSON.stringify(seen).includes('pg_backend_pid') ? ['another’s statement was read'] : []),
        ];
      } finally {
        await mine.end();
        await theirs.end();
      }
    },
  },
  {
    name: 'with one login for all, a console whose connections are ended goes on',
    run: async ({ login }) => {
      const attacker = await connectAs(login);
      const console = openFestivalDatabase({ settings: login, applicationName: 'regie/victim', size: 2 });
      const one = () =>
        console.read((tx) => tx.row(z.object({ one: z.int() }), sql`/* regie:attack */ select 1 as one`));
      try {
        for (let times = 0; times < 5; times += 1) {
          await one();
          await attacker.query(
            `select pg_terminate_backend(pid, 5000) from pg_stat_activity where application_name = 'regie/victim'`,
          );
          await eventually(one);
        }
        return [];
      } finally {
        await console.close();
        await attacker.end();
      }
    },
  },
  {
    name: 'locks of a login’s own choice keep no other console from reading and writing',
    run: async ({ login, other }) => {
      const attacker = await connectAs(login);
      const console = openFestivalDatabase({ settings: other, applicationName: 'regie/victim', size: 1 });
      try {
        await attacker.query('select pg_advisory_lock($1)', [String(PG_MIGRATE_LOCK_ID)]);
        await attacker.query('begin');
        await attacker.query('lock table public.table_cards, console.audit_head in access share mode');
        await console.write((tx) =>
          tx.rows(
            z.unknown(),
            sql`/* regie:attack */
          select console.append_engine_audit('booth-1', 'attack', 'attack:locks', '{}')`,
          ),
        );
        return [];
      } finally {
        await console.close();
        await attacker.end();
      }
    },
  },
  {
    name: `${FLOOD.toLocaleString('en')} notifications make a console ask a few times, and no more`,
    run: async ({ login, other }) => {
      const attacker = await connectAs(login);
      let heard = 0;
      let asked = 0;
      const console = openFestivalDatabase({ settings: other, applicationName: 'regie/victim', size: 1 });
      const refresh = coalesced(async () => {
        asked += 1;
        await console.read((tx) => tx.rows(z.unknown(), sql`/* regie:attack */ select from console.proposals`));
      });
      let last = false;
      const listener = createListener({
        settings: other,
        applicationName: 'regie/victim',
        channel: 'regie_changes',
        onNotify: (payload) => {
          heard += 1;
          last ||= payload === 'the last';
          void refresh();
        },
      });
      try {
        await eventually(async () => {
          if (listener.status().state !== 'listening') throw new Error('not listening yet');
        });
        await attacker.query(
          `select pg_notify('regie_changes', repeat('x', 100) || n) from generate_series(1, $1::int) as n`,
          [FLOOD],
        );
        await attacker.query(`select pg_notify('regie_changes', 'the last')`);
        await eventually(async () => {
          if (!last) throw new Error('the last has not come');
        });
        await refresh();
        return [
          ...(heard < FLOOD ? [`only ${heard} of the flood were heard: nothing was tried`] : []),
          ...(asked > FLOOD / 20 ? [`a console asked ${asked} times`] : []),
        ];
      } finally {
        await listener.close();
        await console.close();
        await attacker.end();
      }
    },
  },
];
