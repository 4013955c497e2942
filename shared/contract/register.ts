import { z } from 'zod';
import { CORRECTION_KINDS } from '../domain/correction.ts';
import { centsSchema } from '../domain/money.ts';
import { textSchema } from '../domain/plain-text.ts';
import { cardIdSchema, instantSchema } from '../domain/primitives.ts';
import { saidSchema } from '../domain/reconcile-said.ts';
import { ANYONE, EVERYBODY } from '../domain/rights.ts';
import { rowIdSchema } from '../domain/row-id.ts';
import { live, local, nothing, query } from './declare.ts';

/** Which corrections are asked for; null, empty: all. */
export const registerFilterSchema = z.strictObject({
  /** Parts of its reason. */
  words: textSchema.max(200),
  from: instantSchema.nullable(),
  until: instantSchema.nullable(),
  kind: z.enum(CORRECTION_KINDS).nullable(),
  /** Who made or approved it. */
  person: textSchema.min(1).max(100).nullable(),
  card: cardIdSchema.nullable(),
  /** The bar or reader of its alert, in full. */
  place: textSchema.min(1).max(200).nullable(),
  /** Its alert. */
  alert: rowIdSchema.nullable(),
  /** Its row of the transaction log, which is its receipt's number. */
  row: rowIdSchema.nullable(),
  /** One correction, by its own id. */
  id: z.uuid().nullable(),
  undone: z.enum(['undone', 'standing']).nullable(),
});
export type RegisterFilter = z.infer<typeof registerFilterSchema>;

export const WHOLE_REGISTER: RegisterFilter = {
  ...{ words: '', from: null, until: null, kind: null, person: null, card: null, place: null },
  ...{ alert: null, row: null, id: null, undone: null },
};

export const registerRowSchema = z.object({
  operationId: z.string(),
  /** Of the transaction log: the receipt's number. */
  logId: rowIdSchema,
  at: instantSchema,
  kind: z.string(),
  cardId: z.string(),
  place: z.string().nullable(),
  /** Null where the row has no amount in whole cents: somebody has changed it. */
  cardDeltaCents: centsSchema.nullable(),
  ledgerDeltaCents: centsSchema.nullable(),
  reason: z.string(),
  operator: z.string(),
  approver: z.string().nullable(),
  laptop: z.string(),
  eventId: rowIdSchema.nullable(),
  /** Its proposal, where a second person approved it. */
  proposalId: z.string().nullable(),
  /** Its row of the audit trail. */
  auditSeq: z.int().nullable(),
  undoes: z.string().nullable(),
  undoneBy: z.string().nullable(),
});
export type RegisterRow = z.infer<typeof registerRowSchema>;

export const registerPlaceSchema = z.strictObject({ at: instantSchema, operationId: z.uuid() });
export type RegisterPlace = z.infer<typeof registerPlaceSchema>;

const sumSchema = z.object({
  /** A kind, a day at the festival, a bar (empty: none), a person. */
  name: z.string(),
  count: z.int(),
  cardCents: centsSchema,
  ledgerCents: centsSchema,
});
export type RegisterSum = z.infer<typeof sumSchema>;

/** The sums of what fits: of all, and by what; of days, bars and people at most 200. */
const sumsSchema = z.object({
  all: sumSchema,
  kind: z.array(sumSchema),
  day: z.array(sumSchema),
  place: z.array(sumSchema),
  person: z.array(sumSchema),
});
export type RegisterSums = z.infer<typeof sumsSchema>;

/** What is compared with what, in this order. */
export const RECONCILE_STEPS = ['corrections', 'audit', 'log', 'lost', 'ledgers', 'chain'] as const;
export type ReconcileStep = (typeof RECONCILE_STEPS)[number];
const progressSchema = z.object({ step: z.enum(RECONCILE_STEPS), rows: z.int() });
export type ReconcileProgress = z.infer<typeof progressSchema>;

/** Where a row that breaks an invariant is looked at. */
const opensSchema = z.object({ kind: z.enum(['correction', 'card', 'audit']), id: z.string() });
export type Opens = z.infer<typeof opensSchema>;

const reconciliationSchema = z.object({
  ok: z.boolean(),
  /** The moment of the snapshot. */
  at: instantSchema,
  corrections: z.int(),
  auditRows: z.int(),
  /** Cards whose ledger was compared. */
  cards: z.int(),
  broken: z.array(
    z.object({
      /** Of docs/money.md, "Reconciling". */
      invariant: z.string(),
      says: z.string(),
      count: z.int(),
      rows: z.array(
        z.object({
          row: z.string(),
          why: z.string(),
          /** The same without words. */
          said: z.object({ row: saidSchema, why: z.array(saidSchema) }),
          opens: opensSchema.optional(),
        }),
      ),
    }),
  ),
});

/** Reconciling on this laptop: what is under way, and what was found last; null: nothing yet. */
export const reconcileViewSchema = z.object({
  running: progressSchema.nullable(),
  /** Why the last one did not end: it was cancelled, or the festival did not answer. */
  ended: z.enum(['cancelled', 'failed']).nullable(),
  found: reconciliationSchema.nullable(),
});
export type ReconcileView = z.infer<typeof reconcileViewSchema>;

const filter = z.strictObject({ filter: registerFilterSchema });

export const registerCalls = {
  /** Corrections that were applied, the newest first. */
  'register.find': live({
    input: z.strictObject({ filter: registerFilterSchema, after: registerPlaceSchema.nullable() }),
    output: z.object({ rows: z.array(registerRowSchema), next: registerPlaceSchema.nullable() }),
    roles: ANYONE,
  }),
  /** The same as far as this laptop's copy reaches; null: it has none yet. `since`: from when on it has all; null: every one. */
  'register.copy': query(
    filter,
    z.object({ rows: z.array(registerRowSchema), sums: sumsSchema, since: instantSchema.nullable() }).nullable(),
  ),
  /** What belongs to a correction: its rows of the audit trail, and who proposed and approved it. */
  'register.open': live({
    input: z.strictObject({ operationId: z.uuid() }),
    output: z.object({
      audit: z.array(
        z.object({
          ...{ seq: z.int(), at: instantSchema, action: z.string(), actor: z.string(), laptop: z.string() },
          subject: z.string(),
          /** What it says, as JSON, and the hash by which the next row is chained to it. */
          ...{ data: z.string(), hash: z.string() },
        }),
      ),
      proposal: z
        .object({
          proposalId: z.string(),
          author: z.string(),
          proposedAt: instantSchema,
          decidedBy: z.string().nullable(),
          decidedOn: z.string().nullable(),
          decidedAt: instantSchema.nullable(),
        })
        .nullable(),
    }),
    roles: ANYONE,
  }),
  'register.sums': live({ input: filter, output: sumsSchema, roles: ANYONE }),
  /** Holds all corrections to the invariants, behind whatever is done meanwhile; `reconcile.get` says how far it is. */
  'reconcile.start': live({ input: nothing, output: nothing, roles: EVERYBODY }),
  'reconcile.cancel': local({ input: nothing, output: nothing, roles: EVERYBODY }),
  'reconcile.get': query(nothing, reconcileViewSchema),
  /** A piece of the register as CSV; `next` is null with the last one. */
  'register.export': live({
    input: z.strictObject({ filter: registerFilterSchema, after: registerPlaceSchema.nullable() }),
    output: z.strictObject({ text: z.string(), next: registerPlaceSchema.nullable(), rows: z.int() }),
    roles: ANYONE,
  }),
} as const;
