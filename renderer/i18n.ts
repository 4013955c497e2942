import i18next from 'i18next';
import { initReactI18next } from 'react-i18next';
import type { RegieError } from '../shared/contract/errors.ts';
import type { InputProblem } from '../shared/domain/input-problem.ts';
import type { Language } from '../shared/domain/language.ts';
import { type Cents, cents, toNumeric } from '../shared/domain/money.ts';
import { datedTimes } from '../shared/i18n/dated-times.ts';
import { figures } from '../shared/i18n/figures.ts';
import {
  calendarText,
  countdownText,
  durationText,
  listFormat,
  moneyText,
  numberFormat,
  numberText,
  timeText,
} from '../shared/i18n/format.ts';
import { festivalNow, isTime, timeZone } from './clock.ts';

void i18next
  .use(figures)
  .use(datedTimes)
  .use(initReactI18next)
  .init({
    // The words of a language come when it is first shown.
    resources: {},
    lng: 'en',
    fallbackLng: 'en',
    postProcess: [datedTimes.name],
    // React escapes what it renders.
    interpolation: { escapeValue: false, alwaysFormat: true },
  });

export { i18next as i18n };

const TEXTS = {
  en: { first: () => import('virtual:texts/en'), late: () => import('virtual:texts/en-late') },
  fr: { first: () => import('virtual:texts/fr'), late: () => import('virtual:texts/fr-late') },
} as const satisfies Record<Language, unknown>;

/** The words of a language that what is loaded at the start may show, as the build found them (scripts/first-words.ts). */
const loadFirstWords = async (language: Language): Promise<void> => {
  if (i18next.hasResourceBundle(language, 'translation')) return;
  const { default: words } = await TEXTS[language].first();
  i18next.addResourceBundle(language, 'translation', words, true);
};

const whole = new Set<Language>();

/** Loads all words of a language, once. */
export const loadLanguage = async (language: Language): Promise<void> => {
  if (whole.has(language)) return;
  const [{ default: words }] = await Promise.all([TEXTS[language].late(), loadFirstWords(language)]);
  i18next.addResourceBundle(language, 'translation', words, true);
  whole.add(language);
};

const KEPT_AS = 'regie.language';

/** Loads the first words that this browser showed last: they are there when the core says which are wanted. */
export const expectLanguage = (): void =>
  void loadFirstWords(localStorage.getItem(KEPT_AS) === 'fr' ? 'fr' : 'en').catch(() => undefined);

/** Shows the language of the first screen, which waits for its first words alone: what comes later waits for the others. */
export const startLanguage = async (language: Language): Promise<void> => {
  await loadFirstWords(language);
  await show(language);
};

/** Switches every text at once, those of all that may have been loaded since the start. */
export const showLanguage = async (next: Language): Promise<void> => {
  if (next === language()) return;
  await loadLanguage(next);
  await show(next);
};

const show = async (language: Language): Promise<void> => {
  localStorage.setItem(KEPT_AS, language);
  if (i18next.language !== language) await i18next.changeLanguage(language);
  document.documentElement.lang = language;
};

export const language = (): Language => (i18next.language === 'fr' ? 'fr' : 'en');

/** `€15.50` or `15,50 €`. */
export const formatMoney = (amount: Cents, options: { signed?: boolean; language?: Language } = {}): string =>
  moneyText(amount, options.language ?? language(), { signed: options.signed ?? false });

/** `€3,530`: where a sum is looked at and not counted. */
export const formatWholeMoney = (amount: Cents): string =>
  numberFormat(language(), { style: 'currency', currency: 'EUR', maximumFractionDigits: 0 })
    .format(amount / 100)
    .replace('-', '−');

/** An amount as it is typed: `15.50` or `15,50`. */
export const formatAmount = (amount: number): string =>
  toNumeric(cents(amount)).replace('.', i18next.language === 'fr' ? ',' : '.');

/** `12,300` or `12 300`. */
export const formatNumber = (value: number): string => numberText(value, language());

/** A whole number of any length: `9,223,372,036,854,775,807`. */
export const formatCount = (value: bigint): string => numberFormat(language(), {}).format(value);

/** `a, b or c` in the language of the screen. */
export const formatList = (some: readonly string[]): string =>
  listFormat(language(), { style: 'long', type: 'disjunction' }).format(some);

/**
 * A share of 1 as `4.2 %`.
 * @param digits behind the point, at most
 */
export const formatShare = (share: number, digits = 1): string =>
  numberFormat(language(), { style: 'percent', maximumFractionDigits: digits }).format(share);

