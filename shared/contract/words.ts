import { z } from 'zod';
import { centsSchema } from '../domain/money.ts';
import { instantSchema } from '../domain/primitives.ts';
import { ANYONE, EVERYBODY, SUPERVISORS } from '../domain/rights.ts';
import { isMeaningOf, meaningSchema, wordKindSchema, wordSchema } from '../domain/transaction-words.ts';
import { command, live, nothing, query } from './declare.ts';

/** A word of the festival's log beside the usual ones, as Settings shows it. */
export const transactionWordSchema = z.object({
  kind: wordKindSchema,
  word: z.string(),
  /** In which ways it is written. */
  spellings: z.array(z.string()),
  /** Null: nobody has said it yet. */
  meaning: meaningSchema.nullable(),
  /** Whether a supervisor says what it means; what everybody uses is fixed. */
  own: z.boolean(),
  /** Which explanation this is, for whoever changes it; 0 where there is none. */
  version: z.int(),
  changedBy: z.string().nullable(),
  changedAt: instantSchema.nullable(),
  /** Rows that were read, and their money. */
  count: z.int(),
  amountCents: centsSchema,
  firstAt: instantSchema.nullable(),
  lastAt: instantSchema.nullable(),
  example: z.string().nullable(),
});
export type TransactionWord = z.infer<typeof transactionWordSchema>;

const wordsSchema = z.object({
  words: z.array(transactionWordSchema),
  /** The ledger is being counted with a meaning that has just changed. */
  recounting: z.boolean(),
  at: instantSchema,
});

const sumSchema = z.object({ cards: z.int(), cents: centsSchema });

/** What a meaning would do to the cards as they are, by the whole log. */
export const meaningPreviewSchema = z.object({
  rows: z.int(),
  rowsCents: centsSchema,
  /** Open mismatches that it explains, and those that remain. */
  explained: sumSchema,
  remaining: sumSchema,
  /** Cards that agree today and would not. */
  added: sumSchema,
});
export type MeaningPreview = z.infer<typeof meaningPreviewSchema>;

export const transactionWordCalls = {
  /** As they were when the festival last answered; null before that. `transactionWords.look` asks the festival. */
  'transactionWords.get': query(nothing, wordsSchema.nullable()),
  'transactionWords.look': live({ input: nothing, output: wordsSchema, roles: ANYONE }),
  /** Counts the whole log with another meaning of one word. Writes nothing. */
  'transactionWords.preview': live({
    input: z
      .strictObject({ kind: wordKindSchema, word: wordSchema, meaning: meaningSchema })
      .refine(({ kind, meaning }) => isMeaningOf(kind, meaning)),
    output: meaningPreviewSchema,
    roles: EVERYBODY,
  }),
  /** Says what a word means for money, or that nobody knows (null); `base` is the version that the operator saw. */
  'transactionMeanings.set': command({
    input: { kind: wordKindSchema, word: wordSchema, meaning: meaningSchema.nullable(), base: z.int().min(0) },
    roles: SUPERVISORS,
    stepUp: true,
    keys: ({ kind, word: of }) => [`meaning:${kind}:${of}`],
    snapshot: ({ base }) => ({ version: base }),
  }),
} as const;
