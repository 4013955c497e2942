import { z } from 'zod';
import { SEVERITIES, severitySchema } from '../domain/severity.ts';
import { instantSchema } from './primitives.ts';

/** Ways to reach somebody. `voice` and `sms` need a phone, `email` an address; `slack` and `webhook` reach a group. */
export const CHANNELS = ['voice', 'sms', 'slack', 'email', 'webhook'] as const;
export const channelSchema = z.enum(CHANNELS);
export type Channel = z.infer<typeof channelSchema>;

const httpAddressSchema = z.url({ protocol: /^https?$/ }).max(500);
/** Of a secret the screen only sees that it is there: an empty one in what it saves keeps what was there. */
const secretSchema = z.string().max(500);

export const contactSchema = z.strictObject({
  id: z.string().regex(/^[a-z0-9-]{1,40}$/),
  name: z.string().trim().min(1).max(80),
  phone: z
    .string()
    .trim()
    .regex(/^$|^\+[1-9]\d{5,14}$/),
  email: z.union([z.literal(''), z.email().max(200)]),
});
export type Contact = z.infer<typeof contactSchema>;

/** One step of the ladder: after so long without an acknowledgement this contact is told in these ways. */
export const escalationStepSchema = z.strictObject({
  afterSeconds: z.int().min(0).max(86_400),
  contact: z.string(),
  channels: z.array(channelSchema).min(1),
});
export type EscalationStep = z.infer<typeof escalationStepSchema>;

const alarming = z.enum(SEVERITIES).exclude(['INFO']);

export const escalationSettingsSchema = z
  .strictObject({
    contacts: z.array(contactSchema).max(50),
    ladder: z.record(alarming, z.array(escalationStepSchema).max(10)),
    /** Local times between which only CRITICAL alerts are sent; the others follow when it is over. */
    quiet: z.strictObject({ from: z.iso.time({ precision: -1 }), to: z.iso.time({ precision: -1 }) }).nullable(),
    smtp: z
      .strictObject({
        host: z.string().trim().min(1).max(200),
        port: z.int().min(1).max(65_535),
        /** TLS from the first byte; else STARTTLS where the server offers it. */
        secure: z.boolean(),
        user: z.string().max(200),
        password: secretSchema,
        from: z.email().max(200),
      })
      .nullable(),
    slack: z.strictObject({ url: httpAddressSchema }).nullable(),
    twilio: z
      .strictObject({
        url: httpAddressSchema,
        account: z.string().trim().min(1).max(100),
        token: secretSchema,
        from: z
          .string()
          .trim()
          .regex(/^\+[1-9]\d{5,14}$/),
      })
      .nullable(),
    webhook: z.strictObject({ url: httpAddressSchema, secret: secretSchema }).nullable(),
  })
  .superRefine((settings, context) => {
    const ids = settings.contacts.map(({ id }) => id);
    for (const [index, id] of ids.entries()) {
      if (ids.indexOf(id) !== index) context.addIssue({ code: 'custom', path: ['contacts', index], message: 'twice' });
    }
    for (const [severity, steps] of Object.entries(settings.ladder)) {
      for (const [index, { contact }] of steps.entries()) {
        if (!ids.includes(contact)) {
          context.addIssue({ code: 'custom', path: ['ladder', severity, index], message: `no contact "${contact}"` });
        }
      }
    }
  });
export type EscalationSettings = z.infer<typeof escalationSettingsSchema>;

/** What the laptops keep: the settings without their secrets, and which version they are. */
export const escalationViewSchema = z.object({
  settings: escalationSettingsSchema,
  /** 0: nobody has saved any; these are the guide's. */
  version: z.int(),
  changedBy: z.string().nullable(),
  at: instantSchema,
});
export type EscalationView = z.infer<typeof escalationViewSchema>;

/** One message to one contact in one way, as the delivery log has it. */
export const deliverySchema = z.object({
  deliveryId: z.uuid(),
  /** Null: a message of a runbook without an alert. */
  incidentId: z.int().nullable(),
  severity: severitySchema,
  step: z.int(),
  contact: z.string(),
  channel: channelSchema,
  dueAt: instantSchema,
  /** unknown: the laptop that sent it heard no answer; it is not sent twice. */
  state: z.enum(['due', 'sending', 'sent', 'failed', 'unknown', 'cancelled']),
  attempts: z.int(),
  endedAt: instantSchema.nullable(),
  error: z.string().nullable(),
});
export type Delivery = z.infer<typeof deliverySchema>;