/** A measured duration: `840 ms`, `1.24 s`, then as a span. */
export const formatDuration = (ms: number): string => {
  if (Math.abs(ms) < 1_000) return i18next.t('health.ms', { value: Math.round(ms) });
  if (Math.abs(ms) < 60_000) return i18next.t('health.seconds', { value: ms / 1_000 });
  return formatSpan(ms);
};

/** A time of day in the festival's zone; with the date when it is not today's, or `dated`: always. */
export const formatTime = (
  instant: string,
  options: { seconds?: boolean; dated?: boolean; language?: Language } = {},
): string =>
  isTime(instant)
    ? timeText(instant, {
        language: options.language ?? language(),
        timeZone: timeZone(),
        now: new Date(options.dated ? 0 : festivalNow()),
        seconds: options.seconds ?? false,
      })
    : i18next.t('common.noTime');

/** A time of day in another zone. */
export const formatTimeIn = (zone: string, instant: string): string =>
  timeText(instant, { language: language(), timeZone: zone, now: new Date(festivalNow()) });

/** A stretch of time that a checklist is for (shared/domain/checklist-window.ts): a day, a week, a month, a year's festival. */
export const formatWindow = (key: string): string => {
  const [, weekYear, week] = /^(\d{4})-W(\d{2})$/.exec(key) ?? [];
  if (week !== undefined) return i18next.t('checklists.week', { week: Number(week), year: weekYear });
  if (/^\d{4}-\d{2}(-\d{2})?$/.test(key) && !Number.isNaN(Date.parse(key))) return calendarText(key, language());
  return key.replace(/^festival-(?=\d{4}$)/, '');
};

/** What is left until something is due, or has passed since where negative, to the second and without a sign; days as a span. */
export const formatCountdown = (ms: number): string =>
  Math.abs(ms) < 86_400_000 ? countdownText(ms) : formatSpan(Math.abs(ms));

/** The same with a minus once it is overdue: `0:00`, then `−0:01`. */
export const formatTimeLeft = (ms: number): string => `${ms < 0 ? '−' : ''}${formatCountdown(ms)}`;

/** `40 s`, `12 min`, `3 h`, `2 d`. */
export const formatSpan = (ms: number): string => {
  const seconds = Math.max(0, Math.floor(ms / 1_000));
  if (seconds < 60) return i18next.t('common.secondsAge', { count: seconds });
  if (seconds < 3_600) return i18next.t('common.minutesAge', { count: Math.floor(seconds / 60) });
  if (seconds < 86_400) return i18next.t('common.hoursAge', { count: Math.floor(seconds / 3_600) });
  return i18next.t('common.daysAge', { count: Math.floor(seconds / 86_400) });
};

/** `5 min 20 s`, `2 h 5 min`, `1 day 3 h`: where how long it is matters, and not only its order. */
export const formatLength = (ms: number): string => durationText(ms, language());

/** The milliseconds that `formatSpan` shows of a span: the same number for as long as it says the same. */
export const shownSpan = (ms: number): number => {
  const unit = ms < 60_000 ? 1_000 : ms < 3_600_000 ? 60_000 : ms < 86_400_000 ? 3_600_000 : 86_400_000;
  return Math.max(0, Math.floor(ms / unit) * unit);
};

/** What is wrong with a value, as a part of a sentence. */
export const problemText = ({ problem, limit }: InputProblem): string => i18next.t(`problems.${problem}`, { limit });

/** The sentence for an error of the core; figures in it are shown as money. */
export const errorSentence = (error: RegieError): string => {
  const key = `errors.${error.code}`;
  const { role, status, until, left, problem, limit = '', unsent, detail = '', why } = error.params;
  const params = {
    ...error.params,
    ...(typeof role === 'string' && role !== '' ? { role: i18next.t(`people.role_${role}`) } : {}),
    ...(typeof status === 'string' && i18next.exists(`board.status_${status}`)
      ? { status: i18next.t(`board.status_${status}`) }
      : {}),
    ...(typeof left === 'number' ? { count: left } : {}),
    // Why one of many was refused: the sentence of another error.
    ...(error.code === 'some_refused' ? { why: i18next.t(`errors.short_${why}`, { defaultValue: '' }) } : {}),
    ...(typeof until === 'string' ? { until: formatTime(until) } : {}),
    ...(typeof unsent === 'string' ? { why: i18next.t(`escalation.why_${unsent}`, { detail }) } : {}),
    ...(typeof problem === 'string' ? { what: i18next.t(`problems.${problem}`, { limit }) } : {}),
  };
  return i18next.exists(key, params) ? i18next.t(key, params) : i18next.t('errors.internal');
};

/** An amount of event_data, which Postgres hands over as a JSON number of euros. */
export const factCents = (value: unknown): Cents | null =>
  typeof value === 'number' && Number.isFinite(value) ? cents(Math.round(value * 100)) : null;
