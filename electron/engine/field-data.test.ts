import { describe, expect, it } from 'vitest';
import { eventually } from '../testing/eventually.ts';
import { type OddLine, runningWorld } from '../testing/running-world.ts';
import { submitTo } from '../testing/submit.ts';

/*
 * What the field really puts into the database, done to an engine that runs: a failed order that takes 5.00 is found
 * afterwards, what is odd has been named after a minute, and health is not green meanwhile.
 */
const world = runningWorld();
const { run, order, found, cardsThatLost, forward } = world;
const submit = submitTo(() => world.database.festival);

/** Guests drink for 2.00 at a till that writes `OK`, and are paid out the rest at the exit. */
const ownWords = async (cards: readonly string[]): Promise<void> => {
  for (const card of cards) {
    await run('begin');
    const drunk = { card, type: 'bar_order', status: 'OK', amount: 2, previous: 12, next: 10 };
    await world.festival.log({ ...drunk, secondsAgo: 60 });
    await world.festival.log({ card, type: 'PAYOUT', status: 'completed', amount: 10, previous: 10, next: 0 });
    await run('update table_cards set amount = 0 where id = $1', [card]);
    await run('commit');
  }
};
/** What is open about cards, or about words of the log. */
const openAbout = async (cards: string): Promise<readonly string[]> =>
  (
    await run(
      `select detection_algorithm as name from monitoring_events
       where status in ('OPEN', 'INVESTIGATING') and (card_id like $1 or detection_algorithm like 'unknown_transaction%')`,
      [cards],
    )
  ).rows.map(({ name }) => String(name));
const longId = `(select string_agg(md5(n::text), '') from generate_series(1, 400) as n)`;

