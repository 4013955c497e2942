import { describe, expect, it } from 'vitest';
import type { RowId } from '../../../shared/domain/row-id.ts';
import { engineWorld } from '../../testing/engine-world.ts';
import { eventually } from '../../testing/eventually.ts';

const world = engineWorld();
const { festival, restart, events, compareTwice } = world;

const timeline = async (eventId: RowId | undefined) =>
  (
    await world.database.admin.query('select kind from console.timeline where event_id = $1 order by entry_id', [
      eventId,
    ])
  ).rows.map(({ kind }) => kind);

describe('a mismatch and the deductions that explain it', () => {
  it('are one incident when several deductions make up the difference', async () => {
    await festival.card('A', 20);
    await festival.failedOrder('A', 3, { takes: 3, secondsAgo: 60 });
    await festival.failedOrder('A', 4, { takes: 4 });
    await compareTwice();
    const [first] = await events('balance_deduction_on_failure');
    const [mismatch] = await events('balance_mismatch_detection');
    expect(mismatch).toMatchObject({ affected_amount: '7.00', incident_id: first?.event_id });
    expect(await timeline(mismatch?.event_id)).toEqual(['detected', 'linked']);
  });

  it('are one incident when the mismatch was seen first', async () => {
    await festival.card('A', 20);
    await festival.changeCard('A', -3);
    await compareTwice();
    await festival.log({
      card: 'A',
      type: 'bar_order',
      status: 'failed',
      amount: 3,
      previous: 20,
      next: 17,
      secondsAgo: 0,
    });
    await world.engine.runCycle('tail');
    const [deduction] = await events('balance_deduction_on_failure');
    expect(await events('balance_mismatch_detection')).toMatchObject([{ incident_id: deduction?.event_id }]);
  });

  it('stay together while a further deduction is being confirmed', async () => {
    await festival.card('A', 20);
    await festival.failedOrder('A', 3, { takes: 3, secondsAgo: 60 });
    await compareTwice();
    await festival.failedOrder('A', 4, { takes: 4 });
    await compareTwice();
    const [mismatch] = await events('balance_mismatch_detection');
    expect(mismatch).toMatchObject({ affected_amount: '7.00' });
    expect(await timeline(mismatch?.event_id)).toEqual(['detected', 'linked', 'updated']);
  });

  it('part when money is missing that no deduction explains, and the incident that is left is read again', async () => {
    await festival.card('A', 20);
    await festival.failedOrder('A', 3, { takes: 3 });
    await compareTwice();
    const [deduction] = await events('balance_deduction_on_failure');
    await festival.changeCard('A', -2);
    await world.database.admin.query('delete from console.changes');
    await compareTwice();
    const [mismatch] = await events('balance_mismatch_detection');
    expect(mismatch).toMatchObject({ affected_amount: '5.00', incident_id: mismatch?.event_id });
    expect(await timeline(mismatch?.event_id)).toEqual(['detected', 'linked', 'updated', 'unlinked']);
    const { rows } = await world.database.admin.query(
      'select distinct event_id from console.changes order by event_id',
    );
    expect(rows.map(({ event_id }) => event_id)).toEqual([deduction?.event_id, mismatch?.event_id]);
  });

  it('are not joined while the deduction is being put right', async () => {
    await festival.card('A', 20);
    await festival.failedOrder('A', 3, { takes: 3 });
    await world.engine.runCycle('critical');
    await world.twoSecondsLater();
    const { admin, maintenance } = world.database;
    await admin.query('begin');
    await admin.query(`update monitoring_events set status = 'RESOLVED', resolved_at = now()`);
    await admin.query(`update table_cards set amount = 20 where id = 'A'`);
    const cycle = world.engine.runCycle('critical');
    await eventually(async () => {
      const { rowCount } = await maintenance.query(
        `select from pg_stat_activity where datname = $1 and wait_event_type = 'Lock' and query ~ 'regie:correlate'`,
        [world.database.adminSettings.database],
      );
      expect(rowCount).toBe(1);
    });
    await admin.query('commit');
    await cycle;
    expect(await events('balance_mismatch_detection')).toEqual([]);
  });

  it('are two incidents when the cents differ', async () => {
    await festival.card('A', 20);
    await festival.failedOrder('A', 3, { takes: 3 });
    await festival.changeCard('A', -0.01);
    await compareTwice();
    const [mismatch] = await events('balance_mismatch_detection');
    expect(mismatch?.incident_id).toBe(mismatch?.event_id);
  });
});

