import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { driverOptions } from '../../electron/postgres/connection-settings.ts';
import { createTestDatabase, type TestDatabase } from '../../electron/testing/database.ts';

/**
 * The guide's own SQL, word for word except where it names columns that Postgres's statistics views do
 * not have (tablename, indexname), against a database whose content is known: it must run and
 * tell the truth, for the administrator and for the login of a console.
 */
let database: TestDatabase;
let login: pg.Client;

beforeAll(async () => {
  database = await createTestDatabase();
  await database.admin.query('create extension if not exists pg_stat_statements');
  await database.admin.query(`
    insert into table_cards (id, amount) values ('AFFECTED_CARD_ID', 12.50), ('other', 30);
    insert into app_transaction_log (card_id, transaction_type, status, amount_involved, previous_balance, new_balance) values
      ('AFFECTED_CARD_ID', 'checkpoint_recharge', 'completed', 20, 0, 20),
      ('AFFECTED_CARD_ID', 'stripe_recharge', 'completed', 5, 20, 25),
      ('AFFECTED_CARD_ID', 'bar_order', 'completed', 7.50, 25, 17.50),
      ('AFFECTED_CARD_ID', 'bar_order', 'failed', 5, 17.50, 12.50);
    insert into monitoring_events (event_type, severity, card_id, detection_algorithm, event_data, status, detection_timestamp, created_at, affected_amount) values
      ('transaction_failure', 'CRITICAL', 'AFFECTED_CARD_ID', 'balance_deduction_on_failure', '{}', 'OPEN', now(), now() - interval '2 seconds', 5),
      ('balance_discrepancy', 'CRITICAL', 'AFFECTED_CARD_ID', 'balance_mismatch_detection', '{}', 'RESOLVED', now() - interval '2 hours', now() - interval '2 hours', 5),
      ('duplicate_nfc', 'MEDIUM', 'other', 'temporal_duplicate_detection', '{}', 'FALSE_POSITIVE', now(), now(), null),
      ('duplicate_nfc', 'MEDIUM', 'other', 'temporal_duplicate_detection', '{}', 'OPEN', now(), now(), null),
      ('duplicate_nfc', 'MEDIUM', 'other', 'temporal_duplicate_detection', '{}', 'OPEN', now(), now(), null),
      ('system_health', 'INFO', null, 'health_snapshot', '{}', 'RESOLVED', now() - interval '40 days', now() - interval '40 days', null),
      ('race_condition', 'LOW', 'other', 'concurrent_transaction_detection', '{}', 'OPEN', now() - interval '40 days', now() - interval '40 days', null);
    insert into alert_history (monitoring_event_id, alert_level, alert_message) select event_id, 'CRITICAL', 'a' from monitoring_events where severity <> 'INFO';
    insert into system_health_snapshots (snapshot_timestamp, total_transactions_last_hour, success_rate_percent, avg_processing_time_ms, monitoring_events_last_hour, overall_health_status) values
      (now() - interval '40 days', 1, 1, 1, 1, 'UNKNOWN'),
      (now() - interval '10 minutes', 90, 97.5, 130, 1, 'WARNING'),
      (now() - interval '5 minutes', 100, 99.5, 120, 3, 'HEALTHY');
    insert into console.cycles (kind, laptop, started_at, duration_ms) values ('critical', 'a', now(), 40), ('critical', 'a', now(), 60)`);
  login = new pg.Client(driverOptions(database.consoleSettings));
  await login.connect();
});
afterAll(async () => {
  await login.end();
  await database.close();
});

/** As the login of a console, and the same for the administrator. */
const ask = async (text: string) => {
  const { rows } = await login.query(text);
  const administrator = new pg.Client(driverOptions(database.adminSettings));
  await administrator.connect();
  expect((await administrator.query(text)).rows).toEqual(rows);
  await administrator.end();
  return rows;
};

