import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { driverOptions } from '../../electron/postgres/connection-settings.ts';
import { aCorrection, applyCorrection, correctionWorld } from '../../electron/testing/corrections.ts';
import { createTestDatabase, type TestDatabase } from '../../electron/testing/database.ts';
import { createOperators } from '../../electron/testing/operators.ts';
import { takeAs } from '../../electron/testing/submit.ts';
import { ROLES, type Role } from '../../shared/domain/rights.ts';

/* What somebody can do who has the consoles' login, a PIN of their own and a tool of their own. */

const NAMES: Readonly<Record<Role, string>> = { supervisor: 'Sue', operator: 'Ola', technician: 'Tom', viewer: 'Vic' };

let database: TestDatabase;
let login: pg.Client;
let cardId: string;
beforeAll(async () => {
  database = await createTestDatabase();
  for (const role of ROLES) await createOperators(database.admin, [NAMES[role]], role);
  cardId = await correctionWorld(database).card('10.00', '15.00');
  login = new pg.Client(driverOptions(database.consoleSettings));
  await login.connect();
});
afterAll(async () => {
  await login.end();
  await database.close();
});

/** Takes a command as its author would, and does something in its transaction; everything is undone. */
const under = async (name: string, command: string, act: (operationId: string) => Promise<unknown>) => {
  await login.query('begin');
  try {
    const { operationId, answer } = await takeAs(login, name, command);
    expect(answer).toEqual({ taken: true });
    return await act(operationId);
  } finally {
    await login.query('rollback');
  }
};

describe('a command that somebody may give opens the way to nothing else', () => {
  it.each(ROLES)('for a %s', async (role) => {
    const name = NAMES[role];
    const forbidden: [string, (operationId: string) => [string, unknown[]]][] = [
      ['to money', (id) => [`select console.apply_correction($1) as answer`, [id]]],
      ['to operators', (id) => [`select console.save_operator($1, decode(repeat('00', 32), 'hex'))`, [id]]],
      ['to thresholds', () => [`insert into console.detector_settings values ('a', '{}', 'b')`, []]],
      [
        'to the escalation',
        () => [`insert into console.escalation_settings (settings, changed_by) values ('{}', 'b')`, []],
      ],
      ['to somebody else’s name', (id) => [`select console.append_audit('Léa', 'b', 'c', 'd', '{}', $1)`, [id]]],
      ['to what was decided', () => [`update console.operations set outcome = '{}'`, []]],
    ];
    for (const [what, statement] of forbidden) {
      await expect(
        under(name, 'operators.changePin', (id) => login.query(...statement(id))),
        what,
      ).rejects.toMatchObject({ code: '42501' });
    }
    const { rows } = await database.admin.query('select amount from table_cards where id = $1', [cardId]);
    expect(rows).toEqual([{ amount: '10.00' }]);
  });
});

describe('money', () => {
  it.each(ROLES)('moves by the command of a %s only where the role may', async (role) => {
    await login.query('begin');
    try {
      const sent = applyCorrection(login, aCorrection(cardId, { operator: NAMES[role] }));
      if (role === 'supervisor' || role === 'operator') expect(await sent).toMatchObject({ outcome: 'applied' });
      else await expect(sent).rejects.toMatchObject({ code: '42501' });
    } finally {
      await login.query('rollback');
    }
  });
});

/**
 * Written by the engine, the follower and the escalation under the consoles' login, or a record of how an alert is worked on
 * (docs/decisions/0013): whoever has that login and a tool of their own can write there.
 */
const OPEN_TO_THE_LOGIN = [
  'attendance',
  'canary_probes',
  'canary_sightings',
  'card_ledger',
  'changes',
  'cycles',
  'detector_state',
  'device_minutes',
  'devices',
  'drills',
  'engine_lease',
  'engine_requests',
  'engine_term',
  'findings',
  'laptops',
  'ledger_recomputes',
  'log_watch',
  'mismatch_looks',
  'places',
  'recent_scans',
  'recent_transactions',
  'set_aside',
  'traffic_minutes',
  'traffic_seconds',
  'transaction_words',
  'unsettled',
  'watermark_gaps',
  'watermarks',
];

describe('every table of console', () => {
  it('can be read only, or is guarded, or is known to be the engine’s', async () => {
    const { rows } = await database.admin.query(
      `select c.relname as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
       where n.nspname = 'console' and c.relkind in ('r', 'p') and not c.relispartition
         and has_table_privilege('regie_console', c.oid, 'insert, update, delete')
         and not exists (select from pg_trigger where tgrelid = c.oid and tgname in ('regie_record', 'regie_guard_delivery'))
       order by relname`,
    );
    expect(rows.map(({ name }) => name)).toEqual(OPEN_TO_THE_LOGIN);
  });
});
