import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import { v7 as uuid } from 'uuid';
import { z } from 'zod';
import { isConnectionError } from '../../electron/lib/postgres-errors.ts';
import { rowId } from '../../shared/domain/row-id.ts';
import type { Meaning, WordKind } from '../../shared/domain/transaction-words.ts';
import type { EngineProcess } from './engine-process.ts';
import type { Label } from './faults.ts';
import { type Card, writeActions } from './field.ts';
import type { Found } from './watch.ts';

/** What is found when the mismatches of a word have ended with its explanation: no event of its own. */
const EXPLAINED = 'mismatches explained';
const NO_EVENT = rowId(0);
const CARDS_A_WORD = 6;
/** How long each step may take, with all that is cut and killed meanwhile: it only ends a hang, on a busy machine as well. */
const PATIENCE_MS = 600_000;

const answerSchema = z.object({
  answer: z.union([
    z.object({ ok: z.literal(true), value: z.object({ outcome: z.string() }) }),
    z.object({ ok: z.literal(false) }),
  ]),
});

/** Words of the festival's own, played and then explained. */
export type Words = { done(): Promise<{ labels: Label[]; found: Found[] }> };

type Word = { readonly kind: WordKind; readonly word: string; readonly meaning: Meaning };

/**
 * Guests are paid out under a type that nobody has explained, and a till writes a status of its own: one alert each, with
 * the mismatches that follow. Then a supervisor explains both: what was before ends by itself, and what comes after is in
 * order.
 */
export const playWords = (options: {
  /** As the festival's system, which writes. */
  pool: pg.Pool;
  /** As the administrator, who reads what was found: the festival's system may not. */
  reader: pg.Pool;
  cards: Card[];
  engine: EngineProcess;
  signIn: () => Promise<unknown>;
  day: number;
}): Words => {
  const { pool, reader, cards, engine, signIn, day } = options;
  const labels: Label[] = [];
  const found: Found[] = [];

  const query = async (text: string, values: readonly unknown[]): Promise<readonly unknown[]> => {
    for (;;) {
      try {
        return (await reader.query(text, [...values])).rows;
      } catch (error) {
        // The server is restarted on purpose; anything else would be the same for ever.
        if (!isConnectionError(error)) throw error;
        await sleep(200);
      }
    }
  };
  /** A card is emptied, and the log says so in these words. @returns the card */
  const empty = async ({ kind, word }: Word): Promise<string> => {
    const card = cards.pop();
    if (card === undefined) throw new Error('too few cards for words');
    for (;;) {
      const client = await pool.connect().catch(() => undefined);
      try {
        if (client === undefined) throw new Error('no server');
        await client.query('begin');
        await writeActions(client, [
          {
            ...{
              card: card.id,
              type: kind === 'type' ? word : 'bar_order',
              status: kind === 'status' ? word : 'completed',
            },
            ...{
              amount: card.balance,
              previous: card.balance,
              next: 0,
              cardAfter: 0,
              bar: 'Exit',
              device: null,
              scans: [],
            },
            requestId: randomUUID(),
          },
        ]);
        await client.query('commit');
        client.release();
        return card.id;
      } catch {
        client?.release(true);
        await sleep(200);
      }
    }
  };
  const until = async (is: () => Promise<boolean>): Promise<boolean> => {
    for (let waited = 0; waited < PATIENCE_MS; waited += 500) {
      if (await is()) return true;
      await sleep(500);
    }
    return false;
  };
  /** Mismatches of these cards that are open, or that are all there are. */
  const mismatches = async (of: readonly string[], open: boolean): Promise<number> =>
    (
      await query(
        `select event_id from monitoring_events where card_id = any ($1) and detection_algorithm = 'balance_mismatch_detection'
           and (not $2 or status in ('OPEN', 'INVESTIGATING'))`,
        [of, open],
      )
    ).length;

  const play = async (played: Word): Promise<void> => {
    const { kind, word, meaning } = played;
    const emptied: string[] = [];
    for (let times = 0; times < CARDS_A_WORD; times += 1) {
      const card = await empty(played);
      emptied.push(card);
      labels.push({
        kind: 'word',
        at: Date.now(),
        expects: [{ algorithm: 'balance_mismatch_detection', about: card }],
      });
      if (times === 0)
        labels.push({
          kind: 'word',
          at: Date.now(),
          expects: [{ algorithm: `unknown_transaction_${kind}`, about: word }],
        });
    }
    await until(async () => (await mismatches(emptied, false)) === emptied.length);
    let operationId = uuid();
    await until(async () => {
      await signIn().catch(() => undefined);
      const answer = await engine
        .call('transactionMeanings.set', { operationId, kind, word, meaning, base: 0 })
        .catch(() => undefined);
      const parsed = answerSchema.safeParse(answer);
      if (!parsed.success || !parsed.data.answer.ok) return false;
      const { outcome } = parsed.data.answer.value;
      // What it was signed with ended with the next sign-in, before it had arrived: it is done again, as the screen asks for.
      if (outcome === 'rejected') operationId = uuid();
      return outcome === 'applied';
    });
    const at = Date.now();
    labels.push({ kind: 'word', at, expects: [{ algorithm: EXPLAINED, about: word }] });
    if (await until(async () => (await mismatches(emptied, true)) === 0))
      found.push({ algorithm: EXPLAINED, about: word, seenAt: Date.now(), eventId: NO_EVENT });
    // Nothing is found of these.
    for (let times = 0; times < CARDS_A_WORD; times += 1) await empty(played);
  };

  const work = (async () => {
    await play({ kind: 'type', word: `payout_${day}`, meaning: 'takes' });
    await play({ kind: 'status', word: `ok_${day}`, meaning: 'completed' });
  })();
  // Whoever waits for it hears of a failure.
  work.catch(() => undefined);
  return {
    done: async () => {
      await work;
      return { labels, found };
    },
  };
};
