import type { Cents } from '../../shared/domain/money.ts';
import type { WordKind } from '../../shared/domain/transaction-words.ts';
import type { Finding, Micros } from './detector.ts';
import { UNKNOWN_STATUS } from './detectors/unknown-transaction-status.ts';
import { UNKNOWN_TYPE } from './detectors/unknown-transaction-type.ts';
import { SPELLING } from './detectors/word-spelling.ts';

/** A word of the log that nobody has explained, with all rows that it stands in. */
export type UnknownWord = {
  readonly kind: WordKind;
  readonly word: string;
  readonly count: number;
  readonly amount: Cents;
  readonly first: Micros;
  readonly last: Micros;
  readonly example: string;
};

const ALGORITHMS: Readonly<Record<WordKind, string>> = { type: UNKNOWN_TYPE, status: UNKNOWN_STATUS };

/** Algorithms whose findings end as soon as the word is explained. */
export const UNKNOWN_WORDS: readonly string[] = Object.values(ALGORITHMS);

export const unknownWordKey = ({ kind, word }: Pick<UnknownWord, 'kind' | 'word'>): string =>
  `${ALGORITHMS[kind]}:${word}`;

/** One alert a word. Its rows count for nothing until somebody has said what it means. */
export const unknownWordFinding = (seen: UnknownWord): Finding => ({
  algorithm: ALGORITHMS[seen.kind],
  key: unknownWordKey(seen),
  eventType: 'system_health',
  severity: 'LOW',
  confidence: 1,
  cardId: null,
  transactionId: null,
  amount: seen.amount,
  occurredAt: seen.first,
  facts: {
    [seen.kind === 'type' ? 'transaction_type' : 'transaction_status']: seen.word,
    count: seen.count,
    amount: { cents: seen.amount },
    first: { micros: seen.first },
    last: { micros: seen.last },
    example: seen.example,
  },
  // Ten times as many are news.
  fingerprint: String(Math.floor(Math.log10(seen.count))),
  counts: true,
  members: [],
});

/** A known word that is written in another way. */
export type Spelling = Pick<UnknownWord, 'kind' | 'word' | 'count' | 'first' | 'example'> & {
  readonly spelling: string;
};

/** Said once: such a row counts as what it means. */
export const spellingFinding = (seen: Spelling): Finding => ({
  algorithm: SPELLING,
  key: `${SPELLING}:${seen.kind}:${seen.spelling}`,
  eventType: 'system_health',
  severity: 'LOW',
  confidence: 1,
  cardId: null,
  transactionId: null,
  amount: null,
  occurredAt: seen.first,
  facts: {
    column: seen.kind === 'type' ? 'transaction_type' : 'status',
    spelling: seen.spelling,
    counts_as: seen.word,
    count: seen.count,
    first: { micros: seen.first },
    example: seen.example,
  },
  fingerprint: seen.spelling,
  counts: true,
  members: [],
});
