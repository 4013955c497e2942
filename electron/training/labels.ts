import { appendFileSync, existsSync, readFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { faultKindSchema } from '../../shared/domain/fault.ts';
import { centsSchema } from '../../shared/domain/money.ts';
import { instantSchema } from '../../shared/domain/primitives.ts';
import { rowIdSchema } from '../../shared/domain/row-id.ts';

const expectedSchema = z.object({ algorithm: z.string(), cardId: z.string().nullable() });

const labelSchema = z.object({
  id: z.uuid(),
  kind: faultKindSchema,
  /** Null where the fault is not one card's. */
  cardId: z.string().nullable(),
  /** The reader, type or report that it is about, where it is not about a card. */
  about: z.string().nullable().default(null),
  /** The money that it concerns, unsigned; null where none is. */
  amountCents: centsSchema.nullable(),
  /** What the card holds too much afterwards, compared to its history; 0 where they agree. */
  discrepancyCents: centsSchema,
  /** The rows of the transaction log that are the fault. */
  logIds: z.array(rowIdSchema),
  /** When it was complete, by the database's clock. */
  at: instantSchema,
  /** The findings of the guide's detectors that it must lead to, and no others. */
  expects: z.array(expectedSchema),
});
/** What was done to the festival, to score the engine by. The engine never sees it. */
export type Label = z.infer<typeof labelSchema>;

const lineSchema = z.discriminatedUnion('state', [
  z.object({
    state: z.literal('begun'),
    id: z.uuid(),
    kind: faultKindSchema,
    cardId: z.string().nullable(),
    at: instantSchema,
  }),
  labelSchema.extend({ state: z.literal('done') }),
]);

/** `<dataDir>/training-faults.jsonl`: a line before a fault touches anything, and one with the label after it. */
export type LabelStore = {
  /** Faults that were completed, oldest first. */
  done(): readonly Label[];
  /** Every card that a fault touched or may have touched, with when. */
  touched(): readonly { readonly cardId: string; readonly at: number }[];
  begin(draft: Pick<Label, 'id' | 'kind' | 'cardId' | 'at'>): void;
  finish(label: Label): void;
  /** Puts the labels of an earlier festival aside. */
  startOver(): void;
};

export const openLabelStore = (dataDir: string): LabelStore => {
  const file = join(dataDir, 'training-faults.jsonl');
  const done: Label[] = [];
  const touched = new Map<string, number>();
  const touch = ({ cardId, at }: { cardId: string | null; at: string }) => {
    if (cardId !== null) touched.set(cardId, Date.parse(at));
  };
  if (existsSync(file)) {
    for (const text of readFileSync(file, 'utf8').split('\n')) {
      const line = lineSchema.safeParse(parseJson(text));
      // A crash may have torn the last line: its fault had been started.
      if (!line.success) continue;
      touch(line.data);
      if (line.data.state === 'done') done.push(labelSchema.parse(line.data));
    }
    // What is appended next must not join a torn line.
    if (!readFileSync(file, 'utf8').endsWith('\n')) appendFileSync(file, '\n');
  }
  return {
    done: () => done,
    touched: () => [...touched].map(([cardId, at]) => ({ cardId, at })),
    begin: (draft) => {
      touch(draft);
      appendFileSync(file, `${JSON.stringify({ state: 'begun', ...draft })}\n`);
    },
    finish: (label) => {
      touch(label);
      done.push(label);
      appendFileSync(file, `${JSON.stringify({ state: 'done', ...label })}\n`);
    },
    startOver: () => {
      if (done.length === 0 && touched.size === 0) return;
      renameSync(file, file.replace(/\.jsonl$/, `.${done.at(-1)?.id ?? 'unfinished'}.jsonl`));
      done.length = 0;
      touched.clear();
    },
  };
};

const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};
