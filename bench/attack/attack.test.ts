import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ATTACKS } from './attacks.ts';
import { commandsIn } from './commands.ts';
import { type Ground, openOwnGround } from './ground.ts';
import { shadowingAttacks } from './shadowing.ts';

/*
 * The attacks of `npm run attack`. Roles are a server's: on one of their own nobody else's test gives a role what an attack
 * would find.
 */

let target: Ground;
beforeAll(async () => {
  target = await openOwnGround();
});
afterAll(() => target?.close());

describe('with the consoles’ login alone', () => {
  it.each(ATTACKS)('$name', async ({ run }) => {
    expect(await run(target)).toEqual([]);
  });
});

/** Each looks something up by a name that a session can plant something of. */
const BAITS = [
  {
    by: 'a table',
    bait: 'bait_read',
    finds: 'a read of pg_class',
    body: `language plpgsql security definer set search_path = pg_catalog as $$
      begin return (select count(*) from pg_class); end $$`,
  },
  {
    by: 'a table that is written',
    bait: 'bait_write',
    finds: 'a write of monitoring_state',
    body: `language plpgsql security definer set search_path = pg_catalog, console as $$
      begin update monitoring_state set reason = reason; return 1; end $$`,
  },
  {
    by: 'a type',
    bait: 'bait_type',
    finds: 'the type uuid',
    body: `language plpgsql security definer set search_path = pg_catalog as $$
      declare v uuid := gen_random_uuid(); begin return 1; end $$`,
  },
  {
    by: 'a cast to a type',
    bait: 'bait_cast',
    finds: 'the type text',
    body: `language sql security definer set search_path = pg_catalog as $$
      select length('a'::text)::bigint $$`,
  },
  { by: 'a trigger’s table', bait: 'bait_trigger', finds: 'a read of pg_roles', body: undefined },
];

describe('the attack on names', () => {
  /** One attack calls them all: what it reached says which of them ran it. */
  let reached: readonly string[] = [];
  beforeAll(async () => {
    const { admin } = target;
    for (const { bait, body } of BAITS) {
      if (body === undefined) {
        await admin.query(`
          create function console.${bait}() returns trigger language plpgsql as $$
          begin
            if exists (select from pg_roles where rolname = current_user) then return new; end if;
            return null;
          end $$;
          create trigger bait before insert or update on console.cycles for each row execute function console.${bait}()`);
      } else {
        await admin.query(`create function console.${bait}() returns bigint ${body};
          grant execute on function console.${bait}() to regie_console`);
      }
    }
    try {
      reached = (await shadowingAttacks[0]?.run(target)) ?? [];
    } finally {
      for (const { bait } of BAITS) await admin.query(`drop function console.${bait}() cascade`);
    }
  });

  it.each(BAITS)('finds a function that looks up $by', ({ bait, finds }) => {
    expect(reached.filter((line) => line.includes(bait)).join('\n')).toContain(`PLANTED ${finds} ran as `);
  });

  it('finds one that calls what others can replace', async () => {
    const { admin } = target;
    await admin.query(`create function console.bait() returns boolean language plpgsql security definer
      set search_path = public, pg_catalog, pg_temp as $$ begin return 'a'::text <> 'b'::text; end $$;
      grant execute on function console.bait() to regie_console`);
    try {
      const reached = await shadowingAttacks[1]?.run(target);
      expect(reached?.join('\n')).toContain('an operator of text');
    } finally {
      await admin.query('drop function console.bait()');
    }
  });
});

describe('the attack on commands', () => {
  it('finds a row that is written as the session likes it', async () => {
    const other = await target.another();
    const { admin } = other;
    await admin.query(`
      create function console.bait() returns trigger language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
      begin
        new.data := new.data || jsonb_build_object('day', (date '2026-07-03')::text);
        return new;
      end $$;
      create trigger bait before insert on console.timeline for each row execute function console.bait()`);
    try {
      // The others don't change what is compared here: each has a session of its own.
      const reached = await commandsIn(other, ['other forms of text and time']);
      expect(reached.join('\n')).toContain('alert.note, with other forms of text and time');
    } finally {
      await other.close();
    }
  });
});
