import pg from 'pg';
import { v7 as uuid } from 'uuid';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { type HistoryFilter, MOST_COUNTED, WHOLE_HISTORY } from '../../../shared/contract/history.ts';
import type { TimelineEntry } from '../../../shared/domain/alert.ts';
import { cents } from '../../../shared/domain/money.ts';
import type { RowId } from '../../../shared/domain/row-id.ts';
import { driverOptions } from '../../postgres/connection-settings.ts';
import { insertEvent } from '../../testing/alerts.ts';
import { createTestDatabase, type TestDatabase } from '../../testing/database.ts';
import { noise } from '../../testing/odd-values.ts';
import { submitTo } from '../../testing/submit.ts';
import { loadIncidents } from '../alerts/incident-rows.ts';
import { copiedHistory } from './copied-history.ts';
import { catchUpHistory, countHistory, findHistory } from './find-history.ts';
import { openHistory } from './open-history.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.close());
beforeEach(async () => {
  await database.admin.query(`delete from alert_history; delete from monitoring_events; delete from console.archive;
    delete from console.history`);
});
const submit = submitTo(() => database.festival);
const ask = async (text: string, values: unknown[] = []) => (await database.admin.query(text, values)).rows;

const found = async (some: Partial<HistoryFilter> = {}): Promise<RowId[]> => {
  await catchUpHistory(database.festival);
  return (await findHistory(database.festival, { ...WHOLE_HISTORY, ...some }, null)).rows.map(({ eventId }) => eventId);
};

/** What the laptop's copy finds of the same alerts. */
const foundInCopy = async (some: Partial<HistoryFilter>): Promise<RowId[]> => {
  const ids = (await ask('select event_id from monitoring_events')).map(({ event_id }) => event_id as RowId);
  const incidents = await database.festival.read((tx) => loadIncidents(tx, ids));
  const timelines = new Map<RowId, readonly TimelineEntry[]>(
    incidents.map(({ alert, timeline }) => [alert.incidentId, timeline]),
  );
  return copiedHistory(
    incidents.map(({ alert }) => alert),
    ({ incidentId }) => timelines.get(incidentId) ?? [],
    { ...WHOLE_HISTORY, ...some },
  ).map(({ eventId }) => eventId);
};

it('finds an alert by all that is known of it, in the database and in a laptop’s copy alike', async () => {
  const bar = await insertEvent(database, {
    ...{ algorithm: 'duplicate_charge', severity: 'HIGH', cardId: 'AA:01', amount: '12.50' },
    facts: { point_of_sale: 'Bar Électro', reason: 'déjà payé' },
  });
  const reader = await insertEvent(database, {
    ...{ algorithm: 'reader_silent', severity: 'MEDIUM', eventType: 'system_health' },
    facts: { device_identifier: 'NFC-7', silent_minutes: 12 },
  });
  const linked = await insertEvent(database, { cardId: 'AA:02', amount: '-80.00', incidentId: bar });
  const foreign = await insertEvent(database, { algorithm: 'their_own_check', foreign: true, cardId: 'BB' });
  await insertEvent(database, { severity: 'INFO', cardId: 'AA:01' });
  // The engine is nobody who has done something about it.
  await ask(`insert into console.timeline (event_id, kind, actor) values ($1, 'detected', 'regie-engine')`, [bar]);
  await submit('alert.note', { eventId: bar, text: 'Le visiteur attend à la caisse' }, 'Noé');
  await submit('alert.resolve', { eventId: reader, note: 'Plugged in again' }, 'Léa');

  const cases: readonly (readonly [Partial<HistoryFilter>, readonly RowId[]])[] = [
    // One row for each incident, unless something is asked for that its alerts differ in.
    [{}, [foreign, reader, bar]],
    [{ detector: 'duplicate_charge' }, [bar]],
    [{ severity: 'CRITICAL' }, [foreign, linked]],
    [{ status: 'RESOLVED' }, [reader]],
    [{ operator: 'Noé' }, [bar]],
    [{ operator: 'Léa' }, [reader]],
    [{ card: 'aa01' }, [bar]],
    [{ place: 'électro' }, [bar]],
    [{ place: 'nfc' }, [reader]],
    [{ least: cents(1_000) }, [linked, bar]],
    [{ least: cents(1_000), most: cents(2_000) }, [bar]],
    [{ words: 'electro DEJA' }, [bar]],
    [{ words: 'caisse visiteur' }, [bar]],
    [{ words: 'plugged' }, [reader]],
    // What its detector says of it, in either language.
    [{ words: 'charged twice' }, [bar]],
    [{ words: 'muet' }, [reader]],
    [{ words: `#${bar}` }, [linked, bar]],
    [{ words: 'their own' }, [foreign]],
    [{ detector: 'their_own_check' }, [foreign]],
    [{ words: 'nowhere' }, []],
    [{ words: `'|& ! :* \\` }, [foreign, linked, reader, bar]],
    [{ card: `%' or true --` }, []],
  ];
  for (const [filter, ids] of cases) {
    expect(await found(filter), JSON.stringify(filter)).toEqual(ids);
    expect(await foundInCopy(filter), JSON.stringify(filter)).toEqual(ids);
    expect(await countHistory(database.festival, { ...WHOLE_HISTORY, ...filter })).toBe(ids.length);
  }
  const { rows } = await findHistory(database.festival, { ...WHOLE_HISTORY, detector: 'duplicate_charge' }, null);
  expect(rows).toMatchObject([
    { incidentId: bar, amountCents: 1_250, place: 'Bar Électro', people: ['Noé'], others: 1, kept: 'alerts' },
  ]);
});

