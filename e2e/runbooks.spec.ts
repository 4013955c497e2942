import pg from 'pg';
import { FAULTS, type FaultKind } from '../bench/score/faults.ts';
import type { Card } from '../bench/score/field.ts';
import { createRandom } from '../electron/training/random.ts';
import { builtinRunbooks, runbookFor } from '../shared/runbooks/index.ts';
import { asAdministrator, expect, expectAccessible, openSignedIn, picture, test } from './support/console.ts';
import { followRunbook } from './support/runbook.ts';

/*
 * Every runbook, along every way that its decision opens: the fault is done to the festival, the alert comes, the
 * runbook is followed on the screen, and the database is right afterwards.
 */
test.use({ seed: '25' });

type Way = {
  readonly algorithm: string;
  readonly choice: string;
  /** What is done to the festival; a row of an earlier monitoring system where the detector needs hours. */
  readonly fault: FaultKind | 'overdrawn' | 'foreign';
  /** How the way ends. */
  readonly ends: 'corrected' | 'resolved' | 'false';
};

const WAYS: readonly Way[] = [
  { algorithm: 'balance_deduction_on_failure', choice: 'yes', fault: 'deduction', ends: 'corrected' },
  { algorithm: 'balance_deduction_on_failure', choice: 'no', fault: 'phantom_deduction', ends: 'resolved' },
  { algorithm: 'balance_mismatch_detection', choice: 'wrong', fault: 'silent_change', ends: 'corrected' },
  { algorithm: 'balance_mismatch_detection', choice: 'explained', fault: 'silent_change', ends: 'resolved' },
  { algorithm: 'negative_balance_detection', choice: 'taken', fault: 'overdrawn', ends: 'corrected' },
  { algorithm: 'negative_balance_detection', choice: 'spent', fault: 'negative', ends: 'resolved' },
  { algorithm: 'consecutive_failures', choice: 'card', fault: 'consecutive', ends: 'resolved' },
  { algorithm: 'consecutive_failures', choice: 'reader', fault: 'consecutive', ends: 'resolved' },
  { algorithm: 'consecutive_failures', choice: 'broader', fault: 'consecutive', ends: 'resolved' },
  { algorithm: 'temporal_duplicate_detection', choice: 'none', fault: 'double_scan', ends: 'resolved' },
  { algorithm: 'temporal_duplicate_detection', choice: 'charged', fault: 'double_scan_charged', ends: 'corrected' },
  { algorithm: 'temporal_duplicate_detection', choice: 'reader', fault: 'double_scan', ends: 'resolved' },
  { algorithm: 'duplicate_charge', choice: 'one', fault: 'double_charge', ends: 'corrected' },
  { algorithm: 'duplicate_charge', choice: 'two', fault: 'double_charge', ends: 'false' },
  { algorithm: 'concurrent_transaction_detection', choice: 'right', fault: 'simultaneous', ends: 'resolved' },
  { algorithm: 'concurrent_transaction_detection', choice: 'wrong', fault: 'simultaneous', ends: 'corrected' },
  { algorithm: 'balance_chain_break', choice: 'right', fault: 'chain_break', ends: 'resolved' },
  { algorithm: 'balance_chain_break', choice: 'wrong', fault: 'chain_break', ends: 'corrected' },
  { algorithm: 'reader_failure_spike', choice: 'broken', fault: 'reader_failures', ends: 'resolved' },
  { algorithm: 'reader_failure_spike', choice: 'network', fault: 'reader_failures', ends: 'resolved' },
  { algorithm: 'reader_silent', choice: 'idle', fault: 'reader_silent', ends: 'false' },
  { algorithm: 'unknown_transaction_type', choice: 'no', fault: 'unknown_type', ends: 'resolved' },
  { algorithm: 'unknown_card', choice: 'yes', fault: 'unknown_card', ends: 'false' },
  { algorithm: 'system_failure_spike', choice: 'place', fault: 'foreign', ends: 'resolved' },
  { algorithm: 'system_failure_spike', choice: 'everywhere', fault: 'foreign', ends: 'resolved' },
  { algorithm: 'system_failure_spike', choice: 'no-money', fault: 'foreign', ends: 'false' },
  { algorithm: 'health_status_change', choice: 'database', fault: 'foreign', ends: 'resolved' },
  { algorithm: 'health_status_change', choice: 'alerts', fault: 'foreign', ends: 'resolved' },
  { algorithm: 'health_status_change', choice: 'nothing', fault: 'foreign', ends: 'false' },
  { algorithm: 'ledger_drift', choice: 'nobody', fault: 'foreign', ends: 'resolved' },
  { algorithm: 'ledger_drift', choice: 'known', fault: 'foreign', ends: 'resolved' },
  { algorithm: 'rows_set_aside', choice: 'no', fault: 'foreign', ends: 'resolved' },
  { algorithm: 'hourly_verification', choice: 'running', fault: 'foreign', ends: 'resolved' },
  { algorithm: 'checklist_unsigned', choice: 'closed', fault: 'foreign', ends: 'false' },
  { algorithm: 'log_changed', choice: 'no', fault: 'foreign', ends: 'resolved' },
  { algorithm: 'detection_blind', choice: 'yes', fault: 'foreign', ends: 'resolved' },
  { algorithm: 'database_set_back', choice: 'none', fault: 'foreign', ends: 'resolved' },
  { algorithm: 'link_lost', choice: 'all', fault: 'foreign', ends: 'resolved' },
  { algorithm: 'clock_off', choice: 'clock', fault: 'foreign', ends: 'resolved' },
  { algorithm: 'backup_failed', choice: 'no', fault: 'foreign', ends: 'resolved' },
];
/** It ends when the breaker is closed, and not by hand: the alert clears itself (electron/site/breaker.test.ts). */
const CLEARS_ITSELF = ['breaker-open'];

