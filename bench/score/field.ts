import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import type { Random } from '../../electron/training/random.ts';
import type { ConnectionSettings } from '../../shared/contract/connection.ts';

/** A card as its last transaction left it. Amounts are cents. */
export type Card = { readonly id: string; balance: number; usedAt: number; mustRecharge: boolean };

/** One action on one card, as the festival's own system writes it. */
export type Action = {
  readonly card: string;
  readonly type: string;
  readonly status: string;
  readonly amount: number | null;
  readonly previous: number | null;
  readonly next: number | null;
  /** What the card holds afterwards; null leaves it. */
  readonly cardAfter: number | null;
  readonly bar: string | null;
  readonly device: string | null;
  /** Scans before the order, by their status. */
  readonly scans: readonly string[];
  readonly requestId: string;
  readonly error?: string;
};

export const BARS = Array.from({ length: 12 }, (_, index) => `Bar ${index + 1}`);
export const DEVICES = Array.from({ length: 40 }, (_, index) => `reader-${index + 1}`);

/** A visitor rests longer than any window that two transactions of one card could fall into (30 s). */
const REST_MS = 32_000;
const BATCH = 40;

/**
 * Writes actions in one statement, so that a writer is as fast as a festival at its peak: scans, cards, log. Ids are
 * handed out here, and become visible when the caller commits.
 */
/** @returns the time that their rows carry: the database's, unless a till says its own */
export const writeActions = async (
  client: pg.ClientBase,
  actions: readonly Action[],
  till: Date | null = null,
): Promise<Date> => {
  const { rows } = await client.query(
    `with action as (
       select a.*, row_number() over () as place from jsonb_to_recordset($1::jsonb) as a (card text, type text, status text,
         amount int, previous int, next int, "cardAfter" int, bar text, device text, scans jsonb, "requestId" text, error text)
     ), scanned as (
       insert into nfc_scan_log (card_id_scanned, raw_data, scan_status, device_identifier, client_request_id,
         scan_location_context, error_code, scan_timestamp)
       select a.card, a.card, s.status, a.device, a."requestId", a.bar,
         case when s.status <> 'success' then upper(s.status) end, coalesce($2, now())
       from action a, jsonb_array_elements_text(a.scans) as s (status) order by a.place
     ), charged as (
       update table_cards c set amount = a."cardAfter"::numeric / 100, updated_at = now()
       from action a where c.id = a.card and a."cardAfter" is not null
     )
     insert into app_transaction_log (card_id, transaction_type, status, amount_involved, previous_balance, new_balance,
       details, client_request_id, timestamp)
     select card, type, status, amount::numeric / 100, previous::numeric / 100, next::numeric / 100,
       jsonb_strip_nulls(jsonb_build_object('point_of_sale', bar, 'error_code', error)), "requestId",
       coalesce($2, now())
     from action order by place
     returning timestamp`,
    [JSON.stringify(actions), till],
  );
  return rows[0].timestamp;
};

/** What visitors do when nothing goes wrong, and what goes wrong honestly. */
const honest = (card: Card, random: Random, mayFail: boolean): { action: Action; after: number } => {
  const bar = BARS[random.between(0, BARS.length - 1)] ?? 'Bar 1';
  const device = DEVICES[random.between(0, DEVICES.length - 1)] ?? 'reader-1';
  const common = { card: card.id, bar, device, requestId: randomUUID() };
  const wanted = random.between(3, 30) * 50;
  if (card.balance < wanted || card.mustRecharge || random.chance(0.08)) {
    if (mayFail && !card.mustRecharge && card.balance < wanted && random.chance(0.25)) {
      card.mustRecharge = true;
      const unknown = random.chance(0.1);
      const balance = unknown ? null : card.balance;
      return {
        after: card.balance,
        action: {
          ...common,
          ...{ type: 'bar_order', status: 'failed', amount: wanted, previous: balance, next: balance, cardAfter: null },
          ...{ scans: ['success'], error: 'INSUFFICIENT_FUNDS' },
        },
      };
    }
    card.mustRecharge = false;
    const amount = random.between(2, 10) * 500;
    const after = card.balance + amount;
    const online = random.chance(0.2);
    return {
      after,
      action: {
        ...common,
        ...{ type: online ? 'stripe_recharge' : 'checkpoint_recharge', status: 'completed', amount },
        ...{ previous: card.balance, next: after, cardAfter: after, scans: online ? [] : ['success'] },
      },
    };
  }
  const after = card.balance - wanted;
  return {
    after,
    action: {
      ...common,
      ...{
        type: 'bar_order',
        status: 'completed',
        amount: wanted,
        previous: card.balance,
        next: after,
        cardAfter: after,
      },
      // A card that is not read is scanned again.
      scans: mayFail && random.chance(0.006) ? ['failure', 'success'] : ['success'],
    },
  };
};

/** Traffic that may be paused: no order or charge is half done then. */
export type Field = {
  written(): number;
  /** Waits until every writer has ended its transaction, and keeps them from beginning one. */
  pause(): Promise<void>;
  resume(): void;
  /** When all is written. @throws what stopped a writer. */
  done(): Promise<void>;
  /** Begins nothing new. */
  stop(): void;
};

/**
 * Honest traffic from several writers at once, each on cards of its own: batches that commit at once, late or never;
 * writers that change the card and log it in two transactions; rows whose status is decided later.
 */