it('pages without a gap or a double while new alerts come in, and counts no further than it says', async () => {
  await ask(`insert into monitoring_events (event_type, severity, detection_algorithm, event_data, detection_timestamp)
    select 'balance_discrepancy', 'LOW', 'x', '{}', now() - (n / 7) * interval '1 second' from generate_series(1, 1200) n`);
  await catchUpHistory(database.festival);
  const seen: RowId[] = [];
  let after: Awaited<ReturnType<typeof findHistory>>['next'] = null;
  do {
    const page: Awaited<ReturnType<typeof findHistory>> = await findHistory(database.festival, WHOLE_HISTORY, after);
    seen.push(...page.rows.map(({ eventId }) => eventId));
    after = page.next;
    if (seen.length < 400) await found();
    await insertEvent(database, { foreign: true });
  } while (after !== null);
  expect(new Set(seen).size).toBe(1_200);
  expect(seen).toHaveLength(1_200);
  expect(await countHistory(database.festival, WHOLE_HISTORY)).toBe(MOST_COUNTED + 1);
});

it('takes in what commits late, and everything again where more has changed than it reads at once', async () => {
  const rounds = async () => {
    for (let round = 1; ; round += 1) if (await catchUpHistory(database.festival, 10)) return round;
  };
  const late = new pg.Client(driverOptions(database.adminSettings));
  await late.connect();
  try {
    await late.query('begin');
    const waits = await insertEvent({ admin: late });
    const early = await insertEvent(database);
    expect(await found()).toEqual([early]);
    await late.query('commit');
    expect(await found()).toEqual([early, waits]);
    // One that stays open has nothing read again.
    await late.query('begin; select pg_current_xact_id()');
    await ask(`insert into monitoring_events (event_type, severity, detection_algorithm, event_data)
      select 'balance_discrepancy', 'LOW', 'many', '{}' from generate_series(1, 25)`);
    expect(await rounds()).toBe(3);
    expect(await countHistory(database.festival, WHOLE_HISTORY)).toBe(27);
  } finally {
    await late.end();
  }
  // A laptop was the only one, and slept: what changed meanwhile is forgotten.
  await ask(`update console.history_state set caught_up_at = now() - interval '2 hours'`);
  await ask(
    `update monitoring_events set severity = 'HIGH' where detection_algorithm = 'many'; delete from console.changes`,
  );
  await rounds();
  expect(await countHistory(database.festival, { ...WHOLE_HISTORY, severity: 'HIGH' })).toBe(25);
});

