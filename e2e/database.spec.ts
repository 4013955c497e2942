import pg from 'pg';
import {
  asAdministrator,
  expect,
  expectAccessible,
  openSignedIn,
  picture,
  stopFaults,
  test,
} from './support/console.ts';

/* The technical lead's screen of the database: who holds up whom, and the remedy for it. */
test.use({ seed: '65' });

const LOGIN = { user: 'slow_report', password: 'slow_report' };
const UPDATE = `update slow_work set n = n + 1`;

test('a lock tree of three is shown root first; cancelling the root frees the others and is on record', async ({
  console: host,
  page,
}) => {
  await openSignedIn(page, host.address);
  await stopFaults(page);
  const port = await asAdministrator(host.dataDir, async (admin) => {
    await admin.query(`create role ${LOGIN.user} login password '${LOGIN.password}'`);
    await admin.query('create table slow_work as select 0 as n');
    await admin.query(`grant select, update on slow_work to ${LOGIN.user}`);
    // What the screen asks for where it is missing.
    await admin.query('grant pg_read_all_stats to regie');
    await admin.query('grant pg_read_all_stats, pg_signal_backend to regie_owner');
    return (admin as pg.Client).port;
  });
  const open = async (name: string): Promise<pg.Client> => {
    const settings = { ...LOGIN, host: '127.0.0.1', port, database: 'festival', application_name: name };
    const client = new pg.Client(settings);
    client.on('error', () => undefined);
    await client.connect();
    return client;
  };
  const [root, second, third] = [await open('root-of-all'), await open('second'), await open('third')];
  try {
    await root.query('begin');
    await root.query(UPDATE);
    const slow = root.query('select pg_sleep(600)').catch((error: { code?: string }) => error.code);
    const freed = second.query(UPDATE);
    const waits = async (count: number) =>
      expect
        .poll(() =>
          asAdministrator(host.dataDir, async (admin) => {
            const { rows } = await admin.query(
              `select count(*)::int as n from pg_locks where not granted and pid in (
                 select pid from pg_stat_activity where usename = '${LOGIN.user}')`,
            );
            return rows[0].n;
          }),
        )
        .toBe(count);
    await waits(1);
    const last = third.query(UPDATE);
    await waits(2);

    await page.getByRole('navigation').getByRole('link', { name: 'Database' }).click();
    const panel = page.locator('[data-panel="locks"]');
    const rows = panel.locator('tbody tr');
    await expect(rows).toHaveCount(3);
    await expect(rows.nth(0)).toContainText('root-of-all');
    await expect(rows.nth(1)).toHaveAttribute('data-depth', '1');
    await expect(rows.nth(1)).toContainText('second');
    await expect(rows.nth(2)).toHaveAttribute('data-depth', '2');
    await expectAccessible(page);
    await picture(page, '65-locks');

    await rows.nth(0).getByRole('button', { name: 'Cancel statement' }).click();
    const dialog = page.getByRole('dialog');
    await expect(dialog).toContainText('pg_cancel_backend');
    await picture(page, '65-cancel');
    await dialog.getByRole('button', { name: 'Cancel statement' }).click();
    expect(await slow).toBe('57014');
    await Promise.all([freed, last]);
    await expect(panel).toContainText('None.');
    const done = page.getByRole('region', { name: 'What was done' }).getByRole('row').nth(1);
    await expect(done).toContainText('Léa');
    await expect(done).toContainText('Statement cancelled');
    await expect(done).toContainText('root-of-all');
    await picture(page, '65-done');
  } finally {
    for (const client of [root, second, third]) await client.end().catch(() => undefined);
  }
});
