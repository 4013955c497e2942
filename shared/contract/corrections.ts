import { z } from 'zod';
import { allowanceSchema } from '../domain/allowance.ts';
import { correctionKindSchema } from '../domain/correction.ts';
import type { Incident } from '../domain/incident.ts';
import { snapshotOf } from '../domain/incident.ts';
import { languageSchema } from '../domain/language.ts';
import { type Cents, centsSchema, toNumeric } from '../domain/money.ts';
import { pinSchema } from '../domain/operator.ts';
import { textSchema } from '../domain/plain-text.ts';
import { cardIdSchema, instantSchema, operationIdSchema, wordsSchema } from '../domain/primitives.ts';
import { bulkKindSchema, proposalItemSchema, proposalSchema } from '../domain/proposal.ts';
import { receiptChannelSchema, receiptSchema } from '../domain/receipt.ts';
import { ANYONE, EVERYBODY, MONEY, SUPERVISORS } from '../domain/rights.ts';
import { type RowId, rowIdSchema } from '../domain/row-id.ts';
import { type Waiting, withEntry } from '../domain/waiting.ts';
import { onEvent } from './alerts.ts';
import { command, type Find, live, nothing, query } from './declare.ts';
import { commandOutcomeSchema } from './outcome.ts';

/** What is pending or being applied, then what was decided within a day, newest first. */
export const proposalsViewSchema = z.object({ proposals: z.array(proposalSchema), at: instantSchema });
export type ProposalsView = z.infer<typeof proposalsViewSchema>;

/** A row of the preview: what would be written for one card, or why nothing. */
export const bulkRowSchema = z.object({
  cardId: z.string(),
  eventId: rowIdSchema,
  actualCents: centsSchema,
  expectedCents: centsSchema,
  cardDeltaCents: centsSchema,
  ledgerDeltaCents: centsSchema,
  /** `errors.correction_<code>`; null where it can be proposed. */
  code: z.string().nullable(),
});
export type BulkRow = z.infer<typeof bulkRowSchema>;

export const bulkPreviewSchema = z.object({
  rows: z.array(bulkRowSchema),
  /** Open alerts of the incident beyond the limit, and without a card. */
  left: z.int(),
  at: instantSchema,
});
export type BulkPreview = z.infer<typeof bulkPreviewSchema>;

/** What a correction of one card says, applied at once or proposed to a second person. */
const correctionShape = {
  eventId: rowIdSchema.nullable(),
  cardId: cardIdSchema,
  kind: correctionKindSchema,
  cardDeltaCents: centsSchema,
  ledgerDeltaCents: centsSchema,
  /** The figures that the operator saw. */
  seenActualCents: centsSchema,
  seenExpectedCents: centsSchema,
  /** transaction_id of the faulty row, or `log:<log_id>` where it has none. */
  originalTransaction: textSchema.max(100).nullable(),
  reason: wordsSchema,
  /** The correction that this one takes back (kind `undo`). */
  undoes: operationIdSchema.optional(),
};

type OfCard = { readonly eventId: RowId | null; readonly cardId: string };
type Correction = OfCard & {
  readonly operationId: string;
  readonly kind: string;
  readonly cardDeltaCents: Cents;
  readonly ledgerDeltaCents: Cents;
  readonly reason: string;
};

const onCard = {
  keys: ({ eventId, cardId }: OfCard) => [...(eventId === null ? [] : [`event:${eventId}`]), `card:${cardId}`],
  snapshot: ({ eventId }: OfCard, find: Find) => (eventId === null ? {} : snapshotOf(eventId, find.ofEvent(eventId))),
};

const withCorrection =
  (kind: 'corrected' | 'proposed') =>
  (incident: Incident, waiting: Waiting<Correction>): Incident => {
    const { eventId, cardDeltaCents, ledgerDeltaCents, reason } = waiting.input;
    if (eventId === null) return incident;
    const data = {
      kind: waiting.input.kind,
      card_delta: toNumeric(cardDeltaCents),
      ledger_delta: toNumeric(ledgerDeltaCents),
      note: reason,
    };
    return withEntry(incident, waiting, { kind, eventId, data });
  };

const waitingCorrection = ({ input, author }: Waiting<Correction>) => ({
  operationId: input.operationId,
  kind: input.kind,
  cardDeltaCents: input.cardDeltaCents,
  ledgerDeltaCents: input.ledgerDeltaCents,
  operator: author.operator,
  at: author.laptopAt,
});

type OfProposal = { readonly proposalId: string };

/**
 * Decisions on a proposal are shown when the festival's database has taken them: nobody approves without the network.
 */
const onProposal = {
  keys: ({ proposalId }: OfProposal, find: Find) => {
    const { eventId = null, item = null } = find.ofProposal?.(proposalId) ?? {};
    return [
      `proposal:${proposalId}`,
      ...(eventId === null ? [] : [`event:${eventId}`]),
      ...(item === null ? [] : [`card:${item.cardId}`]),
    ];
  },
  snapshot: ({ proposalId }: OfProposal, find: Find) => {
    const { eventId = null, item = null } = find.ofProposal?.(proposalId) ?? {};
    return {
      ...(eventId === null ? {} : snapshotOf(eventId, find.ofEvent(eventId))),
      ...(item === null ? {} : { cardId: item.cardId }),
    };
  },
};

