import { z } from 'zod';
import { responseTimeMs } from './deadlines.ts';
import { customProblem } from './input-problem.ts';
import { languageSchema } from './language.ts';
import { textSchema } from './plain-text.ts';
import { instantSchema } from './primitives.ts';
import type { Recipient } from './runbook.ts';
import { SEVERITIES, type Severity } from './severity.ts';
import { isThisMachine } from './this-machine.ts';

/** Ways to reach somebody. `voice` and `sms` need a phone, `email` an address; `slack` and `webhook` reach a group. */
export const CHANNELS = ['voice', 'sms', 'slack', 'email', 'webhook'] as const;
export const channelSchema = z.enum(CHANNELS);
export type Channel = z.infer<typeof channelSchema>;

const httpAddressSchema = z.url({ protocol: /^https?$/ }).max(500);
/** Of a secret the screen only sees that it is there: an empty one in what it saves keeps what was there. */
const secretSchema = textSchema.max(500);
/** An address that is a secret itself: whoever has it can write there. */
const secretAddressSchema = z.union([z.literal(''), httpAddressSchema]);

export const contactSchema = z.strictObject({
  id: z.string().regex(/^[a-z0-9-]{1,40}$/),
  name: textSchema.trim().min(1).max(80),
  phone: z
    .string()
    .trim()
    .regex(/^$|^\+[1-9]\d{5,14}$/),
  email: z.union([z.literal(''), z.email().max(200)]),
  /** In which they are written to and called; without one, the festival's. */
  language: languageSchema.optional(),
});
export type Contact = z.infer<typeof contactSchema>;

/** One step of the policy: after so long without an acknowledgement this contact is notified through these channels. */
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
    /** Times of day at the festival between which only CRITICAL alerts are sent; the others follow when it is over. */
    quiet: z.strictObject({ from: z.iso.time({ precision: -1 }), to: z.iso.time({ precision: -1 }) }).nullable(),
    smtp: z
      .strictObject({
        host: textSchema.trim().min(1).max(200),
        port: z.int().min(1).max(65_535),
        /** TLS from the first byte; else STARTTLS, without which nothing is sent unless the server is this machine. */
        secure: z.boolean(),
        user: textSchema.max(200),
        password: secretSchema,
        from: z.email().max(200),
      })
      .nullable(),
    slack: z.strictObject({ url: secretAddressSchema }).nullable(),
    twilio: z
      .strictObject({
        url: httpAddressSchema,
        account: textSchema.trim().min(1).max(100),
        token: secretSchema,
        from: z
          .string()
          .trim()
          .regex(/^\+[1-9]\d{5,14}$/),
      })
      .nullable(),
    webhook: z.strictObject({ url: secretAddressSchema, secret: secretSchema }).nullable(),
  })
  .superRefine((settings, context) => {
    const ids = settings.contacts.map(({ id }) => id);
    for (const [index, id] of ids.entries()) {
      if (ids.indexOf(id) === index) continue;
      context.addIssue(customProblem('duplicate', { path: ['contacts', index], limit: id, message: 'twice' }));
    }
    for (const [severity, steps] of Object.entries(settings.ladder)) {
      for (const [index, { contact }] of steps.entries()) {
        if (ids.includes(contact)) continue;
        const message = `no contact "${contact}"`;
        context.addIssue(
          customProblem('contact_missing', { path: ['ladder', severity, index], limit: contact, message }),
        );
      }
    }
  });
export type EscalationSettings = z.infer<typeof escalationSettingsSchema>;

/** Whether nobody on the way reads what is sent to this address: it is encrypted, or stays on this machine. */
export const isPrivateAddress = (address: string): boolean => {
  const url = URL.parse(address);
  return url !== null && (url.protocol === 'https:' || isThisMachine(url.hostname));
};

/**
 * Settings that may be saved: their secrets travel encrypted. What an older version has saved is still read, so that
 * the other channels go on; nothing is sent to such an address.
 */
export const savedEscalationSettingsSchema = escalationSettingsSchema.superRefine((settings, context) => {
  for (const channel of ['slack', 'twilio', 'webhook'] as const) {
    const address = settings[channel]?.url ?? '';
    if (address === '' || isPrivateAddress(address)) continue;
    context.addIssue(customProblem('not_encrypted', { path: [channel, 'url'], limit: '', message: 'not https' }));
  }
});

/** What the laptops keep: the settings without their secrets, and which version they are. */
export const escalationViewSchema = z.object({
  settings: escalationSettingsSchema,
  /** 0: none is saved; these are the guide's. */
  version: z.int(),
  changedBy: z.string().nullable(),
  at: instantSchema,
});
export type EscalationView = z.infer<typeof escalationViewSchema>;