it('finds what the maintenance has archived, and opens it whole', async () => {
  const old = await insertEvent(database, { cardId: 'AA:01', amount: '5.00', facts: { point_of_sale: 'Bar 3' } });
  const linked = await insertEvent(database, { cardId: 'AA:02', incidentId: old });
  await submit('alert.acknowledge', { eventId: old }, 'Noé');
  const runId = uuid();
  await ask(
    `insert into console.runbook_runs (run_id, event_id, runbook_id, runbook_version, started_by, started_on, started_at, finished_at, outcome)
     values ($1, $2, 'x', 1, 'Noé', 'booth-1', '2026-05-01', '2026-05-01', 'done')`,
    [runId, old],
  );
  await submit('alert.resolve', { eventId: old, note: 'refunded at the counter' }, 'Léa');
  const before = await openHistory(database.festival, old);
  await ask(`update monitoring_events set status = 'RESOLVED'`);
  await ask(`update monitoring_events set detection_timestamp = '2026-05-01', resolved_at = '2026-05-01'`);
  await ask(`update console.alerts set occurred_at = '2026-05-01'`);
  await ask(`alter table console.timeline disable trigger user`);
  await ask(`update console.timeline set at = '2026-05-01'`);
  await ask(`alter table console.timeline enable trigger user`);
  const inHistory = await found();
  await ask(`delete from console.runbook_runs where finished_at is null`);
  await ask(`select console.clean_events('2026-06-01', 100, null)`);
  expect(await ask('select 1 from monitoring_events')).toEqual([]);
  expect(await found()).toEqual(inHistory);
  expect(await found({ words: 'counter' })).toEqual([linked, old]);
  // Also where it was archived before there was a history.
  await ask(`delete from console.history; update console.history_state set read_to = -9223372036854775808`);
  expect(await found({ words: 'counter refunded bar' })).toEqual([old]);
  expect(await found({ operator: 'Léa' })).toContain(old);
  const { rows } = await findHistory(database.festival, { ...WHOLE_HISTORY, card: 'AA:01' }, null);
  expect(rows).toMatchObject([
    { kept: 'archive', facts: { point_of_sale: 'Bar 3' }, resolution: 'refunded at the counter' },
  ]);
  for (const id of [old, linked]) {
    const after = await openHistory(database.festival, id);
    expect(after?.kept).toBe('archive');
    expect(after?.incident.timeline.map(({ kind, actor, data }) => ({ kind, actor, data }))).toEqual(
      before?.incident.timeline.map(({ kind, actor, data }) => ({ kind, actor, data })),
    );
    expect(after?.incident.alert).toMatchObject({ incidentId: old, open: false, linkedCount: 1, place: 'Bar 3' });
  }
});

it('has what came in while somebody else was reading', async () => {
  const reader = new pg.Client(driverOptions(database.adminSettings));
  await reader.connect();
  try {
    await reader.query('begin');
    await reader.query('select from console.history_state for update');
    const event = await insertEvent(database);
    const asked = found();
    await expect
      .poll(() => ask(`select from pg_stat_activity where wait_event_type = 'Lock' and query ~ 'catch_up_history'`))
      .toHaveLength(1);
    await reader.query('commit');
    expect(await asked).toEqual([event]);
  } finally {
    await reader.end();
  }
});

it('takes in a long archive piece by piece', async () => {
  await ask(`insert into console.archive (source, row_id, event_id, data)
    select 'monitoring_events', (-n)::text, -n, '{"severity": "HIGH", "detection_algorithm": "x"}' from generate_series(1, 2001) n`);
  await ask(`update console.history_state set read_to = -9223372036854775808`);
  const event = await insertEvent(database);
  const held = async () => (await ask('select count(*)::int as count from console.history'))[0].count;
  expect(await catchUpHistory(database.festival)).toBe(false);
  expect(await held()).toBe(2_001);
  expect(await catchUpHistory(database.festival)).toBe(true);
  expect(await held()).toBe(2_002);
  expect(await found()).toContain(event);
});

it('shows what another system wrote, whatever it is', async () => {
  const odd: readonly (readonly [column: string, value: string])[] = [
    ...(['[]', '5', 'null', '"text"'] as const).map((value) => ['event_data', value] as const),
    ...(['NaN'] as const).map((value) => ['affected_amount', value] as const),
    ...(['infinity', '-infinity', '4713-01-01 BC'] as const).map((value) => ['detection_timestamp', value] as const),
    ...['', noise(12_000), 'a\u202Eb', '%'].map((value) => ['card_id', value] as const),
    ['detection_algorithm', `'=x' & ${noise(3_000)}`],
    ['resolution_notes', noise(60_000)],
    ['event_data', JSON.stringify({ point_of_sale: noise(5_000), deep: [[[['x'.repeat(4_000)]]]] })],
  ];
  const ids: RowId[] = [];
  for (const [column, value] of odd) {
    const id = await insertEvent(database, { foreign: true });
    await database.admin.query(`update monitoring_events set ${column} = $1 where event_id = $2`, [value, id]);
    ids.push(id);
  }
  expect((await found()).sort()).toEqual(ids.sort());
  for (const id of ids) expect((await openHistory(database.festival, id))?.incident.alert.incidentId).toBe(id);
  expect(await openHistory(database.festival, '9223372036854775807' as RowId)).toBeUndefined();
});

it('is written by nobody but the database', async () => {
  const login = new pg.Client(driverOptions(database.consoleSettings));
  await login.connect();
  try {
    for (const text of [
      `insert into console.history select * from console.history`,
      `update console.history_state set read_to = null`,
      `select console.refresh_history('{1}')`,
      `select console.read_archive()`,
    ]) {
      await expect(login.query(text)).rejects.toMatchObject({ code: '42501' });
    }
  } finally {
    await login.end();
  }
});
