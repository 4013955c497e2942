import { z } from 'zod';
import { textSchema } from './plain-text.ts';

/** What a word of the festival's log says: the type of a transaction, or its status. */
export const wordKindSchema = z.enum(['type', 'status']);
export type WordKind = z.infer<typeof wordKindSchema>;

/** What rows of a type do to the expected balance. */
export const TYPE_MEANINGS = ['adds', 'takes', 'nothing'] as const;
/** Whether rows of a status count. */
export const STATUS_MEANINGS = ['completed', 'failed', 'undecided'] as const;
export const meaningSchema = z.enum([...TYPE_MEANINGS, ...STATUS_MEANINGS]);
export type Meaning = z.infer<typeof meaningSchema>;

export const meaningsOf = (kind: WordKind): readonly Meaning[] => (kind === 'type' ? TYPE_MEANINGS : STATUS_MEANINGS);

/** As the database allows it (migrations/functions/meanings.sql). */
export const isMeaningOf = (kind: WordKind, meaning: Meaning): boolean => meaningsOf(kind).includes(meaning);

/** Words are cut there when they are read (console.word_key): as Postgres counts, to which an emoji is one character. */
const MAX_WORD = 200;

/** A word that somebody asks about. */
export const wordSchema = textSchema.max(2 * MAX_WORD).refine((word) => Array.from(word).length <= MAX_WORD);

/** The alert about a word that nobody has explained. */
export const UNKNOWN_WORD_ALERTS = {
  unknown_transaction_type: { kind: 'type', fact: 'transaction_type' },
  unknown_transaction_status: { kind: 'status', fact: 'transaction_status' },
  undecided_rows: { kind: 'status', fact: 'transaction_status' },
} as const satisfies Readonly<Record<string, { kind: WordKind; fact: string }>>;

/** Which word an alert is about; undefined where it is about none. */
export const wordOfAlert = (
  algorithm: string,
  evidence: Readonly<Record<string, unknown>>,
): { kind: WordKind; word: string } | undefined => {
  const about = Object.entries(UNKNOWN_WORD_ALERTS).find(([name]) => name === algorithm)?.[1];
  const word = about === undefined ? undefined : evidence[about.fact];
  return about !== undefined && typeof word === 'string' ? { kind: about.kind, word } : undefined;
};
