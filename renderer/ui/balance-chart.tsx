import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import type uPlot from 'uplot';
import type { CardView } from '../../shared/domain/card.ts';
import { cents } from '../../shared/domain/money.ts';
import { isTime } from '../clock.ts';
import { formatMoney, formatTime } from '../i18n.ts';
import { chartAxis, HOUR_HEIGHT, mountChart, steps, token } from './chart.ts';

const HEIGHT = 180;

const euros = (value: number): string => formatMoney(cents(Math.round(value * 100)));

/** The festival's hour, as everywhere else on the screen. */
const hour = (seconds: number, options: { seconds?: boolean } = {}): string =>
  formatTime(new Date(seconds * 1_000).toISOString(), options);

/** With seconds where two of them would be the same. */
const hours = (values: readonly number[]): string[] => {
  const plain = values.map((value) => hour(value));
  return new Set(plain).size === plain.length ? plain : values.map((value) => hour(value, { seconds: true }));
};

/** Room for an hour with its day, in pixels. */
const HOUR_SPACE = 110;

/**
 * What the card held after each transaction, and what its history says it should have held. Its colours are those of the
 * theme in which it is mounted.
 */
export const BalanceChart = ({ card }: { card: CardView }) => {
  const { t } = useTranslation();
  const element = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const target = element.current;
    if (target === null) return;
    const rows = card.transactions.filter(({ at }) => isTime(at)).toReversed();
    const series = (label: string, stroke: string, dash: number[] | undefined): uPlot.Series => ({
      label,
      stroke,
      width: 2,
      paths: steps(),
      points: { size: 5 },
      value: (_chart, value) => (value === null ? '–' : euros(value)),
      ...(dash === undefined ? {} : { dash }),
    });
    const axis = chartAxis(target);
    return mountChart(target, {
      height: HEIGHT,
      series: [
        {
          label: t('card.timeLine'),
          value: (_chart, value) => (value === null ? '–' : hour(value, { seconds: true })),
        },
        series(t('card.actualLine'), token('--severity-high'), undefined),
        series(t('card.expectedLine'), token('--accent'), [6, 4]),
      ],
      axes: [
        { ...axis, size: HOUR_HEIGHT, space: HOUR_SPACE, values: (_chart, values) => hours(values) },
        { ...axis, size: 60, values: (_chart, values) => values.map(euros) },
      ],
      data: [
        rows.map((row) => Date.parse(row.at) / 1_000),
        rows.map((row) => (row.newCents === null ? null : row.newCents / 100)),
        rows.map((row) => row.expectedAfterCents / 100),
      ],
    });
  }, [card, t]);
  const words = t('card.chart', {
    count: card.transactions.length,
    actual: formatMoney(card.actualCents),
    expected: formatMoney(card.expectedCents),
  });
  return <div ref={element} className="balance-chart" role="img" aria-label={words} />;
};
