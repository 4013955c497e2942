import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { HealthSnapshot } from '../../../../shared/contract/overview.ts';
import { RATE_NEEDS_TRANSACTIONS } from '../../../../shared/domain/bands.ts';
import { formatDuration, formatTime } from '../../../i18n.ts';
import { hrefOf, type Route } from '../../../routes.ts';
import { useSystem } from '../../../stores/system.ts';
import { Fresh, type Tone } from '../../../ui/fresh.tsx';
import { CurveTable } from './curve-table.tsx';
import { MetricCurve } from './metric-curve.tsx';
import { metricText } from './metric-text.ts';
import { type CurvePoint, curvesOf, type Metric, type MetricId, metricsOf } from './metrics.ts';
import { useOverview } from './use-overview.ts';

const TONES = { normal: 'good', warning: 'warn', critical: 'bad' } as const satisfies Record<string, Tone>;

const NONE: readonly HealthSnapshot[] = [];

/** Where what is behind a figure stands. */
const OPENS: Readonly<Record<MetricId, Route>> = {
  success: { screen: 'board', incidentId: null, view: 'only=failures' },
  detection: { screen: 'health', section: 'engine' },
  criticals: { screen: 'board', incidentId: null, view: 'only=critical' },
  status: { screen: 'health', section: 'engine' },
  response: { screen: 'health', section: 'engine' },
};

/** The five figures of the guide's dashboard, each with its thresholds, its age and its last 24 hours. */
export const MetricsPanel = () => {
  const { t } = useTranslation();
  const overview = useOverview();
  const link = useSystem((state) => state.status?.link ?? null);
  const snapshots = overview.curves?.snapshots ?? NONE;
  const curves = useMemo(() => curvesOf(snapshots), [snapshots]);
  const last = snapshots.at(-1);
  const averageMs = last?.averageMs ?? null;
  const more = (id: MetricId): string | null => {
    if (id === 'success' && last !== undefined && last.successRate !== null) {
      return t('overview.successMore', { total: last.transactions });
    }
    if (id === 'response') return t('overview.responseMore');
    return id === 'detection' && averageMs !== null
      ? t('overview.detectionMore', { time: formatDuration(averageMs) })
      : null;
  };
  return (
    <section className="panel stack" aria-labelledby="overview-metrics">
      <h2 id="overview-metrics">{t('overview.metrics')}</h2>
      {overview.curves === null && overview.pulse === null && <p className="quiet">{t('overview.never')}</p>}
      <ul className="metrics">
        {metricsOf(overview, link).map((metric) => (
          <MetricCard key={metric.id} metric={metric} points={curves[metric.id]} more={more(metric.id)} />
        ))}
      </ul>
    </section>
  );
};

type CardProps = { metric: Metric; points: readonly CurvePoint[]; more: string | null };

const MetricCard = ({ metric, points, more }: CardProps) => {
  const { t } = useTranslation();
  const { id, value, band, at, dueMs } = metric;
  const name = t(`overview.${id}`);
  return (
    <li className="metric" aria-label={name} data-metric={id}>
      <div className="metric-head">
        <h3>{name}</h3>
        <p className="metric-value">{metricText(id, value)}</p>
        {band === null ? (
          <span className="quiet">
            {id === 'success' && value !== null
              ? t('overview.notJudged', { least: RATE_NEEDS_TRANSACTIONS })
              : t('overview.unmeasured')}
          </span>
        ) : (
          <Fresh at={at} dueMs={dueMs} tone={TONES[band]}>
            {t(`overview.band_${band}`)}
          </Fresh>
        )}
      </div>
      {more !== null && <p className="quiet">{more}</p>}
      <MetricCurve id={id} points={points} name={name} />
      <p className="quiet metric-lines">{t(`overview.${id}Lines`)}</p>
      <div className="row metric-foot">
        <a href={hrefOf(OPENS[id])}>{t(`overview.${id}Opens`)}</a>
        {at !== null && (
          <span className="quiet">{t('overview.asOf', { time: formatTime(at, { seconds: true }) })}</span>
        )}
      </div>
      <CurveTable id={id} points={points} name={name} />
    </li>
  );
};
