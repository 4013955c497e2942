import type pg from 'pg';

/** Where it happens, and how often: fifty alerts in all. */
export const FLOOD = [
  { place: 'Bar Électro', count: 7, severity: 'CRITICAL', algorithm: 'balance_deduction_on_failure', euros: 7.5 },
  { place: 'Bar Rock', count: 13, severity: 'HIGH', algorithm: 'duplicate_charge', euros: 6 },
  { place: 'Food Court', count: 10, severity: 'MEDIUM', algorithm: 'balance_chain_break', euros: 4.25 },
  { place: 'Bar Techno', count: 12, severity: 'HIGH', algorithm: 'consecutive_failures', euros: null },
  { place: 'reader-17', count: 8, severity: 'MEDIUM', algorithm: 'reader_failure_spike', euros: null },
] as const;

/** Fifty alerts at once, as the engine writes them, each with its card's last transactions. */
export const flood = (client: pg.ClientBase): Promise<void> => insert(client, floodRows());

/** One alert that is none of the fifty. */
export const oneMore = (client: pg.ClientBase): Promise<void> =>
  insert(client, [
    {
      ...{ severity: 'MEDIUM', algorithm: 'reader_failure_spike', card_id: null, amount: null },
      ...{ facts: { device_identifier: 'reader-1', scans: 12, failures: 8 }, context: {} },
    },
  ]);

const floodRows = () =>
  FLOOD.flatMap(({ place, count, severity, algorithm, euros }) =>
    Array.from({ length: count }, (_, index) => {
      const cardId = `04${place
        .replace(/[^A-Z]/gi, '')
        .slice(0, 4)
        .toUpperCase()}${String(index).padStart(4, '0')}`;
      const reader = algorithm === 'reader_failure_spike';
      return {
        ...{ severity, algorithm, card_id: reader ? null : cardId, amount: euros },
        facts: {
          flood: true,
          ...(reader ? { device_identifier: `${place}-${index}` } : { point_of_sale: place }),
          ...(euros === null ? {} : { log_id: 9_000 + index, discrepancy: -euros, gap: -euros }),
          ...{ failure_count: 4, failure_rate_percent: 66.7, time_window_minutes: 10, scans: 12, failures: 8 },
        },
        context: reader ? {} : { transactions: transactionsOf(place, 9_000 + index, euros ?? 0), scans: [] },
      };
    }),
  );

const insert = async (client: pg.ClientBase, rows: readonly object[]): Promise<void> => {
  await client.query(
    `with given as (
       select * from jsonb_to_recordset($1::jsonb) as g (severity text, algorithm text, card_id text, amount numeric,
         facts jsonb, context jsonb)
     ), event as (
       insert into monitoring_events (event_type, severity, card_id, affected_amount, detection_algorithm, confidence_score,
         event_data, context_data, status)
       select 'transaction_failure', severity, card_id, amount, algorithm, 1, facts, context, 'OPEN' from given
       returning event_id, severity
     ), alert as (
       insert into console.alerts (event_id, incident_id, occurred_at) select event_id, event_id, now() from event
     )
     insert into alert_history (monitoring_event_id, alert_level, alert_message)
     select event_id, console.alert_level(severity), 'test' from event`,
    [JSON.stringify(rows)],
  );
};

/** Closes every other alert: what the training festival has raised by itself. */
export const closeOthers = async (client: pg.ClientBase): Promise<void> => {
  await client.query(
    `update monitoring_events set status = 'RESOLVED', resolved_at = now()
     where status in ('OPEN', 'INVESTIGATING') and not event_data ? 'flood'`,
  );
};

const transactionsOf = (place: string, faulty: number, lost: number) => {
  let balance = 50;
  return [-6, -4.5, 20, -8, -lost, -3.5].map((change, index) => {
    const previous = balance;
    balance += change;
    const failed = index === 4;
    return {
      log_id: failed ? faulty : faulty * 10 + index,
      transaction_type: change > 0 ? 'recharge' : 'bar_order',
      status: failed ? 'failed' : 'completed',
      amount_involved: Math.abs(change),
      previous_balance: previous,
      new_balance: balance,
      point_of_sale: place,
      occurred_at: new Date(Date.now() - (6 - index) * 240_000).toISOString(),
    };
  });
};
