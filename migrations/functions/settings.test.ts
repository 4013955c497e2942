import pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { driverOptions } from '../../electron/postgres/connection-settings.ts';
import { textTypes } from '../../electron/postgres/driver.ts';
import { createTestDatabase, type TestDatabase } from '../../electron/testing/database.ts';
import { takeAs } from '../../electron/testing/submit.ts';
import { INITIAL_SETTINGS, MAX_APPROVAL_LIMIT } from '../../shared/domain/festival-settings.ts';
import { cents, toNumeric } from '../../shared/domain/money.ts';

type Settings = {
  version?: number;
  name?: string;
  timeZone?: string | null;
  language?: string | null;
  limitCents?: number | string;
};

let database: TestDatabase;
let login: pg.Client;
beforeAll(async () => {
  database = await createTestDatabase();
  await database.admin.query(
    `insert into console.command_rights (command, role) values ('festival.set', 'supervisor') on conflict do nothing`,
  );
  login = new pg.Client({ ...driverOptions(database.consoleSettings), types: textTypes });
  await login.connect();
});
afterAll(async () => {
  await login.end();
  await database.close();
});
beforeEach(async () => {
  await login.query('begin');
  return () => login.query('rollback');
});

const DAY_LIMITS = { cardDayLimitCents: 10_000, operatorDayLimitCents: 50_000 };

const take = async (settings: Settings = {}, command = 'festival.set'): Promise<string> => {
  const { version: base = 0, name = '', timeZone = null, language = null, limitCents = 5_000 } = settings;
  const input = { base, name, timeZone, language, approvalLimitCents: limitCents, ...DAY_LIMITS };
  return (await takeAs(login, 'Léa', command, input)).operationId;
};
const apply = async (operationId: string): Promise<unknown> =>
  (await login.query(`select console.set_festival_settings($1) as answer`, [operationId])).rows[0]?.answer;
const set = async (settings: Settings = {}): Promise<unknown> => apply(await take(settings));
const read = async (columns: string): Promise<unknown> =>
  (await login.query(`select ${columns} from console.festival_settings`)).rows[0];
const needsApproval = async (amount: string): Promise<unknown> =>
  (await login.query(`select console.needs_approval('goodwill', $1, $1) as needed`, [amount])).rows[0]?.needed;

describe('the settings of a festival', () => {
  it('begin with a limit of 50.00 and nothing else', async () => {
    expect(await read('version, name, time_zone, language, approval_limit, changed_by')).toEqual({
      version: 0,
      name: '',
      time_zone: null,
      language: null,
      approval_limit: '50.00',
      changed_by: null,
    });
  });

  it('are changed by a command, which is on the audit trail with what was before', async () => {
    const settings = { name: ' Nuits du Lac ', timeZone: 'Europe/Paris', language: 'fr', limitCents: 2_000 };
    const operationId = await take(settings);
    expect(await apply(operationId)).toEqual({ outcome: 'saved', version: 1 });
    expect(await read('version, name, time_zone, language, approval_limit, changed_by')).toEqual({
      version: 1,
      name: 'Nuits du Lac',
      time_zone: 'Europe/Paris',
      language: 'fr',
      approval_limit: '20.00',
      changed_by: 'Léa',
    });
    const { rows } = await login.query('select actor, action, data from console.audit where operation_id = $1', [
      operationId,
    ]);
    expect(rows).toMatchObject([
      {
        actor: 'Léa',
        action: 'festival_settings_changed',
        data: {
          before: { version: 0, approval_limit: 50 },
          after: { version: 1, approval_limit: 20, name: 'Nuits du Lac' },
        },
      },
    ]);
  });

  it('say from which amount on a second person approves', async () => {
    expect([await needsApproval('50.00'), await needsApproval('50.01')]).toEqual([false, true]);
    await set({ limitCents: 2_000 });
    expect([await needsApproval('20.00'), await needsApproval('20.01')]).toEqual([false, true]);
  });

  it('are refused against another version, with who changed them', async () => {
    expect(await set({ limitCents: 2_000 })).toEqual({ outcome: 'saved', version: 1 });
    expect(await set({ limitCents: 3_000 })).toEqual({
      outcome: 'refused',
      code: 'settings_changed',
      name: 'Léa',
    });
  });

  it.each<[Settings, string]>([
    [{ timeZone: 'Europe/Nowhere' }, 'time_zone_unknown'],
    [{ timeZone: 'UTC+2' }, 'time_zone_unknown'],
    [{ language: 'de' }, 'settings_invalid'],
    [{ limitCents: -100 }, 'settings_invalid'],
    [{ limitCents: 10.5 }, 'settings_invalid'],
    [{ limitCents: 'NaN' }, 'settings_invalid'],
    [{ limitCents: 100_000_000_000 }, 'settings_invalid'],
    [{ name: 'x'.repeat(81) }, 'settings_invalid'],
  ])('refuse %j', async (settings, code) => {
    expect(await set(settings)).toEqual({ outcome: 'refused', code });
    expect(await read('version')).toEqual({ version: 0 });
  });

  it('are not changed under another command, or past the function', async () => {
    await expect(apply(await take({}, 'operators.changePin'))).rejects.toMatchObject({ code: '42501' });
    await login.query('rollback; begin');
    await expect(login.query('update console.festival_settings set approval_limit = 9999')).rejects.toMatchObject({
      code: '42501',
    });
  });
});

it('begin as a laptop assumes them that has never heard of any', async () => {
  const { rows } = await login.query(
    'select version, name, time_zone, language, approval_limit, card_day_limit, operator_day_limit from console.festival_settings',
  );
  expect(rows).toEqual([
    {
      version: INITIAL_SETTINGS.version,
      name: INITIAL_SETTINGS.name,
      time_zone: INITIAL_SETTINGS.timeZone,
      language: INITIAL_SETTINGS.language,
      approval_limit: toNumeric(INITIAL_SETTINGS.approvalLimitCents),
      card_day_limit: toNumeric(INITIAL_SETTINGS.cardDayLimitCents),
      operator_day_limit: toNumeric(INITIAL_SETTINGS.operatorDayLimitCents),
    },
  ]);
});

it('take the largest limit that the contract takes, and no larger one', async () => {
  const setTo = (limit: string) =>
    database.admin.query('update console.festival_settings set approval_limit = $1', [limit]);
  await database.admin.query('begin');
  await setTo(toNumeric(MAX_APPROVAL_LIMIT));
  await expect(setTo(toNumeric(cents(MAX_APPROVAL_LIMIT + 1)))).rejects.toMatchObject({ code: '23514' });
  await database.admin.query('rollback');
});
