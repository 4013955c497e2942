import type { Alert, AlertEvent } from '../shared/domain/alert.ts';
import { factCents, formatLength, formatMoney, formatNumber, formatTime, i18n } from './i18n.ts';
import { shownId } from './shown-id.ts';
import { visibleText } from './visible-text.ts';

const text = (value: unknown): string => (typeof value === 'string' || typeof value === 'number' ? String(value) : '');

/** A figure as the language writes it: `10.08`, `10,08`. */
const figure = (value: unknown): string => (typeof value === 'number' ? formatNumber(value) : text(value));

/** A word of the festival's log, as it is asked about: one without end loses its middle. */
export const wordText = (word: unknown): string => {
  if (text(word) === '') return i18n.t('meanings.empty');
  const shown = Array.from(visibleText(text(word)));
  return shown.length <= LONGEST_WORD ? shown.join('') : `${shown.slice(0, 24).join('')}…${shown.slice(-8).join('')}`;
};
const LONGEST_WORD = 40;

/** What a sentence is made of. */
export type Told = Pick<AlertEvent, 'algorithm' | 'cardId' | 'amountCents' | 'facts' | 'occurredAt'>;

/** An alert in one plain sentence, with card, amount and place. */
export const sentenceOf = (event: Told): string => translate(event, 'sentence');
/** An incident in one plain sentence: of its leading event, or of the group where it is a storm. */
export const titleOf = (alert: Alert): string => {
  const count = alert.linkedCount + 1;
  if (alert.storm === null) return sentenceOf(alert.lead);
  if (alert.storm === 'opening_balances') return i18n.t('board.openingBalances', { count });
  return i18n.t(alert.lead.cardId === null ? 'board.storm_findings' : 'board.storm_cards', {
    count,
    name: nameOf(alert.lead),
  });
};
/** What kind of alert it is. */
export const nameOf = (event: Told): string => translate(event, 'name');
/** What it means, for somebody who sees it for the first time. */
export const meaningOf = (event: Told): string => translate(event, 'meaning');

/** A detector's name in words; one that another system invented is shown as it is. */
export const detectorName = (algorithm: string): string =>
  i18n.exists(`detectors.${algorithm}.name`) ? i18n.t(`detectors.${algorithm}.name`) : algorithm;

/** The detectors that have words, in the order of their names. */
export const knownDetectors = (): readonly string[] => {
  const texts: unknown = i18n.getResource(i18n.language, 'translation', 'detectors');
  if (typeof texts !== 'object' || texts === null) return [];
  return Object.entries(texts)
    .filter(([name, said]) => name !== 'other' && typeof said === 'object' && said !== null && 'sentence' in said)
    .map(([name]) => name)
    .sort((a, b) => detectorName(a).localeCompare(detectorName(b), i18n.language));
};

/** What a detector's findings mean. */
export const meaningOfDetector = (algorithm: string): string =>
  i18n.t(`detectors.${i18n.exists(`detectors.${algorithm}.meaning`) ? algorithm : 'other'}.meaning`);

/** A check of the hourly verification in words; a reason of another detector as it is. */
export const reasonText = (reason: string): string =>
  i18n.exists(`detectors.checks.${reason}`) ? i18n.t(`detectors.checks.${reason}`) : reason;

/** A threshold's name in words. */
export const thresholdName = (name: string): string =>
  i18n.exists(`detectors.thresholds.${name}`) ? i18n.t(`detectors.thresholds.${name}`) : name;

const health = (value: unknown): string =>
  typeof value === 'string' && i18n.exists(`detectors.health.${value}`)
    ? i18n.t(`detectors.health.${value}`)
    : text(value);

/** What happened to a table, with its name and what a technician needs to know. */
const logChange = ({ change, table, details }: AlertEvent['facts']): string =>
  typeof change === 'string' && i18n.exists(`detectors.logChanges.${change}`)
    ? i18n.t(`detectors.logChanges.${change}`, {
        table: text(table),
        details: Array.isArray(details) ? details.map(text).join(', ') : '',
      })
    : text(change);