const LINES: readonly OddLine[] = [
  {
    odd: 'amounts NaN in the log, of a completed row and of a failed one',
    does: async () => {
      await order('', `'B', 'bar_order', 'completed', 'NaN', 50, 49`);
      await order('', `'B', 'bar_order', 'failed', 'NaN', 50, 50`);
    },
    names: ['rows_set_aside amount_not_a_number transactions'],
  },
  {
    odd: 'the times 9999 and infinity, in either log',
    does: async () => {
      for (const [time, till] of [
        ['9999-12-31', 'Bar 1'],
        ['infinity', 'Bar 2'],
      ] as const) {
        await order(
          ', timestamp, details',
          `'B', 'bar_order', 'failed', 1, 50, 50, '${time}', '{"point_of_sale": "${till}"}'`,
        );
        await run(
          `insert into nfc_scan_log (card_id_scanned, scan_status, device_identifier, scan_timestamp) values ('B', 'success', $1, $2)`,
          [`reader of ${till}`, time],
        );
      }
    },
    names: ['wrong_clock Bar 1', 'wrong_clock Bar 2', 'wrong_clock reader of Bar 1', 'wrong_clock reader of Bar 2'],
  },
  {
    odd: 'the log is emptied and its ids begin anew, before doors open',
    does: () => run('truncate app_transaction_log restart identity'),
    after: 'look',
    names: ['log_changed emptied app_transaction_log'],
  },
  {
    odd: 'a sequence in steps of a thousand, burnt ids, and 3,000 rows',
    does: async () => {
      await run('alter sequence app_transaction_log_log_id_seq increment by 1000');
      await order('', `'G' || n, 'bar_order', 'completed', 1, 10, 9`, 'from generate_series(1, 3000) as n');
      await run(`select setval('app_transaction_log_log_id_seq', 5000000000)`);
    },
    besides: async () => {
      expect(Number((await run('select count(*) from console.watermark_gaps')).rows[0].count)).toBeLessThan(3_010);
    },
  },
  {
    odd: 'cards whose amount is NaN and 12.345',
    does: async () => {
      await run('alter table table_cards alter amount type numeric');
      await run(`insert into table_cards (id, amount) values ('N', 'NaN'), ('F', 12.345)`);
    },
    after: 'look',
    names: ['rows_set_aside amount_not_a_number cards', 'rows_set_aside amount_fraction_of_cent cards'],
  },
  {
    odd: 'ids of cards and readers of 12 kB',
    does: async () => {
      await order('', `${longId}, 'bar_order', 'failed', 1, 10, 10`);
      await run(
        `insert into nfc_scan_log (card_id_scanned, scan_status, device_identifier) select id, 'success', id from ${longId} as long (id)`,
      );
    },
    names: ['rows_set_aside id_too_long transactions', 'rows_set_aside id_too_long scans'],
  },
  {
    odd: 'the details are renamed',
    does: () => run('alter table app_transaction_log rename details to particulars'),
    after: 'look',
    names: ['log_changed columns app_transaction_log'],
  },
  {
    odd: 'the log of scans is dropped',
    does: () => run('drop table nfc_scan_log cascade'),
    after: 'look',
    names: ['log_changed missing nfc_scan_log'],
  },
  {
    odd: 'row security is switched on',
    does: () => run('alter table nfc_scan_log enable row level security'),
    after: 'look',
    names: ['log_changed row_security nfc_scan_log'],
  },
  {
    odd: 'events of another system that make no sense',
    does: () =>
      run(`insert into monitoring_events (event_type, severity, detection_algorithm, event_data, affected_amount)
        values ('system_health', 'LOW', 'another', '[1, {"a": []}]', 'NaN'), ('system_health', 'LOW', 'another', '"text"', null)`),
  },
  {
    odd: 'columns of other types',
    does: () =>
      run(`alter table app_transaction_log alter amount_involved type float8, alter previous_balance type real,
        alter details type json, alter timestamp type timestamp using timestamp at time zone 'UTC'`),
    after: 'look',
    names: ['log_changed types app_transaction_log'],
  },
  {
    odd: 'rows whose status never settles',
    does: async () => {
      await order('', `'I' || n, 'bar_order', 'initiated', 1, 10, 9`, 'from generate_series(1, 20000) as n');
      await eventually(async () =>
        expect((await run('select count(*) from console.unsettled')).rows).toEqual([{ count: '20000' }]),
      );
      await run(`update console.unsettled set noticed_at = now() - interval '11 minutes'`);
    },
    names: ['undecided_rows initiated'],
  },
  {
    odd: 'the sequence of the events is behind their table, as after a restore of the data alone',
    does: async () => {
      await run(`insert into monitoring_events (event_id, event_type, severity, detection_algorithm, event_data, status)
        select id, 'system_health', 'INFO', 'another', '{}', 'RESOLVED' from generate_series(1000, 1500) as id`);
      await run(`select setval('monitoring_events_event_id_seq', 1000, false)`);
    },
    after: 'look',
    besides: async () => {
      expect((await run(`select from console.audit where action = 'sequences_moved'`)).rowCount).toBe(1);
    },
  },
  {
    odd: 'a till and a reader that think it is 1970, and an amount taken there',
    does: async () => {
      await order(
        ', timestamp, details',
        `'B', 'bar_order', 'failed', 3, 50, 47, '1970-01-01', '{"point_of_sale": "Bar 70"}'`,
      );
      await run(
        `insert into nfc_scan_log (card_id_scanned, scan_status, device_identifier, scan_timestamp) values ('B', 'success', 'reader-70', '1970-01-01')`,
      );
    },
    names: ['wrong_clock Bar 70', 'wrong_clock reader-70'],
    besides: () => found('B'),
  },
  {
    odd: 'one request charged twice twelve seconds apart, and two orders without any request id',
    does: async () => {
      await order(
        ', client_request_id, timestamp',
        `'B', 'bar_order', 'completed', 4, 50 - 4 * n, 46 - 4 * n, 'request-1', now() - (60 - 12 * n) * interval '1 second'`,
        'from generate_series(0, 1) as n',
      );
      await order(
        ', timestamp, details',
        `'C', 'bar_order', 'completed', 4, 50 - 4 * n, 46 - 4 * n, now() - (60 - 12 * n) * interval '1 second', '{"point_of_sale": "Bar 3"}'`,
        'from generate_series(0, 1) as n',
      );
    },
    names: ['duplicate_charge same_request', 'duplicate_charge no_request'],
  },
  {
    odd: 'twenty payouts at the exit',
    does: async () => {
      await run(`insert into table_cards (id, amount) select 'P' || n, 0 from generate_series(1, 20) as n`);
      await order('', `'P' || n, 'payout', 'completed', 0, 0, 0`, 'from generate_series(1, 20) as n');
    },
    names: ['unknown_transaction_type payout'],
  },
  {
    odd: 'a type and a status of the festival’s own, which a supervisor explains, and more of them',
    does: async () => {
      for (const card of ['P1', 'P2', 'P3']) await world.festival.card(card, 12);
      await ownWords(['P1', 'P2']);
    },
    names: ['unknown_transaction_type payout', 'unknown_transaction_status ok'],
    besides: async () => {
      for (const meaning of [
        { kind: 'type', word: 'payout', meaning: 'takes' },
        { kind: 'status', word: 'ok', meaning: 'completed' },
      ] as const) {
        expect(await submit('transactionMeanings.set', { ...meaning, base: 0 })).toMatchObject({ outcome: 'applied' });
      }
      await ownWords(['P3']);
      await eventually(async () => {
        expect((await run('select from console.meaning_version where version = recounted')).rowCount).toBe(1);
        expect((await run(`select expected_cents from console.card_ledger where card_id like 'P_'`)).rows).toEqual(
          Array(3).fill({ expected_cents: '0' }),
        );
      });
      forward(60_000);
      await eventually(async () => expect(await openAbout('P%')).toEqual([]));
    },
  },
  {
    odd: 'thirty failed rows of the day after tomorrow',
    does: () =>
      order(
        ', timestamp, details',
        `'F' || n, 'bar_order', 'failed', 1, 10, 10, now() + interval '2 days', '{"point_of_sale": "Bar 9"}'`,
        'from generate_series(1, 30) as n',
      ),
    names: ['wrong_clock Bar 9'],
    never: /^system_failure_spike/,
  },
  {
    odd: 'two cards whose ids differ by a line break',
    does: async () => {
      await run(`insert into table_cards (id, amount) values ('04AA11', 20), (E'04AA11\\n', 20)`);
      await order('', `E'04AA11\\n', 'bar_order', 'failed', 2, 20, 18`);
    },
    besides: async () => {
      await found('04AA11\n');
      expect(await cardsThatLost()).not.toContain('04AA11');
    },
  },
];

describe('what the field puts into the database', () => {
  it.each(LINES)('$odd', (line) => world.holds(line));
});
