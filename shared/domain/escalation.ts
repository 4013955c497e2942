import type { Channel, Contact, EscalationSettings, EscalationView } from '../contract/escalation.ts';
import type { Recipient } from '../runbooks/schema.ts';
import { responseTimeMs, type Severity } from './severity.ts';

/**
 * The guide's "Escalation Matrix", with nobody's numbers in it: who is told when nobody has acknowledged within half of
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

/** Whom to call by hand about an alert that nobody has acknowledged in time: the first of its ladder with a phone. */
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

/** A contact that no ladder names is told in these ways. */
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
 * The next level of a severity's ladder: above those that have been told, and the last one again when all have.
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