/** The amount that the sentence is about; where its direction says something, with its sign. */
const amountOf = ({ algorithm, amountCents, facts }: Told): string => {
  const direction: Readonly<Record<string, unknown>> = {
    balance_mismatch_detection: facts.discrepancy,
    balance_chain_break: facts.gap,
    ledger_drift: facts.difference,
  };
  const signed = factCents(direction[algorithm]);
  if (signed !== null) return formatMoney(signed, { signed: true });
  return amountCents === null ? '' : formatMoney(amountCents);
};

/** Which row could not be read, and why, in words. */
export const asideWords = (facts: {
  readonly source?: unknown;
  readonly reason?: unknown;
  readonly row?: unknown;
}): { source: string; reason: string; row: string } => {
  const source = text(facts.source);
  const kind = i18n.exists(`detectors.aside.row_${source}`) ? source : 'other';
  const reason = text(facts.reason);
  return {
    source: i18n.t(`detectors.aside.${kind}`),
    reason: i18n.exists(`detectors.aside.${reason}`) ? i18n.t(`detectors.aside.${reason}`) : reason,
    row: i18n.t(`detectors.aside.row_${kind}`, { source, id: text(facts.row) }),
  };
};

/** Of which laptop a system trouble is, since when, and how bad. */
const troubleWords = ({ facts, occurredAt }: Told) => {
  // What one laptop alone can notice of the whole festival says which one.
  const laptop = visibleText(text(facts.subject) || text(facts.laptop));
  const why = text(facts.why);
  return {
    laptop,
    where: laptop === '' ? '' : i18n.t('detectors.onLaptop', { laptop }),
    since: formatTime(occurredAt),
    off: typeof facts.off_seconds === 'number' ? formatLength(facts.off_seconds * 1_000) : '',
    free: text(facts.free),
    error: visibleText(text(facts.error)),
    commands: text(facts.commands),
    why: i18n.exists(`detectors.blindWhy.${why}`) ? i18n.t(`detectors.blindWhy.${why}`) : '',
  };
};

/** A title that an alert carries in both languages. */
const titleIn = (title: AlertEvent['facts'][string] | undefined): string =>
  typeof title === 'object' && title !== null && !Array.isArray(title)
    ? text(title[i18n.language === 'fr' ? 'fr' : 'en'])
    : '';

type Part = 'name' | 'sentence' | 'meaning';

/** A row is drawn many times, and its sentence is put together from thirty parts. */
const translated = new WeakMap<Told, { readonly language: string; readonly texts: Map<Part, string> }>();

const translate = (event: Told, part: Part): string => {
  const before = translated.get(event);
  const known =
    before?.language === i18n.language ? before : { language: i18n.language, texts: new Map<Part, string>() };
  if (known !== before) translated.set(event, known);
  const text = known.texts.get(part) ?? translateNow(event, part);
  known.texts.set(part, text);
  return text;
};

const translateNow = (event: Told, part: Part): string => {
  const known = i18n.exists(`detectors.${event.algorithm}.${part}`);
  const { facts } = event;
  const place = text(facts.point_of_sale);
  return i18n
    .t(`detectors.${known ? event.algorithm : 'other'}.${part}`, {
      algorithm: event.algorithm,
      card: shownId(event.cardId ?? ''),
      amount: amountOf(event),
      place: place === '' ? '' : i18n.t('detectors.at', { place }),
      percent: figure(facts.failure_rate_percent),
      minutes: figure(facts.silent_minutes ?? facts.time_window_minutes ?? facts.minutes),
      status: wordText(facts.transaction_status),
      log: text(facts.log),
      list: titleIn(facts.title),
      due: typeof facts.due === 'string' ? formatTime(facts.due) : '',
      hour: typeof facts.first === 'string' ? formatTime(facts.first) : '',
      what: logChange(facts),
      device: text(facts.device_identifier),
      type: wordText(facts.transaction_type),
      spelling: wordText(facts.spelling),
      countsAs: text(facts.counts_as),
      till: facts.device_identifier === undefined ? text(facts.point_of_sale) : '',
      stated: text(facts.stated),
      ...asideWords(facts),
      ...troubleWords(event),
      from: health(facts.from),
      to: health(facts.to),
      count: Number(
        facts.failure_count ??
          facts.scan_count ??
          facts.concurrent_count ??
          facts.failed_transactions ??
          facts.scans ??
          facts.count ??
          0,
      ),
    })
    .trim();
};