/**
 * The guide's escalation matrix, without phone numbers: who is notified of an alert that is not acknowledged within half of
 * the response time, and again when it is over.
 */
export const GUIDE_ESCALATION: EscalationSettings = {
  contacts: [
    { id: 'operations-manager', name: 'Festival Operations Manager', phone: '', email: '' },
    { id: 'technical-lead', name: 'Technical Team Lead', phone: '', email: '' },
    { id: 'support', name: 'Support Team', phone: '', email: '' },
    { id: 'development', name: 'Development Team', phone: '', email: '' },
  ],
  ladder: {
    CRITICAL: [
      { afterSeconds: 60, contact: 'operations-manager', channels: ['voice', 'sms'] },
      { afterSeconds: 120, contact: 'technical-lead', channels: ['voice', 'sms'] },
    ],
    HIGH: [
      { afterSeconds: 150, contact: 'technical-lead', channels: ['sms', 'slack'] },
      { afterSeconds: 300, contact: 'operations-manager', channels: ['sms'] },
    ],
    MEDIUM: [{ afterSeconds: 900, contact: 'support', channels: ['slack', 'email'] }],
    LOW: [{ afterSeconds: 3_600, contact: 'development', channels: ['email'] }],
  },
  quiet: null,
  smtp: null,
  slack: null,
  twilio: null,
  webhook: null,
};

/** Whether a time of day, `HH:MM`, lies in a span that may go over midnight. */
export const isWithin = ({ from, to }: { from: string; to: string }, time: string): boolean =>
  from <= to ? from <= time && time < to : from <= time || time < to;

/** Whom to call about an alert that was not acknowledged in time: the first contact of its policy with a phone. */
export const whomToCall = (
  view: EscalationView,
  alert: { readonly severity: Severity; readonly calledAt: string },
  now: number,
): Contact | null => {
  const responseMs = responseTimeMs(alert.severity);
  if (alert.severity === 'INFO' || responseMs === null || now < Date.parse(alert.calledAt) + responseMs) return null;
  const steps = view.settings.ladder[alert.severity] ?? [];
  const people = steps.flatMap(({ contact }) => view.settings.contacts.find(({ id }) => id === contact) ?? []);
  return people.find(({ phone }) => phone !== '') ?? null;
};

/** Whether this contact can be reached in this way with these settings. */
export const reaches = (settings: EscalationSettings, contact: Contact, channel: Channel): boolean => {
  switch (channel) {
    case 'voice':
    case 'sms':
      return settings.twilio !== null && contact.phone !== '';
    case 'email':
      return settings.smtp !== null && contact.email !== '';
    case 'slack':
      return settings.slack !== null;
    case 'webhook':
      return settings.webhook !== null;
  }
};

/** Somebody whom a step of a runbook tells, with the ways in which a message reaches them; none: by hand. */
export type Reached = { readonly contact: Contact; readonly channels: readonly Channel[] };

/** The channels for a contact that no policy names. */
const USUAL_CHANNELS: readonly Channel[] = ['sms', 'email'];

const reachedOn = (
  settings: EscalationSettings,
  steps: readonly { readonly contact: string; readonly channels: readonly Channel[] }[],
): Reached[] =>
  settings.contacts
    .filter(({ id }) => steps.some((step) => step.contact === id))
    .map((contact) => {
      const named = new Set(steps.filter((step) => step.contact === contact.id).flatMap(({ channels }) => channels));
      return { contact, channels: [...named].filter((channel) => reaches(settings, contact, channel)) };
    });

/** Whom a notify step tells: a contact in the ways of the ladders, or everybody on the ladder of a severity. */
export const recipientsOf = (settings: EscalationSettings, to: Recipient): readonly Reached[] => {
  if (to === 'visitor') return [];
  if ('severity' in to) return reachedOn(settings, settings.ladder[to.severity] ?? []);
  const named = Object.values(settings.ladder).flatMap((steps) =>
    steps.filter(({ contact }) => contact === to.contact),
  );
  return reachedOn(settings, named.length > 0 ? named : [{ contact: to.contact, channels: USUAL_CHANNELS }]);
};

/**
 * The next level of a severity's policy: above those that were notified, and the last one again when all were.
 * @param told levels, 0 is the first
 */
export const nextLevel = (
  settings: EscalationSettings,
  severity: Severity,
  told: readonly number[],
): { readonly level: number; readonly reached: readonly Reached[] } | null => {
  const ladder = severity === 'INFO' ? [] : (settings.ladder[severity] ?? []);
  const level = Math.min(ladder.length - 1, Math.max(-1, ...told) + 1);
  const step = ladder[level];
  return step === undefined ? null : { level, reached: reachedOn(settings, [step]) };
};
