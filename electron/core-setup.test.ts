import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { calls } from '../shared/contract/calls.ts';
import { doctorTexts } from '../shared/i18n/doctor.ts';
import { type Core, startCore } from './core.ts';
import { createTestDatabase, type TestDatabase } from './testing/database.ts';
import { eventually } from './testing/eventually.ts';

describe('a console that starts on a database', () => {
  let dataDir: string;
  let database: TestDatabase;
  let core: Core | undefined;
  beforeEach(async () => {
    dataDir = mkdtempSync(join(tmpdir(), 'regie-setup-'));
    database = await createTestDatabase();
  });
  afterEach(async () => {
    await core?.close();
    await database.close();
    rmSync(dataDir, { recursive: true, force: true });
  });

  const linkReason = async (): Promise<string | null> => {
    const answer = await core?.call('status.get', {});
    if (!answer?.ok) throw new Error(JSON.stringify(answer));
    return calls['status.get'].output.parse(answer.value).link.reason;
  };

  it.each([
    ['of a newer Regie', 'database_newer', 'update console.function_files set version = version + 1'],
    [
      'from before the first release',
      'database_prerelease',
      `update console.migrations set name = '0001_monitoring_tables'`,
    ],
  ] as const)('%s says so and writes nothing', async (_, code, change) => {
    await database.admin.query(change);
    core = await startCore({ dataDir, laptop: 'booth-1', version: '0.0.0', connection: database.consoleSettings });
    await eventually(async () => expect(await linkReason()).toBe(code));
    // It is shown without parameters.
    for (const texts of Object.values(doctorTexts)) expect(texts[code]).not.toContain('{{');
    const { rows } = await database.admin.query('select count(*)::int as laptops from console.laptops');
    expect(rows).toEqual([{ laptops: 0 }]);
  });
});