describe('a row that commits late', () => {
  it('and becomes the first of its burst makes no second finding', async () => {
    await festival.scan('A', { secondsAgo: 10 });
    await festival.scan('A', { secondsAgo: 8 });
    await world.engine.runCycle('tail');
    await festival.scan('A', { secondsAgo: 13 });
    await world.engine.runCycle('tail');
    expect(await events('temporal_duplicate_detection')).toMatchObject([{ event_data: { scan_count: 3 } }]);
  });

  it('and falls into a failure spike that has ended makes no second one', async () => {
    const failures = (howMany: number, secondsAgo: number) =>
      world.database.admin.query(
        `insert into app_transaction_log (card_id, transaction_type, status, amount_involved, timestamp)
         select 'S' || n, 'bar_order', 'failed', 1, now() - make_interval(secs => $2) from generate_series(1, $1) as n`,
        [howMany, secondsAgo],
      );
    await failures(12, 3_000);
    await world.engine.runCycle('tail');
    await world.engine.runCycle('critical');
    await failures(1, 2_990);
    await world.engine.runCycle('critical');
    // Its cards are none of the festival's, which another detector finds by itself on a machine that takes two seconds.
    const [spike, ...others] = await events('system_failure_spike');
    expect(others).toEqual([]);
    const { rows } = await world.database.admin.query(
      'select cleared_at is not null as cleared from console.alerts where event_id = $1',
      [spike?.event_id],
    );
    expect(rows).toEqual([{ cleared: true }]);
  });
});

describe('a finding', () => {
  it('that was closed by its operator comes back neither after a restart nor with a late comparison', async () => {
    await festival.card('A', 20);
    await festival.failedOrder('A', 3, { takes: 3 });
    await compareTwice();
    await world.database.admin.query(`update monitoring_events set status = 'RESOLVED' where status = 'OPEN'`);
    restart();
    await compareTwice();
    expect(await events('balance_deduction_on_failure')).toHaveLength(1);
    expect(await events('balance_mismatch_detection')).toHaveLength(1);
  });

  it('happened when the card changed, where the festival keeps that', async () => {
    await festival.card('A', 20);
    await world.engine.runCycle('tail');
    await world.database.admin.query(
      `update table_cards set amount = amount - 2, updated_at = now() - interval '90 seconds' where id = 'A'`,
    );
    await compareTwice();
    const { rows } = await world.database.admin.query(
      `select occurred_at = (select updated_at from table_cards where id = 'A') as same from console.alerts`,
    );
    expect(rows).toEqual([{ same: true }]);
  });

  it('keeps its evidence up to date, and is on the audit trail when raised and when it cleared', async () => {
    await festival.card('A', 20);
    for (const secondsAgo of [60, 40, 20]) await festival.failedOrder('A', 30, { secondsAgo });
    await festival.changeCard('A', -1);
    await compareTwice();
    await festival.failedOrder('A', 30);
    await festival.changeCard('A', 1);
    await compareTwice();
    await world.database.admin.query(
      `update console.alerts set cleared_at = now() - interval '16 minutes' where cleared_at is not null`,
    );
    await world.engine.runCycle('critical');
    const { rows } = await world.database.admin.query(
      `select jsonb_array_length(context_data -> 'transactions') as transactions from monitoring_events
       where detection_algorithm = 'consecutive_failures'`,
    );
    expect(rows).toEqual([{ transactions: 5 }]);
    const audit = await world.database.admin.query(
      `select action from console.audit where actor = 'regie-engine' order by seq`,
    );
    // The failures in a row, the order that begins elsewhere than the one before it ended, and the mismatch that healed.
    expect(audit.rows.map(({ action }) => action)).toEqual([
      ...['event_raised', 'event_raised', 'event_raised', 'event_cleared'],
    ]);
  });

  it('that cleared stays on the board when it is assigned', async () => {
    await festival.card('A', 20);
    await festival.changeCard('A', -1);
    await compareTwice();
    await festival.changeCard('A', 1);
    await world.engine.runCycle('critical');
    await world.database.admin.query(
      `update console.alerts set cleared_at = now() - interval '16 minutes', acknowledged_at = now()`,
    );
    await world.engine.runCycle('critical');
    expect(await events('balance_mismatch_detection')).toMatchObject([{ status: 'OPEN' }]);
  });
});

