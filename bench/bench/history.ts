import { catchUpHistory, countHistory, findHistory } from '../../electron/operations/history/find-history.ts';
import { openFestivalDatabase } from '../../electron/postgres/pool.ts';
import { type HistoryFilter, type HistoryPlace, WHOLE_HISTORY } from '../../shared/contract/history.ts';
import { cents } from '../../shared/domain/money.ts';
import type { BenchServer } from './server.ts';

/** What whoever looks through the history waits for, milliseconds each time, and reading all alerts for it. */
export type HistoryTimes = {
  readonly alerts: number;
  readonly readMs: number;
  readonly figures: readonly { readonly name: string; readonly times: readonly number[] }[];
};

const TIMES = 100;

/** @param alerts how many there ever were, each with a note */
export const measureHistory = async (
  { admin, consoleSettings }: BenchServer,
  { alerts, progress }: { alerts: number; progress: (words: string) => void },
): Promise<HistoryTimes> => {
  progress(`${alerts} alerts of the history`);
  await insertAlerts(admin, alerts);
  const database = openFestivalDatabase({
    settings: consoleSettings,
    ...{ applicationName: 'regie/bench', size: 2, statementTimeoutMs: 60_000 },
  });
  try {
    progress('reading them for the history');
    const began = performance.now();
    while (!(await catchUpHistory(database)));
    const readMs = performance.now() - began;
    await admin.query('vacuum analyze console.history');
    const figures: { name: string; times: number[] }[] = [];
    const measure = async (name: string, work: (round: number) => Promise<unknown>): Promise<void> => {
      for (let warm = 0; warm < 5; warm += 1) await work(warm);
      const times: number[] = [];
      for (let round = 0; round < TIMES; round += 1) {
        const start = performance.now();
        await work(round);
        times.push(performance.now() - start);
      }
      figures.push({ name, times });
      progress(name);
    };
    /** As a screen does it: what has changed is read first, then the page and its count. */
    const page =
      (some: Partial<HistoryFilter>, after: HistoryPlace | null = null) =>
      async () => {
        await catchUpHistory(database);
        await findHistory(database, { ...WHOLE_HISTORY, ...some }, after);
      };
    const middle = {
      at: new Date(Date.now() - 15 * 86_400_000).toISOString(),
      eventId: '1' as HistoryPlace['eventId'],
    };
    await measure('a bare count by the index on time', () =>
      admin.query('select event_id from console.history where leads order by at desc, event_id desc limit 100'),
    );
    await measure('first page', page({}));
    await measure('a page from the middle', page({}, middle));
    await measure('one kind, at least 90 euros', page({ detector: 'duplicate_charge', least: cents(9_000) }));
    await measure('one card', page({ card: 'CARD00077' }));
    await measure('one person', page({ operator: 'Noé' }));
    await measure('nothing fits', page({ place: 'nowhere', severity: 'CRITICAL' }));
    await measure('bare full text, a rare word', () =>
      admin.query(
        `select event_id from console.history where words @@ '''rare77'':*'::tsquery order by at desc, event_id desc limit 100`,
      ),
    );
    await measure('full text, a rare word', page({ words: 'rare77' }));
    await measure('full text, a word of every alert', page({ words: 'visitor' }));
    await measure('full text, two words and a beginning', page({ words: 'visitor bar rare7' }));
    await measure('full text, what a kind is called', page({ words: 'charged twice' }));
    await measure('full text, no alert has it', page({ words: 'zzzz' }));
    await measure('the count of a word of every alert', () =>
      countHistory(database, { ...WHOLE_HISTORY, words: 'visitor' }),
    );
    return { alerts, readMs, figures };
  } finally {
    await database.close();
  }
};

/** Alerts of thirty days, of four kinds, with a note each and a resolution; a tenth of them stands in another one's incident. */
const insertAlerts = async (admin: BenchServer['admin'], alerts: number): Promise<void> => {
  await admin.query(
    `with event as (
       insert into monitoring_events (event_type, severity, card_id, affected_amount, detection_timestamp, detection_algorithm,
         event_data, status, resolved_at, resolution_notes)
       select 'transaction_failure', (array['CRITICAL', 'HIGH', 'MEDIUM', 'LOW'])[1 + n % 4], 'CARD' || lpad((n % 2000)::text, 5, '0'),
         (n % 100)::numeric, now() - interval '30 days' * (1 - n::float / $1),
         (array['balance_deduction_on_failure', 'duplicate_charge', 'reader_silent', 'balance_chain_break'])[1 + n / 7 % 4],
         jsonb_build_object('point_of_sale', 'Bar ' || n % 12, 'transaction', 'rare' || n % 5000), 'RESOLVED', now(),
         'settled with the visitor at the counter'
       from generate_series(1, $1::int) n
       returning event_id
     ), numbered as (
       select event_id, row_number() over (order by event_id) as n from event
     ), alert as (
       insert into console.alerts (event_id, incident_id, occurred_at)
       select event_id, case when n % 10 = 0 then event_id - 1 else event_id end, now() from numbered
     )
     insert into console.timeline (event_id, kind, actor, laptop, data)
     select event_id, 'note', (array['Léa', 'Noé', 'Ola'])[1 + n % 3], 'booth-1',
       jsonb_build_object('text', 'the visitor came back with the receipt of order ' || n) from numbered`,
    [alerts],
  );
  await admin.query('analyze monitoring_events, console.alerts, console.timeline');
};
