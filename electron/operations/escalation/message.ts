import { z } from 'zod';
import type { Channel, Contact } from '../../../shared/domain/escalation.ts';
import type { FestivalSettings } from '../../../shared/domain/festival-settings.ts';
import type { Language } from '../../../shared/domain/language.ts';
import type { Params } from '../../../shared/domain/primitives.ts';
import type { Severity } from '../../../shared/domain/severity.ts';
import { boardTexts } from '../../../shared/i18n/board.ts';
import { detectorTexts } from '../../../shared/i18n/detectors.ts';
import { escalationTexts } from '../../../shared/i18n/escalation.ts';
import { messageTexts } from '../../../shared/i18n/messages.ts';
import type { Message } from './channels.ts';
import type { Claimed } from './policy.ts';

/** In which language a message is written, and what the festival is called; empty where nobody has named it. */
export type Letterhead = { readonly language: Language; readonly festival: string };

/** A contact is written to in their own language, or in the festival's where they have not chosen one. */
export const letterheadFor = (
  contact: Pick<Contact, 'language'> | undefined,
  { name, language }: Pick<FestivalSettings, 'name' | 'language'>,
): Letterhead => ({ language: contact?.language ?? language ?? 'en', festival: name });

/** What a contact is told about an alert that nobody has acknowledged: short enough for a text message and a voice. */
export const messageOf = (claimed: Claimed, head: Letterhead): Message => {
  const { severity, algorithm, message, card_id: card, unacknowledged_seconds: seconds } = claimed;
  if (message !== null || algorithm === null) return orderedMessage(claimed, head, message ?? '');
  const { language, festival } = head;
  const words = messageTexts[language];
  const amount = claimed.amount === null ? null : inLanguage(claimed.amount, language);
  const facts = [
    nameOf(algorithm, language),
    ...(card === null ? [] : [fill(words.card, { card: shortName(card) })]),
    ...(amount === null ? [] : [fill(words.amount, { amount })]),
  ];
  const minutes = Math.floor(seconds / 60);
  const since =
    minutes < 1
      ? fill(plural(seconds, language) === 'one' ? words.seconds_one : words.seconds_other, { count: seconds })
      : fill(plural(minutes, language) === 'one' ? words.minutes_one : words.minutes_other, { count: minutes });
  return {
    id: claimed.delivery_id,
    language,
    subject: `${mark(severity, language)} ${facts.join(', ')}`,
    text: `${since} ${alertLine(claimed.event_id, head)}`,
    facts: {
      alert: claimed.event_id,
      severity,
      algorithm,
      card,
      amount: claimed.amount,
      called_at: claimed.called_at,
      step: claimed.step + 1,
      festival,
    },
  };
};

/** The words of an operator, with the alert that they are about. */
const orderedMessage = (claimed: Claimed, head: Letterhead, ordered: string): Message => {
  const { severity, event_id: alert, card_id: card } = claimed;
  const { language, festival } = head;
  const foot = alertLine(alert, head);
  return {
    id: claimed.delivery_id,
    language,
    subject: `${mark(severity, language)} ${ordered.split('\n')[0]?.slice(0, 120) ?? ''}`,
    text: foot === '' ? ordered : `${ordered}\n${foot}`,
    facts: { severity, festival, ...(alert === null ? {} : { alert, card }) },
  };
};

/** A message that says that it is none. */
export const testMessage = (
  id: string,
  { channel, operator, head }: { channel: Channel; operator: string; head: Letterhead },
): Message => {
  const { language, festival } = head;
  const words = messageTexts[language];
  const said = fill(words.test, { name: operator, channel: escalationTexts[language][`channel_${channel}`] });
  return {
    id,
    language,
    subject: words.testSubject,
    text: festival === '' ? said : `${said}\n${fill(words.from, { festival })}`,
    facts: { test: 1, festival },
  };
};

/** Where it comes from: the alert, and the festival where it has a name. */
const alertLine = (alert: number | null, { language, festival }: Letterhead): string => {
  const { alert: line, alertOf, from } = messageTexts[language];
  if (alert === null) return festival === '' ? '' : fill(from, { festival });
  return festival === '' ? fill(line, { alert }) : fill(alertOf, { alert, festival });
};

const mark = (severity: Severity, language: Language): string =>
  `[${boardTexts[language][severity].toLocaleUpperCase(language)}]`;

const named = z.object({ name: z.string() });
const nameOf = (algorithm: string, language: Language): string => {
  const known: Readonly<Record<string, unknown>> = detectorTexts[language];
  return named.safeParse(known[algorithm]).data?.name ?? shortName(algorithm);
};

/** Of what anybody may have written into a row: enough to name it, too little to be a message of theirs. */
const shortName = (text: string): string =>
  text
    .replace(/[^\p{L}\p{N}_.:-]+/gu, ' ')
    .trim()
    .slice(0, 40);

const plural = (count: number, language: Language): Intl.LDMLPluralRule => new Intl.PluralRules(language).select(count);

/** An amount of Postgres as it is written in this language. */
const inLanguage = (amount: string, language: Language): string =>
  language === 'fr' ? amount.replace('.', ',') : amount;

const fill = (words: string, values: Params): string =>
  words.replace(/\{\{(\w+)\}\}/g, (_, name: string) => String(values[name] ?? ''));
