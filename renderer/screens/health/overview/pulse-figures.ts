import type { Overview, Pulse, TrafficSource } from '../../../../shared/contract/overview.ts';
import type { Cents } from '../../../../shared/domain/money.ts';
import { formatMoney, formatNumber, formatShare, formatTime, i18n } from '../../../i18n.ts';

/** Who has scanned or sold in so many milliseconds is active. */
const ACTIVE_MS = 15 * 60_000;
/** The pulse is counted every ten seconds. */
export const PULSE_DUE_MS = 40_000;

/** A figure of the festival's pulse in words. */
export type PulseFigure = {
  readonly id: 'perMinute' | 'takings' | 'topUps' | 'failed' | 'activePlaces' | 'activeReaders' | 'onCards' | 'events';
  readonly value: string;
  readonly more: string;
};

export const activeOf = (sources: readonly TrafficSource[], at: string): number =>
  sources.filter(({ lastAt }) => Date.parse(at) - Date.parse(lastAt) < ACTIVE_MS).length;

/**
 * What a pulse comes to, in the language of the screen.
 * @param money how a sum is written
 */
export const pulseFigures = (
  pulse: Pulse,
  snapshots: NonNullable<Overview['curves']>['snapshots'],
  money: (amount: Cents) => string = formatMoney,
): PulseFigure[] => {
  const { hour, hourBefore, recent, lastDay } = pulse;
  const before = (amount: string): string => i18n.t('overview.hourBefore', { amount });
  const balance = snapshots.findLast(({ onCardsCents }) => onCardsCents !== null);
  return [
    {
      id: 'perMinute',
      value: formatNumber(Math.round(pulse.perMinute * 10) / 10),
      more: i18n.t('overview.perMinuteMore'),
    },
    { id: 'takings', value: money(hour.takingsCents), more: before(money(hourBefore.takingsCents)) },
    { id: 'topUps', value: money(hour.topUpsCents), more: before(money(hourBefore.topUpsCents)) },
    {
      id: 'failed',
      value: recent.total === 0 ? '–' : formatShare(recent.failed / recent.total),
      more: i18n.t('overview.failedOf', recent),
    },
    {
      id: 'activePlaces',
      value: formatNumber(activeOf(pulse.places, pulse.at)),
      more: i18n.t('overview.ofKnown', { known: pulse.placeCount }),
    },
    {
      id: 'activeReaders',
      value: formatNumber(activeOf(pulse.readers, pulse.at)),
      more: i18n.t('overview.ofKnown', { known: pulse.readerCount }),
    },
    {
      id: 'onCards',
      value: balance?.onCardsCents == null ? '–' : money(balance.onCardsCents),
      more: balance === undefined ? '' : i18n.t('overview.onCardsAt', { time: formatTime(balance.at) }),
    },
    { id: 'events', value: formatNumber(lastDay.total), more: i18n.t('overview.eventsMore', lastDay) },
  ];
};
