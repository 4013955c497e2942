import { useTranslation } from 'react-i18next';
import type { TrafficSource } from '../../../../shared/contract/overview.ts';
import { subjectSearch } from '../../../features/alert/subject-search.ts';
import { formatNumber, formatShare } from '../../../i18n.ts';
import { hrefOf } from '../../../routes.ts';
import { useStale } from '../../../ui/fresh.tsx';
import { Age } from '../../../ui/time.tsx';
import { visibleText } from '../../../visible-text.ts';
import { activeOf, PULSE_DUE_MS } from './pulse-figures.ts';
import { useOverview } from './use-overview.ts';

/** Every reader and point of sale of the last day: whether it works, and what is known about it. */
export const SourcesPanel = () => {
  const { t } = useTranslation();
  const { pulse } = useOverview();
  const stale = useStale(pulse?.at ?? null, PULSE_DUE_MS) !== null;
  const isEmpty = pulse === null || pulse.places.length + pulse.readers.length === 0;
  return (
    <section className="panel stack" aria-labelledby="overview-sources">
      <h2 id="overview-sources">{t('overview.sources')}</h2>
      {isEmpty ? (
        <p className="quiet">{t('overview.sourcesNone')}</p>
      ) : (
        <div className={stale ? 'stack health-old' : 'stack'}>
          <Sources
            title={t('overview.places')}
            subject="place"
            sources={pulse.places}
            all={pulse.placeCount}
            at={pulse.at}
          />
          <Sources
            title={t('overview.readers')}
            subject="reader"
            sources={pulse.readers}
            all={pulse.readerCount}
            at={pulse.at}
          />
        </div>
      )}
    </section>
  );
};

type SourcesProps = {
  title: string;
  subject: 'place' | 'reader';
  sources: readonly TrafficSource[];
  all: number;
  at: string;
};

const Sources = ({ title, subject, sources, all, at }: SourcesProps) => {
  const { t } = useTranslation();
  if (sources.length === 0) return null;
  return (
    <div className="stack">
      <table aria-label={title} className="sources">
        <thead>
          <tr>
            <th>{title}</th>
            <th>{t('overview.lastSeen')}</th>
            <th className="number">{t('overview.rate')}</th>
            <th className="number">{t('overview.failures')}</th>
            <th>{t('overview.behind')}</th>
          </tr>
        </thead>
        <tbody>
          {sources.map((source) => (
            <SourceRow key={source.name} subject={subject} source={source} at={at} />
          ))}
        </tbody>
      </table>
      {sources.length < all && <p className="quiet">{t('overview.sourcesCut', { shown: sources.length, all })}</p>}
    </div>
  );
};

const SourceRow = (props: Pick<SourcesProps, 'subject' | 'at'> & { source: TrafficSource }) => {
  const { t } = useTranslation();
  const { subject, source, at } = props;
  const { name, lastAt, perMinute, total, failed } = source;
  const shown = visibleText(name);
  return (
    <tr className={activeOf([source], at) === 0 ? 'health-old' : ''}>
      <td className="source-name">
        <bdi>{shown}</bdi>
      </td>
      <td>
        <Age at={lastAt} />
      </td>
      <td className="number">{formatNumber(Math.round(perMinute * 10) / 10)}</td>
      <td className="number">
        {t('overview.failuresOf', { failed, total })}
        {failed > 0 && ` · ${formatShare(failed / total)}`}
      </td>
      <td>
        <span className="row">
          <a
            href={hrefOf({ screen: 'board', incidentId: null, view: about({ text: subjectSearch(subject, name) }) })}
            aria-label={t('overview.toAlertsOf', { name: shown })}
          >
            {t('overview.toAlerts')}
          </a>
          <a
            href={hrefOf({ screen: 'log', query: about({ words: name.slice(0, LONGEST_SEARCH) }) })}
            aria-label={t('overview.toLogOf', { name: shown })}
          >
            {t('overview.toLog')}
          </a>
        </span>
      </td>
    </tr>
  );
};

/** The most that the log is searched for. */
const LONGEST_SEARCH = 200;
/** The part of an address that narrows its screen. */
const about = (words: Readonly<Record<string, string>>): string => new URLSearchParams(words).toString();