const receiptInput = {
  correctionId: operationIdSchema,
  channel: receiptChannelSchema,
  to: textSchema.max(200),
  language: languageSchema,
};
const ofReceipt = {
  input: receiptInput,
  roles: MONEY,
  keys: ({ correctionId }: { correctionId: string }) => [`receipt:${correctionId}`],
};

export const correctionCalls = {
  /** What waits for a second person, as this laptop last heard; null before the festival has ever answered. */
  'proposals.get': query(nothing, proposalsViewSchema.nullable()),

  /**
   * Only what needs no second person (docs/money.md, "Approval limit"); the rest is proposed. An older version wrote an
   * approver: null.
   */
  'correction.apply': command({
    input: { ...correctionShape, approver: z.null().optional() },
    roles: MONEY,
    ...onCard,
    movesMoney: true,
    optimistic: { incident: withCorrection('corrected'), correction: waitingCorrection },
  }),
  /** Asks a second person. It waits for them in the festival's database, for a quarter of an hour. */
  'correction.propose': command({
    input: correctionShape,
    roles: MONEY,
    ...onCard,
    movesMoney: true,
    optimistic: { incident: withCorrection('proposed'), correction: waitingCorrection },
  }),
  /** The corrections of many cards of one incident, approved together and applied one after the other. */
  'correction.proposeBulk': command({
    input: {
      eventId: rowIdSchema,
      kind: bulkKindSchema,
      reason: wordsSchema,
      items: z
        .array(
          z.strictObject({
            cardId: cardIdSchema,
            eventId: rowIdSchema,
            cardDeltaCents: centsSchema,
            ledgerDeltaCents: centsSchema,
            seenActualCents: centsSchema,
            seenExpectedCents: centsSchema,
          }),
        )
        .min(1)
        .max(5_000),
    },
    roles: MONEY,
    ...onEvent,
    optimistic: {
      incident: (incident, waiting) => {
        const { eventId, kind, reason } = waiting.input;
        return withEntry(incident, waiting, { kind: 'proposed', eventId, data: { kind, note: reason } });
      },
    },
  }),
  /** Its author is the second person. What is signed names the proposal and nothing else: the database compares. */
  'correction.approve': command({
    input: { proposalId: operationIdSchema },
    roles: SUPERVISORS,
    stepUp: true,
    ...onProposal,
    movesMoney: true,
  }),
  'correction.reject': command({
    input: { proposalId: operationIdSchema, reason: wordsSchema },
    roles: SUPERVISORS,
    stepUp: true,
    ...onProposal,
  }),
  'correction.withdraw': command({ input: { proposalId: operationIdSchema }, roles: MONEY, ...onProposal }),
  /** Stops a bulk: what is applied stays, the rest is not applied. */
  'correction.cancel': command({ input: { proposalId: operationIdSchema }, roles: MONEY, ...onProposal }),
  /**
   * A receipt is to be sent to a visitor. Submitted by the core before anything leaves, so that the database has verified
   * who asks for it; `to` is masked.
   */
  'receipt.order': command({ ...ofReceipt, records: { audit: ['receipt_ordered'] } }),
  /** A receipt was sent to a visitor. Submitted by the core, for the audit trail. */
  'receipt.sent': command({ ...ofReceipt, records: { timeline: ['receipt_sent'], audit: ['receipt_sent'] } }),

  /** Approves at this laptop with the PIN of the second person. Who is signed in stays signed in. */
  'correction.approveByPin': live({
    input: z.strictObject({
      operationId: operationIdSchema,
      proposalId: operationIdSchema,
      operatorId: z.uuid(),
      pin: pinSchema,
    }),
    output: commandOutcomeSchema,
    // By the PIN of somebody whose role may approve, at the console of whoever is signed in.
    roles: EVERYBODY,
  }),
  /** What whoever is signed in may still move on this card without a second person. */
  'correction.allowance': live({
    input: z.strictObject({ cardId: cardIdSchema }),
    output: allowanceSchema,
    roles: MONEY,
  }),
  /** What a correction of all cards of an incident would write. Writes nothing. */
  'correction.preview': live({
    input: z.strictObject({ incidentId: rowIdSchema, kind: bulkKindSchema }),
    output: bulkPreviewSchema,
    roles: MONEY,
  }),
  /** The cards of a proposal, in their order. */
  'proposal.items': live({
    input: z.strictObject({ proposalId: operationIdSchema }),
    output: z.object({ items: z.array(proposalItemSchema) }),
    roles: ANYONE,
  }),
  /** The correction that wrote this row of the log. */
  'receipt.look': live({ input: z.strictObject({ logId: rowIdSchema }), output: receiptSchema, roles: ANYONE }),
  /** Sends the receipt to the visitor, in their language. The audit trail stores to whom, masked. */
  'receipt.send': live({
    input: z.strictObject({
      operationId: operationIdSchema,
      logId: rowIdSchema,
      language: languageSchema,
      to: z.discriminatedUnion('channel', [
        z.strictObject({ channel: z.literal('email'), address: z.email().max(200) }),
        z.strictObject({
          channel: z.literal('sms'),
          address: z
            .string()
            .trim()
            .regex(/^\+[1-9]\d{5,14}$/),
        }),
      ]),
    }),
    output: nothing,
    roles: MONEY,
  }),
} as const;
