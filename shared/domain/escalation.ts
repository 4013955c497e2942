import type { Contact, EscalationSettings, EscalationView } from '../contract/escalation.ts';
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
