import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDatabaseWatch } from '../../electron/operations/database/database-watch.ts';
import { migrate } from '../../electron/postgres/migrations.ts';
import { openFestivalDatabase } from '../../electron/postgres/pool.ts';
import { hasOlderPostgres, startOlderPostgres } from '../../electron/testing/older-postgres.ts';
import { PANEL_GROUPS } from '../../shared/domain/database-panel.ts';
import { ATTACKS } from './attacks.ts';
import { type Ground, makeGround } from './ground.ts';

const noCache = { get: () => undefined, set: () => undefined };

/* The same on Postgres 15 with an administrator who is no superuser. Skipped where Debian's server is not installed. */
describe.runIf(hasOlderPostgres())('on Postgres 15, prepared by an administrator who is no superuser', () => {
  let server: Awaited<ReturnType<typeof startOlderPostgres>>;
  let ground: Ground;
  beforeAll(async () => {
    server = await startOlderPostgres();
    ground = await makeGround(server.administrator);
  });
  afterAll(async () => {
    await ground?.close();
    server?.stop();
  });

  it('nothing is left to migrate', async () => {
    expect(await migrate({ settings: ground.adminSettings })).toEqual({ applied: [], notGranted: [] });
  });

  it('the functions can be replaced, though they belong to another role by now', async () => {
    await ground.admin.query('delete from console.function_files');
    const { applied } = await migrate({ settings: ground.adminSettings });
    expect(applied.length).toBeGreaterThan(10);
  });

  it.each(['now', 'store'] as const)('the panels of group %s say how the database is', async (group) => {
    const database = openFestivalDatabase({ settings: ground.login, applicationName: 'regie/test', size: 1 });
    try {
      const { panels } = await createDatabaseWatch({ database, cache: noCache }).look(group);
      expect(panels).toHaveLength(PANEL_GROUPS[group].length);
      expect(panels.flatMap(({ notes }) => notes.filter(({ code }) => code === 'unread'))).toEqual([]);
    } finally {
      await database.close();
    }
  });

  it.each(ATTACKS)('$name', async ({ run }) => {
    expect(await run(ground)).toEqual([]);
  });
});
