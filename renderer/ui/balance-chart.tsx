import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import type { CardView } from '../../shared/domain/card.ts';
import { cents } from '../../shared/domain/money.ts';
import { isTime, timeZone } from '../clock.ts';
import { formatMoney, formatTime } from '../i18n.ts';

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

const token = (name: string): string => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

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
      paths: uPlot.paths.stepped?.({ align: 1 }) ?? (() => null),
      points: { size: 5 },
      value: (_chart, value) => (value === null ? '–' : euros(value)),
      ...(dash === undefined ? {} : { dash }),
    });
    const axis: uPlot.Axis = {
      stroke: token('--quiet'),
      grid: { stroke: token('--line'), width: 1 },
      ticks: { show: false },
      font: `12px ${getComputedStyle(target).fontFamily}`,
    };
    const chart = new uPlot(
      {
        width: target.clientWidth,
        height: HEIGHT,
        tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1_000), timeZone() ?? 'UTC'),
        series: [
          {
            label: t('card.timeLine'),
            value: (_chart, value) => (value === null ? '–' : hour(value, { seconds: true })),
          },
          series(t('card.actualLine'), token('--severity-high'), undefined),
          series(t('card.expectedLine'), token('--accent'), [6, 4]),
        ],
        axes: [
          { ...axis, space: HOUR_SPACE, values: (_chart, values) => hours(values) },
          { ...axis, size: 60, values: (_chart, values) => values.map(euros) },
        ],
      },
      [
        rows.map((row) => Date.parse(row.at) / 1_000),
        rows.map((row) => (row.newCents === null ? null : row.newCents / 100)),
        rows.map((row) => row.expectedAfterCents / 100),
      ],
      target,
    );
    const resize = new ResizeObserver(() => chart.setSize({ width: target.clientWidth, height: HEIGHT }));
    resize.observe(target);
    return () => {
      resize.disconnect();
      chart.destroy();
    };
  }, [card, t]);
  const words = t('card.chart', {
    count: card.transactions.length,
    actual: formatMoney(card.actualCents),
    expected: formatMoney(card.expectedCents),
  });
  return <div ref={element} className="balance-chart" role="img" aria-label={words} />;
};
