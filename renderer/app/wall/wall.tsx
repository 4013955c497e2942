import { type ReactNode, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useReadCards } from '../../features/card-reader/use-card-reader.ts';
import { formatSpan, formatTime, formatWholeMoney } from '../../i18n.ts';
import { hrefOf } from '../../routes.ts';
import { metricText } from '../../screens/health/overview/metric-text.ts';
import { metricsOf } from '../../screens/health/overview/metrics.ts';
import { pulseFigures } from '../../screens/health/overview/pulse-figures.ts';
import { useOverview } from '../../screens/health/overview/use-overview.ts';
import { titleOf } from '../../sentence.ts';
import { useAlerts } from '../../stores/alerts.ts';
import { useSystem } from '../../stores/system.ts';
import { useNow } from '../../ui/time.tsx';
import { Canary } from '../canary.tsx';
import { statusText, statusTone } from '../status-words.ts';
import { frozenSince, WALL_SEVERITIES, wallAlerts } from './wall-figures.ts';
import './wall.css';

/**
 * For the screen on the wall: everything that a room looks up for, large, and nothing that can be done. It needs nobody to
 * sign in, and one that is not of this moment says so before anything else.
 */
export const Wall = () => {
  const { t } = useTranslation();
  const frozen = useFrozen();
  return (
    <main className={frozen === null ? 'wall' : 'wall wall-frozen'} aria-label={t('overview.wall')}>
      <Head />
      {frozen !== null && <Frozen since={frozen} />}
      <AlertCounts />
      <Metrics />
      <Pulse />
      <Back />
      <Canary />
    </main>
  );
};

/** The way back. A card that is read here is nothing for a room: it is said, and the way back leads to it. */
const Back = () => {
  const { t } = useTranslation();
  const [card, setCard] = useState<string | null>(null);
  useReadCards(setCard);
  return (
    <p className="wall-back" role="status">
      {card === null ? (
        <a href={hrefOf({ screen: 'health' })}>{t('overview.wallBack')}</a>
      ) : (
        <>
          {t('overview.wallCard', { card })} <a href={hrefOf({ screen: 'card', cardId: card })}>{t('card.openRead')}</a>
        </>
      )}
    </p>
  );
};

const useFrozen = (): string | null => {
  const { pulse } = useOverview();
  const knownUpTo = useSystem((state) => state.status?.link.knownUpTo ?? null);
  const connected = useSystem((state) => state.connection === 'open');
  const now = useNow();
  return frozenSince([pulse?.at ?? null, knownUpTo], { connected, now });
};

const Frozen = ({ since }: { since: string }) => {
  const { t } = useTranslation();
  const now = useNow();
  return (
    <p className="wall-banner" role="alert">
      <strong>{t('overview.wallFrozen')}</strong>{' '}
      {since === 'never'
        ? t('overview.wallFrozenEver')
        : t('overview.wallFrozenAge', {
            time: formatTime(since, { seconds: true }),
            age: formatSpan(now - Date.parse(since)),
          })}
    </p>
  );
};

const Head = () => {
  const { t } = useTranslation();
  const name = useSystem((state) => state.session?.festival.name);
  const status = useSystem((state) => state.status);
  const connected = useSystem((state) => state.connection === 'open');
  const now = useNow();
  const leader = status?.engine.leader?.laptop;
  return (
    <header className="wall-head">
      <h1>
        <bdi>{name === '' ? t('common.trainingFestival') : name}</bdi>
      </h1>
      {status !== null && (
        <p className={`wall-status wall-${statusTone(status, connected)}`}>
          {connected ? statusText(status) : t('common.status_lost')}
        </p>
      )}
      <p>{t('overview.wallLeads', { laptop: leader ?? t('overview.wallNoLeader') })}</p>
      <time className="wall-clock">{formatTime(new Date(now).toISOString(), { seconds: true })}</time>
    </header>
  );
};

const Part = ({ title, className, children }: { title: string; className: string; children: ReactNode }) => (
  <section className={`wall-part ${className}`} aria-label={title}>
    {children}
  </section>
);

const AlertCounts = () => {
  const { t } = useTranslation();
  const byId = useAlerts((state) => state.byId);
  const complete = useAlerts((state) => state.complete);
  const { counts, oldestUnowned } = useMemo(() => wallAlerts(byId ?? new Map()), [byId]);
  const now = useNow();
  return (
    <Part title={t('overview.wallAlerts')} className="wall-alerts">
      {WALL_SEVERITIES.map((severity) => (
        <p
          key={severity}
          className={`wall-count wall-count-${severity} ${counts[severity] > 0 ? 'wall-count-some' : ''}`}
          data-severity={severity}
        >
          <span className="wall-number">{complete ? counts[severity] : '…'}</span>
          <span className="wall-label">{t(`board.${severity}`)}</span>
        </p>
      ))}
      <p className="wall-oldest">
        {oldestUnowned === null ? (
          complete && <span className="wall-label">{t('overview.wallNoUnowned')}</span>
        ) : (
          <>
            <span className="wall-label">
              {t('overview.wallOldest')},{' '}
              <span className="wall-age">
                {t('common.ago', { age: formatSpan(now - Date.parse(oldestUnowned.lead.detectedAt)) })}
              </span>
            </span>
            <span className="wall-sentence">{titleOf(oldestUnowned)}</span>
          </>
        )}
      </p>
    </Part>
  );
};

const Metrics = () => {
  const { t } = useTranslation();
  const overview = useOverview();
  const link = useSystem((state) => state.status?.link ?? null);
  const now = useNow();
  return (
    <Part title={t('overview.metrics')} className="wall-metrics">
      {metricsOf(overview, link).map(({ id, value, band, at, dueMs }) => {
        const stale = at === null || now - Date.parse(at) > dueMs;
        return (
          <p key={id} className={`wall-figure wall-${stale ? 'stale' : (band ?? 'stale')}`} data-metric={id}>
            <span className="wall-label">{t(`overview.${id}`)}</span>
            <span className="wall-value">{metricText(id, value)}</span>
            <span className="wall-more">
              {/* The status is the word for its band. */}
              {band === null ? t('overview.unmeasured') : id !== 'status' && t(`overview.band_${band}`)}
              {stale && at !== null && ` · ${t('common.ago', { age: formatSpan(now - Date.parse(at)) })}`}
            </span>
          </p>
        );
      })}
    </Part>
  );
};

/** Events of a day say nothing to a room; the rest does. */
const Pulse = () => {
  const { t } = useTranslation();
  const { pulse, curves } = useOverview();
  if (pulse === null) return null;
  return (
    <Part title={t('overview.pulse')} className="wall-pulse">
      {pulseFigures(pulse, curves?.snapshots ?? [], formatWholeMoney)
        .filter(({ id }) => id !== 'events')
        .map(({ id, value, more }) => (
          <p key={id} className="wall-figure" data-pulse={id}>
            <span className="wall-label">{t(`overview.${id}`)}</span>
            <span className="wall-value">{value}</span>
            <span className="wall-more">{more}</span>
          </p>
        ))}
    </Part>
  );
};
