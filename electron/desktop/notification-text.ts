import { z } from 'zod';
import type { RegieEvent } from '../../shared/contract/events.ts';
import type { Flood } from '../../shared/domain/alarm-flood.ts';
import type { Alert } from '../../shared/domain/alert.ts';
import { boardTexts } from '../../shared/i18n/board.ts';
import { counted } from '../../shared/i18n/desktop.ts';
import { detectorTexts } from '../../shared/i18n/detectors.ts';
import { fill } from '../../shared/i18n/fill.ts';
import { moneyText } from '../../shared/i18n/format.ts';
import type { Language } from '../../shared/i18n/index.ts';
import { teamTexts } from '../../shared/i18n/team.ts';

const namedSchema = z.object({ name: z.string() });

/** What a native notification says of an alert: how bad and what in the title, which card and how much below it. */
export const notificationText = ({ lead }: Alert, language: Language): { title: string; body: string } => {
  const texts: Readonly<Record<string, unknown>> = detectorTexts[language];
  const found = texts[lead.algorithm];
  const name = namedSchema.safeParse(found).data?.name ?? lead.algorithm;
  const amount = lead.amountCents === null ? undefined : moneyText(lead.amountCents, language);
  return {
    title: `${boardTexts[language][lead.severity]}: ${name}`,
    body: [lead.cardId, amount].filter((part) => part !== null && part !== undefined).join(' · '),
  };
};

/** What a native notification says of something that waits for a person. */
export const askedText = (
  { what, from, words }: Extract<RegieEvent, { event: 'asked' }>,
  language: Language,
): { title: string; body: string } => ({
  title: teamTexts[language][`asked_${what}`],
  body: words === '' ? from : `${from}: ${words}`,
});

/** What stands for all alerts of a flood. */
export const floodText = ({ alarms }: Flood, language: Language): { title: string; body: string } => ({
  title: fill(counted('flood', alarms, language), { count: alarms }),
  body: '',
});
