import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import type { Random } from '../../electron/training/random.ts';
import { type Action, BARS, type Card, DEVICES, writeActions } from './field.ts';

/** A finding that a fault must lead to. `about`: the card, the reader or the type; null for the whole festival. */
export type Expected = { readonly algorithm: string; readonly about: string | null };

/** What was done, for the scorer alone. `at`: when it was complete and committed, by this machine's clock. */
export type Label = {
  /** `odd`: rows that make no sense (odd.ts); `word`: what nobody has explained yet, and then somebody has (words.ts). */
  readonly kind: FaultKind | 'odd' | 'word';
  readonly at: number;
  readonly expects: readonly Expected[];
};

export const FAULT_WEIGHTS = {
  deduction: 26,
  phantom_deduction: 5,
  silent_change: 12,
  negative: 8,
  consecutive: 10,
  double_scan: 10,
  double_scan_charged: 4,
  concurrent: 8,
  simultaneous: 3,
  double_charge: 7,
  chain_break: 5,
  unknown_card: 2,
} as const;
/** Those that each need a reader, a type or a stretch of time of their own: so many a day. */
export const RARE = { failure_spike: 2, reader_failures: 6, reader_silent: 4, unknown_type: 5, edited_row: 8 } as const;
export type FaultKind = keyof typeof FAULT_WEIGHTS | keyof typeof RARE;

type Work = {
  readonly client: pg.ClientBase;
  readonly card: () => Card;
  readonly random: Random;
  readonly number: number;
};

const order = (card: Card, change: Partial<Action> & Pick<Action, 'amount'>): Action => ({
  card: card.id,
  type: 'bar_order',
  status: 'completed',
  previous: card.balance,
  next: card.balance - (change.amount ?? 0),
  cardAfter: card.balance - (change.amount ?? 0),
  bar: BARS[0] ?? null,
  device: DEVICES[0] ?? null,
  scans: [],
  requestId: randomUUID(),
  ...change,
});

const once = async (client: pg.ClientBase, actions: readonly Action[], till?: Date): Promise<number> => {
  await client.query('begin');
  await writeActions(client, actions, till);
  await client.query('commit');
  return Date.now();
};

/**
 * Two orders of one card, so far apart by the clock of the tills. On a busy machine the second may be written seconds
 * later than that, and would be no fault any more by the database's clock.
 */
const apart = async (client: pg.ClientBase, first: Action, ms: number, second: Action): Promise<number> => {
  const time = await writeActions(client, [first]);
  await sleep(ms);
  return once(client, [second], new Date(time.getTime() + ms));
};

const on = (card: Card, ...algorithms: string[]): Expected[] =>
  algorithms.map((algorithm) => ({ algorithm, about: card.id }));

