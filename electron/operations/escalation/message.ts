import { z } from 'zod';
import type { Channel, Contact } from '../../../shared/domain/escalation.ts';
import type { FestivalSettings } from '../../../shared/domain/festival-settings.ts';
import type { Language } from '../../../shared/domain/language.ts';
import type { RowId } from '../../../shared/domain/row-id.ts';
import type { Severity } from '../../../shared/domain/severity.ts';
import { TROUBLES, type TroubleKind } from '../../../shared/domain/troubles.ts';
import { boardTexts } from '../../../shared/i18n/board.ts';
import { detectorTexts } from '../../../shared/i18n/detectors.ts';
import { escalationTexts } from '../../../shared/i18n/escalation.ts';
import { fill } from '../../../shared/i18n/fill.ts';
import { messageTexts } from '../../../shared/i18n/messages.ts';
import type { Claimed } from './claims.ts';
import { cutTo, plain } from './text-limits.ts';

/** What is said to a person. */
export type Message = {
  /** The same for every try: receivers that know idempotency keys hear it once. */
  readonly id: string;
  readonly language: Language;
  readonly subject: string;
  readonly text: string;
  /** What a voice reads: whole sentences that are understood without seeing them. */
  readonly spoken: string;
  /** For machines: the body of the webhook beside the words. */
  readonly facts: Readonly<Record<string, string | number | null>>;
};

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
  const amount = amountIn(claimed.amount, language);
  const place = placeOf(claimed);
  const kind = nameOf(algorithm, language);
  const facts = [
    ...(card === null ? [] : [fill(words.card, { card: shortName(card) })]),
    ...(amount === null ? [] : [fill(words.amount, { amount })]),
    ...(place === null ? [] : [fill(words[place.of], { place: place.name })]),
  ];
  const spokenFacts = [
    ...(amount === null ? [] : [fill(words.spokenAmount, { amount })]),
    ...(place === null ? [] : [fill(words[place.of], { place: place.name })]),
    ...(card === null ? [] : [fill(words.card, { card: shortName(card) })]),
  ];
  const minutes = Math.floor(seconds / 60);
  const since =
    minutes < 1
      ? fill(plural(seconds, language) === 'one' ? words.seconds_one : words.seconds_other, { count: seconds })
      : fill(plural(minutes, language) === 'one' ? words.minutes_one : words.minutes_other, { count: minutes });
  const end = `${since} ${alertLine(claimed.event_id, head)}`;
  return {
    id: claimed.delivery_id,
    language,
    subject: `${mark(severity, language)} ${[kind, ...facts].join(', ')}`,
    text: end,
    spoken: `${[words[`spoken_${severity}`], kind, ...spokenFacts].map(sentence).join(' ')} ${end}`,
    facts: {
      alert: claimed.event_id,
      severity,
      algorithm,
      card,
      amount: claimed.amount,
      place: place?.name ?? null,
      called_at: claimed.called_at,
      step: claimed.step + 1,
      festival,
    },
  };
};

/** As a voice says it: with a pause after it. */
const sentence = (text: string): string => `${text.charAt(0).toLocaleUpperCase()}${text.slice(1)}.`;

const ORDERED_SUBJECT = 120;

/** The words of an operator, with the alert that they are about. */
const orderedMessage = (claimed: Claimed, head: Letterhead, ordered: string): Message => {
  const { severity, event_id: alert, card_id: card } = claimed;
  const { language, festival } = head;
  const foot = alertLine(alert, head);
  const text = foot === '' ? ordered : `${ordered}\n${foot}`;
  return {
    id: claimed.delivery_id,
    language,
    subject: `${mark(severity, language)} ${cutTo(ordered.split('\n')[0] ?? '', ORDERED_SUBJECT)}`,
    text,
    spoken: `${sentence(messageTexts[language][`spoken_${severity}`])} ${text}`,
    facts: { severity, festival, ...(alert === null ? {} : { alert, card }) },
  };
};

/** About a trouble, from a laptop that cannot ask the festival's database who else sends. */
export const localTroubleMessage = (
  { kind, startedAt }: { readonly kind: TroubleKind; readonly startedAt: string },
  { id, laptop, head }: { id: string; laptop: string; head: Letterhead },
): Message => {
  const { language, festival } = head;
  const { severity } = TROUBLES[kind];
  const words = messageTexts[language];
  const name = nameOf(kind, language);
  const from = fill(words.localTrouble, { laptop: shortName(laptop) });
  const text = festival === '' ? from : `${from}\n${fill(words.from, { festival })}`;
  return {
    ...{ id, language, text },
    subject: `${mark(severity, language)} ${name}`,
    spoken: `${[words[`spoken_${severity}`], name].map(sentence).join(' ')} ${text}`,
    facts: { severity, algorithm: kind, started_at: startedAt, laptop, festival },
  };
};

/** A message that says that it is none; with a code it asks to be answered by reading that out. */
export const testMessage = (
  id: string,
  { channel, operator, head, code }: { channel: Channel; operator: string; head: Letterhead; code?: string },
): Message => {
  const { language, festival } = head;
  const words = messageTexts[language];
  const test = fill(words.test, { name: operator, channel: escalationTexts[language][`channel_${channel}`] });
  const textWith = (shown: string | undefined): string => {
    const said = shown === undefined ? test : `${test} ${fill(words.testCode, { code: shown })}`;
    return festival === '' ? said : `${said}\n${fill(words.from, { festival })}`;
  };
  const text = textWith(code);
  return {
    id,
    language,
    subject: words.testSubject,
    text,
    // One digit after the other: a voice would make a number of it.
    spoken: textWith(code === undefined ? undefined : Array.from(code).join(', ')),
    facts: { test: 1, festival },
  };
};

/** Where it comes from: the alert, and the festival where it has a name. */
const alertLine = (alert: RowId | null, { language, festival }: Letterhead): string => {
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
  cutTo(
    plain(text)
      .replace(/[^\p{L}\p{M}\p{N}_.:-]+/gu, ' ')
      .trim(),
    NAME,
    { end: '' },
  );
const NAME = 40;

/** Where it happened: a point of sale, or else a reader. */
const placeOf = ({ point_of_sale: bar, device }: Claimed): { of: 'at' | 'reader'; name: string } | null => {
  const name = shortName(bar ?? device ?? '');
  return name === '' ? null : { of: bar === null ? 'reader' : 'at', name };
};

const plural = (count: number, language: Language): Intl.LDMLPluralRule => new Intl.PluralRules(language).select(count);

/** An amount of Postgres as it is written in this language; null where there is none, or it is no number. */
const amountIn = (amount: string | null, language: Language): string | null => {
  if (amount === null || !/^-?\d+(\.\d+)?$/.test(amount)) return null;
  return language === 'fr' ? amount.replace('.', ',') : amount;
};