describe("the guide's queries", () => {
  it('count the last 24 hours', async () => {
    expect(
      await ask(`SELECT
  COUNT(*) as total_events,
  COUNT(*) FILTER (WHERE severity = 'CRITICAL') as critical_events,
  COUNT(*) FILTER (WHERE status = 'OPEN') as open_events
FROM monitoring_events
WHERE detection_timestamp > NOW() - INTERVAL '24 hours';`),
    ).toEqual([{ total_events: '5', critical_events: '2', open_events: '3' }]);
  });

  it('show the last snapshot', async () => {
    expect(
      await ask(`SELECT
  avg_processing_time_ms,
  success_rate_percent,
  total_transactions_last_hour,
  overall_health_status
FROM system_health_snapshots
ORDER BY snapshot_timestamp DESC
LIMIT 1;`),
    ).toEqual([
      {
        avg_processing_time_ms: '120.00',
        success_rate_percent: '99.50',
        total_transactions_last_hour: 100,
        overall_health_status: 'HEALTHY',
      },
    ]);
  });

  it('verify the last hour', async () => {
    const rows = await ask(`SELECT
  event_type,
  severity,
  COUNT(*) as count,
  MAX(detection_timestamp) as last_detection
FROM monitoring_events
WHERE detection_timestamp > NOW() - INTERVAL '1 hour'
GROUP BY event_type, severity
ORDER BY severity DESC, count DESC;`);
    expect(rows).toMatchObject([
      { event_type: 'duplicate_nfc', severity: 'MEDIUM', count: '3' },
      { event_type: 'transaction_failure', severity: 'CRITICAL', count: '1' },
    ]);
    const snapshots = await ask(`SELECT
  snapshot_timestamp,
  total_transactions_last_hour,
  success_rate_percent,
  monitoring_events_last_hour
FROM system_health_snapshots
ORDER BY snapshot_timestamp DESC
LIMIT 3;`);
    expect(snapshots.map((row) => row.total_transactions_last_hour)).toEqual([100, 90, 1]);
  });

  it('list the open critical failures', async () => {
    const rows = await ask(`SELECT * FROM monitoring_events
   WHERE event_type = 'transaction_failure'
   AND severity = 'CRITICAL'
   AND status = 'OPEN'
   ORDER BY detection_timestamp DESC;`);
    expect(rows).toMatchObject([{ detection_algorithm: 'balance_deduction_on_failure', affected_amount: '5.00' }]);
  });

  it('check a balance against its history', async () => {
    expect(
      await ask(`WITH expected_balance AS (
     SELECT
       card_id,
       SUM(CASE
         WHEN transaction_type IN ('stripe_recharge', 'checkpoint_recharge')
           AND status = 'completed' THEN amount_involved
         WHEN transaction_type = 'bar_order'
           AND status = 'completed' THEN -amount_involved
         ELSE 0
       END) as calculated_balance
     FROM app_transaction_log
     WHERE card_id = 'AFFECTED_CARD_ID'
     GROUP BY card_id
   )
   SELECT
     c.amount as actual_balance,
     eb.calculated_balance as expected_balance,
     c.amount - eb.calculated_balance as discrepancy
   FROM table_cards c
   JOIN expected_balance eb ON eb.card_id = c.id
   WHERE c.id = 'AFFECTED_CARD_ID';`),
    ).toEqual([{ actual_balance: '12.50', expected_balance: '17.50', discrepancy: '-5.00' }]);
    expect(await ask(`select console.expected_balance('AFFECTED_CARD_ID') as expected`)).toEqual([
      { expected: '17.50' },
    ]);
  });

  it('tell the rate of false positives', async () => {
    expect(
      await ask(`SELECT
  event_type,
  detection_algorithm,
  COUNT(*) as total,
  COUNT(*) FILTER (WHERE status = 'FALSE_POSITIVE') as false_positives,
  ROUND(COUNT(*) FILTER (WHERE status = 'FALSE_POSITIVE')::numeric / COUNT(*) * 100, 2) as fp_rate
FROM monitoring_events
WHERE detection_timestamp > NOW() - INTERVAL '7 days'
GROUP BY event_type, detection_algorithm
HAVING COUNT(*) FILTER (WHERE status = 'FALSE_POSITIVE') > 0
ORDER BY fp_rate DESC;`),
    ).toEqual([
      {
        event_type: 'duplicate_nfc',
        detection_algorithm: 'temporal_duplicate_detection',
        total: '3',
        false_positives: '1',
        fp_rate: '33.33',
      },
    ]);
  });

  it('tell the delays of detection', async () => {
    const rows = await ask(`SELECT
  event_type,
  detection_algorithm,
  AVG(EXTRACT(EPOCH FROM (detection_timestamp - created_at))) as avg_delay_seconds
FROM monitoring_events
WHERE detection_timestamp > NOW() - INTERVAL '24 hours'
GROUP BY event_type, detection_algorithm
ORDER BY avg_delay_seconds DESC;`);
    expect(rows[0]).toMatchObject({ detection_algorithm: 'balance_deduction_on_failure' });
    expect(Number(rows[0]?.avg_delay_seconds)).toBe(2);
  });

  it('show the trends of events and of health, day by day', async () => {
    const days = await ask(`SELECT
  DATE_TRUNC('day', detection_timestamp) as day,
  COUNT(*) as total_events,
  COUNT(*) FILTER (WHERE severity = 'CRITICAL') as critical_events,
  AVG(confidence_score) as avg_confidence,
  COUNT(DISTINCT card_id) as affected_cards
FROM monitoring_events
WHERE detection_timestamp > NOW() - INTERVAL '7 days'
GROUP BY day
ORDER BY day;`);
    expect(days.reduce((sum, { total_events }) => sum + Number(total_events), 0)).toBe(5);
    await ask(`SELECT
  DATE_TRUNC('day', snapshot_timestamp) as day,
  AVG(success_rate_percent) as avg_success_rate,
  AVG(total_transactions_last_hour) as avg_hourly_transactions,
  COUNT(*) FILTER (WHERE overall_health_status = 'CRITICAL') as critical_hours
FROM system_health_snapshots
WHERE snapshot_timestamp > NOW() - INTERVAL '7 days'
GROUP BY day
ORDER BY day;`);
  });

  it('find slow statements, unused indexes and bloat', async () => {
    for (const text of [
      `SELECT query, calls, total_exec_time, mean_exec_time, rows FROM pg_stat_statements
       WHERE query LIKE '%monitoring_%' ORDER BY mean_exec_time DESC LIMIT 10;`,
      `SELECT relname, n_dead_tup, n_live_tup, ROUND(n_dead_tup::numeric / NULLIF(n_live_tup, 0) * 100, 2) as bloat_ratio
       FROM pg_stat_user_tables WHERE relname LIKE 'monitoring_%' AND n_dead_tup > 1000;`,
      `SELECT schemaname, relname, indexrelname, idx_scan, idx_tup_read FROM pg_stat_user_indexes
       WHERE relname LIKE 'monitoring_%' AND idx_scan = 0;`,
    ]) {
      await login.query(text);
    }
  });

  it('measure the age of the last health event, as the meta-monitoring script does', async () => {
    const rows = await ask(`SELECT EXTRACT(EPOCH FROM (NOW() - MAX(detection_timestamp)))::int / 86400 as days
FROM monitoring_events
WHERE event_type = 'system_health';`);
    expect(rows).toEqual([{ days: 40 }]);
  });
});

