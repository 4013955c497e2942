import type pg from 'pg';
import { z } from 'zod';

/**
 * The guide's detection by its own SQL, over all cards: page "Transaction Failure Alerts" (failed orders that took
 * money; the guide gives no window), page "Balance Discrepancy Alerts" (the expected balance), page "Consecutive
 * Transaction Failures" (the last 15 minutes), page "Duplicate NFC Scans" (the last 5 minutes).
 */
const GUIDE = {
  deductions: `
    select * from app_transaction_log where status = 'failed' and new_balance <> previous_balance`,
  balances: `
    with expected_balance as (
      select card_id, sum(case
        when transaction_type in ('stripe_recharge', 'checkpoint_recharge') and status = 'completed' then amount_involved
        when transaction_type = 'bar_order' and status = 'completed' then -amount_involved
        else 0 end) as calculated_balance
      from app_transaction_log group by card_id)
    select c.id, c.amount as actual_balance, eb.calculated_balance as expected_balance,
      c.amount - eb.calculated_balance as discrepancy
    from table_cards c join expected_balance eb on eb.card_id = c.id
    where abs(c.amount - eb.calculated_balance) > 0.01`,
  failures: `
    select card_id, count(*) from app_transaction_log
    where status = 'failed' and timestamp > now() - interval '15 minutes'
    group by card_id having count(*) >= 3`,
  scans: `
    select card_id_scanned, count(*) from nfc_scan_log
    where scan_timestamp > now() - interval '5 minutes'
    group by card_id_scanned having count(*) >= 2`,
} as const;
type Page = keyof typeof GUIDE;
const PAGES = Object.keys(GUIDE) as Page[];

/** One full scan by the guide's SQL. Its session is left out of the statistics, so that ours can be distinguished. */
export const prepareGuide = async (client: pg.Client): Promise<void> => {
  await client.query('set track_counts = off');
  await client.query(`set application_name = 'guide'`);
};

/** @returns milliseconds of each page. */
export const runGuide = async (client: pg.Client): Promise<Record<Page, number>> => {
  const took = { deductions: 0, balances: 0, failures: 0, scans: 0 };
  for (const page of PAGES) {
    const started = performance.now();
    await client.query(GUIDE[page]);
    took[page] = performance.now() - started;
  }
  return took;
};

const explained = z.object({
  'QUERY PLAN': z.tuple([
    z.object({ Plan: z.looseObject({ 'Shared Hit Blocks': z.number(), 'Shared Read Blocks': z.number() }) }),
  ]),
});

/** @returns shared buffers that all pages touch, found in the cache or not. */
export const guideBuffers = async (client: pg.Client): Promise<number> => {
  let buffers = 0;
  for (const page of PAGES) {
    const { rows } = await client.query(`explain (analyze, buffers, timing off, format json) ${GUIDE[page]}`);
    const { Plan } = explained.parse(rows[0])['QUERY PLAN'][0];
    buffers += Plan['Shared Hit Blocks'] + Plan['Shared Read Blocks'];
  }
  return buffers;
};
