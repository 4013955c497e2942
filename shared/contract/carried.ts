import { z } from 'zod';
import { checklistTimesSchema } from '../domain/checklist-window.ts';
import { escalationSettingsSchema } from '../domain/escalation.ts';
import { MAX_APPROVAL_LIMIT, MAX_FESTIVAL_NAME } from '../domain/festival-settings.ts';
import { languageSchema } from '../domain/language.ts';
import { tagsSchema } from '../domain/log.ts';
import { cents } from '../domain/money.ts';
import { textSchema } from '../domain/plain-text.ts';
import { instantSchema } from '../domain/primitives.ts';
import { SUPERVISORS } from '../domain/rights.ts';
import { isMeaningOf, meaningSchema, wordKindSchema, wordSchema } from '../domain/transaction-words.ts';
import { command, live } from './declare.ts';
import { thresholdsSchema } from './detectors.ts';
import { regieErrorSchema } from './errors.ts';
import { logTemplateSchema } from './log.ts';

const limit = z.int().min(0).max(MAX_APPROVAL_LIMIT).transform(cents);

/** The settings of a festival that another one can be given. People, PINs, laptops and what happened are none of it. */
export const carriedSettingsSchema = z.strictObject({
  festival: z.strictObject({
    name: textSchema.trim().max(MAX_FESTIVAL_NAME),
    timeZone: z.string().max(100).nullable(),
    language: languageSchema.nullable(),
    approvalLimitCents: limit,
    cardDayLimitCents: limit,
    operatorDayLimitCents: limit,
  }),
  /** Null: nobody has saved any. Without secrets, unless the file is locked by a passphrase. */
  escalation: escalationSettingsSchema.nullable(),
  /** Those that differ from the standard ones. */
  thresholds: z.array(z.strictObject({ algorithm: z.string().min(1).max(60), thresholds: thresholdsSchema })).max(200),
  meanings: z
    .array(
      z
        .strictObject({ kind: wordKindSchema, word: wordSchema, meaning: meaningSchema })
        .refine(({ kind, meaning }) => isMeaningOf(kind, meaning)),
    )
    .max(1_000),
  log: z.strictObject({ tags: tagsSchema.max(40), templates: z.array(logTemplateSchema).max(40) }),
  checklists: checklistTimesSchema,
});
export type CarriedSettings = z.infer<typeof carriedSettingsSchema>;

export const CARRIED_FORMAT = 'regie-settings';
export const CARRIED_VERSION = 1;

/** The file: JSON, or the same locked by a passphrase as an age file. */
export const carriedFileSchema = z.strictObject({
  format: z.literal(CARRIED_FORMAT),
  version: z.literal(CARRIED_VERSION),
  /** Of the festival that they are of. */
  festival: z.string().max(200),
  writtenAt: instantSchema,
  /** Whether the channels' secrets are in it. */
  secrets: z.boolean(),
  settings: carriedSettingsSchema,
  /** SHA-256 of the settings as JSON with sorted keys, hex. */
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
});
export type CarriedFile = z.infer<typeof carriedFileSchema>;

const PARTS = ['name', 'zone', 'limits', 'escalation', 'thresholds', 'meaning', 'log', 'checklists'] as const;

/** What would be another value. Money is in cents. */
const rowSchema = z.object({
  field: z.string(),
  kind: z.enum(['text', 'money']),
  before: z.union([z.string(), z.number()]).nullable(),
  after: z.union([z.string(), z.number()]).nullable(),
});

/** One change that can be chosen: it is one command, or a part of one. */
export const carriedChangeSchema = z.object({
  id: z.string().max(300),
  part: z.enum(PARTS),
  /** The detector or the word that it is about; empty where there is one alone. */
  subject: z.string(),
  rows: z.array(rowSchema),
});
export type CarriedChange = z.infer<typeof carriedChangeSchema>;

/** A part of a file that this festival cannot be given, and why. */
const refusedSchema = z.object({ part: z.enum(PARTS), subject: z.string(), error: regieErrorSchema });
export type RefusedPart = z.infer<typeof refusedSchema>;

const passphraseSchema = textSchema.min(8).max(200).nullable();
const openedFile = { content: z.base64().max(3_000_000), passphrase: passphraseSchema };

export const carriedCalls = {
  /** Settings leave the festival in a file. Submitted by the core before there is one. */
  'carried.note': command({
    input: { secrets: z.boolean(), sha256: z.string().regex(/^[0-9a-f]{64}$/) },
    roles: SUPERVISORS,
    stepUp: true,
    records: { audit: ['settings_exported'] },
    keys: () => ['carried'],
  }),
  /** The festival's settings as a file; with a passphrase it is encrypted, and has the channels' secrets. */
  'carried.export': live({
    input: z.strictObject({ passphrase: passphraseSchema }),
    output: z.object({ fileName: z.string(), content: z.base64() }),
    roles: SUPERVISORS,
  }),
  /** What a file would change here. Writes nothing. */
  'carried.preview': live({
    input: z.strictObject(openedFile),
    output: z.object({
      festival: z.string(),
      writtenAt: instantSchema,
      secrets: z.boolean(),
      changes: z.array(carriedChangeSchema),
      refused: z.array(refusedSchema),
    }),
    roles: SUPERVISORS,
  }),
  /**
   * Makes the chosen changes, each by its command. `importId` is made once for what the supervisor means: asked twice with the
   * same one, each change is made once.
   */
  'carried.import': live({
    input: z.strictObject({ ...openedFile, importId: z.uuid(), ids: z.array(z.string().max(300)).min(1).max(1_300) }),
    output: z.object({
      results: z.array(
        z.object({
          ids: z.array(z.string()),
          outcome: z.enum(['applied', 'waiting', 'refused']),
          error: regieErrorSchema.nullable(),
        }),
      ),
    }),
    roles: SUPERVISORS,
  }),
} as const;