test('every runbook of an alert is followed below', () => {
  const followed = new Set([...WAYS.map(({ algorithm }) => runbookFor(algorithm)?.id), ...CLEARS_ITSELF]);
  const left = builtinRunbooks.filter(({ id, algorithms }) => algorithms.length > 0 && !followed.has(id));
  expect(left.map(({ id }) => id)).toEqual([]);
});

test('every runbook ends rightly on every way that changes what is done', async ({ page, console: host }) => {
  test.setTimeout(900_000);
  await openSignedIn(page, host.address);
  const random = createRandom(25);
  const about: (string | null)[] = await asAdministrator(host.dataDir, async (client) => {
    const ids = WAYS.map((_, index) => `WAY${String(index).padStart(2, '0')}`);
    await client.query(`insert into table_cards (id, amount) select id, 40 from unnest($1::text[]) as id`, [ids]);
    await client.query(
      `insert into app_transaction_log (card_id, transaction_type, status, amount_involved, previous_balance, new_balance, timestamp)
       select id, 'checkpoint_recharge', 'completed', 40, 0, 40, now() - interval '20 minutes' from unnest($1::text[]) as id`,
      [ids],
    );
    const { port, password, user, database, host: address } = client as pg.Client & { password: string };
    return Promise.all(
      WAYS.map(async ({ fault, algorithm }, number) => {
        const id = ids[number] ?? '';
        const own = new pg.Client({ host: address, port, user: user ?? '', password, database: database ?? '' });
        await own.connect();
        try {
          if (fault === 'foreign') {
            const cards = ['ledger_drift'].includes(algorithm);
            await own.query(
              `insert into monitoring_events (event_type, severity, detection_algorithm, confidence_score, card_id, event_data)
               values ('system_health', 'HIGH', $1, 0.9, $2, jsonb_build_object('way', $3::int))`,
              [algorithm, cards ? id : null, number],
            );
            return cards ? id : String(number);
          }
          if (fault === 'overdrawn') {
            // An order of 35 that took 45.
            await own.query(
              `with sold as (
                 insert into app_transaction_log (card_id, transaction_type, status, amount_involved, previous_balance, new_balance)
                 values ($1, 'bar_order', 'completed', 35, 40, 5))
               update table_cards set amount = -5 where id = $1`,
              [id],
            );
            return id;
          }
          const card = (): Card => ({ id, balance: 4_000, usedAt: 0, mustRecharge: false });
          const { expects } = await FAULTS[fault]({ client: own, card, random, number: 900 + number });
          return expects.find((one) => one.algorithm === algorithm)?.about ?? null;
        } finally {
          await own.end();
        }
      }),
    );
  });

  for (const [number, { algorithm, choice, ends, fault }] of WAYS.entries()) {
    await test.step(`${algorithm}: ${choice}`, async () => {
      const eventId = await asAdministrator(host.dataDir, async (client) => {
        const find = () =>
          client.query(
            `select event_id::int as id from monitoring_events
             where detection_algorithm = $1 and ($2 in (card_id, event_data ->> 'device_identifier',
               event_data ->> 'transaction_type', event_data ->> 'way'))`,
            [algorithm, about[number]],
          );
        await expect.poll(async () => (await find()).rowCount, { message: `${algorithm} ${about[number]}` }).toBe(1);
        return (await find()).rows[0].id as number;
      });
      const incidentId = await asAdministrator(host.dataDir, async (client) => {
        const { rows } = await client.query(`select incident_id::int as id from console.alerts where event_id = $1`, [
          eventId,
        ]);
        return (rows[0]?.id ?? eventId) as number;
      });
      await page.goto(`${page.url().split('#')[0]}#/runbook/${incidentId}`);
      if (number === 6) {
        await picture(page, '30-runbook-of-failures');
        await expectAccessible(page);
      }
      await followRunbook(page, algorithm, choice);
      const found = () =>
        asAdministrator(host.dataDir, async (client) => {
          const { rows } = await client.query(
            `select e.status, e.resolved_at is not null as resolved,
             not exists (select from alert_history h where h.monitoring_event_id = e.event_id and h.resolved_at is null) as history_closed,
             (select count(*)::int from console.corrections c where c.event_id = e.event_id) as corrections,
             (select outcome from console.runbook_runs r where r.event_id = e.event_id) as run,
             (select count(*)::int from console.audit a where a.subject = 'event:' || e.event_id
               and a.action in ('resolve', 'false_positive')) as closings
           from monitoring_events e where e.event_id = $1`,
            [eventId],
          );
          return rows[0];
        });
      // The screen is ahead of the database by a moment.
      await expect.poll(found, { message: `${algorithm} ${choice} after ${fault}` }).toEqual({
        status: ends === 'false' ? 'FALSE_POSITIVE' : 'RESOLVED',
        resolved: true,
        history_closed: true,
        corrections: ends === 'corrected' ? 1 : 0,
        run: 'completed',
        closings: ends === 'corrected' ? 0 : 1,
      });
    });
  }
});