describe('thousands of findings at once', () => {
  const CARDS = 2_500;
  const run = (text: string) => world.database.admin.query(text);
  const count = async (text: string) => Number((await run(`select count(*) from ${text}`)).rows[0].count);

  it('are raised once, follow their cards, and clear, each on the timeline and the audit trail', async () => {
    await run(`insert into table_cards (id, amount) select 'C' || n, 100 from generate_series(1, ${CARDS}) as n`);
    await run(`insert into app_transaction_log (card_id, transaction_type, status, amount_involved, previous_balance, new_balance)
      select id, 'checkpoint_recharge', 'completed', 100, 0, 100 from table_cards`);
    await compareTwice();
    await run('update table_cards set amount = 90');
    await compareTwice();
    expect(await count(`monitoring_events where detection_algorithm = 'balance_mismatch_detection'`)).toBe(CARDS);
    expect(await count(`console.audit where action = 'event_raised'`)).toBe(CARDS);
    expect(await count('console.audit a where hash <> console.audit_hash(previous_hash, a)')).toBe(0);
    expect(
      await count('console.audit a join console.audit b on b.seq = a.seq + 1 where b.previous_hash <> a.hash'),
    ).toBe(0);
    expect(await count('console.audit_head h join console.audit a using (seq, hash)')).toBe(1);

    // One of them is snoozed: what is new ends that. One is of an order of today.
    await run(`update console.alerts set snoozed_until = now() + interval '1 hour' where event_id = (
      select event_id from monitoring_events where card_id = 'C7')`);
    await run(`update table_cards set amount = case id when 'C8' then 90 else 80 end`);
    await compareTwice();
    expect(await count('monitoring_events')).toBe(CARDS);
    expect(await count('monitoring_events where affected_amount = 20')).toBe(CARDS - 1);
    expect(await count(`console.timeline where kind = 'updated' and (data ->> 'discrepancy')::numeric = -20`)).toBe(
      CARDS - 1,
    );
    expect(await count(`console.findings where facts = '-2000' and episode = 1`)).toBe(CARDS - 1);
    expect(await count('console.alerts where snoozed_until is not null')).toBe(0);

    await run('update table_cards set amount = 100');
    await compareTwice();
    expect(await count('console.alerts where cleared_at is null')).toBe(0);
    // The same once more is the same finding.
    await run('update table_cards set amount = 80');
    await compareTwice();
    expect(await count('monitoring_events')).toBe(CARDS);
    expect(await count('console.alerts where cleared_at is not null')).toBe(0);
  });
});

describe('thresholds', () => {
  const set = (settings: unknown) =>
    world.database.admin.query(
      `insert into console.detector_settings (algorithm, settings, updated_by) values ('temporal_duplicate_detection', $1, 'test')
       on conflict (algorithm) do update set settings = excluded.settings`,
      [JSON.stringify(settings)],
    );

  it('come from the database, and the defaults hold where those do not fit, with one warning', async () => {
    const warnings: unknown[] = [];
    restart({ warnings });
    await set({ seconds: 10 });
    await festival.scan('A', { secondsAgo: 30 });
    await festival.scan('A', { secondsAgo: 22 });
    await world.engine.runCycle('tail');
    expect(await events('temporal_duplicate_detection')).toMatchObject([{ event_data: { threshold_seconds: 10 } }]);
    await set({ seconds: -1 });
    await festival.scan('B', { secondsAgo: 30 });
    await festival.scan('B', { secondsAgo: 22 });
    await world.engine.runCycle('critical');
    await world.engine.runCycle('critical');
    expect(await events('temporal_duplicate_detection')).toHaveLength(1);
    expect(warnings).toHaveLength(1);
  });
});
