import type { PostProcessorModule } from 'i18next';
import type { Language } from '../domain/language.ts';

/** What a time has in front of it when it isn't today's (`timeText`): `26 nov., 14:02`, `1 Oct 2026, 02:30`. */
const DATE = String.raw`(\d{1,2}\s\p{L}+\.?(?:\s\d{4})?),\s(\d{2}:\d{2})`;
const DATED = new RegExp(DATE, 'u');
const IN_FRENCH = [
  [new RegExp(String.raw`\bde\s${DATE}\sà\s${DATE}`, 'gu'), 'du $1 à $2 au $3 à $4'],
  [new RegExp(String.raw`(jusqu’)à\s${DATE}`, 'giu'), '$1au $2 à $3'],
  [new RegExp(String.raw`(?<!\p{L})à\s${DATE}`, 'gu'), 'le $1 à $2'],
  [new RegExp(String.raw`(?<!\p{L})À\s${DATE}`, 'gu'), 'Le $1 à $2'],
  [new RegExp(String.raw`(?<!\p{L})(depuis|avant|après|dès)\s${DATE}`, 'giu'), '$1 le $2 à $3'],
] as const;
const IN_ENGLISH = [
  [new RegExp(String.raw`\bat\s${DATE}`, 'gu'), 'on $1 at $2'],
  [new RegExp(String.raw`\bAt\s${DATE}`, 'gu'), 'On $1 at $2'],
] as const;

/**
 * A text is written for a time of day, `à {{time}}`; from the next day on the time carries its date, and neither language says
 * `à 26 nov., 14:02`. It becomes `le 26 nov. à 14:02`, `jusqu’au 26 nov. à 14:02`, `on 26 Nov at 14:02`.
 */
export const withDatedTimes = (text: string, language: Language): string =>
  DATED.test(text)
    ? (language === 'fr' ? IN_FRENCH : IN_ENGLISH).reduce((said, [found, put]) => said.replace(found, put), text)
    : text;

/** The same for every text of i18next. */
export const datedTimes: PostProcessorModule = {
  type: 'postProcessor',
  name: 'datedTimes',
  process: (value, _key, options, translator) =>
    withDatedTimes(value, (options.lng ?? translator.language) === 'fr' ? 'fr' : 'en'),
};
