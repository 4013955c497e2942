import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { FaultKind } from '../../shared/contract/status.ts';
import type { Clock } from '../../shared/domain/clock.ts';
import { addCents, type Cents, cents, subtractCents, ZERO } from '../../shared/domain/money.ts';
import type { FestivalDatabase } from '../postgres/pool.ts';
import { idColumn, instantColumn } from '../postgres/rows.ts';
import { sql } from '../postgres/sql.ts';
import { expected, FaultImpossible, type OnCard } from './fault.ts';
import { editHistory, type Logged, lockCard, writeForeign, writeLateScans, writeOrder, writeScan } from './field.ts';
import type { Label, LabelStore } from './labels.ts';
import type { Basket, Counter } from './planner.ts';
import type { Random } from './random.ts';
import type { Traffic } from './traffic.ts';
import { BARS, cardIds } from './world.ts';

/** The faults of detectors that are ours, and of the system itself. They come when they are asked for. */
export type OtherFault = Exclude<
  FaultKind,
  | 'deduction_on_failure'
  | 'balance_mismatch'
  | 'consecutive_failures'
  | 'failure_spike'
  | 'duplicate_scans'
  | 'concurrent_transactions'
  | 'negative_balance'
>;

/** Longer apart than two transactions at the same moment, and than a burst of scans needs. */
const SECOND_CHARGE_MS = { from: 2_600, to: 6_000 };
/** A silent reader had worked until then. */
const SILENT_MINUTES = 14;
/** So many scans of others prove that the festival goes on. */
const OTHERS = 60;
const BROKEN_SCANS = 8;

const writtenRow = z.object({ event_id: idColumn, at: instantColumn });