/** Each kind of fault: injects it into the festival, and returns what must be found. */
export const FAULTS: Readonly<Record<FaultKind, (work: Work) => Promise<Omit<Label, 'kind'>>>> = {
  deduction: async ({ client, card: take, random }) => {
    const card = take();
    const amount = random.between(3, 30) * 50;
    const action = order(card, { amount, status: 'failed', error: 'CONFIRMATION_TIMEOUT', scans: ['success'] });
    const expects = on(card, 'balance_deduction_on_failure', 'balance_mismatch_detection');
    if (random.chance(0.1)) {
      // Commits late: lower ids than what has been read by then.
      await client.query('begin');
      await writeActions(client, [action]);
      await sleep(random.between(2_000, 12_000));
      await client.query('commit');
      return { at: Date.now(), expects };
    }
    if (random.chance(0.1)) {
      // Two transactions: the card first, the log a moment later.
      await client.query('update table_cards set amount = $2::numeric / 100 where id = $1', [
        card.id,
        card.balance - amount,
      ]);
      await sleep(random.between(100, 800));
      return { at: await once(client, [{ ...action, cardAfter: null }]), expects };
    }
    return { at: await once(client, [action]), expects };
  },
  phantom_deduction: async ({ client, card: take, random }) => {
    const card = take();
    const amount = random.between(3, 30) * 50;
    const action = order(card, { amount, status: 'failed', cardAfter: null });
    return { at: await once(client, [action]), expects: on(card, 'balance_deduction_on_failure') };
  },
  silent_change: async ({ client, card: take, random }) => {
    const card = take();
    const change = random.between(2, 30) * (random.chance(0.6) ? -25 : 25);
    await client.query('update table_cards set amount = amount + $2::numeric / 100 where id = $1', [card.id, change]);
    return { at: Date.now(), expects: on(card, 'balance_mismatch_detection') };
  },
  negative: async ({ client, card: take, random }) => {
    const card = take();
    const at = await once(client, [order(card, { amount: card.balance + random.between(1, 20) * 50 })]);
    return { at, expects: on(card, 'negative_balance_detection') };
  },
  consecutive: async ({ client, card: take, random }) => {
    const card = take();
    const attempts = random.between(3, 5);
    let at = 0;
    for (let attempt = 0; attempt < attempts; attempt += 1) {
      if (attempt > 0) await sleep(random.between(2_300, 3_000));
      const amount = random.between(3, 30) * 50;
      const done = await once(client, [
        order(card, { amount, status: 'failed', next: card.balance, cardAfter: null, error: 'READER_TIMEOUT' }),
      ]);
      if (attempt === 2) at = done;
    }
    return { at, expects: on(card, 'consecutive_failures') };
  },
  double_scan: async ({ client, card: take, random }) => {
    const card = take();
    let time = (
      await writeActions(client, [order(card, { amount: random.between(3, 20) * 50, scans: ['success'] })])
    ).getTime();
    let at = 0;
    for (let more = random.between(1, 3); more > 0; more -= 1) {
      const pause = random.between(200, 1_500);
      await sleep(pause);
      // By the reader's clock, as `apart`.
      time += pause;
      await client.query(
        `insert into nfc_scan_log (card_id_scanned, scan_status, device_identifier, scan_timestamp)
         values ($1, 'success', $2, $3)`,
        [card.id, DEVICES[0], new Date(time)],
      );
      at ||= Date.now();
    }
    return { at, expects: on(card, 'temporal_duplicate_detection') };
  },
  double_scan_charged: async ({ client, card: take, random }) => {
    const card = take();
    const first = random.between(3, 12) * 50;
    const one = order(card, { amount: first, scans: ['success'] });
    card.balance -= first;
    const two = order(card, { amount: first + 50, scans: ['success'], bar: BARS[1] ?? null });
    const at = await apart(client, one, random.between(2_400, 3_800), two);
    return { at, expects: on(card, 'temporal_duplicate_detection') };
  },
  concurrent: async ({ client, card: take, random }) => {
    const card = take();
    const first = random.between(3, 12) * 50;
    // Both tills have read the same balance; the later one overwrites what the first had left.
    const two = order(card, { amount: first + 100, bar: BARS[1] ?? null });
    const at = await apart(client, order(card, { amount: first }), random.between(200, 900), two);
    return {
      at,
      expects: on(card, 'concurrent_transaction_detection', 'balance_chain_break', 'balance_mismatch_detection'),
    };
  },
  simultaneous: async ({ client, card: take, random }) => {
    const card = take();
    const first = random.between(3, 12) * 50;
    const one = order(card, { amount: first });
    card.balance -= first;
    const two = order(card, { amount: first + 100, bar: BARS[1] ?? null });
    const at = await apart(client, one, random.between(200, 900), two);
    return { at, expects: on(card, 'concurrent_transaction_detection') };
  },
  double_charge: async ({ client, card: take, random }) => {
    const card = take();
    const amount = random.between(3, 12) * 50;
    const one = order(card, { amount });
    card.balance -= amount;
    const at = await apart(client, one, random.between(2_500, 22_000), order(card, { amount }));
    return { at, expects: on(card, 'duplicate_charge') };
  },
  chain_break: async ({ client, card: take, random }) => {
    const card = take();
    const amount = random.between(3, 12) * 50;
    const at = await once(client, [order(card, { amount, previous: card.balance + random.between(1, 9) * 50 })]);
    return { at, expects: on(card, 'balance_chain_break') };
  },
  unknown_card: async ({ client, number }) => {
    const ghost: Card = { id: `GHOST${number}`, balance: 2_000, usedAt: 0, mustRecharge: false };
    const at = await once(client, [order(ghost, { amount: 300, cardAfter: null })]);
    return { at, expects: on(ghost, 'unknown_card') };
  },
  failure_spike: async ({ client, card: take, number }) => {
    // A bar that was cut off uploads what failed there: rows with times of their own, in a quiet hour.
    const actions = Array.from({ length: 20 }, () => {
      const card = take();
      return order(card, { amount: 300, status: 'failed', next: card.balance, cardAfter: null });
    });
    const minutesAgo = number % 2 === 0 ? 95 : 60;
    await client.query('begin');
    await writeActions(client, actions);
    await client.query(
      `update app_transaction_log set timestamp = now() - make_interval(mins => $2) + make_interval(secs => (log_id % 200)::int)
       where client_request_id = any ($1)
         and log_id > (select max(log_id) - 20000 from app_transaction_log)`,
      [actions.map((action) => action.requestId), minutesAgo],
    );
    await client.query('commit');
    return { at: Date.now(), expects: [{ algorithm: 'system_failure_spike', about: null }] };
  },
  reader_failures: async ({ client, card: take, random, number }) => {
    const device = `broken-${number}`;
    const scans = random.between(6, 10);
    const statuses = Array.from({ length: scans }, (_, index) => (index % 2 === 0 ? 'timeout' : 'success'));
    await client.query(
      `insert into nfc_scan_log (card_id_scanned, scan_status, device_identifier, error_code)
       select s.card, s.status, $3, case when s.status <> 'success' then 'READER' end
       from unnest($1::text[], $2::text[]) as s (card, status)`,
      [statuses.map(() => take().id), statuses, device],
    );
    return { at: Date.now(), expects: [{ algorithm: 'reader_failure_spike', about: device }] };
  },
  reader_silent: async ({ client, number }) => {
    // What it had scanned until a quarter of an hour ago comes in at once.
    const device = `silent-${number}`;
    await client.query(
      `insert into nfc_scan_log (card_id_scanned, scan_status, device_identifier, scan_timestamp)
       select null, 'success', $1, now() - make_interval(mins => 14 + n) from generate_series(0, 39) as n order by n desc`,
      [device],
    );
    return { at: Date.now(), expects: [{ algorithm: 'reader_silent', about: device }] };
  },
  unknown_type: async ({ client, card: take, number }) => {
    const card = take();
    const type = `voucher_${number}`;
    const at = await once(client, [order(card, { amount: 300, type, next: card.balance, cardAfter: null })]);
    return { at, expects: [{ algorithm: 'unknown_transaction_type', about: type }] };
  },
  edited_row: async ({ client, card: take }) => {
    // Somebody corrects a row of the log by hand, long after it was read. Only a recompute can know.
    const card = take();
    await client.query(
      `update app_transaction_log set amount_involved = amount_involved + 1 where card_id = $1 and status = 'completed'`,
      [card.id],
    );
    return { at: Date.now(), expects: on(card, 'ledger_drift', 'balance_mismatch_detection') };
  },
};
