import type { Finding } from '../../detector.ts';

export const ALGORITHM = 'unknown_card';

/** Rows of the log that name a card that does not exist. */
export type Stranger = {
  readonly card: string;
  readonly count: number;
  readonly firstAt: number;
  readonly example: string;
};

export const strangerKey = (card: string): string => `${ALGORITHM}:${card}`;

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
