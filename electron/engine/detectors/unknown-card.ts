import { z } from 'zod';
import { arrivalDetector, type Finding, SECOND } from '../detector.ts';

const ALGORITHM = 'unknown_card';

/** Some writers log first and make the card a moment later. */
const PATIENCE = 2 * SECOND;
const strangerSchema = z.object({
  card: z.string(),
  count: z.int(),
  firstAt: z.int(),
  example: z.string(),
  /** When it was first seen to be missing, by the database's clock; raised: it has been reported. */
  since: z.int(),
  raised: z.boolean(),
});
const stateSchema = z.object({ strangers: z.array(strangerSchema).default([]) });
const MAX_STRANGERS = 500;

export const unknownCard = arrivalDetector({
  input: 'arrivals',
  algorithm: ALGORITHM,
  settings: z.strictObject({}),
  hasPendingWork: (state) => stateSchema.safeParse(state ?? {}).data?.strangers.every(({ raised }) => raised) !== true,
  detect: async ({ lookback, transactions, now, state }) => {
    const strangers = new Map(stateSchema.parse(state ?? {}).strangers.map((one) => [one.card, one]));
    const rows = transactions.filter((row) => !row.settledLate);
    const waiting = [...strangers.values()].filter(({ raised }) => !raised).map(({ card }) => card);
    const cards = [...new Set([...rows.map((row) => row.cardId), ...waiting])];
    if (cards.length === 0) return { findings: [] };
    const existing = await lookback.existing(cards);
    const cleared = cards.filter((card) => existing.has(card) && strangers.has(card));
    for (const card of cleared) strangers.delete(card);
    const grown = new Set<string>();
    for (const row of rows) {
      if (existing.has(row.cardId)) continue;
      const before = strangers.get(row.cardId);
      grown.add(row.cardId);
      strangers.set(row.cardId, {
        card: row.cardId,
        count: (before?.count ?? 0) + 1,
        firstAt: Math.min(before?.firstAt ?? row.at, row.at),
        example: before?.example ?? row.transactionId ?? `log:${row.logId}`,
        since: before?.since ?? now,
        raised: before?.raised ?? false,
      });
    }
    const due = [...strangers.values()].filter(
      (one) => now - one.since >= PATIENCE && (!one.raised || grown.has(one.card)),
    );
    for (const one of due) strangers.set(one.card, { ...one, raised: true });
    return {
      findings: due.map((one: Stranger) => strangerFinding(one)),
      cleared: cleared.map(strangerKey),
      state: { strangers: [...strangers.values()].slice(-MAX_STRANGERS) },
    };
  },
});

/** Rows of the log that name a card that does not exist. */
type Stranger = {
  readonly card: string;
  readonly count: number;
  readonly firstAt: number;
  readonly example: string;
};

const strangerKey = (card: string): string => `${ALGORITHM}:${card}`;

export const strangerFinding = (stranger: Stranger): Finding => ({
  algorithm: ALGORITHM,
  key: strangerKey(stranger.card),
  eventType: 'system_health',
  severity: 'LOW',
  confidence: 1,
  cardId: stranger.card,
  transactionId: null,
  amount: null,
  occurredAt: stranger.firstAt,
  facts: { count: stranger.count, first: { micros: stranger.firstAt }, example: stranger.example },
  // Ten times as many are news.
  fingerprint: String(Math.floor(Math.log10(stranger.count))),
  members: [],
});