export const startField = (options: {
  settings: ConnectionSettings;
  cards: readonly Card[];
  transactions: number;
  perSecond: number;
  writers: number;
  random: Random;
  log: (words: string) => void;
}): Field => {
  const { settings, cards, transactions, perSecond, writers, random } = options;
  let written = 0;
  let begun = 0;
  let paused: PromiseWithResolvers<void> | undefined;
  let stopped = false;
  const busy = new Set<Promise<unknown>>();
  const startedAt = performance.now();
  let pausedMs = 0;

  const run = async (own: Card[]): Promise<void> => {
    let client = await connect(settings);
    let next = 0;
    while (begun < transactions && !stopped) {
      if (paused) {
        await client.end().catch(() => undefined);
        await paused?.promise;
        client = await connect(settings);
      }
      const ahead = (begun / perSecond) * 1_000 - (performance.now() - startedAt - pausedMs);
      if (ahead > 0) await sleep(Math.min(ahead, 250));
      if (ahead > 250 || paused) continue;
      const size = Math.min(BATCH, transactions - begun);
      const batch: Card[] = [];
      while (batch.length < size) {
        const card = own[next % own.length];
        if (card === undefined || performance.now() - card.usedAt < REST_MS) break;
        next += 1;
        card.usedAt = performance.now();
        batch.push(card);
      }
      if (batch.length === 0) {
        await sleep(20);
        continue;
      }
      begun += batch.length;
      // The first ones all succeed: one failure among eleven transactions would be a spike.
      const work = writeBatch(client, batch, { random, mayFail: begun > 4_000 });
      busy.add(work);
      try {
        const done = await work;
        written += done;
        begun -= batch.length - done;
      } finally {
        busy.delete(work);
      }
    }
    await client.end();
  };

  const running = Array.from({ length: writers }, (_, lane) =>
    run(cards.filter((_card, index) => index % writers === lane)),
  );
  const all = Promise.all(running);
  // Whoever waits for the end hears of it.
  all.catch(() => undefined);
  return {
    stop: () => {
      stopped = true;
      paused?.resolve();
    },
    written: () => written,
    pause: async () => {
      const begunAt = performance.now();
      paused = Promise.withResolvers<void>();
      void paused.promise.then(() => {
        pausedMs += performance.now() - begunAt;
      });
      while (busy.size > 0) await Promise.allSettled([...busy]);
      await sleep(50);
    },
    resume: () => {
      paused?.resolve();
      paused = undefined;
    },
    done: async () => {
      await all;
    },
  };
};

/**
 * Writes what these cards do next, in one of the ways in which a festival's system may write.
 * @returns how many were written; 0 when they were rolled back and nothing has happened
 */
const writeBatch = async (
  client: pg.Client,
  batch: readonly Card[],
  { random, mayFail }: { random: Random; mayFail: boolean },
): Promise<number> => {
  const before = batch.map(({ balance, mustRecharge }) => ({ balance, mustRecharge }));
  const planned = batch.map((card) => honest(card, random, mayFail));
  const actions = planned.map(({ action }) => action);
  const way = random.fraction();
  if (way < 0.004) {
    await client.query('begin');
    await writeActions(client, actions);
    await client.query('rollback');
    for (const [at, card] of batch.entries()) Object.assign(card, before[at]);
    return 0;
  }
  if (way < 0.02) {
    // Two transactions: the cards first, the log a moment later.
    await client.query(
      `update table_cards c set amount = a."cardAfter"::numeric / 100 from jsonb_to_recordset($1::jsonb)
         as a (card text, "cardAfter" int) where c.id = a.card and a."cardAfter" is not null`,
      [JSON.stringify(actions)],
    );
    await sleep(random.between(100, 800));
    await writeActions(
      client,
      actions.map((action) => ({ ...action, cardAfter: null })),
    );
  } else if (way < 0.03) {
    // Written as pending with the card as it was, and decided a moment later together with the card.
    await writeActions(
      client,
      actions.map((action) =>
        action.status === 'failed' ? action : { ...action, status: 'pending', next: null, cardAfter: null },
      ),
    );
    await sleep(random.between(300, 2_500));
    await client.query(
      `with a as (select * from jsonb_to_recordset($1::jsonb) as a ("requestId" text, card text, next int, status text)),
         c as (update table_cards c set amount = a.next::numeric / 100 from a where c.id = a.card and a.status = 'completed')
       update app_transaction_log t set status = 'completed', new_balance = a.next::numeric / 100
       from a where t.client_request_id = a."requestId" and t.log_id > $2 and a.status = 'completed'`,
      [JSON.stringify(actions), await recentId(client)],
    );
  } else if (way < 0.06) {
    // Holds its ids for seconds before it commits.
    await client.query('begin');
    await writeActions(client, actions);
    await sleep(random.chance(0.1) ? random.between(5_000, 15_000) : random.between(300, 3_000));
    await client.query('commit');
  } else {
    await client.query('begin');
    await writeActions(client, actions);
    if (random.chance(0.3)) await sleep(random.between(1, 60));
    await client.query('commit');
  }
  for (const [at, card] of batch.entries()) {
    card.balance = planned[at]?.after ?? card.balance;
    card.usedAt = performance.now();
  }
  return batch.length;
};

/** An id that was written a few seconds ago at the latest: keeps the update off the whole log, which has no such index. */
const recentId = async (client: pg.ClientBase): Promise<string> => {
  const { rows } = await client.query(
    'select greatest(coalesce(max(log_id), 0) - 20000, 0)::text as id from app_transaction_log',
  );
  return rows[0].id;
};

export const connect = async (settings: ConnectionSettings): Promise<pg.Client> => {
  const { host, port, database, user, password } = settings;
  const client = new pg.Client({ host, port, database, user, password, ssl: false });
  // The server is restarted on purpose.
  client.on('error', () => undefined);
  await client.connect();
  return client;
};