describe("the guide's views and functions", () => {
  it('tell the health of the monitoring, with the time of a cycle as that of detection', async () => {
    expect(await ask('SELECT metric, value::float8, unit FROM monitoring_system_health ORDER BY metric')).toEqual([
      { metric: 'critical_events_ratio', value: 40, unit: 'percentage' },
      { metric: 'detection_performance', value: 0.05, unit: 'seconds' },
      { metric: 'events_per_hour', value: 4, unit: 'count' },
    ]);
  });

  it('summarise the day once they are refreshed, for readers who do not wait meanwhile', async () => {
    expect((await ask('select total_events_24h from monitoring_dashboard_summary'))[0]).toEqual({
      total_events_24h: '0',
    });
    const { rows } = await login.query('select refresh_monitoring_views() as answer');
    expect(rows[0]?.answer).toMatchObject({ refreshed: ['monitoring_dashboard_summary', 'system_health_trend'] });
    expect((await ask('select * from monitoring_dashboard_summary'))[0]).toMatchObject({
      total_events_24h: '5',
      critical_events_24h: '2',
      open_events_24h: '3',
      false_positives_24h: '1',
      affected_cards_24h: '2',
      affected_amount_24h: '10.00',
    });
    const trend = await ask('select snapshots from system_health_trend');
    expect(trend.reduce((sum, { snapshots }) => sum + Number(snapshots), 0)).toBe(2);
  });

  it("run as the guide's daily maintenance, delete only what is old and closed", async () => {
    await database.admin.query(`DO $$
BEGIN
  -- Clean up old monitoring data
  PERFORM cleanup_monitoring_data(30);

  -- Refresh materialized views
  PERFORM refresh_monitoring_views();

  -- Update table statistics
  ANALYZE monitoring_events;
  ANALYZE system_health_snapshots;
  ANALYZE alert_history;

  -- Check for unused indexes
  RAISE NOTICE 'Daily maintenance completed at %', NOW();
END $$;`);
    expect(
      await ask(`select (select count(*) from monitoring_events) as events,
        (select count(*) from monitoring_events where detection_algorithm = 'health_snapshot') as old_and_closed,
        (select count(*) from monitoring_events where detection_algorithm = 'concurrent_transaction_detection') as old_and_open,
        (select count(*) from system_health_snapshots) as snapshots`),
    ).toEqual([{ events: '6', old_and_closed: '0', old_and_open: '1', snapshots: '2' }]);
  });

  it('refuse to clean up everything', async () => {
    for (const days of ['0', '-1', 'null']) {
      await expect(database.admin.query(`select cleanup_monitoring_data(${days})`)).rejects.toMatchObject({
        code: '22023',
      });
    }
    // A console's login has the daily maintenance, and the command that asks for it.
    for (const text of [
      'select cleanup_monitoring_data(30)',
      'delete from monitoring_events',
      'delete from alert_history',
    ]) {
      await expect(login.query(text)).rejects.toMatchObject({ code: '42501' });
    }
  });

  it("take a correction written by hand as the guide has it, and then the guide's closing of the event", async () => {
    await database.admin.query(`INSERT INTO app_transaction_log (
     transaction_id, card_id, transaction_type, status,
     amount_involved, previous_balance, new_balance,
     timestamp, details
   ) VALUES (
     gen_random_uuid(), 'AFFECTED_CARD_ID', 'manual_correction', 'completed',
     5, 12.50, 17.50,
     NOW(), '{"reason": "Phase4_monitoring_correction", "original_transaction": "ORIGINAL_ID"}'
   );`);
    expect(await ask(`select console.expected_balance('AFFECTED_CARD_ID') as expected`)).toEqual([
      { expected: '17.50' },
    ]);
    await login.query(`UPDATE monitoring_events
   SET status = 'RESOLVED',
       resolved_at = NOW(),
       resolution_notes = 'Manual correction applied'
   WHERE detection_algorithm = 'balance_deduction_on_failure';`);
    expect(
      await ask(`select status, updated_at >= created_at as touched from monitoring_events
      where detection_algorithm = 'balance_deduction_on_failure'`),
    ).toEqual([{ status: 'RESOLVED', touched: true }]);
  });
});
