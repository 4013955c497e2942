import type pg from 'pg';

/** Functions of ours that go by the hour or the day. */
const TIMED = [
  ...[
    'maintain',
    'maintenance_piece',
    'order_maintenance',
    'retention_preview',
    'verify_hours',
    'note_backup',
    'sense',
  ],
  'measure',
];

/**
 * Puts the clock that these functions of a test's database go by into the test's hands: they are made again with
 * another clock, and nothing else of them is changed.
 */
export const createDatabaseClock = async (admin: pg.ClientBase) => {
  await admin.query(`
    create table public.test_clock (at timestamptz not null);
    insert into public.test_clock values (now());
    create function public.test_now() returns timestamptz language sql stable security definer as
      'select at from public.test_clock';
    grant execute on function public.test_now() to public`);
  const { rows } = await admin.query<{ text: string }>(
    `select pg_get_functiondef(oid) as text from pg_proc
     where pronamespace = 'console'::regnamespace and proname = any ($1)`,
    [TIMED],
  );
  for (const { text } of rows) {
    await admin.query(text.replace(/\bclock_timestamp\(\)|\bnow\(\)/g, 'public.test_now()'));
  }
  // Of the senses the clock stands in texts of theirs.
  const { rows: senses } = await admin.query<{ text: string }>(
    `select pg_get_functiondef('console.sense_query(text)'::regprocedure) as text`,
  );
  for (const { text } of senses) {
    await admin.query(text.replace(/\bclock_timestamp\(\)|\bnow\(\)/g, 'public.test_now()'));
  }
  const { rows: hours } = await admin.query<{ text: string }>(
    `select pg_get_functiondef('console.verification_hours(timestamptz)'::regprocedure) as text`,
  );
  for (const { text } of hours) {
    await admin.query(text.replace(/DEFAULT clock_timestamp\(\)/, 'DEFAULT public.test_now()'));
  }
  return {
    set: (at: string) => admin.query('update public.test_clock set at = $1', [at]),
    now: async (): Promise<Date> => new Date((await admin.query('select at from public.test_clock')).rows[0].at),
  };
};
