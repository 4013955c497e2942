import { z } from 'zod';
import { centsSchema } from '../domain/money.ts';
import { MAX_SILENCE_MINUTES } from '../domain/silence.ts';
import { runbookSchema } from '../runbooks/schema.ts';
import { alertDetailSchema, alertSchema } from './alerts.ts';
import { auditVerdictSchema } from './audit.ts';
import { cardViewSchema } from './cards.ts';
import { connectionSettingsSchema, doctorFindingSchema } from './connection.ts';
import { detectorInfoSchema, replayReportSchema, thresholdChangeSchema, thresholdsSchema } from './detectors.ts';
import { drillsSchema, runningDrillSchema } from './drills.ts';
import { regieErrorSchema } from './errors.ts';
import { channelSchema, deliverySchema, escalationSettingsSchema, escalationViewSchema } from './escalation.ts';
import { handoverViewSchema } from './handover.ts';
import { healthSchema } from './health.ts';
import { operatorNameSchema, operatorSchema, pinSchema, roleSchema } from './operators.ts';
import { outboxFileSchema, outboxViewSchema, passphraseSchema } from './outbox.ts';
import { cardIdSchema, idSchema, instantSchema, operationIdSchema, wordsSchema } from './primitives.ts';
import {
  bulkKindSchema,
  bulkPreviewSchema,
  proposalItemSchema,
  proposalsViewSchema,
  receiptChannelSchema,
  receiptSchema,
} from './proposals.ts';
import { queryResultSchema, runbookListSchema, runbookRunSchema, stepResultSchema, toldSchema } from './runbooks.ts';
import {
  faultKindSchema,
  preferencesSchema,
  sessionSchema,
  systemStatusSchema,
  trainingStatusSchema,
} from './status.ts';
import { silenceMatchSchema, teamViewSchema } from './team.ts';

/**
 * Every call between the renderer and the core, once (architecture.md, rule 4). Four kinds: queries are answered from
 * the local database; commands act on the festival and are applied exactly once by `operationId`; live requests need
 * the festival's database; local calls change only this laptop.
 */

const nothing = z.strictObject({});

/** What became of a command. `waiting`: it is safe on this laptop and will be sent when the link is back. */
export const commandOutcomeSchema = z.discriminatedUnion('outcome', [
  z.object({ outcome: z.literal('applied'), result: z.record(z.string(), z.json()) }),
  z.object({ outcome: z.literal('waiting') }),
  z.object({ outcome: z.literal('conflict'), error: regieErrorSchema }),
  z.object({ outcome: z.literal('rejected'), error: regieErrorSchema }),
]);
export type CommandOutcome = z.infer<typeof commandOutcomeSchema>;

const command = <Shape extends z.ZodRawShape>(shape: Shape) => ({
  kind: 'command' as const,
  input: z.strictObject({
    operationId: operationIdSchema,
    /** The command of the tray that this one takes the place of: redone on today's state. */
    supersedes: operationIdSchema.optional(),
    ...shape,
  }),
  output: commandOutcomeSchema,
});
const query = <Input extends z.ZodType, Output extends z.ZodType>(input: Input, output: Output) => ({
  kind: 'query' as const,
  input,
  output,
});
const live = <Input extends z.ZodType, Output extends z.ZodType>(input: Input, output: Output) => ({
  kind: 'live' as const,
  input,
  output,
});
const local = <Input extends z.ZodType, Output extends z.ZodType>(input: Input, output: Output) => ({
  kind: 'local' as const,
  input,
  output,
});

export const CORRECTION_KINDS = ['restore_card', 'record_missing', 'goodwill', 'opening_balance', 'undo'] as const;
export const correctionKindSchema = z.enum(CORRECTION_KINDS);
export type CorrectionKind = z.infer<typeof correctionKindSchema>;

/** What a correction of one card says, applied at once or proposed to a second person. */
const correctionShape = {
  eventId: idSchema.nullable(),
  cardId: cardIdSchema,
  kind: correctionKindSchema,
  cardDeltaCents: centsSchema,
  ledgerDeltaCents: centsSchema,
  /** The figures that the operator saw. */
  seenActualCents: centsSchema,
  seenExpectedCents: centsSchema,
  /** transaction_id of the faulty row, or `log:<log_id>` where it has none. */
  originalTransaction: z.string().max(100).nullable(),
  reason: wordsSchema,
  /** The correction that this one takes back (kind `undo`). */
  undoes: operationIdSchema.optional(),
};

