import type pg from 'pg';

/** A finding of the guide's own SQL, as the poll first returns it. */
export type GuideFinding = { readonly algorithm: string; readonly about: string; readonly seenAt: number };

/** The guide checks every 30 seconds. */
export const GUIDE_POLL_MS = 30_000;

/**
 * The guide's queries with the windows that it states, over all cards: failed transactions of the last 15 minutes (page
 * "Consecutive Transaction Failures"), the expected balance (page "Balance Discrepancy Alerts"), scans of a card in the
 * last 5 minutes (page "Duplicate NFC Scans"). It has none for the other detectors.
 */
const QUERIES: Readonly<Record<string, string>> = {
  balance_deduction_on_failure: `
    select card_id as about from app_transaction_log
    where status = 'failed' and new_balance <> previous_balance and timestamp > now() - interval '15 minutes'`,
  balance_mismatch_detection: `
    with expected_balance as (
      select card_id, sum(case
        when transaction_type in ('stripe_recharge', 'checkpoint_recharge') and status = 'completed' then amount_involved
        when transaction_type = 'bar_order' and status = 'completed' then -amount_involved
        else 0 end) as calculated_balance
      from app_transaction_log group by card_id)
    select c.id as about from table_cards c join expected_balance eb on eb.card_id = c.id
    where abs(c.amount - eb.calculated_balance) > 0.01`,
  negative_balance_detection: `select id as about from table_cards where amount < 0`,
  consecutive_failures: `
    select card_id as about from app_transaction_log
    where status = 'failed' and timestamp > now() - interval '15 minutes' group by card_id having count(*) >= 3`,
  temporal_duplicate_detection: `
    select card_id_scanned as about from nfc_scan_log
    where scan_timestamp > now() - interval '5 minutes' and card_id_scanned is not null
    group by card_id_scanned having count(*) >= 2`,
};
export const GUIDE_ALGORITHMS = Object.keys(QUERIES);

/** Polls as the guide does, on a connection of its own that is never cut. */
export const createGuide = () => {
  const seen = new Map<string, GuideFinding>();
  const durations: number[] = [];
  return {
    poll: async (client: pg.ClientBase): Promise<void> => {
      const started = performance.now();
      for (const [algorithm, query] of Object.entries(QUERIES)) {
        const { rows } = await client.query(query);
        const seenAt = Date.now();
        for (const { about } of rows) {
          const key = `${algorithm} ${about}`;
          if (!seen.has(key)) seen.set(key, { algorithm, about: String(about), seenAt });
        }
      }
      durations.push(performance.now() - started);
    },
    findings: (): readonly GuideFinding[] => [...seen.values()],
    durations: (): readonly number[] => durations,
  };
};
