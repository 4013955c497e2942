import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import type uPlot from 'uplot';
import { festivalNow } from '../../../clock.ts';
import { formatTime } from '../../../i18n.ts';
import { chartAxis, HOUR_HEIGHT, mountChart, steps, token } from '../../../ui/chart.ts';
import { metricText } from './metric-text.ts';
import { CURVE_LINES, type CurvePoint, type MetricId } from './metrics.ts';

const HEIGHT = 110;
const DAY_SECONDS = 86_400;
/** Room for an hour with its day, and for what stands beside the curve, in pixels. */
const HOUR_SPACE = 90;
const VALUE_SPACE = 72;

/** The last 24 hours of a figure, with holes where nothing was measured and the guide's thresholds as lines. */
export const MetricCurve = (props: { id: MetricId; points: readonly CurvePoint[]; name: string }) => {
  const { t } = useTranslation();
  const element = useRef<HTMLDivElement>(null);
  const { id, points, name } = props;
  const values = points.flatMap(({ value }) => value ?? []);
  const last = values.at(-1);
  useEffect(() => {
    const target = element.current;
    if (target === null || points.length === 0) return;
    const axis = chartAxis(target);
    const threshold = (stroke: string): uPlot.Series => ({ stroke, width: 1, dash: [6, 4], points: { show: false } });
    // Another system may have a clock of its own.
    const now = Math.max(festivalNow(), points.at(-1)?.at ?? 0) / 1_000;
    return mountChart(target, {
      height: HEIGHT,
      legend: { show: false },
      cursor: { show: false },
      scales: { x: { range: [now - DAY_SECONDS, now] }, y: { range: (_chart, low, high) => rangeOf(id, low, high) } },
      series: [
        {},
        {
          stroke: token('--accent'),
          width: 2,
          spanGaps: false,
          points: { show: values.length < 30, size: 4 },
          ...(id === 'status' || id === 'criticals' ? { paths: steps() } : {}),
        },
        threshold(token('--warn')),
        threshold(token('--bad')),
      ],
      axes: [
        {
          ...axis,
          size: HOUR_HEIGHT,
          space: HOUR_SPACE,
          values: (_chart, hours) => hours.map((hour) => formatTime(new Date(hour * 1_000).toISOString())),
        },
        {
          ...axis,
          size: VALUE_SPACE,
          values: (_chart, heights) => heights.map((height) => axisText(id, height)),
        },
      ],
      // The thresholds go from end to end, also where nothing was measured.
      data: [
        [now - DAY_SECONDS, ...points.map(({ at }) => at / 1_000), now],
        [null, ...points.map(({ value }) => value), null],
        new Array(points.length + 2).fill(CURVE_LINES[id].warning),
        new Array(points.length + 2).fill(CURVE_LINES[id].critical),
      ],
    });
  }, [id, points, values.length]);
  if (last === undefined) return <p className="quiet metric-curve">{t('overview.curveEmpty')}</p>;
  const words = t('overview.curve', {
    name,
    low: metricText(id, Math.min(...values)),
    high: metricText(id, Math.max(...values)),
    last: metricText(id, last),
  });
  return <div ref={element} className="metric-curve" role="img" aria-label={words} />;
};

/** What was measured with the thresholds around it, so that a quiet day is not drawn as a mountain. */
const rangeOf = (id: MetricId, low: number, high: number): [number, number] => {
  switch (id) {
    case 'success':
      return [Math.max(0, Math.min(low, 94)), 100];
    case 'status':
      return [-0.2, 2.2];
    default:
      return [0, high * 1.1];
  }
};

const axisText = (id: MetricId, height: number): string =>
  (id === 'status' || id === 'criticals') && !Number.isInteger(height) ? '' : metricText(id, height);
