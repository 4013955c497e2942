import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import type { Random } from '../../electron/training/random.ts';
import type { Label } from './faults.ts';
import type { Card } from './field.ts';

/**
 * Rows that make no sense, among the traffic: none of them has done anything to a card. Each kind leads to one alert that
 * names it, however many there are.
 */
export type OddRows = {
  /** Writes no more, and gives back what must be found. */
  stop(): Promise<Label[]>;
  written(): number;
};

/** A failed row that left its card as it was, but for one thing. */
const failed = (columns: string, values: string): string =>
  `insert into app_transaction_log (card_id, transaction_type, status, amount_involved, previous_balance, new_balance, details${columns})
   values ($1, 'bar_order', 'failed', `.concat(values, ')');

const till = (name: string): string => `'{"point_of_sale": "${name}"}'`;
const longId = `(select string_agg(md5(n::text || $1), '') from generate_series(1, 400) as n)`;

type Kind = { readonly sql: string; readonly expects: readonly Label['expects'][number][] };
const aside = (source: string, reason: string) => ({ algorithm: 'rows_set_aside', about: `${source} ${reason}` });
const clock = (about: string) => ({ algorithm: 'wrong_clock', about });
/** $1 is the card, $2 what it holds. */
const KINDS: readonly Kind[] = [
  {
    sql: failed('', `'NaN', $2, $2, ${till('Odd 1')}`),
    expects: [aside('transactions', 'amount_not_a_number')],
  },
  {
    sql: failed('', `1, $2, 'NaN', ${till('Odd 1')}`),
    expects: [aside('transactions', 'amount_not_a_number')],
  },
  { sql: failed('', `1, $2, $2, '[{"a": [1]}]'`), expects: [] },
  { sql: failed('', `1, $2, $2, '"text"'`), expects: [] },
  ...['infinity', '-infinity', '9999-12-31', '0044-03-15 BC', '1970-01-01'].map(
    (time, index): Kind => ({
      sql: failed(', timestamp', `1, $2, $2, ${till(`Odd ${index + 2}`)}, '${time}'`),
      expects: [clock(`Odd ${index + 2}`)],
    }),
  ),
  {
    sql: failed(', timestamp', `1, $2, $2, ${till('Odd 7')}, now() + interval '2 days'`),
    expects: [clock('Odd 7')],
  },
  ...['infinity', '1970-01-01', '9999-12-31'].map(
    (time, index): Kind => ({
      sql: `insert into nfc_scan_log (card_id_scanned, scan_status, device_identifier, scan_timestamp)
        select $1, 'success', 'odd-${index + 1}', '${time}' where $2::numeric is not null`,
      expects: [clock(`odd-${index + 1}`)],
    }),
  ),
  {
    sql: `insert into nfc_scan_log (card_id_scanned, scan_status, device_identifier)
      select ${longId}, 'failure', null where $2::numeric is not null`,
    expects: [aside('scans', 'id_too_long')],
  },
];

/** Writes odd rows on cards of their own, `share` of what the field has written by then. */
export const startOddRows = (options: {
  pool: pg.Pool;
  cards: Card[];
  share: number;
  written: () => number;
  random: Random;
}): OddRows => {
  const { pool, cards, share, random } = options;
  const labels = new Map<string, Label>();
  let stopped = false;
  let count = 0;
  const write = async (): Promise<void> => {
    const kind = KINDS[count < KINDS.length ? count : random.between(0, KINDS.length - 1)];
    const card = cards.pop();
    if (kind === undefined || card === undefined) return;
    count += 1;
    try {
      await pool.query(kind.sql, [card.id, (card.balance / 100).toFixed(2)]);
    } catch {
      // The server is restarted on purpose.
      count -= 1;
      await sleep(200);
      return;
    }
    for (const expected of kind.expects) {
      const key = `${expected.algorithm} ${expected.about}`;
      if (!labels.has(key)) labels.set(key, { kind: 'odd', at: Date.now(), expects: [expected] });
    }
  };
  const loop = (async () => {
    while (!stopped) {
      if (count < Math.floor(options.written() * share) && cards.length > 0) await write();
      else await sleep(20);
    }
  })();
  return {
    written: () => count,
    stop: async () => {
      stopped = true;
      await loop;
      return [...labels.values()];
    },
  };
};
