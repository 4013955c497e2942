import { z } from 'zod';
import { withoutSecrets } from '../domain/channel-secrets.ts';
import { channelSchema, escalationViewSchema, savedEscalationSettingsSchema } from '../domain/escalation.ts';
import { messageReasonSchema } from '../domain/message-reason.ts';
import { textSchema } from '../domain/plain-text.ts';
import { instantSchema } from '../domain/primitives.ts';
import { ANYONE, STAFF, SUPERVISORS, TECHNICAL } from '../domain/rights.ts';
import { rowIdSchema } from '../domain/row-id.ts';
import { severitySchema } from '../domain/severity.ts';
import { withEntry } from '../domain/waiting.ts';
import { onEvent } from './alerts.ts';
import { command, live, nothing, query } from './declare.ts';

/** One message to one contact in one way, as the delivery log has it. */
export const deliverySchema = z.object({
  deliveryId: z.uuid(),
  /** Null: a message of a runbook without an alert. */
  incidentId: rowIdSchema.nullable(),
  severity: severitySchema,
  step: z.int(),
  contact: z.string(),
  channel: channelSchema,
  dueAt: instantSchema,
  /** unknown: the laptop that sent it heard no answer; it is not sent twice. */
  state: z.enum(['due', 'sending', 'sent', 'failed', 'unknown', 'cancelled']),
  attempts: z.int(),
  /** When it is tried again. */
  nextAt: instantSchema.nullable(),
  endedAt: instantSchema.nullable(),
  /** Why it was not sent, or why nobody knows. */
  reason: messageReasonSchema.nullable(),
});
export type Delivery = z.infer<typeof deliverySchema>;

export const escalationCalls = {
  'escalation.get': query(nothing, escalationViewSchema.nullable()),

  /**
   * Replaces who is notified and how; `base` is the version that the operator changed. An empty secret stays what it is,
   * unless it would go to another host or account than before.
   */
  'escalation.set': command({
    input: { base: z.int().min(0), settings: savedEscalationSettingsSchema },
    roles: SUPERVISORS,
    stepUp: true,
    keys: () => ['escalation'],
    snapshot: ({ base }) => ({ version: base }),
    withoutSecrets: (input) => ({ ...input, settings: withoutSecrets(input.settings) }),
  }),
  /** Somebody was called by hand, because nothing could be sent. */
  'escalation.called': command({
    input: { eventId: rowIdSchema, name: textSchema.trim().min(1).max(80), phone: textSchema.max(20) },
    roles: STAFF,
    records: { timeline: ['called'], audit: ['called'] },
    ...onEvent,
    optimistic: {
      incident: (incident, waiting) => {
        const { eventId, name, phone } = waiting.input;
        return withEntry(incident, waiting, { kind: 'called', eventId, data: { name, phone } });
      },
    },
  }),
  /** A test message is to be sent. Submitted by the core before anything leaves. */
  'escalation.orderTest': command({
    input: { contact: textSchema.max(40), channel: channelSchema },
    roles: TECHNICAL,
    records: { audit: ['channel_tested'] },
    keys: () => ['escalation'],
  }),

  'escalation.look': live({ input: nothing, output: escalationViewSchema, roles: ANYONE }),
  /** The newest deliveries, newest first. */
  'escalation.deliveries': live({
    input: nothing,
    output: z.object({ deliveries: z.array(deliverySchema) }),
    roles: ANYONE,
  }),
  /** Sends a test message to a contact with the saved settings. */
  'escalation.test': live({
    input: z.strictObject({ contact: z.string(), channel: channelSchema }),
    output: nothing,
    roles: TECHNICAL,
  }),
} as const;
