import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { createTestDatabase } from '../testing/database.ts';
import { engineWorld } from '../testing/engine-world.ts';
import { openSession } from './session.ts';
import { sql } from './sql.ts';

const world = engineWorld(createTestDatabase);
const { festival, events, tail } = world;

const alter = (setting: string) =>
  world.database.admin.query(
    `do $$ begin execute format('alter database %I set ${setting.replaceAll("'", "''")}', current_database()); end $$`,
  );

describe('a session setting that an administrator has put on the database', () => {
  it.each([
    `search_path = 'pg_temp, nowhere'`,
    `datestyle = 'German, DMY'`,
    `datestyle = 'SQL, DMY'`,
    `intervalstyle = 'iso_8601'`,
    `timezone = 'Australia/Lord_Howe'`,
    `extra_float_digits = -15`,
    `quote_all_identifiers = on`,
    `bytea_output = 'escape'`,
    `default_transaction_isolation = 'serializable'`,
    `default_transaction_deferrable = on`,
    `transaction_timeout = 200`,
    `statement_timeout = 1`,
    `lock_timeout = 1`,
    `idle_in_transaction_session_timeout = 1`,
    `idle_session_timeout = 1`,
    `row_security = off`,
    `standard_conforming_strings = off`,
    `client_encoding = 'latin1'`,
    `array_nulls = off`,
    `transform_null_equals = on`,
    `plan_cache_mode = 'force_generic_plan'`,
    ...['enable_indexscan', 'enable_seqscan', 'enable_hashjoin', 'enable_nestloop', 'enable_sort'].map(
      (way) => `${way} = off`,
    ),
    `jit_above_cost = 0`,
  ])('does not change what is read: %s', async (setting) => {
    await alter(setting);
    await festival.card('Ä1', 20.5);
    await festival.failedOrder('Ä1', 5, { takes: 5, pointOfSale: 'Café «É»' });
    await tail();
    await world.compareTwice();
    expect(await events('balance_deduction_on_failure')).toMatchObject([
      {
        card_id: 'Ä1',
        affected_amount: '5.00',
        event_data: { previous_balance: 20.5, new_balance: 15.5, point_of_sale: 'Café «É»' },
      },
    ]);
    expect(await events('balance_mismatch_detection')).toMatchObject([{ affected_amount: '5.00' }]);
    expect(await events('wrong_clock')).toEqual([]);
  });

  it('does not change what a session of its own reads', async () => {
    await alter(`timezone = 'Australia/Lord_Howe'`);
    await alter(`datestyle = 'German, DMY'`);
    const session = await openSession({ settings: world.database.consoleSettings, applicationName: 'regie/test' });
    const { at } = await session.row(
      z.object({ at: z.string() }),
      sql`select '2026-07-03 12:00:00+00'::timestamptz as at`,
    );
    session.destroy();
    expect(at).toBe('2026-07-03 12:00:00+00');
  });
});