export const calls = {
  // Queries
  'session.get': query(nothing, sessionSchema),
  /** Who can sign in, as this laptop last heard; null before the festival has ever answered. */
  'operators.get': query(nothing, z.object({ operators: z.array(operatorSchema) }).nullable()),
  'status.get': query(nothing, systemStatusSchema),
  /** Open incidents, and closed ones of the last 48 h when asked for. */
  'board.get': query(z.strictObject({ closed: z.boolean() }), z.object({ alerts: z.array(alertSchema) })),
  'alert.get': query(z.strictObject({ incidentId: idSchema }), alertDetailSchema),
  'connection.get': query(
    nothing,
    z.object({
      training: z.boolean(),
      /** The saved connection; the password stays in the core. */
      settings: connectionSettingsSchema.omit({ password: true }).nullable(),
    }),
  ),
  /** Null where this core serves a real festival. */
  'training.get': query(nothing, trainingStatusSchema.nullable()),
  /** The drill that runs, and the results of this laptop's training festival, newest first. */
  'drills.get': query(nothing, drillsSchema),
  /** What waits for the festival's database, and what somebody has to decide. */
  'outbox.get': query(nothing, outboxViewSchema),
  /** The laptop's copy of a card, as old as its `at`; null where there is none. `card.look` asks the festival. */
  'card.get': query(z.strictObject({ cardId: cardIdSchema }), cardViewSchema.nullable()),
  /** As they were when the festival last answered; null before that. `detectors.look` asks the festival. */
  'detectors.get': query(nothing, z.object({ detectors: z.array(detectorInfoSchema), at: instantSchema }).nullable()),
  /** As they were when the festival last answered; null before that. */
  'handover.get': query(nothing, handoverViewSchema.nullable()),
  /** Silences, and the mentions of who is signed in, with what waits on this laptop. */
  'team.get': query(nothing, teamViewSchema),
  'escalation.get': query(nothing, escalationViewSchema.nullable()),
  /** What waits for a second person, as this laptop last heard; null before the festival has ever answered. */
  'proposals.get': query(nothing, proposalsViewSchema.nullable()),
  /** As it was when the festival last answered; null before that. `health.look` asks the festival. */
  'health.get': query(nothing, healthSchema.nullable()),

  /** The runbooks of this laptop, and the runs that belong to no alert. */
  'runbooks.get': query(nothing, runbookListSchema),
  /** A run that belongs to no alert, with its evidence, and the runbook it follows. */
  'runbooks.run': query(
    z.strictObject({ runId: z.uuid() }),
    z.object({ run: runbookRunSchema, runbook: runbookSchema.nullable() }),
  ),

  // Commands
  'alert.acknowledge': command({ eventId: idSchema }),
  'alert.unacknowledge': command({ eventId: idSchema }),
  /** Says who is on it. Where somebody else has it already, only with their name: `holder` is whom the operator saw. */
  'alert.take': command({ eventId: idSchema, holder: z.string().max(100).nullable().default(null) }),
  /** Acknowledges until then; something new ends it earlier. */
  'alert.snooze': command({ eventId: idSchema, minutes: z.int().min(1).max(240), reason: wordsSchema }),
  /** A closed alert is open again: it was closed by mistake, or the fault is still there. */
  'alert.reopen': command({ eventId: idSchema, reason: wordsSchema }),
  /** `mentions`: whom it names; they are told. Left out where nobody is. */
  'alert.note': command({
    eventId: idSchema,
    text: wordsSchema,
    mentions: z.array(operatorNameSchema).max(20).optional(),
  }),
  /** Makes the incident of one event part of another one's. `seen`: the incidents in which the operator saw the two. */
  'alert.merge': command({
    eventId: idSchema,
    into: idSchema,
    seen: z.strictObject({ incidentId: idSchema, into: idSchema }),
  }),
  /** An event leaves its incident, `together` with those that a person had put there with it. */
  'alert.split': command({ eventId: idSchema, together: z.boolean(), seen: z.strictObject({ incidentId: idSchema }) }),
  /** The operator named in these notes has read them. */
  'mention.read': command({ notes: z.array(z.uuid()).min(1).max(200) }),
  /**
   * Holds back sound, notification and messages of what it matches, never of what moved money. `from` is now by the
   * festival's clock as the laptop knows it: what waits on a laptop ends at the same moment.
   */
  'silence.start': command({
    silenceId: z.uuid(),
    ...silenceMatchSchema,
    from: instantSchema,
    minutes: z.int().min(1).max(MAX_SILENCE_MINUTES),
    reason: wordsSchema,
    /** The alert that it is made from. */
    eventId: idSchema.nullable(),
  }),
  /** Ends a silence before its time: what it held back calls. */
  'silence.end': command({ silenceId: z.uuid() }),
  'alert.resolve': command({ eventId: idSchema, note: wordsSchema }),
  'alert.falsePositive': command({ eventId: idSchema, reason: wordsSchema }),
  /** Begins a runbook for an alert, or for the whole festival. The core adds `runbook`, its contents on this laptop. */
  'runbook.start': command({
    eventId: idSchema.nullable(),
    runId: z.uuid(),
    runbookId: z.string().min(1),
    runbook: runbookSchema.optional(),
  }),
  /**
   * `choice` for a decision; `evidence` for a query step: the result that the operator saw, which is kept with the step;
   * `told` for a step that tells somebody; `result` for an action: what it answered.
   */
  'runbook.completeStep': command({
    runId: z.uuid(),
    stepId: z.string().min(1),
    choice: z.string().min(1).optional(),
    evidence: queryResultSchema.optional(),
    told: toldSchema.optional(),
    result: stepResultSchema.optional(),
  }),
  /** Ticks an item of a checklist step. */
  'runbook.tick': command({ runId: z.uuid(), stepId: z.string().min(1), itemId: z.string().min(1) }),
  /** Ends a run before its last step. */
  'runbook.end': command({ runId: z.uuid(), reason: wordsSchema }),
  /** Stops the detection of the whole festival, on every laptop, until somebody restarts it. */
  'monitoring.stop': command({ reason: wordsSchema }),
  'monitoring.restart': command({}),
  /** Copies monitoring_events before somebody corrects them by hand (guide, "Data Recovery"). */
  'events.backup': command({}),
  'runbook.skipStep': command({ runId: z.uuid(), stepId: z.string().min(1), reason: wordsSchema }),
  /** Only what needs no second person (money.md); the rest is proposed. An older version wrote an approver: null. */
  'correction.apply': command({ ...correctionShape, approver: z.null().optional() }),
  /** Asks a second person. It waits for them in the festival's database, for a quarter of an hour. */
  'correction.propose': command(correctionShape),
  /** The corrections of many cards of one incident, approved together and applied one after the other. */
  'correction.proposeBulk': command({
    eventId: idSchema,
    kind: bulkKindSchema,
    reason: wordsSchema,
    items: z
      .array(
        z.strictObject({
          cardId: cardIdSchema,
          eventId: idSchema,
          cardDeltaCents: centsSchema,
          ledgerDeltaCents: centsSchema,
          seenActualCents: centsSchema,
          seenExpectedCents: centsSchema,
        }),
      )
      .min(1)
      .max(5_000),
  }),
  /** Its author is the second person. What is signed names the proposal and nothing else: the database compares. */
  'correction.approve': command({ proposalId: operationIdSchema }),
  'correction.reject': command({ proposalId: operationIdSchema, reason: wordsSchema }),
  'correction.withdraw': command({ proposalId: operationIdSchema }),
  /** Stops a bulk: what is applied stays, the rest is not applied. */
  'correction.cancel': command({ proposalId: operationIdSchema }),
  /** A receipt was sent to a visitor. Given by the core, for the audit trail; `to` is masked. */
  'receipt.sent': command({
    correctionId: operationIdSchema,
    channel: receiptChannelSchema,
    to: z.string().max(200),
    language: z.enum(['en', 'fr']),
  }),
  /** Replaces a detector's thresholds. Recorded with author, before and after. */
  'detectors.set': command({
    algorithm: z.string().min(1).max(60),
    thresholds: thresholdsSchema,
    /** When those that the operator saw were set; null: the standard ones. Left out by an older version. */
    base: instantSchema.nullable().optional(),
  }),
  /** Replaces who is told and how; `base` is the version that the operator changed. Empty secrets stay as they are. */
  'escalation.set': command({ base: z.int().min(0), settings: escalationSettingsSchema }),
  /** Somebody was called by hand, because nothing could be sent. */
  'escalation.called': command({
    eventId: idSchema,
    name: z.string().trim().min(1).max(80),
    phone: z.string().max(20),
  }),
  /** Offers the shift of whoever gives it: what is theirs is the next operator's as soon as somebody accepts. */
  'handover.offer': command({ handoverId: z.uuid(), note: z.string().trim().max(4_000) }),
  'handover.accept': command({ handoverId: z.uuid() }),
  'handover.withdraw': command({ handoverId: z.uuid() }),
  /** Decides that a command of the tray is not done any more. The reason goes to the audit trail. */
  'outbox.drop': command({ dropped: operationIdSchema, reason: wordsSchema }),

  /** Somebody tried what their role may not do. Given by the core itself, for the audit trail. */
  'session.refused': command({ call: z.string().max(100) }),

  // Live requests
  /** Makes the first supervisor of a festival and signs them in. */
  'session.begin': live(z.strictObject({ name: operatorNameSchema, pin: pinSchema }), sessionSchema),
  /** Makes or changes an operator; `pin` sets a new one. */
  'operators.save': live(
    z.strictObject({
      operatorId: z.uuid(),
      name: operatorNameSchema,
      role: roleSchema,
      active: z.boolean(),
      pin: pinSchema.optional(),
    }),
    nothing,
  ),
  /** Changes the PIN of who is signed in. */
  'operators.changePin': live(z.strictObject({ pin: pinSchema, newPin: pinSchema }), nothing),
  /** Approves at this laptop with the PIN of the second person. Who is signed in stays signed in. */
  'correction.approveByPin': live(
    z.strictObject({
      operationId: operationIdSchema,
      proposalId: operationIdSchema,
      operatorId: z.uuid(),
      pin: pinSchema,
    }),
    commandOutcomeSchema,
  ),
  /** What a correction of all cards of an incident would write. Writes nothing. */
  'correction.preview': live(z.strictObject({ incidentId: idSchema, kind: bulkKindSchema }), bulkPreviewSchema),
  /** The cards of a proposal, in their order. */
  'proposal.items': live(
    z.strictObject({ proposalId: operationIdSchema }),
    z.object({ items: z.array(proposalItemSchema) }),
  ),
  /** The correction that wrote this row of the log. */
  'receipt.look': live(z.strictObject({ logId: idSchema }), receiptSchema),
  /** Sends the receipt to the visitor, in their language. The audit trail keeps to whom, masked. */
  'receipt.send': live(
    z.strictObject({
      operationId: operationIdSchema,
      logId: idSchema,
      language: z.enum(['en', 'fr']),
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
    nothing,
  ),
  'card.look': live(z.strictObject({ cardId: cardIdSchema }), cardViewSchema),
  /**
   * Runs a query step read-only, parameters bound from the event. Hand the result to `runbook.completeStep`. Where the
   * festival does not answer, the result that was kept with the alert, as old as its `at`.
   */
  'runbook.runQuery': live(z.strictObject({ runId: z.uuid(), stepId: z.string().min(1) }), queryResultSchema),
  'engine.runCycle': live(nothing, z.object({ durationMs: z.number(), findings: z.int() })),
  'engine.resetBreaker': live(nothing, nothing),
  /** Recomputes the ledger from the whole log and repairs it where they differ (detectors.md, "The sweep"). */
  'engine.recompute': live(nothing, z.object({ cards: z.int(), drifted: z.int(), durationMs: z.number() })),
  'detectors.look': live(nothing, z.object({ detectors: z.array(detectorInfoSchema), at: instantSchema })),
  'detectors.changes': live(
    z.strictObject({ algorithm: z.string().min(1).max(60) }),
    z.object({ changes: z.array(thresholdChangeSchema) }),
  ),
  /** Judges the last hours again with other thresholds. Writes nothing. */
  'replay.run': live(
    z.strictObject({
      algorithm: z.string().min(1).max(60),
      thresholds: thresholdsSchema,
      hours: z.number().positive().max(720),
    }),
    replayReportSchema,
  ),
  /** Verifies the hash chain of the audit trail. */
  'audit.verify': live(nothing, auditVerdictSchema),
  'health.look': live(nothing, healthSchema),
  'handover.look': live(nothing, handoverViewSchema),
  'escalation.look': live(nothing, escalationViewSchema),
  /** The newest deliveries, newest first. */
  'escalation.deliveries': live(nothing, z.object({ deliveries: z.array(deliverySchema) })),
  /** Sends a test message to a contact with the saved settings. */
  'escalation.test': live(z.strictObject({ contact: z.string(), channel: channelSchema }), nothing),
  /** Checks a connection before it is used; without settings, the one in use. */
  'doctor.run': live(
    z.strictObject({ settings: connectionSettingsSchema.optional() }),
    z.object({ findings: z.array(doctorFindingSchema) }),
  ),

  // Local
  /** Which alert this laptop's screen shows, for the other laptops. */
  'presence.show': local(z.strictObject({ incidentId: idSchema.nullable() }), nothing),
  /** Tries the festival's database at once. */
  'link.retry': local(nothing, nothing),
  /** The operator has read what became of damaged files. */
  'disk.acknowledge': local(nothing, nothing),
  /** Gives a command of the tray once more, as it is, on today's state. */
  'outbox.retry': local(z.strictObject({ operationId: operationIdSchema }), nothing),
  /** The operator has been told of this conflict or rejection on the spot: it does not go to the tray. */
  'outbox.seen': local(z.strictObject({ operationId: operationIdSchema }), nothing),
  /** The waiting actions in an encrypted file, for a laptop that will not see the network again. They stay here as well. */
  'outbox.export': local(z.strictObject({ passphrase: passphraseSchema }), outboxFileSchema),
  /** Takes over the waiting actions of another laptop. Each is applied once, wherever its file is opened. */
  'outbox.import': local(
    z.strictObject({ passphrase: passphraseSchema, content: z.string().max(15_000_000) }),
    z.object({ added: z.int(), known: z.int() }),
  ),
  /** Stops and resumes the reading of what happened before (catch-up). */
  'engine.pauseCatchUp': local(z.strictObject({ paused: z.boolean() }), nothing),
  'replay.cancel': local(nothing, nothing),
  /** These events are on the screen now. */
  'alerts.painted': local(z.strictObject({ eventIds: z.array(idSchema).max(500) }), nothing),
  'canary.painted': local(z.strictObject({ probeId: idSchema }), nothing),
  /** Works without the network: the laptop keeps what a PIN opens. */
  'session.signIn': local(z.strictObject({ operatorId: z.uuid(), pin: pinSchema }), sessionSchema),
  'session.lock': local(nothing, sessionSchema),
  /** Somebody touches this console: it does not lock itself. */
  'session.active': local(nothing, nothing),
  'session.setPreferences': local(preferencesSchema.partial(), sessionSchema),
  /** Uses this festival from now on; null goes back to the training festival. */
  'connection.use': local(z.strictObject({ settings: connectionSettingsSchema.nullable() }), nothing),
  /**
   * The password of the login in use, where none was saved or the server refuses it: by whoever starts the console. It is
   * tried at once and stays in memory; host and login cannot be changed by it.
   */
  'connection.enterPassword': local(z.strictObject({ password: z.string().min(1).max(1_000) }), nothing),
  /** Reads the festival's own runbooks from their files again. */
  'runbooks.reload': local(nothing, nothing),
  'training.run': local(z.strictObject({ running: z.boolean() }), trainingStatusSchema),
  'training.setSpeed': local(z.strictObject({ speed: z.number().min(1).max(600) }), trainingStatusSchema),
  'training.setAutoFaults': local(z.strictObject({ on: z.boolean() }), trainingStatusSchema),
  'training.inject': local(z.strictObject({ kind: faultKindSchema }), trainingStatusSchema),
  /** Begins a drill with this fault, or with any. `quiet`: no faults by themselves until it is over. */
  'drill.begin': local(z.strictObject({ kind: faultKindSchema.nullable(), quiet: z.boolean() }), runningDrillSchema),
  /** Scores the drill as it stands, once its alert is closed or its runbook at its end. */
  'drill.finish': local(nothing, nothing),
  'drill.abandon': local(nothing, nothing),
} as const;

export type Calls = typeof calls;
export type CallName = keyof Calls;
export type CallKind = Calls[CallName]['kind'];
/** What a caller hands over. */
export type CallInput<Name extends CallName> = z.input<Calls[Name]['input']>;
/** What a handler gets, parsed. */
export type ParsedInput<Name extends CallName> = z.output<Calls[Name]['input']>;
export type CallOutput<Name extends CallName> = z.output<Calls[Name]['output']>;

/** Names of one kind: `CallsOf<'command'>`. */
export type CallsOf<Kind extends CallKind> = {
  [Name in CallName]: Calls[Name]['kind'] extends Kind ? Name : never;
}[CallName];
export type CommandName = CallsOf<'command'>;