export const createOtherFaults = (options: {
  database: FestivalDatabase;
  traffic: Traffic;
  random: Random;
  clock: Clock;
  labels: LabelStore;
  pause: (ms: number) => Promise<void>;
  monitoring: FestivalDatabase;
  onCard: OnCard;
  /** A basket that the card can pay. */
  basketFor: (limit: Cents) => Basket;
}): Readonly<Record<OtherFault, () => Promise<Label>>> => {
  const { database, traffic, random, clock, labels, pause, monitoring, onCard, basketFor } = options;
  const { planner } = traffic;
  const now = () => clock.monotonic();
  const scanMs = () => random.between(60, 420);
  /** A name that nothing else in the festival has. */
  const ownName = (prefix: string) => `${prefix}-${randomUUID().slice(0, 4)}`;

  /** A fault that no card of the festival has. */
  const withoutCard = async (
    kind: OtherFault,
    cardId: string | null,
    work: (id: string) => Promise<Pick<Label, 'about' | 'at' | 'expects' | 'logIds'>>,
  ): Promise<Label> => {
    const id = randomUUID();
    labels.begin({ id, kind, cardId, at: new Date(traffic.databaseNow()).toISOString() });
    const label: Label = { id, kind, cardId, amountCents: null, discrepancyCents: ZERO, ...(await work(id)) };
    labels.finish(label);
    return label;
  };

  const doubleCharge = (): Promise<Label> =>
    onCard(
      'double_charge',
      (card) => card.balance >= 2_000,
      async (card) => {
        const counter = planner.counterAt(BARS);
        const basket = basketFor(cents(card.balance / 2));
        const rows: Logged[] = [];
        // The till got no answer and sends the order anew, under another id and without a tap.
        for (const scanned of [true, false]) {
          if (!scanned) await pause(random.between(SECOND_CHARGE_MS.from, SECOND_CHARGE_MS.to));
          const row = await database.write(async (tx) => {
            const previous = await lockCard(tx, card.id);
            card.balance = subtractCents(previous, basket.total);
            return writeOrder(tx, {
              ...{ cardId: card.id, counter, basket, scanMs: scanMs(), scanned, status: 'completed' },
              ...{ previous, next: card.balance, card: card.balance },
            });
          });
          traffic.count(row, { failed: false });
          rows.push(row);
        }
        return {
          amountCents: basket.total,
          logIds: rows.map((row) => row.logId),
          at: rows.at(-1)?.at ?? '',
          expects: [expected('duplicate_charge', card)],
        };
      },
    );

  const chainBreak = (): Promise<Label> =>
    onCard(
      'chain_break',
      (card) => card.balance >= 800,
      async (card) => {
        const gap = cents(random.between(1, 9) * 50);
        const row = await database.write(async (tx) => {
          const balance = await lockCard(tx, card.id);
          const basket = basketFor(balance);
          card.balance = subtractCents(balance, basket.total);
          // The till noted an older balance; what it took is right.
          return writeOrder(tx, {
            ...{ cardId: card.id, counter: planner.counterAt(BARS), basket, scanMs: scanMs(), status: 'completed' },
            ...{ previous: addCents(balance, gap), next: card.balance, card: card.balance },
          });
        });
        traffic.count(row, { failed: false });
        return {
          amountCents: gap,
          logIds: [row.logId],
          at: row.at,
          expects: [expected('balance_chain_break', card)],
        };
      },
    );

  const readerFailures = (): Promise<Label> =>
    withoutCard('reader_failures', null, async () => {
      const counter: Counter = { place: random.pick(BARS), reader: ownName('reader-spare') };
      let at = '';
      for (let scan = 0; scan < BROKEN_SCANS; scan += 1) {
        // Each of another visitor, so that nobody seems to be scanned twice.
        const card = traffic.book().take(now(), () => true);
        if (card === undefined) throw new FaultImpossible('all cards rest');
        const status = scan % 2 === 0 ? 'timeout' : 'success';
        try {
          at = await database.write((tx) => writeScan(tx, { cardId: card.id, counter, status, scanMs: scanMs() }));
        } finally {
          traffic.book().giveBack(card, now());
        }
      }
      return { about: counter.reader, at, logIds: [], expects: [expected('reader_failure_spike', null)] };
    });

  const silentReader = (): Promise<Label> =>
    withoutCard('silent_reader', null, async () => {
      const counter: Counter = { place: random.pick(BARS), reader: ownName('reader-terrace') };
      await traffic.rush(OTHERS);
      const at = await database.write((tx) => writeLateScans(tx, counter, SILENT_MINUTES));
      return { about: counter.reader, at, logIds: [], expects: [expected('reader_silent', null)] };
    });

  const unknownType = (): Promise<Label> =>
    onCard(
      'unknown_type',
      (card) => card.balance >= 800,
      async (card) => {
        const type = ownName('voucher').replace('-', '_');
        const place = random.pick(BARS).name;
        const row = await database.write(async (tx) => {
          const balance = await lockCard(tx, card.id);
          return writeForeign(tx, { cardId: card.id, type, amount: cents(300), balance, place });
        });
        traffic.count(row, { failed: false });
        return {
          amountCents: cents(300),
          about: type,
          logIds: [row.logId],
          at: row.at,
          expects: [expected('unknown_transaction_type', null)],
        };
      },
    );

  const unknownCard = (): Promise<Label> => {
    const [cardId] = cardIds(random, 1);
    if (cardId === undefined || traffic.book().find(cardId)) throw new FaultImpossible('no id is free');
    return withoutCard('unknown_card', cardId, async () => {
      const place = random.pick(BARS).name;
      const row = await database.write((tx) =>
        writeForeign(tx, { cardId, type: 'bar_order', amount: cents(300), balance: cents(2_000), place }),
      );
      traffic.count(row, { failed: false });
      return { about: null, at: row.at, logIds: [row.logId], expects: [expected('unknown_card', { id: cardId })] };
    });
  };

  const editedLog = (): Promise<Label> =>
    onCard(
      'edited_log',
      (card) => card.balance >= 1_000,
      async (card) => {
        const change = cents(random.between(1, 12) * 50);
        const edited = await database.write((tx) => editHistory(tx, card.id, change));
        if (edited === undefined) throw new FaultImpossible('the card has no history');
        card.balance = edited.balance;
        return {
          amountCents: change,
          logIds: [edited.logId],
          at: edited.at,
          expects: [expected('ledger_drift', card)],
        };
      },
    );

  /**
   * The health of a system changes over hours: this is written as an earlier monitoring system writes it, not found by
   * our detector.
   */
  const healthChange = (): Promise<Label> =>
    withoutCard('health_change', null, async () => {
      const report = ownName('report');
      const facts = { from: 'HEALTHY', to: 'WARNING', reasons: ['detection_seconds: warning'], report };
      const { at } = await monitoring.write((tx) =>
        tx.row(
          writtenRow,
          sql`/* festival:earlier-monitoring */
            insert into monitoring_events (event_type, severity, detection_timestamp, detection_algorithm, confidence_score,
              event_data)
            values ('system_health', 'HIGH', now(), 'health_status_change', 1, ${JSON.stringify(facts)}::jsonb)
            returning event_id, detection_timestamp as at`,
        ),
      );
      return { about: report, at, logIds: [], expects: [expected('health_status_change', null)] };
    });

  return {
    double_charge: doubleCharge,
    chain_break: chainBreak,
    reader_failures: readerFailures,
    silent_reader: silentReader,
    unknown_type: unknownType,
    unknown_card: unknownCard,
    edited_log: editedLog,
    health_change: healthChange,
  };
};
