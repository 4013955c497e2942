import { z } from 'zod';
import { checklistSchema } from '../domain/checklist.ts';
import {
  checklistRunSchema,
  messageTestSchema,
  runKey,
  sensedSchema,
  waitingChecklist,
  waitingEntryOf,
} from '../domain/checklist-run.ts';
import { checklistTimesSchema } from '../domain/checklist-window.ts';
import { channelSchema } from '../domain/escalation.ts';
import { fileProblemSchema } from '../domain/input-problem.ts';
import { textSchema } from '../domain/plain-text.ts';
import { instantSchema, operationIdSchema } from '../domain/primitives.ts';
import { STAFF, SUPERVISORS } from '../domain/rights.ts';
import { command, live, local, nothing, query } from './declare.ts';

export const checklistTimesViewSchema = checklistTimesSchema.extend({ version: z.int() });
export type ChecklistTimesView = z.infer<typeof checklistTimesViewSchema>;

export const checklistsViewSchema = z.object({
  lists: z.array(
    z.object({
      checklist: checklistSchema,
      /** The file of the festival's own that it comes from; null: it came with Regie. */
      file: z.string().nullable(),
      /** It takes the place of one that came with Regie. */
      overrides: z.boolean(),
    }),
  ),
  problems: z.array(fileProblemSchema),
  /** Where the festival's own files lie. */
  folder: z.string(),
  /** With what waits here, newest first. */
  runs: z.array(checklistRunSchema),
  /** What the runs that go on measure or show, as it was last measured. */
  values: z.array(sensedSchema),
  /** Messages that ask for their code, newest first. */
  tests: z.array(messageTestSchema),
  times: checklistTimesViewSchema,
  /** When the festival's database last answered about them; null: never. */
  at: instantSchema.nullable(),
});
export type ChecklistsView = z.infer<typeof checklistsViewSchema>;

const onRun = { listId: z.string().max(60), windowKey: z.string().max(20) };
const onItem = { ...onRun, itemId: z.string().max(60) };
const keyed = { keys: (input: { readonly listId: string; readonly windowKey: string }) => [runKey(input)] };

const sentInput = { ...onItem, contact: textSchema.max(40), channel: channelSchema };
const codeInput = { testId: z.uuid(), code: z.string().regex(/^\d{0,8}$/) };

export const checklistCalls = {
  /** The lists of this laptop and the runs of the festival, as this laptop has them. */
  'checklists.get': query(nothing, checklistsViewSchema),
  /** Reads the festival's own files again. */
  'checklists.reload': local({ input: nothing, output: nothing, roles: STAFF }),

  /** Starts a run, with the list as it is now; one that is there already goes on. */
  'checklist.start': command({
    input: { list: checklistSchema, windowKey: z.string().regex(/^[0-9A-Za-z-]{1,20}$/) },
    roles: STAFF,
    keys: ({ list, windowKey }) => [runKey({ listId: list.id, windowKey })],
    optimistic: { startedChecklist: (waiting) => waitingChecklist(waiting) },
  }),
  'checklist.tick': command({
    input: onItem,
    roles: STAFF,
    ...keyed,
    optimistic: {
      checklistEntry: (waiting) => waitingEntryOf(waiting, { act: 'ticked', itemId: waiting.input.itemId }),
    },
  }),
  /** Answers an item, or corrects its answers until the run is signed: those stay in the run beside the one that counts. */
  'checklist.answer': command({
    input: {
      ...onItem,
      answer: z.union([z.number(), textSchema.trim().min(1).max(2_000)]),
      /** Entries that it corrects. */
      replaces: z.array(operationIdSchema).max(50).optional(),
    },
    roles: STAFF,
    ...keyed,
    optimistic: {
      checklistEntry: (waiting) =>
        waitingEntryOf(waiting, {
          ...{ act: 'answered', itemId: waiting.input.itemId, answer: waiting.input.answer },
          evidence: { replaces: waiting.input.replaces ?? [] },
        }),
    },
  }),
  /** Lets an item pass that is not as it should be, and says why. */
  'checklist.override': command({
    input: { ...onItem, reason: textSchema.trim().min(1).max(2_000) },
    roles: SUPERVISORS,
    ...keyed,
    optimistic: {
      checklistEntry: (waiting) =>
        waitingEntryOf(waiting, { act: 'overridden', itemId: waiting.input.itemId, reason: waiting.input.reason }),
    },
  }),
  /** A message of an item is to be sent. Submitted by the core before anything leaves. */
  'checklist.orderTest': command({ input: sentInput, roles: STAFF, ...keyed }),
  /** Sends a message with a code that whoever receives it reads out. */
  'checklist.sendTest': live({ input: z.strictObject(sentInput), output: nothing, roles: STAFF }),
  /** The code that was read out, as the core submits it; kept nowhere once it was compared. */
  'checklist.enterCode': command({
    input: codeInput,
    roles: STAFF,
    keys: ({ testId }) => [`test:${testId}`],
    withoutSecrets: (input) => ({ ...input, code: '' }),
  }),
  'checklist.confirmTest': live({ input: z.strictObject(codeInput), output: nothing, roles: STAFF }),
  /** Signs the hash of everything that was confirmed in the run. */
  'checklist.sign': command({
    input: { ...onRun, hash: z.string().regex(/^[0-9a-f]{64}$/) },
    roles: STAFF,
    ...keyed,
    optimistic: { checklistEntry: (waiting) => waitingEntryOf(waiting, { act: 'signed' }) },
  }),
  /** By when lists are due. */
  'checklist.set': command({
    input: { base: z.int(), ...checklistTimesSchema.shape },
    roles: SUPERVISORS,
    keys: () => ['checklist:settings'],
  }),
} as const;
