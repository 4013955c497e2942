import type { AlertEvent } from '../shared/contract/alerts.ts';
import { factCents, formatMoney, i18n } from './i18n.ts';

const text = (value: unknown): string => (typeof value === 'string' || typeof value === 'number' ? String(value) : '');

/** An alert in one plain sentence, with card, amount and place. */
export const sentenceOf = (event: AlertEvent): string => say(event, 'sentence');
/** What kind of alert it is. */
export const nameOf = (event: AlertEvent): string => say(event, 'name');
/** What it means, for somebody who sees it for the first time. */
export const meaningOf = (event: AlertEvent): string => say(event, 'meaning');

const say = (event: AlertEvent, part: 'name' | 'sentence' | 'meaning'): string => {
  const known = i18n.exists(`detectors.${event.algorithm}.${part}`);
  const { facts } = event;
  const discrepancy = factCents(facts.discrepancy);
  const signed = event.algorithm === 'balance_mismatch_detection' && discrepancy !== null;
  const place = text(facts.point_of_sale);
  return i18n
    .t(`detectors.${known ? event.algorithm : 'other'}.${part}`, {
      algorithm: event.algorithm,
      card: event.cardId ?? '',
      amount: signed
        ? formatMoney(discrepancy, { signed: true })
        : event.amountCents === null
          ? ''
          : formatMoney(event.amountCents),
      place: place === '' ? '' : i18n.t('detectors.at', { place }),
      percent: text(facts.failure_rate_percent),
      minutes: text(facts.time_window_minutes),
      count: Number(
        facts.failure_count ?? facts.scan_count ?? facts.concurrent_count ?? facts.failed_transactions ?? 0,
      ),
    })
    .trim();
};
