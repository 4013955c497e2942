import { z } from 'zod';
import type { Channel } from '../../../shared/domain/escalation.ts';
import { detectorTexts } from '../../../shared/i18n/detectors.ts';
import type { Message } from './channels.ts';
import type { Claimed } from './policy.ts';

const named = z.object({ name: z.string() });
const nameOf = (algorithm: string): string => {
  const known: Readonly<Record<string, unknown>> = detectorTexts.en;
  return named.safeParse(known[algorithm]).data?.name ?? algorithm;
};

/** What a contact is told about an alert that nobody has acknowledged: short enough for a text message and a voice. */
export const messageOf = (claimed: Claimed): Message => {
  const { severity, algorithm, message, card_id: card, amount, unacknowledged_seconds: seconds } = claimed;
  if (message !== null || algorithm === null) return orderedMessage(claimed, message ?? '');
  const facts = [nameOf(algorithm), card === null ? '' : `card ${card}`, amount === null ? '' : `${amount} EUR`];
  const minutes = Math.floor(seconds / 60);
  return {
    id: claimed.delivery_id,
    subject: `[${severity}] ${facts.filter((fact) => fact !== '').join(', ')}`,
    text: `Nobody has acknowledged this alert for ${minutes < 1 ? `${seconds} seconds` : `${minutes} minutes`}. Alert ${claimed.event_id}, in Regie.`,
    facts: {
      alert: claimed.event_id,
      severity,
      algorithm,
      card,
      amount,
      called_at: claimed.called_at,
      step: claimed.step + 1,
    },
  };
};

/** The words of an operator, with the alert that they are about. */
const orderedMessage = (claimed: Claimed, words: string): Message => {
  const { severity, event_id: alert, card_id: card } = claimed;
  return {
    id: claimed.delivery_id,
    subject: `[${severity}] ${words.split('\n')[0]?.slice(0, 120) ?? ''}`,
    text: alert === null ? words : `${words}\nAlert ${alert}, in Regie.`,
    facts: { severity, ...(alert === null ? {} : { alert, card }) },
  };
};

/** A message that says that it is none. */
export const testMessage = (id: string, channel: Channel, operator: string): Message => ({
  id,
  subject: '[TEST] Regie can reach you',
  text: `This is a test by ${operator} (${channel}). Nothing has happened.`,
  facts: { test: 1 },
});
