import { useTranslation } from 'react-i18next';
import type { AlarmQuality } from '../../../../shared/contract/alarm-quality.ts';
import { SEVERITIES } from '../../../../shared/domain/severity.ts';
import { FloodList } from '../../../features/alert/flood-list.tsx';
import { formatNumber, formatShare, formatTime, i18n } from '../../../i18n.ts';
import { useCall } from '../../../query.ts';
import { Fresh } from '../../../ui/fresh.tsx';
import { DUE_MS } from '../due.ts';
import { AlarmDays } from './alarm-days.tsx';
import { LoudestSources } from './loudest-sources.tsx';
import { type Measure, measuresOf } from './measures.ts';
import './alarm-quality.css';

/** Two digits are more than anybody acts on. */
const rounded = (value: number): string => formatNumber(Math.round(value * 10) / 10);

/** What the alerts ask of people, beside what people can do. */
export const AlarmQualityPanel = () => {
  const { t } = useTranslation();
  const { data: quality } = useCall('alarmQuality.get', {});
  return (
    <section className="panel stack" aria-labelledby="alarm-quality">
      <div className="row health-head">
        <h2 id="alarm-quality">{t('alarmQuality.title')}</h2>
        {quality?.at && (
          <Fresh at={quality.at} dueMs={DUE_MS.alarms} tone="good" dated>
            {t('alarmQuality.copied', { time: formatTime(quality.at, { seconds: true }) })}
          </Fresh>
        )}
      </div>
      <p className="quiet">{t('alarmQuality.text')}</p>
      {quality === undefined ? (
        <p className="quiet">{t('common.loading')}</p>
      ) : quality.at === null ? (
        <p className="quiet">{t('alarmQuality.never')}</p>
      ) : (
        <Figures quality={quality} />
      )}
    </section>
  );
};

const Figures = ({ quality }: { quality: AlarmQuality }) => {
  const { t } = useTranslation();
  const { day, operators } = quality;
  const name = t('common.tableOf', { name: t('alarmQuality.title') });
  return (
    <>
      <p>{operators === 0 ? t('alarmQuality.operatorsNone') : t('alarmQuality.operators', { count: operators })}</p>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a table that scrolls must be reachable by keyboard */}
      <section className="alarm-scroll" aria-label={name} tabIndex={0}>
        <table>
          <thead>
            <tr>
              <th>{t('alarmQuality.figure')}</th>
              <th>{t('alarmQuality.now')}</th>
              <th>{t('alarmQuality.should')}</th>
              <th>{t('alarmQuality.advice')}</th>
            </tr>
          </thead>
          <tbody>
            {measuresOf(quality).map((one) => (
              <Row key={one.measure} {...one} day={day} />
            ))}
          </tbody>
        </table>
      </section>
      <p>
        {t('common.label', { label: t('alarmQuality.severities') })}{' '}
        {SEVERITIES.filter((severity) => severity !== 'INFO')
          .map((severity) => `${t(`board.${severity}`)} ${formatNumber(day.severities[severity] ?? 0)}`)
          .join(' · ')}
      </p>
      <LoudestSources day={day} />
      <h3>{t('alarmQuality.floodsTitle')}</h3>
      <FloodList floods={quality.floods} empty={t('alarmQuality.noFloods')} />
      <AlarmDays days={quality.days} />
    </>
  );
};

const Row = ({ measure, value, band, day }: Measure & { readonly day: AlarmQuality['day'] }) => {
  const { t } = useTranslation();
  return (
    <tr data-measure={measure}>
      <th scope="row">{t(`alarmQuality.${measure}`)}</th>
      <td>
        <span className={`state state-${band ?? 'stale'}`}>
          <strong>{valueText(measure, value, day)}</strong>
        </span>{' '}
        <span className="quiet">{t(`alarmQuality.band_${band ?? 'none'}`)}</span>
      </td>
      <td>
        {t(`alarmQuality.should_${measure}`)} <span className="quiet">({t(`alarmQuality.source_${measure}`)})</span>
      </td>
      <td>{band === 'warn' || band === 'bad' ? t(`alarmQuality.advice_${measure}`) : '–'}</td>
    </tr>
  );
};

const valueText = (measure: Measure['measure'], value: number | null, day: AlarmQuality['day']): string => {
  if (value === null) return '–';
  switch (measure) {
    case 'flooded':
      return floodedText(value, day);
    case 'loudest':
    case 'urgent':
      return formatShare(value);
    default:
      return rounded(value);
  }
};

const floodedText = (share: number, day: AlarmQuality['day']): string =>
  i18n.t('alarmQuality.floodedValue', {
    ...{ share: formatShare(share), flooded: day.flooded, periods: day.periods, busiest: rounded(day.busiest) },
  });
